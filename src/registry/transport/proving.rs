use std::future::Future;
use std::pin::Pin;

use http::HeaderValue;

use crate::registry::trouble::Trouble;

/// A proof that is fetched.
pub(in crate::registry) type Fetching<'p> =
    Pin<Box<dyn Future<Output = Result<(), Trouble>> + Send + 'p>>;

/// Puts the proof into a request when that leaves its host's line, and not before: a token may expire there.
pub(in crate::registry) trait Proving: Sync {
    /// Returns the `Authorization` header, if the proof is at hand and good for a moment longer.
    fn header(&self) -> Option<Result<HeaderValue, Trouble>>;

    /// Gets a proof, or a new one in the place of one that expires.
    fn fetch(&self) -> Fetching<'_>;
}

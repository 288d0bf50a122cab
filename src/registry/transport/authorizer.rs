use std::future::Future;
use std::pin::Pin;

use http::HeaderValue;

use crate::registry::request_error::RequestError;

/// A credential header that is fetched.
pub(in crate::registry) type TokenFetching<'p> =
    Pin<Box<dyn Future<Output = Result<(), RequestError>> + Send + 'p>>;

/// Puts the authorization into a request when that leaves its host's line, and not before: a token may expire there.
pub(in crate::registry) trait Authorizer: Sync {
    /// Returns the `Authorization` header, if the authorization is at hand and good for a moment longer.
    fn header(&self) -> Option<Result<HeaderValue, RequestError>>;

    /// Gets an authorization, or a new one in the place of one that expires.
    fn fetch(&self) -> TokenFetching<'_>;
}

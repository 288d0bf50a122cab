//! Who asks: challenges, the credentials and tokens that answer them, and who may see which.

pub(super) mod authority;
pub(super) mod challenge;
mod credentials;
pub(super) mod expired;
mod grants;
pub(super) mod prover;
pub(super) mod realm;
pub(super) mod secrets;
pub(super) mod sharing;
pub(super) mod token;
pub(super) mod trials;

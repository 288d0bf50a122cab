//! Who asks: challenges, the credentials and tokens that answer them, and who may see which.

pub(super) mod authenticator;
pub(super) mod challenge;
mod credentials;
pub(super) mod expired;
mod granted_scopes;
pub(super) mod realm;
pub(super) mod refusal_limiter;
pub(super) mod scope_batcher;
pub(super) mod secrets;
pub(super) mod token;
pub(super) mod token_authorizer;

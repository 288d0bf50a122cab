use std::sync::{Mutex, MutexGuard, PoisonError};

use http::HeaderValue;

use super::authenticator::{AuthRequest, Authenticator, AuthorizationHeader};
use crate::registry::request_error::RequestError;
use crate::registry::transport::authorizer::{Authorizer, TokenFetching};
use crate::registry::transport::exchange::Exchange;
use crate::registry::transport::request::sensitive;

/// Gets a token for one request once that is about to be sent, and another if the token expires before.
pub(in crate::registry) struct TokenAuthorizer<'p> {
    authenticator: &'p Authenticator,
    exchange: &'p Exchange,
    auth_request: &'p AuthRequest<'p>,
    authorization: Mutex<Option<AuthorizationHeader>>,
}

impl<'p> TokenAuthorizer<'p> {
    pub(in crate::registry) fn new(
        authenticator: &'p Authenticator,
        exchange: &'p Exchange,
        auth_request: &'p AuthRequest<'p>,
    ) -> Self {
        Self {
            authenticator,
            exchange,
            auth_request,
            authorization: Mutex::default(),
        }
    }

    fn authorization(&self) -> MutexGuard<'_, Option<AuthorizationHeader>> {
        self.authorization
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the authorization that was sent; an empty one if the request never was.
    pub(in crate::registry) fn into_authorization(self) -> AuthorizationHeader {
        let authorization = self.authorization.into_inner();
        let authorization = authorization.unwrap_or_else(PoisonError::into_inner);
        authorization.unwrap_or_else(|| AuthorizationHeader::bare(None))
    }
}

impl Authorizer for TokenAuthorizer<'_> {
    fn header(&self) -> Option<Result<HeaderValue, RequestError>> {
        let authorization = self.authorization();
        let authorization = authorization.as_ref()?;
        let is_good = authorization
            .token
            .as_ref()
            .is_none_or(|token| token.is_fresh());
        let header = authorization.header.as_ref().filter(|_| is_good)?;
        Some(sensitive(header))
    }

    fn fetch(&self) -> TokenFetching<'_> {
        Box::pin(async {
            // Others may wait for what becomes of its share.
            drop(self.authorization().take());
            let authorization = self
                .authenticator
                .authorize_by_token(self.exchange, self.auth_request);
            let authorization = authorization.await?;
            *self.authorization() = Some(authorization);
            Ok(())
        })
    }
}

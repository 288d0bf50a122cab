use std::sync::Arc;

use thiserror::Error;

use super::context::Context;
use super::kind::ErrorKind;
use crate::image::Repository;
use crate::registry::request_error::RequestError;
use crate::registry::target::Target;

/// A request to a registry failed, or its response cannot be used.
///
/// One failed request can affect many images, so the error is cheap to clone.
#[derive(Clone, Debug, Error)]
#[error("{}", self.message())]
pub struct RegistryError {
    inner: Arc<(Context, RequestError)>,
}

impl RegistryError {
    pub(in crate::registry) fn new(context: Context, request_error: RequestError) -> Self {
        Self {
            inner: Arc::new((context, request_error)),
        }
    }

    /// Creates an error for a client that cannot be set up.
    pub(in crate::registry) fn transport(reason: String) -> Self {
        let context = Context::of_registry("", "set up", "the HTTP client");
        RequestError::new(ErrorKind::Transport { reason }).while_at(&context)
    }

    pub(super) fn context(&self) -> &Context {
        &self.inner.0
    }

    pub(super) fn request_error(&self) -> &RequestError {
        &self.inner.1
    }

    /// Returns the kind of the error.
    pub fn kind(&self) -> &ErrorKind {
        &self.request_error().kind
    }

    /// Returns the registry as named in configs; empty if no registry was contacted yet.
    pub fn host(&self) -> &str {
        &self.context().registry
    }

    /// Returns the requested repository.
    pub fn repository(&self) -> Option<&Repository> {
        self.context().repository.as_ref()
    }

    /// Returns the requested tag or digest, if there is one.
    pub fn target(&self) -> Option<&Target> {
        self.context().target.as_ref()
    }

    /// Returns the failed operation, to be followed by its object: `list the tags of`.
    pub fn operation(&self) -> &'static str {
        self.context().operation
    }

    /// Returns the HTTP status, if there is one.
    pub fn status(&self) -> Option<u16> {
        self.request_error().status
    }

    /// Returns the host that was asked: the registry, or one that it led to.
    pub(super) fn asked(&self) -> &str {
        self.request_error().asked.as_deref().unwrap_or(self.host())
    }
}

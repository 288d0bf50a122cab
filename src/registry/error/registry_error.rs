use std::sync::Arc;

use thiserror::Error;

use super::context::Context;
use super::kind::ErrorKind;
use crate::image::Repository;
use crate::registry::target::Target;
use crate::registry::trouble::Trouble;

/// A registry could not be asked, or its answer cannot be used.
///
/// One failed request may be the answer to many questions, so the error is cheap to clone.
#[derive(Clone, Debug, Error)]
#[error("{}", self.message())]
pub struct RegistryError {
    inner: Arc<(Context, Trouble)>,
}

impl RegistryError {
    pub(in crate::registry) fn new(context: Context, trouble: Trouble) -> Self {
        Self {
            inner: Arc::new((context, trouble)),
        }
    }

    /// Creates an error for a client that cannot be set up.
    pub(in crate::registry) fn transport(reason: String) -> Self {
        let context = Context::of_registry("", "set up", "the HTTP client");
        Trouble::new(ErrorKind::Transport { reason }).while_at(&context)
    }

    pub(super) fn context(&self) -> &Context {
        &self.inner.0
    }

    pub(super) fn trouble(&self) -> &Trouble {
        &self.inner.1
    }

    /// Returns what went wrong.
    pub fn kind(&self) -> &ErrorKind {
        &self.trouble().kind
    }

    /// Returns the registry as configs name it; empty if no registry was asked yet.
    pub fn host(&self) -> &str {
        &self.context().registry
    }

    /// Returns the repository that was asked for.
    pub fn repository(&self) -> Option<&Repository> {
        self.context().repository.as_ref()
    }

    /// Returns the tag or digest that was asked for, if it was one.
    pub fn target(&self) -> Option<&Target> {
        self.context().target.as_ref()
    }

    /// Returns what was tried, to be followed by what it was tried on: `list the tags of`.
    pub fn operation(&self) -> &'static str {
        self.context().operation
    }

    /// Returns the HTTP status, where there is one.
    pub fn status(&self) -> Option<u16> {
        self.trouble().status
    }

    /// Returns the host that was asked: the registry, or one that it led to.
    pub(super) fn asked(&self) -> &str {
        self.trouble().asked.as_deref().unwrap_or(self.host())
    }
}

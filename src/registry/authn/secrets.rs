use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::observe::{Event, Observer};
use crate::registry::auth::{Credential, CredentialError, Redactor, Secret};
use crate::registry::error::{Context, ErrorKind, RegistryError};
use crate::registry::proxies::ProxyFailure;
use crate::registry::request_error::{RequestError, shorten};

/// Every secret that a client has found or been given, to be taken out of what it says.
///
/// Servers repeat what they were sent, in errors, redirects and headers. Whatever of theirs is told to
/// somebody goes through here.
#[derive(Clone, Default)]
pub(in crate::registry) struct Secrets {
    known: Arc<RwLock<Redactor>>,
}

impl Secrets {
    /// Notes a credential that may be sent.
    pub(in crate::registry) fn learn(&self, credential: &Credential) {
        self.write().add_login(credential.login());
    }

    /// Notes a token, or any other secret that is sent.
    pub(in crate::registry) fn learn_token(&self, token: &Secret) {
        self.write().add(token);
    }

    /// Takes the secrets out of a text.
    pub(in crate::registry) fn redacted(&self, text: &str) -> String {
        self.read().redacted(text)
    }

    fn read(&self) -> RwLockReadGuard<'_, Redactor> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Redactor> {
        self.known.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Creates an error without secrets.
    pub(in crate::registry) fn redact_error(
        &self,
        mut error: RequestError,
        context: &Context,
    ) -> RegistryError {
        if !self.read().is_empty() {
            let words = &mut *error.server;
            for text in [&mut words.code, &mut words.message, &mut error.asked] {
                *text = text.take().map(|text| self.redacted(&text));
            }
            for note in &mut error.failover {
                *note = self.redacted(note);
            }
            match &mut error.kind {
                ErrorKind::Unreachable { reason }
                | ErrorKind::Invalid { reason }
                | ErrorKind::Pagination { reason }
                | ErrorKind::UnsafeRealm { reason }
                | ErrorKind::ForeignRealm { realm: reason, .. }
                | ErrorKind::Transport { reason }
                | ErrorKind::Proxy {
                    failure: ProxyFailure::Unreachable { reason },
                    ..
                }
                | ErrorKind::Credentials(CredentialError { reason, .. }) => {
                    *reason = self.redacted(reason);
                }
                _ => {}
            }
        }
        error.while_at(context)
    }
}

/// Tells an observer what happens, without secrets.
pub(in crate::registry) struct RedactingObserver {
    pub(in crate::registry) observer: Arc<dyn Observer>,
    pub(in crate::registry) secrets: Secrets,
}

impl Observer for RedactingObserver {
    fn on_event(&self, event: &Event) {
        // A text is cut only when nothing secret is left that a cut could hide.
        let told = |text: &str| shorten(&self.secrets.redacted(text));
        self.observer.on_event(&event.with_texts(&told));
    }
    fn is_listening(&self) -> bool {
        self.observer.is_listening()
    }
}

use std::sync::{Arc, PoisonError, RwLock};

use super::auth::{Credential, Secret, blot};
use super::error::{Context, ErrorKind, RegistryError};
use super::proxies::ProxyFailure;
use super::trouble::{Trouble, shorten};
use crate::observe::{Event, Observer};

/// Every secret that a client has found or been given, to be blotted out of what it says.
///
/// Servers repeat what they were sent, in errors, redirects and headers. Whatever of theirs is told to
/// somebody goes through here.
#[derive(Clone, Default)]
pub(super) struct Secrets {
    known: Arc<RwLock<Vec<Secret>>>,
}

impl Secrets {
    /// Notes a credential that may be sent.
    pub(super) fn learn(&self, credential: &Credential) {
        self.add(credential.secrets());
    }

    /// Notes a token.
    pub(super) fn learn_token(&self, token: &Secret) {
        self.add([token.clone()]);
    }

    fn add(&self, secrets: impl IntoIterator<Item = Secret>) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        for secret in secrets {
            if !known.contains(&secret) {
                known.push(secret);
            }
        }
    }

    fn is_empty(&self) -> bool {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.is_empty()
    }

    /// Takes the secrets out of a text.
    pub(super) fn blot(&self, text: &str) -> String {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let mut text = text.to_string();
        for secret in known.iter() {
            blot(&mut text, secret.reveal());
        }
        text
    }

    /// Makes an error of a trouble, without secrets.
    pub(super) fn told(&self, mut trouble: Trouble, context: &Context) -> RegistryError {
        if !self.is_empty() {
            let words = &mut *trouble.server;
            for text in [&mut words.code, &mut words.message, &mut trouble.asked] {
                *text = text.take().map(|text| self.blot(&text));
            }
            for note in &mut trouble.passed {
                *note = self.blot(note);
            }
            match &mut trouble.kind {
                ErrorKind::Unreachable { reason }
                | ErrorKind::Invalid { reason }
                | ErrorKind::Pagination { reason }
                | ErrorKind::UnsafeRealm { reason }
                | ErrorKind::ForeignRealm { realm: reason, .. }
                | ErrorKind::Transport { reason }
                | ErrorKind::Proxy {
                    failure: ProxyFailure::Unreachable { reason },
                    ..
                } => *reason = self.blot(reason),
                _ => {}
            }
        }
        trouble.while_at(context)
    }
}

/// Tells an observer what happens, without secrets.
pub(super) struct Discreet {
    pub(super) observer: Arc<dyn Observer>,
    pub(super) secrets: Secrets,
}

impl Observer for Discreet {
    fn on_event(&self, event: &Event) {
        // A text is cut only when nothing secret is left that a cut could hide.
        let told = |text: &str| shorten(&self.secrets.blot(text));
        self.observer.on_event(&event.with_texts(&told));
    }
}

use std::sync::{Arc, PoisonError, RwLock};

use crate::observe::{Event, Observer};
use crate::registry::auth::{Credential, Secret, blot};
use crate::registry::error::{Context, ErrorKind, RegistryError};
use crate::registry::proxies::ProxyFailure;
use crate::registry::trouble::{Trouble, shorten};

/// Every secret that a client has found or been given, to be blotted out of what it says.
///
/// Servers repeat what they were sent, in errors, redirects and headers. Whatever of theirs is told to
/// somebody goes through here.
#[derive(Clone, Default)]
pub(in crate::registry) struct Secrets {
    known: Arc<RwLock<Vec<Secret>>>,
}

impl Secrets {
    /// Notes a credential that may be sent.
    pub(in crate::registry) fn learn(&self, credential: &Credential) {
        self.add(credential.secrets());
    }

    /// Notes a token.
    pub(in crate::registry) fn learn_token(&self, token: &Secret) {
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
    pub(in crate::registry) fn blot(&self, text: &str) -> String {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let mut text = text.to_string();
        for secret in known.iter() {
            blot(&mut text, secret.reveal());
        }
        text
    }

    /// Makes an error of a trouble, without secrets.
    pub(in crate::registry) fn told(
        &self,
        mut trouble: Trouble,
        context: &Context,
    ) -> RegistryError {
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
pub(in crate::registry) struct Discreet {
    pub(in crate::registry) observer: Arc<dyn Observer>,
    pub(in crate::registry) secrets: Secrets,
}

impl Observer for Discreet {
    fn on_event(&self, event: &Event) {
        // A text is cut only when nothing secret is left that a cut could hide.
        let told = |text: &str| shorten(&self.secrets.blot(text));
        self.observer.on_event(&event.with_texts(&told));
    }
    fn is_listening(&self) -> bool {
        self.observer.is_listening()
    }
}

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::image::Repository;
use crate::observe::{Event, Observer};
use crate::registry::error::ErrorKind;
use crate::registry::request_error::RequestError;

/// Which registries' own interfaces are of no use in this run.
#[derive(Default)]
pub(in crate::registry) struct ApiAvailability {
    state: Mutex<AvailabilityState>,
}

#[derive(Default)]
struct AvailabilityState {
    /// The registries of which it was told.
    told: HashSet<String>,
    /// The registries that are not asked any more.
    down: HashSet<String>,
    /// The repositories that are not asked for any more.
    unwanted: HashSet<Repository>,
}

impl ApiAvailability {
    fn state(&self) -> MutexGuard<'_, AvailabilityState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn is_down(&self, registry: &str) -> bool {
        self.state().down.contains(registry)
    }

    pub(super) fn is_wanted(&self, repository: &Repository) -> bool {
        !self.state().unwanted.contains(repository)
    }

    /// Notes that an interface was of no use, and tells so once for each registry.
    ///
    /// What a registry refuses for one repository says nothing of another one: else it would depend on
    /// their order which of them have dates.
    pub(super) fn pass_over(
        &self,
        observer: &dyn Observer,
        repository: &Repository,
        error: &RequestError,
    ) {
        let mut state = self.state();
        state.unwanted.insert(repository.clone());
        if is_of_host(&error.kind) {
            state.down.insert(repository.registry().into());
        }
        drop(state);
        self.tell(observer, repository, error.in_brief());
    }

    /// Tells once for each registry that its interface is of no use.
    pub(super) fn tell(&self, observer: &dyn Observer, repository: &Repository, reason: String) {
        let registry = repository.registry().to_string();
        if self.state().told.insert(registry.clone()) {
            observer.on_event(&Event::InventoryPassed { registry, reason });
        }
    }
}

/// Returns `true` if a failure is none of a single repository's.
fn is_of_host(kind: &ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::Unreachable { .. }
            | ErrorKind::Timeout
            | ErrorKind::Tls(_)
            | ErrorKind::Proxy { .. }
            | ErrorKind::Transport { .. }
            | ErrorKind::RateLimited { .. }
            | ErrorKind::UnsafeRealm { .. }
            | ErrorKind::Unsupported
    )
}

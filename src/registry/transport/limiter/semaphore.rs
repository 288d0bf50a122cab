use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::{Semaphore, SemaphorePermit};

/// A semaphore that can be made smaller while its slots are in use.
pub(super) struct ResizableSemaphore {
    semaphore: Semaphore,
    state: Mutex<SemaphoreState>,
}

struct SemaphoreState {
    /// How many slots there are, those in use included.
    there: usize,
    /// How many of them are taken away when they come free.
    owed: usize,
}

/// A slot in use, until it is dropped.
pub(super) struct SemaphoreSlot<'s> {
    slots: &'s ResizableSemaphore,
    /// None if the semaphore was closed, which nobody does.
    permit: Option<SemaphorePermit<'s>>,
}

impl ResizableSemaphore {
    pub(super) fn new(count: usize) -> Self {
        Self {
            semaphore: Semaphore::new(count),
            state: Mutex::new(SemaphoreState {
                there: count,
                owed: 0,
            }),
        }
    }

    fn state(&self) -> MutexGuard<'_, SemaphoreState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a free slot.
    pub(super) async fn take(&self) -> SemaphoreSlot<'_> {
        SemaphoreSlot {
            slots: self,
            permit: self.semaphore.acquire().await.ok(),
        }
    }

    /// Makes it as many slots; those in use that are too many go as they come free.
    pub(super) fn resize(&self, wanted: usize) {
        let mut state = self.state();
        let lasting = state.there - state.owed;
        if wanted > lasting {
            let kept = state.owed.min(wanted - lasting);
            state.owed -= kept;
            let new = wanted - lasting - kept;
            state.there += new;
            self.semaphore.add_permits(new);
        } else {
            let taken = self.semaphore.forget_permits(lasting - wanted);
            state.there -= taken;
            state.owed += lasting - wanted - taken;
        }
    }
}

impl Drop for SemaphoreSlot<'_> {
    fn drop(&mut self) {
        let mut state = self.slots.state();
        if state.owed > 0
            && let Some(permit) = self.permit.take()
        {
            state.owed -= 1;
            state.there -= 1;
            permit.forget();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_shrinks_as_slots_come_free_and_grows_at_once() {
        let slots = ResizableSemaphore::new(3);
        let free = || slots.semaphore.available_permits();
        let (one, two) = (slots.take().await, slots.take().await);
        slots.resize(1);
        assert_eq!(free(), 0);
        drop(one);
        assert_eq!(free(), 0, "one too many was in use");
        slots.resize(2);
        assert_eq!(free(), 1);
        slots.resize(1);
        assert_eq!(free(), 0);
        drop(two);
        assert_eq!(free(), 1);
        let used = slots.take().await;
        slots.resize(0);
        slots.resize(4);
        assert_eq!(free(), 3, "what was owed is kept");
        drop(used);
        assert_eq!(free(), 4);
    }
}

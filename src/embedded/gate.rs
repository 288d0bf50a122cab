use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{Notify, Semaphore};

/// A barrier at which an embedded registry holds requests until a test lets them on.
///
/// A clone is another handle to the same gate. With it a test sees how many requests are in flight
/// at once, or what happens during one, without looking at a clock.
#[derive(Clone, Debug)]
pub struct Gate {
    state: Arc<GateState>,
}

#[derive(Debug)]
struct GateState {
    passes: Semaphore,
    arrivals: AtomicUsize,
    arrived: Notify,
}

impl Default for Gate {
    fn default() -> Self {
        Self::new()
    }
}

impl Gate {
    /// Creates a closed gate.
    pub fn new() -> Self {
        Self {
            state: Arc::new(GateState {
                passes: Semaphore::new(0),
                arrivals: AtomicUsize::new(0),
                arrived: Notify::new(),
            }),
        }
    }

    /// Lets this many requests pass, those that wait or the next to come.
    pub fn let_through(&self, count: usize) {
        self.state.passes.add_permits(count);
    }

    /// Opens the gate for good.
    pub fn open(&self) {
        self.state.passes.close();
    }

    /// Returns how many requests have come to the gate so far, whether they passed it or not.
    pub fn arrivals(&self) -> usize {
        self.state.arrivals.load(Ordering::SeqCst)
    }

    /// Waits until this many requests have come to the gate.
    pub async fn arrived(&self, count: usize) {
        loop {
            let next = self.state.arrived.notified();
            if self.arrivals() >= count {
                return;
            }
            next.await;
        }
    }

    pub(super) async fn pass(&self) {
        self.state.arrivals.fetch_add(1, Ordering::SeqCst);
        self.state.arrived.notify_waiters();
        // An error means that the gate is open for good.
        if let Ok(permit) = self.state.passes.acquire().await {
            permit.forget();
        }
    }
}

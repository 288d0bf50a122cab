use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

/// Answers that are asked for once, however many ask at the same time.
///
/// An answer is kept as long as the map. If the one who asks is cancelled, the next one asks anew.
pub(super) struct Once<K, V> {
    cells: Mutex<HashMap<K, Arc<OnceCell<V>>>>,
}

impl<K: Eq + Hash, V: Clone> Once<K, V> {
    /// Returns the answer for a key, running `ask` if nobody has it or is at it.
    pub(super) async fn get(&self, key: K, ask: impl Future<Output = V>) -> V {
        let cell = self.cell(key);
        cell.get_or_init(|| ask).await.clone()
    }

    /// Returns the answer if it is there.
    pub(super) fn peek(&self, key: &K) -> Option<V> {
        let cells = self.cells.lock().unwrap_or_else(PoisonError::into_inner);
        cells.get(key)?.get().cloned()
    }

    /// Notes an answer that was found in another way.
    pub(super) fn note(&self, key: K, value: V) {
        // One that is already there is the same or as good.
        let _ = self.cell(key).set(value);
    }

    fn cell(&self, key: K) -> Arc<OnceCell<V>> {
        let mut cells = self.cells.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(cells.entry(key).or_default())
    }
}

impl<K, V> Default for Once<K, V> {
    fn default() -> Self {
        Self {
            cells: Mutex::default(),
        }
    }
}

impl<K, V> fmt::Debug for Once<K, V> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Once")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test]
    async fn many_ask_and_one_goes() {
        let once: Once<&str, usize> = Once::default();
        let calls = AtomicUsize::new(0);
        let ask = || async {
            tokio::task::yield_now().await;
            calls.fetch_add(1, Ordering::SeqCst)
        };
        let (first, second) = tokio::join!(once.get("a", ask()), once.get("a", ask()));
        assert_eq!((first, second), (0, 0));
        assert_eq!(once.get("b", ask()).await, 1);
        assert_eq!((once.peek(&"a"), once.peek(&"c")), (Some(0), None));
    }

    #[tokio::test]
    async fn who_is_cancelled_is_replaced() {
        let once: Once<&str, u8> = Once::default();
        {
            let mut forever = std::pin::pin!(once.get("a", std::future::pending()));
            let mut context = std::task::Context::from_waker(std::task::Waker::noop());
            assert!(forever.as_mut().poll(&mut context).is_pending());
        }
        assert_eq!(once.get("a", async { 7 }).await, 7);
    }
}

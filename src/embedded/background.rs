use std::io;
use std::ops::Deref;

use tokio::runtime::{Builder, Runtime};

use super::server::Registry;
use super::store::Store;

/// A [`Registry`] with a thread of its own, for code that is not asynchronous or blocks.
///
/// It must not be dropped within another runtime.
#[derive(Debug)]
pub struct Background {
    // Before the runtime, so that it is dropped first.
    registry: Registry,
    _runtime: Runtime,
}

impl Background {
    /// Starts an empty registry.
    ///
    /// # Errors
    ///
    /// If the thread cannot be started or no port of the loopback interface can be had.
    pub fn start() -> io::Result<Self> {
        Self::serving(Store::new())
    }

    /// Starts a registry that serves this store.
    ///
    /// # Errors
    ///
    /// If the thread cannot be started or no port of the loopback interface can be had.
    pub fn serving(store: Store) -> io::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("embedded-registry")
            .enable_all()
            .build()?;
        let registry = runtime.block_on(Registry::serving(store))?;
        Ok(Self {
            registry,
            _runtime: runtime,
        })
    }
}

impl Deref for Background {
    type Target = Registry;

    fn deref(&self) -> &Registry {
        &self.registry
    }
}

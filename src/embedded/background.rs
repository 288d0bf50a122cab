use std::future::Future;
use std::io;
use std::ops::Deref;

use tokio::runtime::{Builder, Runtime};

use super::answers::Answers;
use super::families::Profile;
use super::server::Registry;
use super::store::Store;

/// A [`Registry`] or [`Answers`] with a thread of its own, for code that is not asynchronous or blocks.
///
/// It must not be dropped within another runtime.
#[derive(Debug)]
pub struct Background<S = Registry> {
    // Before the runtime, so that it is dropped first.
    server: S,
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
        Self::of(Registry::serving(store))
    }

    /// Starts a registry that serves this store in the ways of a registry family.
    ///
    /// # Errors
    ///
    /// If the thread cannot be started or no port of the loopback interface can be had.
    pub fn profile(profile: &Profile, store: Store) -> io::Result<Self> {
        Self::of(profile.start(store))
    }
}

impl Background<Answers> {
    /// Starts a server that knows no answer yet.
    ///
    /// # Errors
    ///
    /// If the thread cannot be started or no port of the loopback interface can be had.
    pub fn answers() -> io::Result<Self> {
        Self::of(Answers::start())
    }
}

impl<S> Background<S> {
    fn of(start: impl Future<Output = io::Result<S>>) -> io::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("embedded-server")
            .enable_all()
            .build()?;
        let server = runtime.block_on(start)?;
        Ok(Self {
            server,
            _runtime: runtime,
        })
    }
}

impl<S> Deref for Background<S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.server
    }
}

use std::future::Future;
use std::io;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::rt::Executor;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::server::conn::auto;
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};

use super::answer::AnswerBody;

/// The largest body that may be uploaded.
pub(super) const LARGEST_UPLOAD: usize = 64 * 1024 * 1024;

/// Takes a free port of the loopback interface.
pub(super) async fn listen() -> io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await
}

/// A server of HTTP/1.1 and HTTP/2 without TLS; it ends, with all connections, when this is dropped.
#[derive(Debug)]
pub(super) struct Serving {
    accepting: JoinHandle<()>,
    connections: Tasks,
}

impl Serving {
    /// Answers every request that comes to a listener.
    pub(super) fn new<H, F>(listener: TcpListener, answer: H) -> Self
    where
        H: Fn(Request<Incoming>) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = io::Result<Response<AnswerBody>>> + Send + 'static,
    {
        let connections = Tasks::default();
        let accepting = tokio::spawn(accept(listener, answer, connections.clone()));
        Self {
            accepting,
            connections,
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.accepting.abort();
        self.connections.close();
    }
}

/// The tasks of all connections, which end with the registry; nothing after the end.
#[derive(Clone, Debug)]
struct Tasks {
    running: Arc<Mutex<Option<JoinSet<()>>>>,
}

impl Default for Tasks {
    fn default() -> Self {
        Self {
            running: Arc::new(Mutex::new(Some(JoinSet::new()))),
        }
    }
}

impl Tasks {
    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        if let Some(running) = self.lock().as_mut() {
            while running.try_join_next().is_some() {}
            running.spawn(task);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<JoinSet<()>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn close(&self) {
        let running = self.lock().take();
        // Dropped outside of the lock: a task that is dropped may hold a clone of this.
        drop(running);
    }
}

impl<F> Executor<F> for Tasks
where
    F: Future + Send + 'static,
{
    fn execute(&self, task: F) {
        self.spawn(async move {
            task.await;
        });
    }
}

async fn accept<H, F>(listener: TcpListener, answer: H, connections: Tasks)
where
    H: Fn(Request<Incoming>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = io::Result<Response<AnswerBody>>> + Send + 'static,
{
    loop {
        // A failed accept (a reset connection, no more descriptors) is no reason to stop.
        let Ok((stream, _)) = listener.accept().await else {
            tokio::task::yield_now().await;
            continue;
        };
        let answer = answer.clone();
        let executor = connections.clone();
        connections.spawn(async move {
            let service = service_fn(answer);
            // An error is the client going away, or a behaviour that breaks the connection.
            let _ended = auto::Builder::new(executor)
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

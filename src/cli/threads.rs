use std::io;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use tokio::runtime::{Builder, Handle, Runtime};

/// How long the end of a run waits for threads that still do something: enough to finish a file.
const LAST_WAIT: Duration = Duration::from_millis(100);
/// After how many turns of its tasks a thread looks at clocks and sockets.
const TURNS_BETWEEN_LOOKS: u32 = 4;
/// How often a thread that sleeps is woken to look at the clocks.
const TICK: Duration = Duration::from_millis(200);

/// The threads of a run, whose limits of time hold whatever servers and disks do.
///
/// Its end does not wait for what nobody can end: the lookup of a name that no name server answers, or the read
/// of a disk that has gone away. And while one server sends without end, which keeps a thread busy, the others
/// still see that its time is over.
pub(super) struct Threads {
    handle: Handle,
    /// There until the end.
    runtime: Option<Runtime>,
    /// Its end is the end of the ticks.
    _ticks: Sender<()>,
}

impl Threads {
    /// Starts them.
    pub(super) fn start() -> io::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .enable_all()
            .event_interval(TURNS_BETWEEN_LOOKS)
            .build()?;
        let handle = runtime.handle().clone();
        let (ticks, end) = mpsc::channel();
        let woken = handle.clone();
        // The thread that is busy may be the one that has looked at the clocks so far, and it wakes no other.
        thread::Builder::new().name("ticks".into()).spawn(move || {
            while end.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                woken.spawn(async {});
            }
        })?;
        Ok(Self {
            handle,
            runtime: Some(runtime),
            _ticks: ticks,
        })
    }

    /// Runs a task to its end.
    pub(super) fn run<T>(&self, task: impl Future<Output = T>) -> T {
        self.handle.block_on(task)
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(LAST_WAIT);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::time::Instant;

    use tokio::time::sleep;

    use super::*;

    #[test]
    fn the_end_does_not_wait_for_a_thread_that_is_stuck() {
        let (release, stuck) = channel::<()>();
        let (tell, is_there) = channel();
        let threads = Threads::start().unwrap();
        threads.handle.spawn_blocking(move || {
            tell.send(()).unwrap();
            stuck.recv()
        });
        is_there.recv().unwrap();
        let end = Instant::now();
        drop(threads);
        assert!(end.elapsed() < Duration::from_secs(5));
        drop(release);
    }

    #[test]
    fn clocks_are_looked_at_while_a_thread_is_busy() {
        let threads = Threads::start().unwrap();
        let (release, busy) = channel::<()>();
        threads.handle.spawn(async move {
            let _ = busy.recv_timeout(Duration::from_secs(10));
        });
        let start = Instant::now();
        threads.run(async { sleep(Duration::from_millis(300)).await });
        assert!(start.elapsed() < Duration::from_secs(5));
        drop(release);
    }
}

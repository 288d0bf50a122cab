//! The server of another program, which ends with the test.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);

/// A running server; it ends when this is dropped.
pub(crate) struct Service {
    child: Child,
    lines: Receiver<String>,
}

impl Service {
    /// Prepares to start a program, with nothing of the surrounding environment but the path.
    pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
        #[expect(clippy::disallowed_methods, reason = "it may be anywhere on the path")]
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut command = Command::new(program);
        command.env_clear().env("PATH", path);
        command
    }

    /// Starts one.
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("a started server");
        let stderr = child.stderr.take().expect("invariant: it is piped");
        let (sender, lines) = mpsc::channel();
        // It reads to the end, so that the server never waits for a full pipe.
        thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                let _nobody_listens = sender.send(line);
            }
        });
        Self { child, lines }
    }

    /// Waits for the line by which it says that it listens, which it writes to standard error.
    ///
    /// The error is all that it said, where it ends without or takes too long.
    pub(crate) fn wait_for(&self, words: &str) -> Result<String, String> {
        let mut seen = String::new();
        while let Ok(line) = self.lines.recv_timeout(PATIENCE) {
            if line.contains(words) {
                return Ok(line);
            }
            seen.push_str(&line);
            seen.push('\n');
        }
        Err(seen)
    }

    /// Asks it to end, and waits until it has written whatever it still had to.
    #[cfg(all(unix, feature = "cli"))]
    pub(crate) fn end(mut self) {
        let id = self.child.id().to_string();
        let asked = Command::new("kill").args(["-TERM", &id]).status();
        assert!(asked.expect("a status").success(), "it ended before");
        let _status = self.child.wait();
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // Both fail only if it has ended by itself.
        let _ended = self.child.kill();
        let _status = self.child.wait();
    }
}

/// Starts a server that is told its ports, which are so many and free: again with others if somebody was faster.
///
/// `start` starts it, or returns what it said where it does not listen.
pub(crate) fn on_free_ports<S>(count: usize, start: impl Fn(&[u16]) -> Result<S, String>) -> S {
    let mut said = String::new();
    for _ in 0..10 {
        match start(&free_ports(count)) {
            Ok(service) => return service,
            Err(reason) if reason.contains("in use") => said = reason,
            Err(reason) => panic!("it does not listen:\n{reason}"),
        }
    }
    panic!("no port was free:\n{said}");
}

fn free_ports(count: usize) -> Vec<u16> {
    let listen = |_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    // All are held until the last is known, so that they differ.
    let held: Vec<_> = (0..count).map(listen).collect();
    let port = |listener: &TcpListener| listener.local_addr().expect("an address").port();
    held.iter().map(port).collect()
}

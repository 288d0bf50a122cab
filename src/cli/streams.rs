use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex, PoisonError};

/// Where a command reads and writes.
pub struct Streams {
    pub(super) stdin: Box<dyn Read + Send>,
    pub(super) stdout: Box<dyn Write + Send>,
    pub(super) stderr: Box<dyn Write + Send>,
    pub(super) stdout_is_terminal: bool,
    pub(super) stderr_is_terminal: bool,
    captured: Option<Captured>,
}

#[derive(Clone, Default)]
struct Captured {
    stdout: Buffer,
    stderr: Buffer,
}

#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Buffer {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

impl Streams {
    /// Returns the streams of this process.
    pub fn of_process() -> Self {
        use std::io::IsTerminal as _;

        Self {
            stdin: Box::new(io::stdin()),
            stdout: Box::new(io::BufWriter::new(io::stdout())),
            stderr: Box::new(io::stderr()),
            stdout_is_terminal: io::stdout().is_terminal(),
            stderr_is_terminal: io::stderr().is_terminal(),
            captured: None,
        }
    }

    /// Returns streams that read these bytes and keep what is written.
    pub fn captured(stdin: &'static [u8]) -> Self {
        let captured = Captured::default();
        Self {
            stdin: Box::new(stdin),
            stdout: Box::new(captured.stdout.clone()),
            stderr: Box::new(captured.stderr.clone()),
            stdout_is_terminal: false,
            stderr_is_terminal: false,
            captured: Some(captured),
        }
    }

    /// Returns what was written to a captured standard output.
    pub fn stdout_text(&self) -> String {
        self.captured
            .as_ref()
            .map(|captured| captured.stdout.text())
            .unwrap_or_default()
    }

    /// Returns what was written to a captured standard error.
    pub fn stderr_text(&self) -> String {
        self.captured
            .as_ref()
            .map(|captured| captured.stderr.text())
            .unwrap_or_default()
    }
}

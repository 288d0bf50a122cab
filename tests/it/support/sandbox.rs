//! A fresh folder in which the program runs with an environment of its own.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(120);

/// Variables of the surrounding environment that programs need to run at all.
const KEPT: [&str; 4] = ["PATH", "SystemRoot", "TEMP", "TMPDIR"];

/// A temporary folder with an empty home beside it; both go when this is dropped.
pub(crate) struct Sandbox {
    folder: TempDir,
}

/// A run that is being prepared.
pub(crate) struct Run<'sandbox> {
    sandbox: &'sandbox Sandbox,
    program: &'sandbox OsStr,
    arguments: Vec<OsString>,
    variables: Vec<(String, OsString)>,
    input: Option<String>,
    folder: PathBuf,
}

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Output {
    /// The exit code.
    pub(crate) code: i32,
    /// All of the standard output.
    pub(crate) stdout: String,
    /// All of the standard error.
    pub(crate) stderr: String,
    command: String,
}

impl Sandbox {
    /// Makes an empty one.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let sandbox = Self { folder };
        fs::create_dir(sandbox.path()).expect("a folder to work in");
        fs::create_dir(sandbox.home()).expect("a home");
        sandbox
    }

    /// Returns the folder in which the program runs.
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    /// Returns the user's home.
    pub(crate) fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// Returns the folder of the content cache, which is not there before the first use.
    pub(crate) fn cache(&self) -> PathBuf {
        self.folder.path().join("cache")
    }

    /// Writes a file, with the folders above it.
    pub(crate) fn write(&self, file: impl AsRef<Path>, text: impl AsRef<[u8]>) -> &Self {
        let path = self.path().join(file);
        let above = path.parent().expect("a file in a folder");
        fs::create_dir_all(above).expect("a folder");
        fs::write(&path, text).expect("a written file");
        self
    }

    /// Reads a file.
    pub(crate) fn read(&self, file: impl AsRef<Path>) -> String {
        let path = self.path().join(file);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// Says whether a file or folder is there.
    pub(crate) fn exists(&self, file: impl AsRef<Path>) -> bool {
        self.path().join(file).exists()
    }

    /// Runs `imagelock` with these arguments.
    pub(crate) fn run<A: Into<OsString>>(&self, arguments: impl IntoIterator<Item = A>) -> Output {
        self.imagelock(arguments).run()
    }

    /// Prepares a run of `imagelock`.
    pub(crate) fn imagelock<A: Into<OsString>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
    ) -> Run<'_> {
        self.program(env!("CARGO_BIN_EXE_imagelock"), arguments)
    }

    /// Prepares a run of another program.
    pub(crate) fn program<'sandbox, A: Into<OsString>>(
        &'sandbox self,
        program: &'sandbox (impl AsRef<OsStr> + ?Sized),
        arguments: impl IntoIterator<Item = A>,
    ) -> Run<'sandbox> {
        Run {
            sandbox: self,
            program: program.as_ref(),
            arguments: arguments.into_iter().map(Into::into).collect(),
            variables: Vec::new(),
            input: None,
            folder: self.path(),
        }
    }

    /// Runs `git`, which must succeed, and returns what it printed.
    pub(crate) fn git<const N: usize>(&self, arguments: [&str; N]) -> String {
        let mut run = self.program("git", arguments);
        for role in ["AUTHOR", "COMMITTER"] {
            run = run
                .env(&format!("GIT_{role}_NAME"), "Test")
                .env(&format!("GIT_{role}_EMAIL"), "test@example.com")
                .env(&format!("GIT_{role}_DATE"), "2025-03-01T12:00:00Z");
        }
        run.env("GIT_CONFIG_NOSYSTEM", "1").run().exits(0).stdout
    }
}

impl Run<'_> {
    /// Sets a variable of the environment.
    pub(crate) fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.variables.push((name.to_owned(), value.into()));
        self
    }

    /// Gives it this standard input; without it, the input is empty.
    pub(crate) fn stdin(mut self, text: impl Into<String>) -> Self {
        self.input = Some(text.into());
        self
    }

    /// Runs it in this folder of the sandbox.
    pub(crate) fn directory(mut self, folder: impl AsRef<Path>) -> Self {
        self.folder = self.sandbox.path().join(folder);
        self
    }

    /// Runs it to its end.
    pub(crate) fn run(self) -> Output {
        let (stdout, stderr, code, command) = self.finish();
        let text = |bytes| {
            String::from_utf8(bytes)
                .unwrap_or_else(|error| panic!("{command} prints no UTF-8: {error}"))
        };
        Output {
            stdout: text(stdout),
            stderr: text(stderr),
            code,
            command,
        }
    }

    /// Runs it to its end, which must be a good one, and returns what it prints, which may be no text.
    pub(crate) fn bytes(self) -> Vec<u8> {
        let (stdout, stderr, code, command) = self.finish();
        let errors = String::from_utf8_lossy(&stderr);
        assert_eq!(code, 0, "the exit code of {command}: {errors}");
        stdout
    }

    /// Runs it to its end, while nobody reads what it complains; returns the exit code.
    pub(crate) fn unheard(self) -> i32 {
        let mut child = self.spawn(Stdio::piped());
        drop(child.stderr.take());
        child.wait().expect("a status").code().unwrap_or(-1)
    }

    /// Starts it, without input and unheard, and lets it run.
    pub(crate) fn start(self) -> Child {
        self.spawn(Stdio::null())
    }

    fn spawn(self, errors: Stdio) -> Child {
        let mut command = self.command();
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(errors);
        command.spawn().expect("a process")
    }

    fn command(&self) -> Command {
        let mut command = Command::new(self.program);
        command
            .args(&self.arguments)
            .current_dir(&self.folder)
            .env_clear();
        for name in KEPT {
            #[expect(clippy::disallowed_methods, reason = "a few are passed on")]
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command
            .env("HOME", self.sandbox.home())
            .env("USERPROFILE", self.sandbox.home())
            .env("IMAGELOCK_CACHE_DIR", self.sandbox.cache())
            .envs(self.variables.iter().cloned());
        command
    }

    fn finish(self) -> (Vec<u8>, Vec<u8>, i32, String) {
        let mut command = self.command();
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let name = format!("{command:?}");
        let mut child = command
            .spawn()
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let input = child.stdin.take().expect("invariant: it is piped");
        let text = self.input.unwrap_or_default();
        thread::spawn(move || {
            // A program that reads no input closes the pipe.
            let _closed = { input }.write_all(text.as_bytes());
        });
        let stdout = all_of(child.stdout.take().expect("invariant: it is piped"));
        let stderr = all_of(child.stderr.take().expect("invariant: it is piped"));
        let stdout = wait(&stdout, &mut child, &name);
        let stderr = wait(&stderr, &mut child, &name);
        let code = child.wait().expect("a status").code().unwrap_or(-1);
        (stdout, stderr, code, name)
    }
}

fn all_of(mut stream: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _broken = stream.read_to_end(&mut bytes);
        let _nobody_listens = sender.send(bytes);
    });
    receiver
}

fn wait(bytes: &Receiver<Vec<u8>>, child: &mut Child, name: &str) -> Vec<u8> {
    let Ok(bytes) = bytes.recv_timeout(PATIENCE) else {
        let _ended = child.kill();
        panic!("{name} does not end");
    };
    bytes
}

impl Output {
    /// Holds it to an exit code.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "the exit code of {self}");
        self
    }

    /// Holds it to a text somewhere in the standard output.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.stdout.contains(text), "stdout lacks {text:?}: {self}");
        self
    }

    /// Holds it to a text somewhere in the standard error.
    #[track_caller]
    pub(crate) fn complains(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "stderr lacks {text:?}: {self}");
        self
    }

    /// Holds it to the whole standard output.
    #[track_caller]
    pub(crate) fn prints(self, text: &str) -> Self {
        assert!(self.stdout == text, "stdout is not {text:?}: {self}");
        self
    }

    /// Holds it to a text that stands in neither output.
    #[track_caller]
    pub(crate) fn hides(self, text: &str) -> Self {
        let shown = self.stdout.contains(text) || self.stderr.contains(text);
        assert!(!shown, "{text:?} is shown: {self}");
        self
    }
}

impl std::fmt::Display for Output {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(formatter, "{} (exit code {})", self.command, self.code)?;
        writeln!(formatter, "--- stdout\n{}", self.stdout)?;
        write!(formatter, "--- stderr\n{}", self.stderr)
    }
}

#[test]
fn a_program_sees_its_folder_its_home_and_its_input() {
    let sandbox = Sandbox::new();
    sandbox.write("below/file.txt", "text\n");
    assert_eq!(sandbox.read("below/file.txt"), "text\n");
    assert!(!sandbox.exists("file.txt"));
    sandbox.run(["--version"]).exits(0).hides("panicked");
    sandbox.git(["init", "-q", "-b", "main"]);
    sandbox.git(["add", "-A"]);
    sandbox.git(["commit", "-q", "-m", "first"]);
    assert_eq!(sandbox.git(["log", "--format=%an %s"]), "Test first\n");
    let hash = sandbox
        .program("git", ["hash-object", "--stdin"])
        .directory("below")
        .env("GIT_TRACE", "1")
        .stdin("text\n")
        .run();
    hash.exits(0)
        .prints("8e27be7d6154a1f68ea9160ef0e18691d20560dc\n")
        .says("8e27")
        .complains("hash-object");
}

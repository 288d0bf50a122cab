//! Runs of the program in which one call goes wrong.

use std::fmt::{self, Display, Formatter};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::support::programs::{installed, runs};
use crate::support::sandbox::Sandbox;

/// What goes wrong.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fault {
    /// Nothing: the calls are counted.
    Nothing,
    /// Instead of the call of this number, the program is killed.
    Kill(usize),
    /// The call of this number does nothing and gives this error.
    Fail(usize, i32),
    /// No file grows beyond so many bytes: the rest of a write gives an error.
    Size(usize),
    /// The same, and the program is ended for trying.
    SizeOrDeath(usize),
}

impl Display for Fault {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => write!(formatter, "count"),
            Self::Kill(number) => write!(formatter, "kill={number}"),
            Self::Fail(number, error) => write!(formatter, "fail={number}:{error}"),
            Self::Size(bytes) => write!(formatter, "size={bytes}"),
            Self::SizeOrDeath(bytes) => write!(formatter, "size-kill={bytes}"),
        }
    }
}

/// A call on a file.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) name: String,
    pub(super) path: PathBuf,
}

/// How a run ended.
#[derive(Debug)]
pub(super) struct Ended {
    /// The exit code, or 128 and the number of the signal that ended it.
    pub(super) code: i32,
    pub(super) stderr: String,
    pub(super) calls: Vec<Call>,
    /// The call that went wrong.
    pub(super) hit: Option<Call>,
}

/// The built `fault.c`.
pub(super) struct Launcher(PathBuf);

impl Launcher {
    /// Builds it, unless there is no compiler or the system lets no program watch another.
    pub(super) fn get() -> Option<&'static Self> {
        static BUILT: OnceLock<Option<Launcher>> = OnceLock::new();
        BUILT
            .get_or_init(|| {
                let launcher = installed("cc").then(build)?;
                // Within some containers it is forbidden.
                runs(launcher.to_str()?, &["--version"]).then_some(Self(launcher))
            })
            .as_ref()
    }

    /// Runs `imagelock` in a sandbox.
    pub(super) fn run(&self, sandbox: &Sandbox, arguments: &[String], fault: Fault) -> Ended {
        let work = fs::canonicalize(sandbox.path()).unwrap();
        let folder = work.parent().unwrap();
        // Not in the sandbox, where calls are watched and files are looked at.
        let log = tempfile::NamedTempFile::new().unwrap();
        let text = |path: &Path| path.to_str().unwrap().to_string();
        let mut whole = vec![text(log.path()), text(folder), fault.to_string()];
        whole.push(env!("CARGO_BIN_EXE_imagelock").into());
        whole.extend_from_slice(arguments);
        let output = sandbox.program(&self.0, whole).run();
        assert_ne!(output.code, 125, "the launcher itself: {output}");
        let log = fs::read_to_string(log.path()).unwrap();
        let call = |line: &str| {
            let (name, path) = line.split_once(' ').unwrap();
            let (name, path) = (name.into(), path.into());
            Call { name, path }
        };
        let mut hits = log.lines().filter_map(|line| line.strip_prefix("hit "));
        Ended {
            code: output.code,
            stderr: output.stderr,
            calls: log
                .lines()
                .map(|line| call(line.strip_prefix("hit ").unwrap_or(line)))
                .collect(),
            hit: hits.next().map(call),
        }
    }
}

fn build() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let made = tempfile::Builder::new().tempfile_in(folder).unwrap();
    let made = made.into_temp_path();
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/faults/fault.c");
    let built = Command::new("cc")
        .args(["-std=gnu11", "-O1", "-Wall", "-Wextra", "-Werror", "-o"])
        .args([made.as_os_str(), source.as_ref()])
        .output()
        .unwrap();
    assert!(
        built.status.success(),
        "{}",
        String::from_utf8_lossy(&built.stderr)
    );
    // By a rename, so that no other process of the tests starts half of it.
    let launcher = folder.join("fault");
    made.persist(&launcher).unwrap();
    launcher
}

#[test]
fn the_call_that_was_named_goes_wrong_and_no_other() {
    let Some(launcher) = Launcher::get() else {
        return;
    };
    let run = |fault| {
        let sandbox = Sandbox::new();
        let ended = launcher.run(&sandbox, &["init".into()], fault);
        (ended, sandbox.exists("images.toml"))
    };
    let (whole, is_there) = run(Fault::Nothing);
    assert!(
        is_there && whole.code == 0 && whole.hit.is_none(),
        "{whole:?}"
    );
    let place = |name: &str| {
        whole
            .calls
            .iter()
            .position(|call| call.name == name)
            .unwrap()
    };
    for name in ["create", "write", "fsync", "rename"] {
        let number = place(name) + 1;
        let (killed, is_there) = run(Fault::Kill(number));
        assert_eq!((killed.code, is_there), (137, false), "{name}");
        assert_eq!(killed.hit.unwrap().name, name);
        assert_eq!(killed.calls.len(), number, "{name}");
        let (failed, is_there) = run(Fault::Fail(number, 28));
        assert_eq!((failed.code, is_there), (2, false), "{name}");
        assert_eq!(failed.hit.unwrap().name, name);
        assert!(
            failed.stderr.contains("os error 28"),
            "{name}: {}",
            failed.stderr
        );
    }
    let (ended, is_there) = run(Fault::SizeOrDeath(1));
    assert_eq!((ended.code, is_there), (153, false));
}

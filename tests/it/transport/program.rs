//! The program in a folder with a config of one image.

use imagelock::embedded::{Background, TestImage};

use crate::support::sandbox::{Output, Run, Sandbox};

/// A registry with one image, and a folder to work in.
pub(super) fn project() -> (Background, Sandbox) {
    let registry = Background::start().unwrap();
    registry
        .store()
        .publish("team/app", "1.0.0", &TestImage::new("app"));
    (registry, Sandbox::new())
}

/// Writes a config with one image and what its registry's table says.
pub(super) fn config(sandbox: &Sandbox, registry: &str, table: &str) {
    sandbox.write(
        "images.toml",
        format!(
            "version = 1\n\n[registries.\"{registry}\"]\n{table}\n\n[images]\napp = {{ image = \"{registry}/team/app\" }}\n"
        ),
    );
}

pub(super) fn lock(sandbox: &Sandbox) -> Run<'_> {
    sandbox.imagelock(["lock", "--retries", "0"])
}

/// Runs it, and holds it to an exit code, one error, and a folder that stays as it was.
#[track_caller]
pub(super) fn fails(run: Run<'_>, sandbox: &Sandbox, code: i32, error: &str) -> Output {
    let before = files(sandbox);
    let output = run.run().exits(code);
    assert_eq!(files(sandbox), before, "something was written: {output}");
    let errors = output.stderr.matches("error[").count();
    assert_eq!(errors, 1, "one error is shown: {output}");
    output
        .complains(&format!("error[{error}]"))
        .hides("panicked")
}

/// Returns the names in the folder, sorted.
fn files(sandbox: &Sandbox) -> Vec<String> {
    let entries = std::fs::read_dir(sandbox.path()).unwrap();
    let name = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().file_name();
    let mut names: Vec<_> = entries.map(name).collect();
    names.sort();
    names
        .into_iter()
        .map(|name| name.into_string().unwrap())
        .collect()
}

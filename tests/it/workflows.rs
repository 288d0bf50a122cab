//! The workflows and hooks in this repository, held to the tools that read them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::support::programs::installed;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns every workflow, also that of the examples, sorted, relative to the root.
fn workflows() -> Vec<PathBuf> {
    let folder = Path::new(".github/workflows");
    let mut files: Vec<_> = fs::read_dir(root().join(folder))
        .unwrap()
        .map(|entry| folder.join(entry.unwrap().file_name()))
        .collect();
    files.sort();
    assert!(files.len() >= 2, "{files:?}");
    files.push("examples/shards/github-actions.yml".into());
    files
}

/// Runs a program on files of the repository; what it finds is the failure.
#[track_caller]
fn passes(program: &str, arguments: &[&str], files: &[PathBuf]) {
    if !installed(program) {
        return;
    }
    let output = Command::new(program)
        .args(arguments)
        .args(files)
        .current_dir(root())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{program} finds:\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn workflows_follow_the_schema() {
    let schema = ["--builtin-schema", "vendor.github-workflows"];
    passes("check-jsonschema", &schema, &workflows());
}

#[test]
fn the_pipeline_of_gitlab_follows_the_schema() {
    let schema = [
        "--builtin-schema",
        "vendor.gitlab-ci",
        "--data-transform",
        "gitlab-ci",
    ];
    passes(
        "check-jsonschema",
        &schema,
        &["examples/shards/gitlab-ci.yml".into()],
    );
}

#[test]
fn workflows_mean_something() {
    passes("actionlint", &[], &workflows());
}

#[test]
fn workflows_are_safe() {
    passes("zizmor", &["--offline", "--no-progress"], &workflows());
}

#[test]
fn every_action_is_pinned_by_hash_and_shows_its_version() {
    for file in workflows() {
        let text = fs::read_to_string(root().join(&file)).unwrap();
        for line in text.lines().filter(|line| line.contains("uses: actions/")) {
            let (_, pin) = line.split_once('@').unwrap_or_default();
            let (hash, version) = pin.split_once(" # v").unwrap_or_default();
            let is_hash = hash.len() == 40 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
            assert!(is_hash && !version.is_empty(), "{}: {line}", file.display());
        }
    }
}

/// What is not named is the newest: a run could then use what nobody has tried on it.
#[test]
fn what_is_installed_has_this_version() {
    let mut files = workflows();
    files.push("examples/shards/gitlab-ci.yml".into());
    let version = env!("CARGO_PKG_VERSION");
    let named = format!("imagelock@{version}");
    let mut installs = 0;
    for file in files {
        let text = fs::read_to_string(root().join(&file)).unwrap();
        let has_default = text.contains(&format!("inputs.version || '{version}'"));
        for line in text.lines().filter(|line| line.contains("cargo install")) {
            installs += 1;
            let is_named =
                line.contains(&named) || line.contains("imagelock@$VERSION") && has_default;
            assert!(is_named, "{}: {line}", file.display());
        }
        for line in text
            .split("description: The version of imagelock\n")
            .skip(1)
        {
            let default = line.lines().nth(1).unwrap_or_default().trim();
            assert_eq!(default, format!("default: {version}"), "{}", file.display());
        }
    }
    assert_eq!(installs, 4);
}

#[test]
fn the_gate_waits_for_every_other_job() {
    let text = fs::read_to_string(root().join(".github/workflows/ci.yml")).unwrap();
    let (_, jobs) = text.split_once("\njobs:\n").unwrap();
    let names = jobs
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.strip_suffix(':'))
        .filter(|name| !name.starts_with([' ', '#']) && *name != "ci");
    let wanted = format!("needs: [{}]", names.collect::<Vec<_>>().join(", "));
    assert!(text.contains(&wanted), "the job `ci` lacks `{wanted}`");
}

#[test]
fn the_hooks_are_a_valid_manifest() {
    let manifest = PathBuf::from(".pre-commit-hooks.yaml");
    passes("pre-commit", &["validate-manifest"], &[manifest]);
}

//! The hooks of `.pre-commit-hooks.yaml`, run by the real `pre-commit`.

use std::ffi::OsString;
use std::path::Path;

use imagelock::embedded::{Background, Store, TestImage};
use imagelock::lock;

use super::support::programs::installed;
use super::support::sandbox::{Output, Sandbox};

const HOOKS: &str = include_str!("../../.pre-commit-hooks.yaml");

/// Makes a repository with our hooks beside one that uses a hook with the program under test.
fn repository_with(hook: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("hooks/.pre-commit-hooks.yaml", HOOKS);
    sandbox.git(["init", "-q", "-b", "main", "hooks"]);
    sandbox.git(["-C", "hooks", "add", "-A"]);
    sandbox.git(["-C", "hooks", "commit", "-q", "-m", "hooks"]);
    let revision = sandbox.git(["-C", "hooks", "rev-parse", "HEAD"]);
    let hooks = sandbox.path().join("hooks");
    let config = serde_json::json!({
        "repos": [{ "repo": hooks, "rev": revision.trim(), "hooks": [{ "id": hook }] }],
    });
    sandbox.write("project/.pre-commit-config.yaml", config.to_string());
    sandbox.git(["init", "-q", "-b", "main", "project"]);
    sandbox
}

/// Runs all hooks of the project on all that is in it.
fn pre_commit(sandbox: &Sandbox) -> Output {
    sandbox.git(["-C", "project", "add", "-A"]);
    let program = Path::new(env!("CARGO_BIN_EXE_imagelock"));
    let mut path = OsString::from(program.parent().expect("a folder"));
    #[expect(
        clippy::disallowed_methods,
        reason = "the hook runs what is found there"
    )]
    if let Some(rest) = std::env::var_os("PATH") {
        path.push(if cfg!(windows) { ";" } else { ":" });
        path.push(rest);
    }
    sandbox
        .program("pre-commit", ["run", "--all-files", "--color=never"])
        .directory("project")
        .env("PATH", path)
        .env("PRE_COMMIT_HOME", sandbox.home().join("pre-commit"))
        .run()
}

#[test]
fn check_passes_until_the_config_is_edited() {
    if !installed("pre-commit") {
        return;
    }
    let digest = format!("sha256:{}", "a".repeat(64));
    let sandbox = repository_with("imagelock-check-system");
    let config = "version = 1\n\n[images]\nnginx = \"^1.27\"\nredis = \"7.x\"\n";
    let lock = format!(
        r#"version = 1

[[image]]
name = "nginx"
image = "docker.io/library/nginx"
policy = "semver ^1.27"
tag = "1.27.5"
digest = "{digest}"

[[image]]
name = "redis"
image = "docker.io/library/redis"
policy = "semver 7.x"
tag = "7.4.1"
digest = "{digest}"
"#
    );
    let lock = lock::write(&lock::read("images.lock", &lock).unwrap());
    sandbox.write("project/images.toml", config);
    sandbox.write("project/images.lock", &lock);
    pre_commit(&sandbox).exits(0).says("Passed");

    sandbox.write("project/images.toml", config.replace("^1.27", "^1.28"));
    pre_commit(&sandbox)
        .exits(1)
        .says("Failed")
        .says("nginx")
        .hides("redis");
    assert_eq!(sandbox.read("project/images.lock"), lock);
}

#[test]
fn lock_brings_the_lock_in_line_and_says_that_it_did() {
    if !installed("pre-commit") {
        return;
    }
    let store = Store::new();
    for tag in ["1.27.5", "1.28.0"] {
        store.publish(
            "team/app",
            tag,
            &TestImage::new(tag).platforms(["linux/amd64"]),
        );
    }
    let registry = Background::serving(store).unwrap();
    let sandbox = repository_with("imagelock-lock-system");
    let config = format!(
        "version = 1\n\n[images]\napp = {{ image = \"{}/team/app\", constraint = \"~1.27\" }}\n",
        registry.address()
    );
    sandbox.write("project/images.toml", &config);
    pre_commit(&sandbox).exits(0);
    sandbox.git(["-C", "project", "add", "-A"]);
    let lock = sandbox.read("project/images.lock");
    assert!(lock.contains("tag = \"1.27.5\""), "{lock}");

    sandbox.write(
        "project/images.toml",
        config.replace("~1.27", "^1.27, >=1.28"),
    );
    pre_commit(&sandbox).exits(1).says("files were modified");
    let lock = sandbox.read("project/images.lock");
    assert!(lock.contains("tag = \"1.28.0\""), "{lock}");
    pre_commit(&sandbox).exits(0).says("Passed");
}

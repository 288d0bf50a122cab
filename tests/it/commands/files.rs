//! Which files are read and written: regular ones, of the repository, and never through a link.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use imagelock::embedded::sample;

use super::support::project;
use crate::support::sandbox::Sandbox;

const SECRET: &str = "C4n4ry-secret";

/// A repository beside a file of somebody's with a secret.
fn repository() -> Sandbox {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path().join(".git")).unwrap();
    fs::write(sandbox.home().join("secret"), format!("{SECRET}\n")).unwrap();
    fs::write(
        sandbox.path().join(".git/config"),
        format!("token = {SECRET} x\n"),
    )
    .unwrap();
    sandbox.write("images.toml", "version = 1\n[images]\n");
    sandbox
}

fn link(sandbox: &Sandbox, target: &str, name: &str) {
    let path = sandbox.path().join(name);
    let _absent = fs::remove_file(&path);
    symlink(target, path).unwrap();
}

#[test]
fn a_config_or_lock_that_leads_out_of_the_repository_is_not_read() {
    let sandbox = repository();
    for (target, words) in [
        ("../home/secret", "leads out of"),
        ("/proc/self/environ", "leads out of"),
        ("/dev/zero", "leads out of"),
        (".git/config", "in `.git`"),
        ("nowhere", "a link to nothing"),
    ] {
        for command in [
            &["check"][..],
            &["list"],
            &["diff", "images.lock", "images.lock"],
        ] {
            link(&sandbox, target, "images.lock");
            let output = sandbox
                .imagelock(command.iter().copied())
                .env("AAA", SECRET)
                .run();
            output
                .exits(2)
                .complains("error[io]")
                .complains(words)
                .hides(SECRET);
        }
        fs::remove_file(sandbox.path().join("images.lock")).unwrap();
        let other = Sandbox::new();
        fs::create_dir(other.path().join(".git")).unwrap();
        fs::write(other.path().join(".git/config"), SECRET).unwrap();
        fs::write(other.home().join("secret"), SECRET).unwrap();
        for name in ["images.toml", "images.json"] {
            link(&other, target, name);
            for command in ["check", "lock", "outdated"] {
                let output = other.imagelock([command]).env("AAA", SECRET).run();
                output
                    .exits(2)
                    .complains("error[io]")
                    .complains(words)
                    .hides(SECRET);
            }
            fs::remove_file(other.path().join(name)).unwrap();
        }
    }
}

#[test]
fn links_within_the_repository_are_followed() {
    let sandbox = repository();
    fs::rename(
        sandbox.path().join("images.toml"),
        sandbox.path().join("real.toml"),
    )
    .unwrap();
    link(&sandbox, "real.toml", "images.toml");
    sandbox.run(["lock"]).exits(0);
    let lock = sandbox.read("images.lock");
    sandbox.write("locks/real.lock", lock);
    link(&sandbox, "locks/real.lock", "images.lock");
    sandbox.run(["check"]).exits(0);
    sandbox.run(["lock"]).exits(0).complains("up to date");
}

#[test]
fn a_pipe_makes_nobody_wait() {
    let sandbox = repository();
    let pipe = |name: &str| {
        let made = sandbox.program("mkfifo", [name]).run();
        made.exits(0);
    };
    pipe("images.lock");
    sandbox.run(["check"]).exits(2).complains("it is a pipe");
    sandbox.run(["lock"]).exits(2).complains("it is a pipe");
    fs::remove_file(sandbox.path().join("images.lock")).unwrap();
    pipe("state.json");
    sandbox.write(
        "images.toml",
        "version = 1\n[registries.\"127.0.0.1:9\"]\nca-file = \"ca.pem\"\n\
         [images]\na = { image = \"127.0.0.1:9/a\", constraint = \"^1\" }\n",
    );
    pipe("ca.pem");
    let lock = sandbox.run(["lock", "--state", "state.json"]);
    lock.exits(2).complains("ca.pem: it is a pipe");
    sandbox.write(
        "images.toml",
        "version = 1\n[images]\na = { image = \"127.0.0.1:9/a\", constraint = \"^1\" }\n",
    );
    let lock = sandbox.run(["lock", "--state", "state.json"]);
    lock.exits(2).complains("state.json: it is a pipe");
    pipe("auth.json");
    let path = sandbox.path().join("auth.json");
    let lock = sandbox
        .imagelock(["auth", "status", "127.0.0.1:9"])
        .env("REGISTRY_AUTH_FILE", path)
        .run();
    lock.complains("it is a pipe");
    fs::remove_file(sandbox.path().join("images.toml")).unwrap();
    pipe("images.toml");
    sandbox.run(["check"]).exits(2).complains("it is a pipe");
}

#[test]
fn what_is_no_text_is_not_shown() {
    let sandbox = repository();
    for bytes in [
        &b"C4n4ry-secret\0 = \xff"[..],
        b"C4n4ry-secret\0",
        b"C4n4ry-secret = \x1b\xff",
    ] {
        sandbox.write("images.toml", bytes);
        sandbox
            .run(["check"])
            .exits(2)
            .complains("text")
            .hides(SECRET);
    }
}

#[test]
fn nothing_is_written_through_a_link() {
    let (registry, sandbox) = project();
    fs::create_dir(sandbox.path().join(".git")).unwrap();
    sample::news(registry.store());
    let before = sandbox.read("images.lock");
    let outside = sandbox.home().join("theirs");
    for target in ["../home/theirs", "theirs", "/dev/null", ".git/theirs"] {
        for option in ["--report=json=report", "--stats=json=report"] {
            link(&sandbox, target, "report");
            let output = sandbox.run(["update", "-n", option]);
            output.exits(2).complains("error[io]");
            let is_link = sandbox
                .path()
                .join("report")
                .symlink_metadata()
                .unwrap()
                .is_symlink();
            assert!(
                is_link && !outside.exists() && !sandbox.exists("theirs"),
                "{target}"
            );
        }
    }
    link(&sandbox, "../home", "house");
    let output = sandbox.run(["update", "--report", "json=house/report"]);
    output.exits(2).complains("leads out of");
    assert!(!sandbox.home().join("report").exists());
    // The report was looked at before anything changed.
    assert_eq!(sandbox.read("images.lock"), before);
    let init = Sandbox::new();
    link(&init, "../home/theirs", "images.toml");
    init.run(["init"])
        .exits(2)
        .complains("error[config-exists]");
    assert!(!init.home().join("theirs").exists());
}

#[test]
fn a_lock_is_not_written_through_a_link() {
    let (registry, sandbox) = project();
    sample::news(registry.store());
    let before = sandbox.read("images.lock");
    fs::rename(
        sandbox.path().join("images.lock"),
        sandbox.path().join("real.lock"),
    )
    .unwrap();
    link(&sandbox, "real.lock", "images.lock");
    sandbox.run(["check"]).exits(0);
    let update = sandbox.run(["update"]).exits(2);
    update
        .complains("error[lock-write]")
        .complains("it is a link");
    assert_eq!(sandbox.read("real.lock"), before);
}

#[test]
fn what_cannot_be_written_is_found_before_the_lock_changes() {
    let (registry, sandbox) = project();
    sample::news(registry.store());
    let before = sandbox.read("images.lock");
    fs::create_dir(sandbox.path().join("folder")).unwrap();
    for arguments in [
        ["update", "--report", "json=no/such/report.json"],
        ["update", "--report", "json=folder"],
        ["update", "--state", "no/such/state.json"],
        ["update", "--state", "/proc/state.json"],
    ] {
        sandbox
            .run(arguments)
            .exits(2)
            .complains("error[io]: cannot write");
        assert_eq!(sandbox.read("images.lock"), before, "{arguments:?}");
    }
}

#[test]
fn init_leaves_a_whole_config_or_none() {
    let sandbox = Sandbox::new();
    sandbox.write(".images.toml.imagelock.a1B2c3", "version");
    sandbox.run(["init"]).exits(0);
    assert!(!sandbox.exists(".images.toml.imagelock.a1B2c3"));
    sandbox
        .run(["check"])
        .exits(2)
        .complains("error[lock-missing]");
    let mode = fs::metadata(sandbox.path().join("images.toml"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o644);
    sandbox
        .run(["init"])
        .exits(2)
        .complains("error[config-exists]");
    assert_eq!(fs::read_dir(sandbox.path()).unwrap().count(), 1);
}

#[test]
fn what_killed_runs_left_is_tidied_by_the_next() {
    let (_registry, sandbox) = project();
    let left = ".images.lock.imagelock.a1B2c3";
    sandbox.write(left, "version = 1\n[[ima");
    sandbox.run(["check"]).exits(0);
    sandbox.run(["lock", "--dry-run"]).exits(0);
    assert!(sandbox.exists(left));
    sandbox.run(["lock"]).exits(0).complains("up to date");
    assert!(!sandbox.exists(left));
}

#[test]
fn ten_updates_at_the_same_time_all_succeed() {
    let (registry, sandbox) = project();
    sample::news(registry.store());
    let runs: Vec<_> = (0..10)
        .map(|_| sandbox.imagelock(["update"]).start())
        .collect();
    let codes: Vec<_> = runs
        .into_iter()
        .map(|mut run| run.wait().unwrap().code())
        .collect();
    assert_eq!(codes, [Some(0); 10]);
    assert!(sandbox.read("images.lock").contains("1.27.5"));
    sandbox.run(["check"]).exits(0);
    let names = fs::read_dir(sandbox.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    let mut names: Vec<_> = names.collect();
    names.sort();
    assert_eq!(names, ["images.lock", "images.toml"]);
}

#[test]
fn no_program_of_the_repository_is_run() {
    let sandbox = repository();
    sandbox.git(["init", "-q", "-b", "main"]);
    let ran = sandbox.home().join("ran");
    for name in ["git", "docker-credential-evil"] {
        let file = format!("bin/{name}");
        sandbox.write(&file, format!("#!/bin/sh\ntouch {}\n", ran.display()));
        let path = sandbox.path().join(file);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        symlink(&path, sandbox.path().join(name)).unwrap();
    }
    let config = "version = 1\n[registries.\"127.0.0.1:9\"]\nauth = { helper = \"evil\" }\n\
                  [images]\na = { image = \"127.0.0.1:9/a\", constraint = \"^1\" }\n";
    sandbox.write("images.toml", config);
    let here = sandbox.path().display().to_string();
    for first in ["", ".", "bin", here.as_str(), &format!("{here}/bin")] {
        let path = format!("{first}:/usr/local/bin:/usr/bin:/bin");
        let run = |arguments: &[&str]| {
            let run = sandbox.imagelock(arguments.iter().copied());
            run.env("PATH", &path).run()
        };
        run(&["auth", "status"])
            .exits(3)
            .complains("docker-credential-evil is not installed");
        run(&["diff", "HEAD"])
            .exits(2)
            .complains("neither a file nor a git revision");
        assert!(!ran.exists(), "{path}");
    }
}

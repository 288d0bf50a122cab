//! A project whose runs are divided, and what divides them.

use std::fmt::Write as _;
use std::fs;
use std::thread;

use imagelock::embedded::{Background, TestImage};

use crate::support::sandbox::{Output, Sandbox};

pub(super) const REPOSITORIES: usize = 24;

/// A project of two dozen repositories, of which two have two images, and four share a version.
pub(super) fn project() -> (Background, Sandbox) {
    let registry = Background::start().unwrap();
    let address = registry.address();
    let mut text = String::from("version = 1\n\n[images]\n");
    for number in 0..REPOSITORIES {
        for tag in ["1.0.0", "1.1.0"] {
            publish(&registry, number, tag);
        }
        let group = if number % 6 == 5 {
            ", group = \"together\", same-version = true"
        } else {
            ""
        };
        let _ = writeln!(
            text,
            "app-{number} = {{ image = \"{address}/team/app-{number}\", constraint = \"^1\"{group} }}"
        );
    }
    for number in [3, 4] {
        let _ = writeln!(
            text,
            "old-{number} = {{ image = \"{address}/team/app-{number}\", constraint = \"~1.0\" }}"
        );
    }
    let sandbox = Sandbox::new();
    sandbox.write("images.toml", text);
    (registry, sandbox)
}

pub(super) fn publish(registry: &Background, number: usize, tag: &str) {
    let image = TestImage::new(format!("app {number} {tag}"));
    let image = image.platforms(["linux/amd64", "linux/arm64"]);
    registry
        .store()
        .publish(&format!("team/app-{number}"), tag, &image);
}

pub(super) fn run_shard(sandbox: &Sandbox, command: &str, shard: &str) -> Output {
    sandbox.run([command, "--shard", shard])
}

/// Runs all shards at once, each a process.
pub(super) fn run_all(sandbox: &Sandbox, command: &str, count: usize) {
    thread::scope(|scope| {
        for number in 1..=count {
            scope.spawn(move || run_shard(sandbox, command, &format!("{number}/{count}")).exits(0));
        }
    });
}

pub(super) fn remove_parts(sandbox: &Sandbox) {
    for entry in fs::read_dir(sandbox.path()).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name().to_string_lossy().contains("-of-") {
            fs::remove_file(entry.path()).unwrap();
        }
    }
}

//! Shards that fail or are killed.

use std::fs;

use imagelock::embedded::{Behaviour, Gate};

use super::support::{project, run_shard};
use crate::support::sandbox::Sandbox;

fn files(sandbox: &Sandbox) -> Vec<String> {
    let entries = fs::read_dir(sandbox.path()).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[test]
fn a_shard_that_is_killed_loses_nothing_of_the_others() {
    let (registry, sandbox) = project();
    for shard in ["1/3", "3/3"] {
        run_shard(&sandbox, "lock", shard).exits(0);
    }
    let gate = Gate::new();
    registry.behave(Behaviour::always().wait_at(&gate));
    let mut child = sandbox.imagelock(["lock", "--shard", "2/3"]).start();
    tokio::runtime::Runtime::new()
        .unwrap()
        .block_on(gate.arrived(1));
    child.kill().unwrap();
    child.wait().unwrap();
    let there = ["images.lock.1-of-3", "images.lock.3-of-3", "images.toml"];
    assert_eq!(files(&sandbox), there, "nothing is half written");
    sandbox
        .run(["merge-shards"])
        .exits(2)
        .complains("error[shard-missing]")
        .complains("2/3")
        .complains("imagelock lock --shard 2/3");
    assert!(!sandbox.exists("images.lock"));
    gate.open();
    run_shard(&sandbox, "lock", "2/3").exits(0);
    sandbox.run(["merge-shards"]).exits(0);
    let merged = sandbox.read("images.lock");
    fs::remove_file(sandbox.path().join("images.lock")).unwrap();
    sandbox.run(["lock"]).exits(0);
    assert_eq!(sandbox.read("images.lock"), merged);
}

#[test]
fn what_fails_in_a_shard_fails_as_in_one_run() {
    let (registry, sandbox) = project();
    registry.store().remove_repository("team/app-9");
    let codes = |extra: &[&str]| {
        let mut codes: Vec<i32> = (1..=2)
            .map(|number| {
                let shard = format!("{number}/2");
                let arguments = ["lock", "--shard", &shard]
                    .into_iter()
                    .chain(extra.iter().copied());
                sandbox.run(arguments).code
            })
            .collect();
        codes.sort_unstable();
        codes
    };
    assert_eq!(codes(&[]), [0, 3]);
    assert_eq!(
        files(&sandbox).len(),
        2,
        "the part that failed is not written"
    );
    assert_eq!(codes(&["--keep-going"]), [0, 3]);
    sandbox
        .run(["merge-shards"])
        .exits(3)
        .complains("app-9")
        .complains("1 image not resolved");
    let merged = sandbox.read("images.lock");
    fs::remove_file(sandbox.path().join("images.lock")).unwrap();
    sandbox.run(["lock", "--keep-going"]).exits(3);
    assert_eq!(sandbox.read("images.lock"), merged);
}

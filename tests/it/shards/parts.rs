//! Which parts go together, and where they are.

use std::fs;

use imagelock::embedded::Behaviour;

use super::support::{project, run_shard};

#[test]
fn parts_of_different_runs_do_not_mix() {
    let (registry, sandbox) = project();
    sandbox.run(["lock"]).exits(0);
    for shard in ["1/2", "2/2"] {
        run_shard(&sandbox, "lock", shard).exits(0);
    }
    run_shard(&sandbox, "update", "1/2").exits(0);
    sandbox
        .run(["merge-shards"])
        .exits(2)
        .complains("by `update`")
        .complains("by `lock`");
    // A shard that fails leaves no part of an earlier run, and the right command is told.
    registry.behave(Behaviour::always().status(500));
    let failed = sandbox.run([
        "update",
        "--level",
        "patch",
        "--shard",
        "2/2",
        "--retries",
        "0",
    ]);
    failed.exits(3);
    registry.behave_well();
    let level = |shard| sandbox.run(["update", "--level", "patch", "--shard", shard]);
    level("1/2").exits(0);
    sandbox
        .run(["merge-shards"])
        .exits(2)
        .complains("imagelock update --level patch --shard 2/2");
    level("2/2").exits(0);
    // A guard is a part of the config as well.
    let config = sandbox.read("images.toml");
    sandbox.write(
        "images.toml",
        config.replace("[images]", "[defaults]\ncooldown = \"9 days\"\n[images]"),
    );
    sandbox
        .run(["merge-shards"])
        .exits(2)
        .complains("another config");
    sandbox.write("images.toml", config);
    sandbox.run(["merge-shards"]).exits(0);
}

#[test]
fn a_part_takes_nobodys_place() {
    let (_registry, sandbox) = project();
    sandbox.run(["lock"]).exits(0);
    let (config, lock) = (sandbox.read("images.toml"), sandbox.read("images.lock"));
    for place in ["images.lock", "images.toml"] {
        sandbox
            .run(["lock", "--shard", "1/1", "-o", place])
            .exits(2)
            .complains("error[shard-mismatch]")
            .complains("no part of a lock");
    }
    assert_eq!(sandbox.read("images.toml"), config);
    assert_eq!(sandbox.read("images.lock"), lock);
    sandbox
        .run(["lock", "--shard", "1/1", "-o", "nowhere/part"])
        .exits(2)
        .complains("no folder nowhere");
    run_shard(&sandbox, "lock", "1/1").exits(0);
    sandbox
        .run(["--lockfile", "images.lock.1-of-1", "check"])
        .exits(2)
        .complains("imagelock merge-shards");
}

#[test]
fn parts_are_found_where_artifacts_are_put() {
    let (_registry, sandbox) = project();
    for number in 1..=2 {
        let (folder, shard) = (format!("parts/shard-{number}"), format!("{number}/2"));
        fs::create_dir_all(sandbox.path().join(&folder)).unwrap();
        sandbox
            .run(["lock", "--shard", &shard, "-o", &folder])
            .exits(0);
    }
    sandbox
        .run(["merge-shards"])
        .exits(2)
        .complains("error[shard-missing]");
    sandbox.run(["merge-shards", "parts"]).exits(0);
    sandbox.run(["check"]).exits(0);
    sandbox.write(
        "images.toml",
        format!("{}more = \"^1\"\n", sandbox.read("images.toml")),
    );
    fs::remove_file(sandbox.path().join("images.lock")).unwrap();
    sandbox
        .run(["merge-shards", "parts"])
        .exits(2)
        .complains("another config");
    sandbox.run(["merge-shards", "images.toml"]).exits(2);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let (_registry, sandbox) = project();
    for wrong in ["0/3", "4/3", "3", "x"] {
        run_shard(&sandbox, "lock", wrong)
            .exits(2)
            .complains("such as 3/8");
    }
    sandbox.run(["lock", "--shard", "1/3", "--locked"]).exits(2);
    sandbox.run(["lock", "--output", "x"]).exits(2);
    sandbox
        .run(["update", "app-1", "--precise", "1.0.0", "--shard", "1/3"])
        .exits(2);
    sandbox
        .run(["lock", "--shard", "1/3", "--plan"])
        .exits(0)
        .says("requests");
}

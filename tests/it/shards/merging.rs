//! What the shards of a run come to together.

use std::fs;

use super::support::{REPOSITORIES, project, publish, remove_parts, run_all, run_shard};

#[test]
fn any_number_of_shards_gives_the_bytes_of_one_run() {
    let (registry, sandbox) = project();
    let (mut locked, mut updated) = (None, None);
    for count in [0, 1, 2, 8] {
        let divided = |command: &str| {
            if count == 0 {
                sandbox.run([command]).exits(0);
            } else {
                run_all(&sandbox, command, count);
                let merged = sandbox.run(["merge-shards"]).exits(0);
                merged
                    .complains("1.1.0")
                    .complains(&format!("from {count} part"));
                remove_parts(&sandbox);
            }
            sandbox.read("images.lock")
        };
        let first = divided("lock");
        assert_eq!(locked.get_or_insert(first.clone()), &first, "{count}");
        for number in 0..REPOSITORIES {
            publish(&registry, number, "1.2.0");
        }
        let second = divided("update");
        assert!(second.contains("1.2.0"));
        assert_eq!(updated.get_or_insert(second.clone()), &second, "{count}");
        fs::remove_file(sandbox.path().join("images.lock")).unwrap();
        for number in 0..REPOSITORIES {
            registry
                .store()
                .remove_tag(&format!("team/app-{number}"), "1.2.0");
        }
    }
}

#[test]
fn a_shard_tells_what_is_its_own_and_leaves_the_lock() {
    let (registry, sandbox) = project();
    sandbox.run(["lock"]).exits(0);
    let lock = sandbox.read("images.lock");
    publish(&registry, 7, "1.2.0");
    let told: Vec<String> = (1..=3)
        .map(|number| {
            run_shard(&sandbox, "update", &format!("{number}/3"))
                .exits(0)
                .stderr
        })
        .filter(|told| told.contains("Updating app-7"))
        .collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(sandbox.read("images.lock"), lock);
    sandbox
        .run(["merge-shards", "--dry-run"])
        .exits(0)
        .complains("Update app-7")
        .complains("images.lock was not written (dry run)");
    sandbox
        .run(["merge-shards", "--locked"])
        .exits(1)
        .complains("error[drift]");
    assert_eq!(sandbox.read("images.lock"), lock);
    sandbox
        .run(["merge-shards", "--format", "markdown"])
        .exits(0)
        .complains("Updating app-7")
        .complains("from 3 parts")
        .says("app-7");
    let merged = sandbox.read("images.lock");
    assert_ne!(merged, lock);
    sandbox
        .run(["merge-shards"])
        .exits(0)
        .complains("up to date");
    // Once the lock is another one, the parts are of no use.
    publish(&registry, 8, "1.2.0");
    sandbox.run(["update"]).exits(0);
    let newer = sandbox.read("images.lock");
    assert_ne!(newer, merged);
    sandbox
        .run(["merge-shards"])
        .exits(2)
        .complains("error[shard-mismatch]")
        .complains("another lock");
    assert_eq!(sandbox.read("images.lock"), newer);
}

//! One run divided among processes.

use std::fmt::Write as _;
use std::fs;
use std::process::Child;
use std::thread;

use imagelock::embedded::{Background, Behaviour, Gate, ImageSpec};

use crate::support::sandbox::{Output, Sandbox};

const REPOSITORIES: usize = 24;

/// A project of two dozen repositories, of which two have two images, and four share a version.
fn project() -> (Background, Sandbox) {
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

fn publish(registry: &Background, number: usize, tag: &str) {
    let image = ImageSpec::new(format!("app {number} {tag}"));
    let image = image.platforms(["linux/amd64", "linux/arm64"]);
    registry
        .store()
        .publish(&format!("team/app-{number}"), tag, &image);
}

fn run_shard(sandbox: &Sandbox, command: &str, shard: &str) -> Output {
    sandbox.run([command, "--shard", shard])
}

/// Runs all shards at once, each a process.
fn run_all(sandbox: &Sandbox, command: &str, count: usize) {
    thread::scope(|scope| {
        for number in 1..=count {
            scope.spawn(move || run_shard(sandbox, command, &format!("{number}/{count}")).exits(0));
        }
    });
}

fn remove_parts(sandbox: &Sandbox) {
    for entry in fs::read_dir(sandbox.path()).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name().to_string_lossy().contains("-of-") {
            fs::remove_file(entry.path()).unwrap();
        }
    }
}

fn files(sandbox: &Sandbox) -> Vec<String> {
    let entries = fs::read_dir(sandbox.path()).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

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

#[test]
fn a_shard_that_is_killed_loses_nothing_of_the_others() {
    let (registry, sandbox) = project();
    for shard in ["1/3", "3/3"] {
        run_shard(&sandbox, "lock", shard).exits(0);
    }
    let gate = Gate::new();
    registry.behave(Behaviour::always().wait_at(&gate));
    let mut child: Child = sandbox.imagelock(["lock", "--shard", "2/3"]).start();
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

/// Returns the text of an example, and its line that holds this, without what stands before the program's name.
fn line_of(example: &str, part: &str) -> String {
    let path = format!("{}/examples/shards/{example}", env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(path).unwrap();
    let line = text.lines().find(|line| line.contains(part)).unwrap();
    line[line.find("imagelock").unwrap()..].into()
}

/// Runs a line of a script as an engine does, with these variables.
#[cfg(unix)]
fn run_line(sandbox: &Sandbox, line: &str, variables: &[(&str, String)]) {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_imagelock"));
    let path = format!("{}:/usr/bin:/bin", program.parent().unwrap().display());
    let mut run = sandbox.program("sh", ["-ec", line]).env("PATH", path);
    for (name, value) in variables {
        run = run.env(name, value);
    }
    run.run().exits(0);
}

/// An engine's example, its example for merging, and the variables that it sets for a shard.
#[cfg(unix)]
type Engine<'e> = (
    &'e str,
    &'e str,
    &'e dyn Fn(usize) -> Vec<(&'static str, String)>,
);

#[cfg(unix)]
#[test]
fn the_examples_divide_a_run() {
    let number = |name: &'static str, first: usize| {
        move |number: usize| vec![(name, (number - 1 + first).to_string())]
    };
    let with_count = |name, count| {
        move |place: usize| {
            let mut variables = number(name, 1)(place);
            variables.push((count, "8".to_string()));
            variables
        }
    };
    let matrix = with_count("NUMBER", "COUNT");
    let parallel = with_count("CI_NODE_INDEX", "CI_NODE_TOTAL");
    let indexed = number("JOB_COMPLETION_INDEX", 0);
    let engines: [Engine<'_>; 3] = [
        ("github-actions.yml", "github-actions.yml", &matrix),
        ("gitlab-ci.yml", "gitlab-ci.yml", &parallel),
        ("kubernetes/shards.yaml", "kubernetes/merge.yaml", &indexed),
    ];
    let (_registry, sandbox) = project();
    sandbox.run(["lock"]).exits(0);
    let lock = sandbox.read("images.lock");
    for (shards, merge, variables) in engines {
        fs::remove_file(sandbox.path().join("images.lock")).unwrap();
        for place in 1..=8 {
            run_line(
                &sandbox,
                &line_of(shards, "imagelock update --shard"),
                &variables(place),
            );
        }
        assert!(!sandbox.exists("images.lock"), "{shards}");
        let here = sandbox.path();
        let parts = here.join("parts");
        fs::create_dir(&parts).unwrap();
        let temporary = [("RUNNER_TEMP", here.display().to_string())];
        if merge == "github-actions.yml" {
            run_line(&sandbox, "mv images.lock.*-of-* parts", &[]);
        }
        run_line(
            &sandbox,
            &line_of(merge, "imagelock merge-shards"),
            &temporary,
        );
        assert_eq!(sandbox.read("images.lock"), lock, "{shards}");
        fs::remove_dir_all(parts).unwrap();
        remove_parts(&sandbox);
    }
}

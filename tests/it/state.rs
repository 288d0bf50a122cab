//! The file of what was observed: kept, named, damaged, shared.

use std::fs;

use imagelock::embedded::{Background, Operation, TestImage};
use jiff::Timestamp;

use crate::support::sandbox::{Output, Sandbox};

struct World {
    registry: Background,
    sandbox: Sandbox,
}

impl World {
    fn new() -> Self {
        let world = Self {
            registry: Background::start().unwrap(),
            sandbox: Sandbox::new(),
        };
        for tag in ["1.0.0", "1.1.0", "1.2.0"] {
            world.publish("team/app", tag);
        }
        world
    }

    fn publish(&self, path: &str, tag: &str) {
        let created: Timestamp = "2026-03-01T08:00:00Z".parse().unwrap();
        let image = TestImage::new(format!("{path} {tag}")).created(created);
        self.registry.store().publish(path, tag, &image);
    }

    fn repository(&self, path: &str) -> String {
        format!("{}/{path}", self.registry.address())
    }

    /// Runs `tags --dates`, which loads and saves it.
    fn look(&self, options: &[&str]) -> Output {
        let repository = self.repository("team/app");
        let command = ["tags", "--dates", &repository];
        let arguments = options.iter().chain(&command);
        self.sandbox.run(arguments.copied())
    }

    fn usual(&self) -> std::path::PathBuf {
        self.sandbox.cache().join("observed.json")
    }
}

#[test]
fn a_run_notes_what_it_saw_and_the_next_one_asks_heads_alone() {
    let world = World::new();
    let first = world.look(&[]).exits(0);
    assert_eq!(world.registry.count(Operation::ManifestGet), 3);
    let text = fs::read_to_string(world.usual()).unwrap();
    assert!(text.contains(&world.repository("team/app")) && text.contains("\"1.1.0\": \"sha256:"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(world.sandbox.cache())
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(
            mode & 0o777,
            0o700,
            "names of private repositories are in it"
        );
    }
    world.registry.forget_requests();
    let second = world.look(&[]).exits(0);
    assert_eq!((second.stdout, second.stderr), (first.stdout, first.stderr));
    assert_eq!(world.registry.count(Operation::ManifestGet), 0);
    assert_eq!(world.registry.count(Operation::ManifestHead), 3);
    assert_eq!(
        fs::read_to_string(world.usual()).unwrap(),
        text,
        "nothing new"
    );
    // Cleaning the cache is no reason to forget.
    world.sandbox.run(["cache", "clean"]).exits(0);
    assert_eq!(fs::read_to_string(world.usual()).unwrap(), text);
}

#[test]
fn a_named_file_is_used_in_place_of_the_usual_one() {
    let world = World::new();
    world
        .look(&["--state", "state/observed.json"])
        .exits(2)
        .complains("cannot write state");
    fs::create_dir(world.sandbox.path().join("state")).unwrap();
    world.look(&["--state", "state/observed.json"]).exits(0);
    let repository = world.repository("team/app");
    let run = world.sandbox.imagelock(["tags", "--dates", &repository]);
    run.env("IMAGELOCK_STATE", "from-variable.json")
        .run()
        .exits(0);
    assert_eq!(
        world
            .sandbox
            .read("state/observed.json")
            .replace(char::is_numeric, ""),
        world
            .sandbox
            .read("from-variable.json")
            .replace(char::is_numeric, "")
    );
    assert!(!world.usual().exists());
}

#[test]
fn a_damaged_file_is_an_error_if_it_was_named_and_set_aside_if_not() {
    let world = World::new();
    let damaged = "{\n  \"version\": 1,\n  \"repositories\": {\n<<<<<<< ours\n";
    world.sandbox.write("observed.json", damaged);
    world
        .look(&["--state", "observed.json"])
        .exits(2)
        .complains("error[state-syntax]")
        .complains("observed.json:4:1");
    assert_eq!(world.sandbox.read("observed.json"), damaged);

    fs::create_dir_all(world.sandbox.cache()).unwrap();
    fs::write(world.usual(), damaged).unwrap();
    world
        .look(&[])
        .exits(0)
        .complains("warning[state-lost]")
        .complains("observed.json.damaged");
    let aside = world.sandbox.cache().join("observed.json.damaged");
    assert_eq!(fs::read_to_string(aside).unwrap(), damaged);
    assert_eq!(world.look(&[]).exits(0).stderr, "", "the new one is good");
}

#[test]
fn a_file_of_a_newer_release_is_left_alone() {
    let world = World::new();
    let newer = "{\"version\": 2, \"more\": []}\n";
    world.sandbox.write("observed.json", newer);
    world
        .look(&["--state", "observed.json"])
        .exits(2)
        .complains("error[state-version]")
        .complains("format version 2, and this release knows version 1");
    fs::create_dir_all(world.sandbox.cache()).unwrap();
    fs::write(world.usual(), newer).unwrap();
    let output = world.look(&[]).exits(0);
    output
        .complains("warning[state-lost]")
        .complains("it stays as it is");
    assert_eq!(fs::read_to_string(world.usual()).unwrap(), newer);
}

#[test]
fn what_a_killed_run_left_of_it_goes_with_the_next_one_that_has_nothing_to_note() {
    let world = World::new();
    let left = ".observed.json.imagelock.a1B2c3";
    world
        .sandbox
        .write("images.toml", "version = 1\n\n[images]\n");
    world.sandbox.write(left, "half");
    let lock = ["lock", "--state", "observed.json"];
    world
        .sandbox
        .run(lock.into_iter().chain(["--dry-run"]))
        .exits(0);
    assert!(world.sandbox.exists(left), "nothing is written");
    world.sandbox.run(lock).exits(0);
    assert!(!world.sandbox.exists(left));
}

#[test]
fn runs_at_the_same_time_lose_nothing_of_each_other() {
    let world = World::new();
    let repositories: Vec<String> = (0..6)
        .map(|number| {
            let path = format!("team/app-{number}");
            world.publish(&path, "1.0.0");
            world.repository(&path)
        })
        .collect();
    std::thread::scope(|scope| {
        for repository in &repositories {
            scope.spawn(|| world.sandbox.run(["tags", "--dates", repository]).exits(0));
        }
    });
    let text = fs::read_to_string(world.usual()).unwrap();
    for repository in &repositories {
        assert!(
            text.contains(&format!("\"{repository}\"")),
            "{repository} is not in {text}"
        );
    }
}

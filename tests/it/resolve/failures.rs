//! What fails, what that means for the rest, and that timing means nothing.

use std::fmt::Write as _;

use imagelock::embedded::Operation::{ManifestGet, Tags};
use imagelock::embedded::{Behaviour, Gate, Operation};
use imagelock::error::{Class, Code};
use imagelock::lock::{self, Lock};
use imagelock::resolve::{self, Intent, Options, Resolution};

use super::support::{World, done, lock_of, tags, update};

const THREE: &str = "
    a = { image = \"HOST/team/a\", constraint = \"^1\" }
    b = { image = \"HOST/team/b\", constraint = \"^1\" }
    c = { image = \"HOST/team/c\", constraint = \"^1\" }";

async fn three() -> (World, Lock) {
    let world = World::new().await;
    for path in ["team/a", "team/b", "team/c"] {
        world.index(path, "1.0.0");
    }
    let lock = world.lock(THREE, &Lock::default()).await;
    for path in ["team/a", "team/b", "team/c"] {
        world.index(path, "1.1.0");
    }
    (world, lock)
}

fn failed(resolution: &Resolution) -> Vec<(&str, Code)> {
    let failures = resolution.failures.iter();
    failures
        .map(|failure| (failure.name.as_str(), failure.diagnostic.code))
        .collect()
}

#[tokio::test]
async fn one_image_fails_and_the_others_move() {
    let (world, lock) = three().await;
    for operation in [Tags, ManifestGet] {
        world
            .registry
            .behave(Behaviour::on(operation).repository("team/b").status(403));
        let resolution = world.run(THREE, &lock, &update()).await;
        assert_eq!(failed(&resolution), [("b", Code::Denied)], "{operation:?}");
        assert_eq!(resolution.failures[0].class(), Class::Registry);
        assert_eq!(
            resolution.failures[0].diagnostic.subject.as_deref(),
            Some("b")
        );
        assert_eq!(tags(&resolution.images), ["a=1.1.0", "b=1.0.0", "c=1.1.0"]);
        assert_eq!(resolution.images[1], lock.images[1], "the old pin stays");
        world.registry.behave_well();
    }
}

#[tokio::test]
async fn a_new_image_that_fails_has_no_pin() {
    let (world, lock) = three().await;
    let images = format!("{THREE}\n    d = {{ image = \"HOST/team/d\" }}");
    let resolution = world.run(&images, &lock, &Intent::Lock).await;
    assert_eq!(failed(&resolution), [("d", Code::RepositoryNotFound)]);
    assert_eq!(resolution.images, lock.images);
}

#[tokio::test]
async fn an_image_that_moved_to_a_repository_that_fails_keeps_its_old_pin() {
    let (world, lock) = three().await;
    let images = THREE.replace("HOST/team/b", "HOST/elsewhere/b");
    let resolution = world.run(&images, &lock, &Intent::Lock).await;
    assert_eq!(failed(&resolution), [("b", Code::RepositoryNotFound)]);
    assert_eq!(resolution.images, lock.images);
}

#[tokio::test]
async fn failures_of_all_kinds_come_sorted() {
    let world = World::new().await;
    world.index("team/a", "1.0.0");
    world.index("team/c", "2.0.0");
    world.index("team/d", "1.0.0");
    world
        .registry
        .behave(Behaviour::on(ManifestGet).repository("team/d").body("{}"));
    let images = format!(
        "{THREE}
        d = {{ image = \"HOST/team/d\", constraint = \"^1\" }}
        e = {{ image = \"HOST/team/a\", tag = \"edge\" }}"
    );
    let resolution = world.run(&images, &Lock::default(), &Intent::Lock).await;
    assert_eq!(
        failed(&resolution),
        [
            ("b", Code::RepositoryNotFound),
            ("c", Code::NoTagFits),
            ("d", Code::DigestMismatch),
            ("e", Code::ManifestNotFound),
        ]
    );
    assert_eq!(tags(&resolution.images), ["a=1.0.0"]);
}

const ODD: [&str; 12] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];

/// Waits until a gated request was answered.
async fn answered(world: &World, operation: Operation, path: &str) {
    let is_answered = || {
        let requests = world.registry.requests().into_iter();
        let mut of_path =
            requests.filter(|one| one.operation == operation && one.repository == path);
        of_path.any(|one| one.status.is_some())
    };
    while !is_answered() {
        tokio::task::yield_now().await;
    }
}

/// Resolves with the answers of one kind coming in the reverse of the images' order.
async fn in_reverse(world: &World, images: &str, operation: Operation) -> Resolution {
    let gates: Vec<(String, Gate)> = ODD
        .iter()
        .map(|name| (format!("team/{name}"), Gate::new()))
        .collect();
    for (path, gate) in &gates {
        let behaviour = Behaviour::on(operation).repository(path).times(1);
        world.registry.behave(behaviour.wait_at(gate));
    }
    let plan = resolve::plan(&world.config(images), &Lock::default(), &Intent::Lock).unwrap();
    let client = world.builder().concurrency(64).build().unwrap();
    // A client makes its first request to a registry alone.
    world.index("team/first", "1");
    client.tags(&world.repository("team/first")).await.unwrap();
    world.registry.forget_requests();
    let release = async {
        world.registry.received(operation, ODD.len()).await;
        for (path, gate) in gates.iter().rev() {
            gate.open();
            answered(world, operation, path).await;
        }
    };
    let options = with_jobs(64);
    let (resolution, ()) = tokio::join!(resolve::resolve(plan, &client, &options), release);
    resolution
}

#[tokio::test]
async fn the_order_of_answers_and_the_number_of_jobs_change_no_byte() {
    let world = World::new().await;
    let mut images = String::new();
    for (number, name) in ODD.iter().enumerate() {
        let path = format!("team/{name}");
        world.index(&path, "1.0.0");
        // Some are passed over, and some fail.
        world.image(&path, "1.1.0", |image| match number % 3 {
            0 => image.platforms(["linux/s390x"]),
            _ => image.platforms(["linux/amd64", "linux/arm64", "linux/s390x"]),
        });
        let constraint = if number % 5 == 4 { "^2" } else { "^1" };
        writeln!(
            images,
            "{name} = {{ image = \"HOST/{path}\", constraint = \"{constraint}\", platforms = [\"linux/arm64\"] }}"
        ).unwrap();
        // A second image of the same repository, under a name far from the first.
        writeln!(
            images,
            "z{name} = {{ image = \"HOST/{path}\", constraint = \"^1\" }}"
        )
        .unwrap();
    }
    let plan = resolve::plan(&world.config(&images), &Lock::default(), &Intent::Lock).unwrap();
    let one = resolve::resolve(plan, &world.client(), &with_jobs(1)).await;
    assert_eq!(world.registry.most_in_flight(), 1);
    assert_eq!(one.images.len(), 22);
    assert_eq!(one.failures.len(), 2);
    assert_eq!(one.held.len(), 4 - 1, "`j` fails before it is looked at");
    for operation in [Tags, ManifestGet] {
        let many = in_reverse(&world, &images, operation).await;
        assert_eq!(many, one);
        let text = |resolution: Resolution| lock::write(&lock_of(resolution.images));
        assert_eq!(text(many), text(one.clone()), "{operation:?}");
        world.registry.behave_well();
    }
}

#[tokio::test]
async fn a_slow_image_does_not_hold_up_the_others() {
    let world = World::new().await;
    let gate = Gate::new();
    world.registry.behave(
        Behaviour::on(ManifestGet)
            .repository("team/a")
            .wait_at(&gate),
    );
    let mut images = String::new();
    for name in ODD {
        world.index(&format!("team/{name}"), "1.0.0");
        writeln!(images, "{name} = {{ image = \"HOST/team/{name}\" }}").unwrap();
    }
    let plan = resolve::plan(&world.config(&images), &Lock::default(), &Intent::Lock).unwrap();
    let client = world.client();
    let release = async {
        world.registry.received(ManifestGet, ODD.len()).await;
        gate.open();
    };
    let options = with_jobs(2);
    let (resolution, ()) = tokio::join!(resolve::resolve(plan, &client, &options), release);
    assert_eq!(done(resolution).images.len(), ODD.len());
}

#[tokio::test]
async fn a_slow_registry_does_not_hold_up_the_others() {
    let (slow, quick) = (World::new().await, World::new().await);
    let gate = Gate::new();
    slow.registry.behave(Behaviour::on(Tags).wait_at(&gate));
    for world in [&slow, &quick] {
        world.index("team/a", "1.0.0");
        world.index("team/b", "1.0.0");
    }
    let other = slow.registry.address();
    let images = format!(
        "a = {{ image = \"{other}/team/a\", constraint = \"^1\" }}
         b = {{ image = \"HOST/team/b\", constraint = \"^1\" }}
         c = {{ image = \"{other}/team/b\", constraint = \"^1\" }}"
    );
    let plan = resolve::plan(&quick.config(&images), &Lock::default(), &Intent::Lock).unwrap();
    let client = quick.client();
    let release = async {
        // The one is done to its end while the other has not even told its tags.
        quick.registry.received(ManifestGet, 1).await;
        assert_eq!(slow.registry.count(ManifestGet), 0);
        gate.open();
    };
    let options = with_jobs(64);
    let (resolution, ()) = tokio::join!(resolve::resolve(plan, &client, &options), release);
    let names: Vec<_> = resolution.images.iter().map(|pin| &pin.name).collect();
    assert_eq!(names, ["a", "b", "c"]);
}

#[tokio::test]
async fn registries_that_share_a_version_wait_for_each_other() {
    let (one, other) = (World::new().await, World::new().await);
    one.index("team/a", "1.1.0");
    one.index("team/a", "1.0.0");
    other.index("team/b", "1.0.0");
    let address = other.registry.address();
    let group = "constraint = \"^1\", group = \"g\", same-version = true";
    let images = format!(
        "a = {{ image = \"HOST/team/a\", {group} }}
         b = {{ image = \"{address}/team/b\", {group} }}"
    );
    let lock = done(one.run(&images, &Lock::default(), &Intent::Lock).await);
    assert_eq!(tags(&lock.images), ["a=1.0.0", "b=1.0.0"]);
}

fn with_jobs(jobs: usize) -> Options {
    Options {
        jobs,
        ..Options::new(jiff::Timestamp::UNIX_EPOCH)
    }
}

//! Members of a `same-version` group have one version, and move together or not at all.

use imagelock::config::{Config, Group};
use imagelock::embedded::Operation::{ManifestGet, Tags};
use imagelock::error::Code;
use imagelock::lock::{DriftKind, Lock, drift};
use imagelock::policy::{MissingAge, Rule};
use imagelock::resolve::{Intent, Resolution};

use super::support::{World, done, held, lock_of, tag, tags, update};

const GROUP: &str = "api = { image = \"HOST/team/api\", constraint = \"^1\" }\n\
    web = { image = \"HOST/team/web\", constraint = \"^1\", suffix = \"-alpine\" }";

fn config(world: &World, images: &str) -> Config {
    let mut config = world.config(images);
    for spec in &mut config.images {
        spec.group = Some(Group {
            name: "backend".into(),
            same_version: true,
        });
    }
    config
}

fn publish(world: &World, api: &str, web: &str) {
    for tag in api.split_whitespace() {
        world.index("team/api", tag);
    }
    for tag in web.split_whitespace() {
        world.index("team/web", tag);
    }
}

async fn run(world: &World, lock: &Lock, intent: &Intent) -> Resolution {
    world.run_config(&config(world, GROUP), lock, intent).await
}

fn codes(resolution: &Resolution) -> Vec<Code> {
    let failures = resolution.failures.iter();
    failures.map(|failure| failure.diagnostic.code).collect()
}

fn one(name: &str) -> Intent {
    Intent::Update {
        names: [name.to_owned()].into(),
    }
}

#[tokio::test]
async fn the_highest_version_that_all_have_is_chosen() {
    let world = World::new().await;
    publish(
        &world,
        "1.0.0 1.1.0 1.2.0",
        "1.0.0-alpine v1.1.0-alpine 1.3.0-alpine",
    );
    let first = run(&world, &Lock::default(), &Intent::Lock).await;
    assert_eq!(tags(&first.images), ["api=1.1.0", "web=v1.1.0-alpine"]);
    let lock = done(first);

    publish(&world, "", "1.2.0-alpine");
    for intent in [one("api"), one("web"), update()] {
        let resolution = run(&world, &lock, &intent).await;
        let pins = tags(&done(resolution).images);
        assert_eq!(pins, ["api=1.2.0", "web=1.2.0-alpine"], "{intent:?}");
    }
    let locked = run(&world, &lock, &Intent::Lock).await;
    assert_eq!(done(locked), lock, "locking moves nothing");
    assert_eq!(world.registry.requests(), []);
}

#[tokio::test]
async fn a_member_that_joins_takes_the_version_of_the_others() {
    let world = World::new().await;
    publish(&world, "1.0.0 1.1.0", "");
    let alone = GROUP.lines().next().unwrap();
    let lock = world.lock(alone, &Lock::default()).await;
    publish(&world, "1.2.0", "1.1.0-alpine 1.2.0-alpine");
    let resolution = run(&world, &lock, &Intent::Lock).await;
    assert_eq!(
        tags(&done(resolution).images),
        ["api=1.1.0", "web=1.1.0-alpine"]
    );

    // Where it has not that version, all move to one that it has.
    let world = World::new().await;
    publish(&world, "1.0.0 1.1.0", "");
    let lock = world.lock(alone, &Lock::default()).await;
    publish(&world, "1.2.0", "1.2.0-alpine");
    let resolution = run(&world, &lock, &Intent::Lock).await;
    assert_eq!(
        tags(&done(resolution).images),
        ["api=1.2.0", "web=1.2.0-alpine"]
    );
}

#[tokio::test]
async fn a_version_that_one_member_cannot_take_is_none_for_all() {
    let world = World::new().await;
    publish(&world, "1.0.0 1.1.0", "1.0.0-alpine");
    world.image("team/web", "1.1.0-alpine", |image| {
        image.platforms(["linux/amd64"])
    });
    let both = GROUP.replace(" }", ", platforms = [\"linux/arm64\"] }");
    let config = config(&world, &both);
    let resolution = world
        .run_config(&config, &Lock::default(), &Intent::Lock)
        .await;
    assert_eq!(
        held(&resolution),
        [
            "api 1.1.0: has a version that `web` cannot take",
            "web 1.1.0-alpine: lacks linux/arm64; it has linux/amd64",
        ]
    );
    let rules: Vec<Rule> = resolution.held.iter().map(|held| held.rule).collect();
    assert_eq!(rules, [Rule::Group, Rule::Platforms]);
    assert_eq!(
        tags(&done(resolution).images),
        ["api=1.0.0", "web=1.0.0-alpine"]
    );
    assert_eq!(world.registry.count(Tags), 2);
    assert_eq!(world.references(ManifestGet).len(), 4);
}

#[tokio::test]
async fn without_a_common_version_nothing_moves_and_the_versions_are_told() {
    let world = World::new().await;
    publish(&world, "1.0.0 1.2.0 1.4.0 1.6.0", "1.1.0-alpine");
    let resolution = run(&world, &Lock::default(), &Intent::Lock).await;
    assert_eq!(resolution.images, []);
    assert_eq!(codes(&resolution), [Code::NoCommonVersion; 2]);
    assert_eq!(
        resolution.failures[0].diagnostic.notes,
        ["api: 1.6.0, 1.4.0, 1.2.0 and 1 more", "web: 1.1.0-alpine"]
    );
}

#[tokio::test]
async fn if_one_member_fails_the_others_keep_their_pins() {
    let world = World::new().await;
    publish(&world, "1.0.0", "1.0.0-alpine");
    let lock = done(run(&world, &Lock::default(), &Intent::Lock).await);
    publish(&world, "1.1.0", "1.1.0-alpine");
    world.registry.store().remove_repository("team/web");
    let resolution = run(&world, &lock, &update()).await;
    assert_eq!(lock_of(resolution.images.clone()), lock);
    let [api, web] = &resolution.failures[..] else {
        panic!("{:?}", resolution.failures)
    };
    assert_eq!(api.diagnostic.code, Code::GroupFailed);
    assert!(api.diagnostic.message.contains("`web` failed"), "{api:?}");
    assert_eq!(web.diagnostic.code, Code::RepositoryNotFound);
}

#[tokio::test]
async fn a_precise_tag_takes_the_others_along() {
    let world = World::new().await;
    publish(
        &world,
        "1.0.0 1.1.0 1.2.0",
        "1.0.0-alpine 1.1.0-alpine 1.2.0-alpine",
    );
    let precise = Intent::Precise {
        name: "web".into(),
        tag: tag("1.1.0-alpine"),
    };
    let resolution = run(&world, &Lock::default(), &precise).await;
    assert_eq!(
        tags(&done(resolution).images),
        ["api=1.1.0", "web=1.1.0-alpine"]
    );
}

#[tokio::test]
async fn a_precise_tag_that_cannot_be_taken_fails_the_group() {
    let world = World::new().await;
    publish(&world, "1.0.0", "");
    world.image("team/web", "1.0.0-alpine", |image| {
        image.platforms(["linux/amd64"])
    });
    let config = config(
        &world,
        &GROUP.replace(" }", ", platforms = [\"linux/arm64\"] }"),
    );
    let precise = Intent::Precise {
        name: "web".into(),
        tag: tag("1.0.0-alpine"),
    };
    let resolution = world.run_config(&config, &Lock::default(), &precise).await;
    assert_eq!(
        codes(&resolution),
        [Code::GroupFailed, Code::PlatformMissing]
    );
    assert_eq!(resolution.images, []);
}

#[tokio::test]
async fn a_member_that_stays_keeps_its_digest_and_its_spelling() {
    let world = World::new().await;
    publish(&world, "1.0 1.1", "");
    let alone = GROUP.lines().next().unwrap();
    let lock = world.lock(alone, &Lock::default()).await;
    assert_eq!(tags(&lock.images), ["api=1.1"]);
    // Pushed again, in both spellings, while another member joins.
    world.image("team/api", "1.1", |image| {
        image.platforms(super::support::BOTH).label("build", "2")
    });
    publish(&world, "1.1.0", "1.1.0-alpine");
    let joined = done(run(&world, &lock, &Intent::Lock).await);
    assert_eq!(tags(&joined.images), ["api=1.1", "web=1.1.0-alpine"]);
    assert_eq!(joined.images[0], lock.images[0]);

    // Also where more platforms are asked of its digest, or its tag is gone.
    world.registry.store().remove_tag("team/api", "1.1");
    let both = GROUP.replace(" }", ", platforms = [\"linux/arm64\"] }");
    let config = config(&world, &both);
    let resolution = world.run_config(&config, &lock, &Intent::Lock).await;
    let joined = done(resolution);
    assert_eq!(tags(&joined.images), ["api=1.1", "web=1.1.0-alpine"]);
    assert_eq!(joined.images[0].digest, lock.images[0].digest);
}

#[tokio::test]
async fn a_member_that_gives_up_takes_the_others_with_it() {
    let world = World::new().await;
    publish(&world, "0.9.0", "0.9.0-alpine");
    let lock = {
        let older = GROUP.replace("^1", "^0.9");
        let config = config(&world, &older);
        done(
            world
                .run_config(&config, &Lock::default(), &Intent::Lock)
                .await,
        )
    };
    for minor in 0..30 {
        world.index("team/api", &format!("1.{minor}.0"));
        world.image("team/web", &format!("1.{minor}.0-alpine"), |image| {
            image.platforms(["linux/amd64"])
        });
    }
    let both = GROUP.replace(" }", ", platforms = [\"linux/arm64\"] }");
    let config = config(&world, &both);
    let resolution = world.run_config(&config, &lock, &Intent::Lock).await;
    assert_eq!(
        codes(&resolution),
        [Code::GroupFailed, Code::PlatformMissing]
    );
    assert_eq!(lock_of(resolution.images), lock);
}

#[tokio::test]
async fn a_precise_tag_takes_the_others_along_before_their_cooldown_is_over() {
    let world = World::new().await;
    publish(&world, "1.0.0", "1.0.0-alpine");
    let mut strict = config(&world, GROUP);
    for spec in &mut strict.images {
        spec.guards.cooldown = Some(jiff::SignedDuration::from_hours(72));
        spec.guards.on_missing_age = MissingAge::Hold;
    }
    let none = Lock::default();
    let fresh = world.run_config(&strict, &none, &Intent::Lock).await;
    let codes = fresh.failures.iter().map(|failure| failure.diagnostic.code);
    assert_eq!(codes.collect::<Vec<_>>(), [Code::TooYoung; 2]);

    let precise = Intent::Precise {
        name: "web".into(),
        tag: tag("1.0.0-alpine"),
    };
    let resolution = world.run_config(&strict, &none, &precise).await;
    assert_eq!(
        tags(&done(resolution).images),
        ["api=1.0.0", "web=1.0.0-alpine"]
    );
}

#[tokio::test]
async fn a_divided_group_is_a_drift_that_locking_mends() {
    let world = World::new().await;
    publish(&world, "1.0.0 1.1.0", "1.0.0-alpine 1.1.0-alpine");
    let apart = |version: &str| {
        GROUP.replace(
            "constraint = \"^1\", suffix",
            &format!("constraint = \"{version}\", suffix"),
        )
    };
    let lock = world.lock(&apart("1.0"), &Lock::default()).await;
    assert_eq!(tags(&lock.images), ["api=1.1.0", "web=1.0.0-alpine"]);
    let lock = done(world.run(GROUP, &lock, &Intent::Lock).await);
    let config = config(&world, GROUP);
    let drifts = drift(&config, &lock);
    assert!(
        matches!(&drifts[..], [one] if one.name == "web" && matches!(one.kind, DriftKind::Group { .. })),
        "{drifts:?}"
    );
    let resolution = world.run_config(&config, &lock, &Intent::Lock).await;
    let mended = done(resolution);
    assert_eq!(tags(&mended.images), ["api=1.1.0", "web=1.1.0-alpine"]);
    assert_eq!(drift(&config, &mended), []);
}

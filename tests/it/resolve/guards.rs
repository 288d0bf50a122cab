//! What holds between one pin and the next: moved digests and vanished tags.

use imagelock::config::Config;
use imagelock::embedded::Operation::{ManifestGet, ManifestHead, Tags};
use imagelock::error::{Class, Code};
use imagelock::lock::Lock;
use imagelock::policy::{DigestUpdates, Guards, Rule};
use imagelock::resolve::{Intent, Resolution};

use super::support::{World, asked, done, held, lock_of, tags, update};

const APP: &str = "app = { image = \"HOST/team/app\", constraint = \"^1\" }";

fn guarded(world: &World, guards: Guards) -> Config {
    let mut config = world.config(APP);
    config.images[0].guards = guards;
    config
}

fn immutable() -> Guards {
    Guards {
        immutable: true,
        ..Guards::default()
    }
}

fn digest_updates(digest_updates: DigestUpdates) -> Guards {
    Guards {
        digest_updates,
        ..Guards::default()
    }
}

/// Locks 1.0.0, pushes that tag again, and updates under the guards.
async fn pushed_again(
    world: &World,
    guards: Guards,
    push: impl FnOnce(&World),
) -> (Lock, Resolution) {
    world.index("team/app", "1.0.0");
    let lock = world.lock(APP, &Lock::default()).await;
    push(world);
    let config = guarded(world, guards);
    let resolution = world.run_config(&config, &lock, &update()).await;
    (lock, resolution)
}

/// Pushes other images under the tag.
fn rebuilt(world: &World) {
    world.image("team/app", "1.0.0", |image| {
        image.platforms(super::support::BOTH).label("build", "2")
    });
}

/// Pushes an index with one more platform under the tag; the others' images are the same.
fn extended(world: &World) {
    world.image("team/app", "1.0.0", |image| {
        image.platforms(["linux/amd64", "linux/arm64", "linux/s390x"])
    });
}

#[tokio::test]
async fn an_immutable_tag_that_moved_is_refused_and_the_pin_stays() {
    let world = World::new().await;
    let (lock, resolution) = pushed_again(&world, immutable(), rebuilt).await;
    let [failure] = &resolution.failures[..] else {
        panic!("{:?}", resolution.failures)
    };
    assert_eq!(failure.diagnostic.code, Code::TagMoved);
    assert_eq!(failure.class(), Class::Policy);
    assert_eq!(resolution.images, lock.images);

    // A tag that stays where it is, and a new one, are no trouble.
    let world = World::new().await;
    let (_, resolution) = pushed_again(&world, immutable(), |world| {
        world.index("team/app", "1.1.0");
    })
    .await;
    assert_eq!(tags(&done(resolution).images), ["app=1.1.0"]);
}

#[tokio::test]
async fn an_immutable_tag_that_moved_is_not_left_for_a_newer_one() {
    let world = World::new().await;
    let (lock, resolution) = pushed_again(&world, immutable(), |world| {
        rebuilt(world);
        world.index("team/app", "1.1.0");
    })
    .await;
    assert_eq!(resolution.failures[0].diagnostic.code, Code::TagMoved);
    assert_eq!(resolution.images, lock.images);
}

#[tokio::test]
async fn a_rebuild_is_followed_and_another_index_of_the_same_images_is_not() {
    let only = || digest_updates(DigestUpdates::RebuildOnly);
    let world = World::new().await;
    let (lock, resolution) = pushed_again(&world, only(), extended).await;
    assert_eq!(resolution.images, lock.images);
    assert_eq!(resolution.held.len(), 1);
    assert_eq!(resolution.held[0].rule, Rule::DigestUpdates);
    done(resolution);

    let world = World::new().await;
    let (lock, resolution) = pushed_again(&world, only(), rebuilt).await;
    assert_ne!(resolution.images[0].digest, lock.images[0].digest);
    assert_eq!(held(&resolution), [""; 0]);
}

#[tokio::test]
async fn a_pin_that_never_follows_its_tag_does_not_ask_for_it() {
    let world = World::new().await;
    let never = digest_updates(DigestUpdates::Never);
    let (lock, resolution) = pushed_again(&world, never, rebuilt).await;
    assert_eq!(done(resolution), lock);
    assert_eq!(world.asked(), asked([(Tags, 1)]));
}

#[tokio::test]
async fn a_moved_tag_that_lost_a_platform_leaves_the_pin_where_it_is() {
    let world = World::new().await;
    let both = "app = { image = \"HOST/team/app\", constraint = \"^1\", platforms = [\"linux/amd64\", \"linux/arm64\"] }";
    world.index("team/app", "1.0.0");
    world.index("team/app", "1.1.0");
    let lock = world.lock(both, &Lock::default()).await;
    world.image("team/app", "1.1.0", |image| {
        image.platforms(["linux/amd64"])
    });
    let resolution = world.run(both, &lock, &update()).await;
    assert_eq!(
        held(&resolution),
        ["app 1.1.0: lacks linux/arm64; it has linux/amd64"]
    );
    assert_eq!(done(resolution), lock);
    assert_eq!(
        world.asked(),
        asked([(Tags, 1), (ManifestHead, 1), (ManifestGet, 1)])
    );
}

#[tokio::test]
async fn a_pinned_tag_that_vanished_is_told() {
    let world = World::new().await;
    world.index("team/app", "1.0.0");
    let lock = world.lock(APP, &Lock::default()).await;
    world.registry.store().remove_tag("team/app", "1.0.0");
    world.index("team/app", "1.2.0");
    let resolution = world.run(APP, &lock, &update()).await;
    let [notice] = &resolution.warnings[..] else {
        panic!("{:?}", resolution.warnings)
    };
    assert_eq!(notice.code, Code::PinnedTagGone);
    assert_eq!(notice.subject.as_deref(), Some("app"));
    assert!(notice.message.contains("1.0.0"), "{notice:?}");
    assert_eq!(tags(&done(resolution).images), ["app=1.2.0"]);
}

#[tokio::test]
async fn locking_asks_for_no_moved_digest() {
    let world = World::new().await;
    world.index("team/app", "1.0.0");
    let lock = world.lock(APP, &Lock::default()).await;
    rebuilt(&world);
    let config = guarded(&world, immutable());
    let resolution = world.run_config(&config, &lock, &Intent::Lock).await;
    assert_eq!(lock_of(resolution.images), lock);
    assert_eq!(world.asked(), asked([]));
}

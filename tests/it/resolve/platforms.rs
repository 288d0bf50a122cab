//! Tags that lack a required platform.

use imagelock::embedded::Operation::{ManifestGet, ManifestHead, Tags};
use imagelock::error::{Class, Code};
use imagelock::lock::Lock;
use imagelock::resolve::Intent;

use super::support::{BOTH, World, asked, done, held, lock_of, platforms, tag, tags, update};

const APP: &str = "app = { image = \"HOST/team/app\", constraint = \"^1\", platforms = [\"linux/amd64\", \"linux/arm64\"] }";

const NARROW: &str =
    "app = { image = \"HOST/team/app\", constraint = \"^1\", platforms = [\"linux/amd64\"] }";

const EDGE: &str = "app = { image = \"HOST/team/app\", tag = \"edge\", platforms = [\"linux/amd64\", \"linux/arm64\"] }";

fn only_amd64(world: &World, tag: &str) {
    world.image("team/app", tag, |image| image.platforms(["linux/amd64"]));
}

#[tokio::test]
async fn a_tag_without_a_required_platform_is_passed_over() {
    let world = World::new().await;
    world.index("team/app", "1.0.0");
    only_amd64(&world, "1.1.0");
    world.image("team/app", "1.2.0", |image| image.platform("linux/arm64"));
    let resolution = world.run(APP, &Lock::default(), &Intent::Lock).await;
    assert_eq!(
        held(&resolution),
        [
            "app 1.1.0: lacks linux/arm64; it has linux/amd64",
            "app 1.2.0: lacks linux/amd64; it has linux/arm64",
        ]
    );
    assert_eq!(tags(&done(resolution).images), ["app=1.0.0"]);
    assert_eq!(world.registry.count(Tags), 1, "the list is asked for once");
    assert_eq!(world.references(ManifestGet), ["1.2.0", "1.1.0", "1.0.0"]);
}

#[tokio::test]
async fn a_pin_stays_where_only_unfit_tags_are_newer() {
    let world = World::new().await;
    world.index("team/app", "1.0.0");
    let lock = world.lock(APP, &Lock::default()).await;
    only_amd64(&world, "1.1.0");
    let resolution = world.run(APP, &lock, &update()).await;
    assert_eq!(resolution.held.len(), 1);
    assert_eq!(done(resolution), lock);
    assert_eq!(
        world.asked(),
        asked([(Tags, 1), (ManifestGet, 1), (ManifestHead, 1)])
    );
}

#[tokio::test]
async fn when_no_tag_has_them_every_reason_is_told() {
    let world = World::new().await;
    only_amd64(&world, "1.0.0");
    only_amd64(&world, "1.1.0");
    world.index("team/app", "2.0.0");
    let resolution = world.run(APP, &Lock::default(), &Intent::Lock).await;
    assert!(resolution.images.is_empty() && resolution.held.is_empty());
    let [failure] = &resolution.failures[..] else {
        panic!("{:?}", resolution.failures)
    };
    assert_eq!(failure.diagnostic.code, Code::NoTagFits);
    assert_eq!(failure.class(), Class::Policy);
    for note in [
        "1.0.0 lacks linux/arm64; it has linux/amd64",
        "1.1.0 lacks linux/arm64; it has linux/amd64",
    ] {
        assert!(
            failure.diagnostic.notes.iter().any(|said| said == note),
            "{failure:?}"
        );
    }
}

#[tokio::test]
async fn a_followed_tag_is_never_left() {
    let world = World::new().await;
    only_amd64(&world, "edge");
    world.index("team/app", "1.0.0");
    let resolution = world.run(EDGE, &Lock::default(), &Intent::Lock).await;
    let failure = &resolution.failures[0];
    assert_eq!(failure.diagnostic.code, Code::PlatformMissing);
    let message = &failure.diagnostic.message;
    assert!(
        message.ends_with("team/app:edge lacks linux/arm64; it has linux/amd64"),
        "{message}"
    );
    assert_eq!(world.asked(), asked([(ManifestGet, 1)]));
}

#[tokio::test]
async fn a_precise_tag_is_never_replaced() {
    let world = World::new().await;
    only_amd64(&world, "1.1.0");
    world.index("team/app", "1.0.0");
    let intent = Intent::Precise {
        name: "app".into(),
        tag: tag("1.1.0"),
    };
    let resolution = world.run(APP, &Lock::default(), &intent).await;
    assert_eq!(
        resolution.failures[0].diagnostic.code,
        Code::PlatformMissing
    );
}

#[tokio::test]
async fn passing_over_has_an_end() {
    let world = World::new().await;
    for patch in 0..40 {
        only_amd64(&world, &format!("1.0.{patch}"));
    }
    let resolution = world.run(APP, &Lock::default(), &Intent::Lock).await;
    let failure = &resolution.failures[0];
    assert_eq!(failure.class(), Class::Policy);
    assert!(
        failure
            .diagnostic
            .message
            .starts_with("the 26 best tags of"),
        "{failure:?}"
    );
    assert_eq!(failure.diagnostic.notes.len(), 11);
    assert_eq!(failure.diagnostic.notes[10], "and 16 more");
    assert_eq!(world.asked(), asked([(Tags, 1), (ManifestGet, 26)]));
}

#[tokio::test]
async fn a_pin_without_a_newly_required_platform_gives_way() {
    let world = World::new().await;
    world.index("team/app", "1.0.0");
    only_amd64(&world, "1.1.0");
    let lock = world.lock(NARROW, &Lock::default()).await;
    assert_eq!(tags(&lock.images), ["app=1.1.0"]);
    let resolution = world.run(APP, &lock, &Intent::Lock).await;
    assert_eq!(resolution.held.len(), 1);
    assert_eq!(tags(&done(resolution).images), ["app=1.0.0"]);

    // The tag has the platform by now.
    let rebuilt = world.index("team/app", "1.1.0");
    let resolution = world.run(APP, &lock, &Intent::Lock).await;
    let new = done(resolution);
    assert_eq!(tags(&new.images), ["app=1.1.0"]);
    assert_eq!(new.images[0].digest, rebuilt);
}

#[tokio::test]
async fn a_pin_without_a_newly_required_platform_fails_where_nothing_has_it() {
    let world = World::new().await;
    only_amd64(&world, "1.0.0");
    let lock = world.lock(NARROW, &Lock::default()).await;
    let resolution = world.run(APP, &lock, &Intent::Lock).await;
    assert_eq!(resolution.failures[0].diagnostic.code, Code::NoTagFits);
    assert_eq!(resolution.images, lock.images, "the old pin stays");

    only_amd64(&world, "edge");
    let narrow =
        "app = { image = \"HOST/team/app\", tag = \"edge\", platforms = [\"linux/amd64\"] }";
    let lock = world.lock(narrow, &Lock::default()).await;
    let resolution = world.run(EDGE, &lock, &Intent::Lock).await;
    assert_eq!(
        resolution.failures[0].diagnostic.code,
        Code::PlatformMissing
    );
}

#[tokio::test]
async fn platforms_that_were_cut_from_the_lock_by_hand_come_back() {
    let world = World::new().await;
    world.index("team/app", "1.0.0");
    world.index("team/app", "1.1.0");
    let lock = world.lock(APP, &Lock::default()).await;
    let mut edited = lock.images.clone();
    edited[0].platforms.clear();
    let edited = lock_of(edited);
    for intent in [Intent::Lock, update()] {
        let resolution = world.run(APP, &edited, &intent).await;
        assert_eq!(resolution.held, [], "{intent:?}");
        let new = done(resolution);
        assert_eq!(new, lock, "{intent:?}");
        assert_eq!(platforms(&new.images[0]), BOTH);
    }
}

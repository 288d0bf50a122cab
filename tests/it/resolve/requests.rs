//! What a run asks for, and no more.

use std::fmt::Write as _;

use imagelock::embedded::Operation::{BlobGet, ManifestGet, ManifestHead, Tags};
use imagelock::embedded::{Behaviour, Gate};
use imagelock::lock::{Lock, drift};
use imagelock::resolve::{self, Intent, Options};
use jiff::Timestamp;

use super::support::{World, asked, done, platforms, tag, tags, update};

const APP: &str = "app = { image = \"HOST/team/app\", constraint = \"^1\" }";

#[tokio::test]
async fn a_new_pin_costs_a_list_and_a_manifest() {
    let world = World::new().await;
    world.index("team/app", "1.0.0");
    let digest = world.index("team/app", "1.1.0");
    world.index("team/app", "2.0.0");
    let lock = world.lock(APP, &Lock::default()).await;
    assert_eq!(world.asked(), asked([(Tags, 1), (ManifestGet, 1)]));
    assert_eq!(world.references(ManifestGet), ["1.1.0"]);
    let pin = &lock.images[0];
    assert_eq!((pin.tag.as_str(), &pin.digest), ("1.1.0", &digest));
    assert_eq!(pin.image, world.repository("team/app"));
    assert_eq!(platforms(pin), ["linux/amd64", "linux/arm64"]);
    assert_eq!(drift(&world.config(APP), &lock), []);
}

#[tokio::test]
async fn attestations_are_no_platforms() {
    let world = World::new().await;
    let plain = world.image("team/app", "1.0.0", |image| {
        image
            .platforms(["linux/amd64", "linux/arm64/v8"])
            .attestations("build 1")
    });
    let lock = world.lock(APP, &Lock::default()).await;
    assert_eq!(lock.images[0].digest, plain);
    assert_eq!(platforms(&lock.images[0]), ["linux/amd64", "linux/arm64"]);
}

#[tokio::test]
async fn images_of_one_repository_share_its_list_and_manifests() {
    let world = World::new().await;
    world.index("team/app", "1.0.0");
    world.index("team/app", "2.0.0");
    let images = "
        a = { image = \"HOST/team/app\", constraint = \"^1\" }
        b = { image = \"HOST/team/app\", constraint = \"<2\" }
        c = { image = \"HOST/team/app\", constraint = \"1.x\", platforms = [\"linux/arm64\"] }
        d = { image = \"HOST/team/app\", constraint = \">=2\" }
        e = { image = \"HOST/team/app\", tag = \"2.0.0\" }";
    let lock = world.lock(images, &Lock::default()).await;
    assert_eq!(
        tags(&lock.images),
        ["a=1.0.0", "b=1.0.0", "c=1.0.0", "d=2.0.0", "e=2.0.0"]
    );
    // The image for the required platform is there.
    assert_eq!(
        world.asked(),
        asked([(Tags, 1), (ManifestGet, 2), (ManifestHead, 1)])
    );
}

#[tokio::test]
async fn a_lock_that_is_satisfied_asks_for_nothing() {
    let world = World::new().await;
    world.index("team/app", "1.0.0");
    let lock = world.lock(APP, &Lock::default()).await;
    world.index("team/app", "1.1.0");
    assert_eq!(world.lock(APP, &lock).await, lock);
    assert_eq!(world.asked(), asked([]));
}

#[tokio::test]
async fn an_update_without_news_costs_a_list_and_a_head() {
    let world = World::new().await;
    world.index("team/app", "1.0.0");
    world.index("team/base", "edge");
    let images = format!("{APP}\nbase = {{ image = \"HOST/team/base\", tag = \"edge\" }}");
    let lock = world.lock(&images, &Lock::default()).await;
    assert_eq!(world.asked(), asked([(Tags, 1), (ManifestGet, 2)]));
    assert_eq!(world.update(&images, &lock).await, lock);
    // A followed tag needs no list.
    assert_eq!(world.asked(), asked([(Tags, 1), (ManifestHead, 2)]));
}

#[tokio::test]
async fn a_moved_digest_is_read_by_its_digest() {
    let world = World::new().await;
    world.index("team/base", "edge");
    let images = "base = { image = \"HOST/team/base\", tag = \"edge\" }";
    let lock = world.lock(images, &Lock::default()).await;
    let moved = world.image("team/base", "edge", |image| {
        image.platforms(["linux/amd64"])
    });
    let new = world.update(images, &lock).await;
    assert_eq!(new.images[0].digest, moved);
    assert_eq!(platforms(&new.images[0]), ["linux/amd64"]);
    assert_eq!(world.asked(), asked([(ManifestHead, 1), (ManifestGet, 1)]));
    assert_eq!(world.references(ManifestGet), [moved.as_str()]);
}

#[tokio::test]
async fn a_new_tag_costs_a_manifest_besides_what_was_asked_ahead() {
    let world = World::new().await;
    world.index("team/app", "1.0.0");
    let lock = world.lock(APP, &Lock::default()).await;
    let digest = world.index("team/app", "1.1.0");
    let new = world.update(APP, &lock).await;
    assert_eq!(tags(&new.images), ["app=1.1.0"]);
    assert_eq!(new.images[0].digest, digest);
    assert_eq!(
        world.asked(),
        asked([(Tags, 1), (ManifestHead, 1), (ManifestGet, 1)])
    );
    assert_eq!(world.references(ManifestGet), ["1.1.0"]);
}

#[tokio::test]
async fn only_the_named_images_are_asked_for() {
    let world = World::new().await;
    let images = "
        a = { image = \"HOST/team/a\", constraint = \"^1\" }
        b = { image = \"HOST/team/b\", constraint = \"^1\" }";
    world.index("team/a", "1.0.0");
    world.index("team/b", "1.0.0");
    let lock = world.lock(images, &Lock::default()).await;
    world.index("team/a", "1.1.0");
    world.index("team/b", "1.1.0");
    let intent = Intent::Update {
        names: ["b".to_string()].into(),
    };
    let new = done(world.run(images, &lock, &intent).await);
    assert_eq!(tags(&new.images), ["a=1.0.0", "b=1.1.0"]);
    assert_eq!(
        world.asked(),
        asked([(Tags, 1), (ManifestHead, 1), (ManifestGet, 1)])
    );
}

#[tokio::test]
async fn a_precise_tag_is_asked_for_alone() {
    let world = World::new().await;
    let digest = world.index("team/app", "1.0.0");
    world.index("team/app", "1.1.0");
    let intent = Intent::Precise {
        name: "app".into(),
        tag: tag("1.0.0"),
    };
    let new = done(world.run(APP, &Lock::default(), &intent).await);
    assert_eq!(new.images[0].digest, digest);
    assert_eq!(world.asked(), asked([(ManifestGet, 1)]));
    // It stays until an update.
    assert_eq!(world.lock(APP, &new).await, new);
    let updated = world.update(APP, &new).await;
    assert_eq!(tags(&updated.images), ["app=1.1.0"]);
}

#[tokio::test]
async fn a_config_is_read_only_where_platforms_asks() {
    let world = World::new().await;
    let digest = world.image("team/app", "1.0.0", |image| image.platform("linux/arm64"));
    let plain = world.lock(APP, &Lock::default()).await;
    assert_eq!(world.asked(), asked([(Tags, 1), (ManifestGet, 1)]));
    assert!(plain.images[0].platforms.is_empty());

    let images =
        "app = { image = \"HOST/team/app\", constraint = \"^1\", platforms = [\"linux/arm64\"] }";
    let fresh = world.lock(images, &Lock::default()).await;
    assert_eq!(
        world.asked(),
        asked([(Tags, 1), (ManifestGet, 1), (BlobGet, 1)])
    );
    assert_eq!(platforms(&fresh.images[0]), ["linux/arm64"]);
    assert_eq!(fresh.images[0].platforms.values().next(), Some(&digest));

    // From the pin that is there, only what it does not say is asked for.
    assert_eq!(world.lock(images, &plain).await, fresh);
    assert_eq!(world.asked(), asked([(ManifestGet, 1), (BlobGet, 1)]));
    assert_eq!(world.references(ManifestGet), [digest.as_str()]);
    assert_eq!(world.lock(APP, &fresh).await, plain);
    assert_eq!(world.update(images, &fresh).await, fresh);
    assert_eq!(world.asked(), asked([(Tags, 1), (ManifestHead, 1)]));
}

#[tokio::test]
async fn a_changed_policy_whose_choice_stays_costs_no_manifest() {
    let world = World::new().await;
    world.index("team/app", "1.1.0");
    let lock = world.lock(APP, &Lock::default()).await;
    let changed = "app = { image = \"HOST/team/app\", constraint = \"~1.1\" }";
    let new = world.update(changed, &lock).await;
    assert_eq!(world.asked(), asked([(Tags, 1), (ManifestHead, 1)]));
    assert_eq!(new.images[0].policy, "semver ~1.1");
    assert_eq!(new, world.lock(changed, &lock).await, "as `lock` has it");
    assert_eq!(
        new,
        world.lock(changed, &Lock::default()).await,
        "as if it were new"
    );
}

#[tokio::test]
async fn more_platforms_are_read_of_the_pinned_digest() {
    let world = World::new().await;
    let narrow =
        "app = { image = \"HOST/team/app\", constraint = \"^1\", platforms = [\"linux/amd64\"] }";
    let digest = world.index("team/app", "1.0.0");
    let lock = world.lock(narrow, &Lock::default()).await;
    assert_eq!(platforms(&lock.images[0]), ["linux/amd64"]);
    // News in the meantime are nothing to `lock`, not even that the tag moved.
    world.index("team/app", "1.1.0");
    world.image("team/app", "1.0.0", |image| {
        image.platforms(["linux/s390x"])
    });
    let wide = world.lock(APP, &lock).await;
    assert_eq!(world.asked(), asked([(ManifestGet, 1)]));
    assert_eq!(world.references(ManifestGet), [digest.as_str()]);
    assert_eq!(wide.images[0].digest, digest);
    assert_eq!(platforms(&wide.images[0]), ["linux/amd64", "linux/arm64"]);
    assert_eq!(world.lock(narrow, &wide).await, lock);
    assert_eq!(world.asked(), asked([]));
}

#[tokio::test]
async fn two_hundred_images_are_resolved_in_one_batch() {
    let world = World::new().await;
    let mut images = String::new();
    for number in 0..200 {
        let path = format!("team/service-{number:03}");
        for patch in 0..3 {
            world.image(&path, &format!("1.{number}.{patch}"), |image| image);
        }
        writeln!(
            images,
            "service-{number:03} = {{ image = \"HOST/{path}\" }}"
        )
        .unwrap();
    }
    world.registry.forget_requests();
    let plan = resolve::plan(&world.config(&images), &Lock::default(), &Intent::Lock).unwrap();
    let client = world.builder().concurrency(16).build().unwrap();
    let lock = done(resolve::resolve(plan, &client, &Options::new(Timestamp::UNIX_EPOCH)).await);
    assert_eq!(lock.images.len(), 200);
    for (number, pin) in lock.images.iter().enumerate() {
        assert_eq!(pin.name, format!("service-{number:03}"));
        assert_eq!(pin.tag.as_str(), format!("1.{number}.2"));
        let truth = world
            .registry
            .store()
            .digest(pin.image.path(), pin.tag.as_str());
        assert_eq!(Some(&pin.digest), truth.as_ref());
    }
    assert_eq!(world.asked(), asked([(Tags, 200), (ManifestGet, 200)]));
    assert!(world.registry.most_in_flight() <= 16);
    let again = world.run(&images, &lock, &update()).await;
    assert_eq!(done(again), lock);
    assert_eq!(world.asked(), asked([(Tags, 200), (ManifestHead, 200)]));
}

#[tokio::test]
async fn the_digest_of_a_pin_is_asked_for_while_the_tags_are_under_way() {
    let world = World::new().await;
    world.index("team/app", "1.0.0");
    world.index("team/other", "1.0.0");
    let lock = world.lock(APP, &Lock::default()).await;
    let client = world.client();
    // Nothing has to be found out first about a registry that was asked before.
    let other = world.repository("team/other");
    client.tags(&other).await.unwrap();
    world.registry.forget_requests();
    let gate = Gate::new();
    world.registry.behave(Behaviour::on(Tags).wait_at(&gate));
    let plan = resolve::plan(&world.config(APP), &lock, &update()).unwrap();
    let options = Options::new(Timestamp::UNIX_EPOCH);
    let release = async {
        world.registry.received(ManifestHead, 1).await;
        gate.open();
    };
    let (resolution, ()) = tokio::join!(resolve::resolve(plan, &client, &options), release);
    assert_eq!(done(resolution), lock);
    assert_eq!(world.asked(), asked([(Tags, 1), (ManifestHead, 1)]));
}

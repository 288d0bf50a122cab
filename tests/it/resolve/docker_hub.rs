//! Docker Hub, where a manifest GET counts as a pull and a HEAD does not.

use imagelock::embedded::Behaviour;
use imagelock::embedded::Operation::{BlobGet, HubTag, ManifestGet, ManifestHead, Tags};
use imagelock::image::Digest;
use imagelock::lock::Lock;

use super::support::{BOTH, World, asked, platforms, tags};

const NGINX: &str = "nginx = \"^1\"";
const NARROW: &str = "nginx = { constraint = \"^1\", platforms = [\"linux/amd64\"] }";

#[tokio::test]
async fn a_new_pin_costs_no_pull() {
    let world = World::new().await;
    let digest = world.image("library/nginx", "1.27.0", |image| {
        image.platforms(BOTH).attestations("build 1")
    });
    let lock = world.lock(NGINX, &Lock::default()).await;
    assert_eq!(
        world.asked(),
        asked([(Tags, 1), (ManifestHead, 1), (HubTag, 1)])
    );
    let pin = &lock.images[0];
    assert_eq!(pin.digest, digest);
    assert_eq!(platforms(pin), BOTH);

    // The same entry as from the index itself.
    world.registry.behave(Behaviour::on(HubTag).status(503));
    assert_eq!(world.lock(NGINX, &Lock::default()).await, lock);
    assert_eq!(world.registry.count(ManifestGet), 1);
    assert_eq!(world.references(ManifestGet), [digest.as_str()]);
}

#[tokio::test]
async fn an_update_without_news_costs_a_list_and_a_head() {
    let world = World::new().await;
    world.index("library/nginx", "1.27.0");
    let lock = world.lock(NGINX, &Lock::default()).await;
    assert_eq!(world.update(NGINX, &lock).await, lock);
    assert_eq!(world.asked(), asked([(Tags, 1), (ManifestHead, 1)]));
}

#[tokio::test]
async fn new_tags_and_moved_digests_cost_no_pull() {
    let world = World::new().await;
    world.index("library/nginx", "1.27.0");
    world.index("library/debian", "12-slim");
    let images = format!("{NGINX}\ndebian = {{ tag = \"12-slim\" }}");
    let lock = world.lock(&images, &Lock::default()).await;
    let release = world.index("library/nginx", "1.28.0");
    let moved = world.image("library/debian", "12-slim", |image| {
        image.platforms(["linux/amd64"])
    });
    let new = world.update(&images, &lock).await;
    assert_eq!(tags(&new.images), ["debian=12-slim", "nginx=1.28.0"]);
    assert_eq!(new.images[0].digest, moved);
    assert_eq!(platforms(&new.images[0]), ["linux/amd64"]);
    assert_eq!(new.images[1].digest, release);
    assert_eq!(
        world.asked(),
        asked([(Tags, 1), (ManifestHead, 3), (HubTag, 2)])
    );
}

#[tokio::test]
async fn where_the_two_disagree_the_registry_is_believed() {
    let world = World::new().await;
    let digest = world.index("library/nginx", "1.27.0");
    let stale = Digest::sha256_of(b"yesterday's index");
    let body = format!(
        r#"{{"digest": "{stale}", "images": [{{"os": "linux", "architecture": "s390x", "digest": "{stale}"}}]}}"#
    );
    for hub in [
        Behaviour::on(HubTag).json(&body),
        Behaviour::on(HubTag).json(&format!(r#"{{"digest": "{digest}", "images": []}}"#)),
        Behaviour::on(HubTag).json("{"),
        Behaviour::on(HubTag).status(404),
        Behaviour::on(HubTag).status(429),
    ] {
        let case = format!("{hub:?}");
        world.registry.behave(hub);
        let lock = world.lock(NGINX, &Lock::default()).await;
        assert_eq!(lock.images[0].digest, digest, "{case}");
        assert_eq!(platforms(&lock.images[0]), BOTH, "{case}");
        assert_eq!(world.references(ManifestGet), [digest.as_str()], "{case}");
        world.registry.behave_well();
    }
}

#[tokio::test]
async fn a_single_image_has_its_platform_without_a_pull() {
    let world = World::new().await;
    let digest = world.image("library/nginx", "1.27.0", |image| {
        image.platform("linux/amd64")
    });
    let plain = world.lock(NGINX, &Lock::default()).await;
    assert!(plain.images[0].platforms.is_empty());
    let narrow = world.lock(NARROW, &Lock::default()).await;
    assert_eq!(
        world.asked(),
        asked([(Tags, 1), (ManifestHead, 1), (HubTag, 1)])
    );
    let pin = &narrow.images[0];
    assert_eq!(platforms(pin), ["linux/amd64"]);
    assert_eq!(pin.platforms.values().next(), Some(&digest));

    // The same entries as from the manifest and its config.
    world.registry.behave(Behaviour::on(HubTag).status(404));
    assert_eq!(world.lock(NGINX, &Lock::default()).await, plain);
    assert_eq!(world.registry.count(BlobGet), 0);
    assert_eq!(world.lock(NARROW, &Lock::default()).await, narrow);
    assert_eq!(world.registry.count(BlobGet), 1);
}

#[tokio::test]
async fn more_platforms_are_read_without_a_pull_while_the_tag_has_not_moved() {
    let world = World::new().await;
    let digest = world.index("library/nginx", "1.27.0");
    let narrow = world.lock(NARROW, &Lock::default()).await;
    let wide = world.lock(NGINX, &narrow).await;
    assert_eq!(world.asked(), asked([(HubTag, 1)]));
    assert_eq!(platforms(&wide.images[0]), BOTH);

    world.image("library/nginx", "1.27.0", |image| {
        image.platforms(["linux/amd64", "linux/s390x"])
    });
    assert_eq!(world.lock(NGINX, &narrow).await, wide);
    assert_eq!(world.asked(), asked([(HubTag, 1), (ManifestGet, 1)]));
    assert_eq!(world.references(ManifestGet), [digest.as_str()]);
}

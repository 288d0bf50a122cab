//! Indexes that leave to other documents what they hold: indexes within them, children without a platform.

use imagelock::embedded::Operation::{BlobGet, ManifestGet, ManifestHead, Tags};
use imagelock::error::Code;
use imagelock::lock::Lock;
use imagelock::resolve::Intent;
use serde_json::{Value, json};

use super::support::{World, asked, done, held, platforms, tags, update};
use crate::support::documents::{Documents, attesting, claiming, digest_of};

const APP: &str = "app = { image = \"HOST/team/app\", constraint = \"^1\" }";
const AMD64: &str =
    "app = { image = \"HOST/team/app\", constraint = \"^1\", platforms = [\"linux/amd64\"] }";
const REBUILDS: &str =
    "app = { image = \"HOST/team/app\", constraint = \"^1\", digest-updates = \"rebuild-only\" }";

fn documents(world: &World) -> Documents {
    Documents::new(world.registry.store(), "team/app")
}

/// Returns an index of an index for each of two platforms, each with an attestation.
fn nested(documents: &Documents, image: &str, attestation: &str) -> Value {
    let inner = ["linux/amd64", "linux/arm64"].map(|platform| {
        let image = documents.image(&format!("{image} {platform}"), platform);
        let proof = documents.artifact(
            &format!("{attestation} {platform}"),
            "application/x",
            &json!({}),
        );
        let inner = documents.index(&[claiming(&image, platform), attesting(&proof, &image)]);
        claiming(&inner, platform)
    });
    documents.index(&inner)
}

/// Returns an index of an index and so on, as many as the depth, around an image.
fn deep(documents: &Documents, depth: usize) -> Value {
    let image = claiming(&documents.image("deep", "linux/amd64"), "linux/amd64");
    let indexes = (0..depth).fold(image, |inner, _| documents.index(&[inner]));
    assert_ne!(depth, 0);
    indexes
}

#[tokio::test]
async fn an_index_within_an_index_counts_as_its_images() {
    let world = World::new().await;
    let documents = documents(&world);
    documents.tag("1.0.0", &nested(&documents, "old", "1"));
    let lock = world.lock(APP, &Lock::default()).await;
    assert_eq!(platforms(&lock.images[0]), ["linux/amd64", "linux/arm64"]);
    assert_eq!(world.asked(), asked([(Tags, 1), (ManifestGet, 3)]));
    let image = documents.image("old linux/amd64", "linux/amd64");
    let pinned = lock.images[0].platforms.values().next();
    assert_eq!(
        pinned,
        Some(&digest_of(&image)),
        "not the digest of the inner index"
    );
    assert_eq!(
        platforms(&world.lock(AMD64, &Lock::default()).await.images[0]),
        ["linux/amd64"]
    );
}

#[tokio::test]
async fn a_change_of_attestations_within_is_no_rebuild() {
    let world = World::new().await;
    let documents = documents(&world);
    documents.tag("1.0.0", &nested(&documents, "old", "1"));
    let lock = world.lock(REBUILDS, &Lock::default()).await;
    documents.tag("1.0.0", &nested(&documents, "old", "2"));
    assert_eq!(world.update(REBUILDS, &lock).await, lock);
    let rebuilt = documents.tag("1.0.0", &nested(&documents, "new", "2"));
    assert_eq!(
        world.update(REBUILDS, &lock).await.images[0].digest,
        rebuilt
    );
}

#[tokio::test]
async fn indexes_are_read_to_a_depth_of_three() {
    let world = World::new().await;
    let documents = documents(&world);
    documents.tag("1.0.0", &deep(&documents, 3));
    let lock = world.lock(AMD64, &Lock::default()).await;
    assert_eq!(platforms(&lock.images[0]), ["linux/amd64"]);
    documents.tag("1.0.0", &deep(&documents, 4));
    let resolution = world.run(AMD64, &Lock::default(), &Intent::Lock).await;
    let problem = &resolution.failures[0].diagnostic;
    assert_eq!(problem.code, Code::RegistryInvalid);
    let said = "team/app:1.0.0 cannot be pinned: indexes are nested more than three deep";
    assert!(problem.message.ends_with(said), "{problem:?}");
    assert_eq!(
        problem.help,
        ["leave the tag out with `ignore-tags = \"1.0.0\"`"]
    );
}

#[tokio::test]
async fn an_index_that_stands_twice_in_another_is_read_once() {
    let world = World::new().await;
    let documents = documents(&world);
    let inner = documents.index(&[claiming(
        &documents.image("a", "linux/amd64"),
        "linux/amd64",
    )]);
    documents.tag(
        "1.0.0",
        &documents.index(&[inner.clone(), claiming(&inner, "linux/arm64")]),
    );
    let resolution = world.run(APP, &Lock::default(), &Intent::Lock).await;
    assert_eq!(world.asked(), asked([(Tags, 1), (ManifestGet, 2)]));
    assert_eq!(resolution.warnings, []);
    assert_eq!(platforms(&done(resolution).images[0]), ["linux/amd64"]);
}

#[tokio::test]
async fn too_many_indexes_are_refused() {
    let world = World::new().await;
    let documents = documents(&world);
    let inner: Vec<Value> = (0..65)
        .map(|number| {
            documents.index(&[
                json!({"digest": digest_of(&documents.image(&number.to_string(), "linux/amd64"))}),
            ])
        })
        .collect();
    documents.tag("1.0.0", &documents.index(&inner));
    let resolution = world.run(APP, &Lock::default(), &Intent::Lock).await;
    let problem = &resolution.failures[0].diagnostic;
    assert!(
        problem.message.contains("more than 64 manifests"),
        "{problem:?}"
    );
}

#[tokio::test]
async fn a_child_without_a_platform_has_that_of_its_config() {
    let world = World::new().await;
    let documents = documents(&world);
    let unsaid = documents.image("arm", "linux/arm64");
    let silent = documents.image("silent", "");
    let said = claiming(&documents.image("amd", "linux/amd64"), "linux/amd64");
    documents.tag("1.0.0", &documents.index(&[silent, unsaid.clone(), said]));
    let lock = world.lock(APP, &Lock::default()).await;
    let pin = &lock.images[0];
    assert_eq!(platforms(pin), ["linux/amd64", "linux/arm64"]);
    assert_eq!(pin.platforms.values().nth(1), Some(&digest_of(&unsaid)));
    assert_eq!(
        world.asked(),
        asked([(Tags, 1), (ManifestGet, 3), (BlobGet, 2)]),
        "the child with a platform is not read"
    );
    assert_eq!(world.update(APP, &lock).await, lock);
    assert_eq!(world.asked(), asked([(Tags, 1), (ManifestHead, 1)]));
}

#[tokio::test]
async fn images_without_any_platform_are_pinned_where_none_is_required() {
    let world = World::new().await;
    let documents = documents(&world);
    documents.tag("1.0.0", &documents.index(&[documents.image("silent", "")]));
    let lock = world.lock(APP, &Lock::default()).await;
    assert_eq!(platforms(&lock.images[0]), [""; 0]);
    let resolution = world.run(AMD64, &Lock::default(), &Intent::Lock).await;
    let notes = &resolution.failures[0].diagnostic.notes;
    assert!(
        notes
            .iter()
            .any(|note| note.contains("says no platform at all")),
        "{notes:?}"
    );
}

#[tokio::test]
async fn an_empty_index_is_passed_over() {
    let world = World::new().await;
    let documents = documents(&world);
    let image = claiming(&documents.image("a", "linux/amd64"), "linux/amd64");
    let proof = documents.artifact("p", "application/x", &json!({}));
    documents.tag("1.0.0", &documents.index(std::slice::from_ref(&image)));
    documents.tag("1.1.0", &documents.index(&[]));
    documents.tag("1.2.0", &documents.index(&[attesting(&proof, &image)]));
    for config in [APP, AMD64] {
        let resolution = world.run(config, &Lock::default(), &Intent::Lock).await;
        assert_eq!(
            held(&resolution),
            [
                "app 1.1.0: is an index without images",
                "app 1.2.0: is an index without images"
            ]
        );
        assert_eq!(tags(&done(resolution).images), ["app=1.0.0"]);
    }
}

#[tokio::test]
async fn an_empty_index_of_a_followed_tag_fails_and_the_pin_stays() {
    let world = World::new().await;
    let documents = documents(&world);
    let edge = "app = { image = \"HOST/team/app\", tag = \"edge\" }";
    documents.tag("edge", &documents.index(&[]));
    let resolution = world.run(edge, &Lock::default(), &Intent::Lock).await;
    let problem = &resolution.failures[0].diagnostic;
    assert_eq!(problem.code, Code::PlatformMissing);
    assert!(
        problem
            .message
            .ends_with("team/app:edge is an index without images")
    );
    assert_eq!(problem.help, ["ask the publisher to push the tag again"]);

    documents.tag("edge", &nested(&documents, "a", "1"));
    let lock = world.lock(edge, &Lock::default()).await;
    documents.tag("edge", &documents.index(&[]));
    let resolution = world.run(edge, &lock, &update()).await;
    assert_eq!(held(&resolution), ["app edge: is an index without images"]);
    assert_eq!(done(resolution), lock);
}

#[tokio::test]
async fn an_inner_index_that_is_gone_is_a_platform_that_is_missing() {
    let world = World::new().await;
    let documents = documents(&world);
    let inner = |platform: &str| {
        documents.index(&[claiming(&documents.image(platform, platform), platform)])
    };
    let (amd, arm) = (inner("linux/amd64"), inner("linux/arm64"));
    documents.tag("1.0.0", &documents.index(std::slice::from_ref(&amd)));
    let newer = documents.image("newer", "linux/amd64");
    let newer = documents.index(&[claiming(&newer, "linux/amd64")]);
    documents.tag("1.1.0", &documents.index(&[newer.clone(), arm]));
    documents.remove(&newer);
    let resolution = world.run(AMD64, &Lock::default(), &Intent::Lock).await;
    assert_eq!(
        held(&resolution),
        ["app 1.1.0: lacks linux/amd64; it has linux/arm64"]
    );
    assert_eq!(tags(&done(resolution).images), ["app=1.0.0"]);
}

#[tokio::test]
async fn an_index_whose_images_are_all_gone_says_so() {
    let world = World::new().await;
    let documents = documents(&world);
    let inner = documents.index(&[claiming(
        &documents.image("a", "linux/amd64"),
        "linux/amd64",
    )]);
    documents.tag(
        "1.0.0",
        &documents.index(&[claiming(&inner, "linux/amd64")]),
    );
    documents.remove(&inner);
    let resolution = world.run(APP, &Lock::default(), &Intent::Lock).await;
    let notes = &resolution.failures[0].diagnostic.notes;
    let note = "1.0.0 names images that the registry does not have: linux/amd64";
    assert!(notes.contains(&note.to_string()), "{notes:?}");
}

#[tokio::test]
async fn a_required_platform_whose_image_is_gone_is_a_missing_platform() {
    let world = World::new().await;
    let documents = Documents::new(world.registry.store(), "team/app");
    let child = |seed: &str, platform: &str| claiming(&documents.image(seed, platform), platform);
    let old = [child("old", "linux/amd64"), child("old", "linux/arm64")];
    documents.tag("1.0.0", &documents.index(&old));
    let new = [child("new", "linux/amd64"), child("new", "linux/arm64")];
    documents.tag("1.1.0", &documents.index(&new));
    documents.remove(&new[1]);
    let config = |platforms: &str| {
        format!(
            "app = {{ image = \"HOST/team/app\", constraint = \"^1\", platforms = [{platforms}] }}"
        )
    };
    let both = config("\"linux/amd64\", \"linux/arm64\"");
    let resolution = world.run(&both, &Lock::default(), &Intent::Lock).await;
    assert_eq!(
        held(&resolution),
        ["app 1.1.0: names images that the registry does not have: linux/arm64"]
    );
    let lock = done(resolution);
    assert_eq!(lock.images[0].tag.as_str(), "1.0.0");

    // The image that is there is enough for who needs no other.
    let lock = world
        .lock(&config("\"linux/amd64\""), &Lock::default())
        .await;
    assert_eq!(lock.images[0].tag.as_str(), "1.1.0");

    // A pinned tag that was pushed again without an image stays where it is.
    let again = [child("again", "linux/amd64"), child("again", "linux/arm64")];
    documents.tag("1.1.0", &documents.index(&again));
    documents.remove(&again[0]);
    let resolution = world
        .run(&config("\"linux/amd64\""), &lock, &update())
        .await;
    assert_eq!(
        held(&resolution),
        ["app 1.1.0: names images that the registry does not have: linux/amd64"]
    );
    assert_eq!(done(resolution), lock);
}

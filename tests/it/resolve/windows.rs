//! Windows images, of which an index has one for each build of the system.

use imagelock::diff::{ContentChange, PlatformChange, compare, platform_changes};
use imagelock::embedded::Operation::{BlobGet, ManifestGet, ManifestHead, Tags};
use imagelock::image::Platform;
use imagelock::lock::{Lock, drift};
use imagelock::resolve::Intent;
use serde_json::{Value, json};

use super::support::{World, asked, done, lock_of, platforms, update};
use crate::support::documents::{Documents, claiming};

const ALL: &str = "app = { image = \"HOST/team/app\", constraint = \"^1\" }";
const ANY_BUILD: &str =
    "app = { image = \"HOST/team/app\", constraint = \"^1\", platforms = [\"windows/amd64\"] }";
const LTSC2022: &str = "app = { image = \"HOST/team/app\", constraint = \"^1\", platforms = [\"windows(10.0.20348)/amd64\"] }";

const NEW: &str = "windows(10.0.26100.1)/amd64";

fn build(update: &str) -> String {
    format!("windows(10.0.20348.{update})/amd64")
}

/// Publishes an index for Linux and two builds, of which the older one has this update and seed.
fn publish(world: &World, update: &str, seed: &str) {
    let documents = Documents::new(world.registry.store(), "team/app");
    let old = build(update);
    let child = |seed: &str, platform: &str| claiming(&documents.image(seed, platform), platform);
    let children = [
        child("linux", "linux/amd64"),
        child("25", NEW),
        child(seed, &old),
    ];
    documents.tag("1.0.0", &documents.index(&children));
}

/// Returns an option in another line of the config.
fn with(config: &str, option: &str) -> String {
    config.replace(" }", &format!(", {option} }}"))
}

#[tokio::test]
async fn each_build_has_a_line_of_its_own_in_the_lock() {
    let world = World::new().await;
    publish(&world, "2582", "22");
    let lock = |config: &'static str| {
        let world = &world;
        async move { platforms(&world.lock(config, &Lock::default()).await.images[0]) }
    };
    let old = build("2582");
    assert_eq!(lock(ALL).await, ["linux/amd64", &old, NEW]);
    assert_eq!(lock(ANY_BUILD).await, [&old, NEW]);
    assert_eq!(lock(LTSC2022).await, [&*old]);
    assert_eq!(
        world.asked(),
        asked([(Tags, 1), (ManifestGet, 1), (ManifestHead, 1)]),
        "as for any other index, with one image that is required"
    );
}

#[tokio::test]
async fn a_rebuilt_build_is_followed_and_shown_as_rebuilt() {
    for (update, seed) in [("2582", "security"), ("2700", "security")] {
        for config in [ALL, ANY_BUILD, LTSC2022] {
            let config = with(config, "digest-updates = \"rebuild-only\"");
            let world = World::new().await;
            publish(&world, "2582", "22");
            let before = world.lock(&config, &Lock::default()).await;
            publish(&world, update, seed);
            let after = world.update(&config, &before).await;
            let diff = compare(&before, &after);
            assert_eq!(
                diff.changes[0].content,
                Some(ContentChange::Rebuilt),
                "{config}"
            );
            let changes = platform_changes(&before.images[0].platforms, &after.images[0].platforms);
            let rebuilt = Platform::parse(&build(update)).unwrap();
            assert_eq!(changes[&rebuilt], PlatformChange::Changed);
        }
    }
}

#[tokio::test]
async fn another_build_s_rebuild_is_not_followed_where_one_is_pinned() {
    let world = World::new().await;
    let config = LTSC2022.replace("20348", "26100");
    let config = with(&config, "digest-updates = \"rebuild-only\"");
    publish(&world, "2582", "22");
    let lock = world.lock(&config, &Lock::default()).await;
    publish(&world, "2700", "security");
    assert_eq!(world.update(&config, &lock).await, lock);
}

#[tokio::test]
async fn a_build_is_named_by_whole_components() {
    let world = World::new().await;
    publish(&world, "2582", "22");
    let config = LTSC2022.replace("20348", "2034");
    let resolution = world.run(&config, &Lock::default(), &Intent::Lock).await;
    let notes = &resolution.failures[0].diagnostic.notes;
    let said = "1.0.0 lacks windows(10.0.2034)/amd64; it has linux/amd64, ";
    assert!(notes.iter().any(|note| note.starts_with(said)), "{notes:?}");
}

#[tokio::test]
async fn more_builds_are_read_from_the_pinned_digest() {
    let world = World::new().await;
    publish(&world, "2582", "22");
    let narrow = world.lock(LTSC2022, &Lock::default()).await;
    let wide = world.lock(ANY_BUILD, &narrow).await;
    assert_eq!(wide, world.lock(ANY_BUILD, &Lock::default()).await);
    let narrowed = world.lock(LTSC2022, &wide).await;
    assert_eq!(
        world.asked(),
        asked([(ManifestGet, 1), (ManifestHead, 1)]),
        "the policy says a choice, so it is read again"
    );
    assert_eq!(narrowed, narrow);
    assert_eq!(world.lock(LTSC2022, &narrow).await, narrow);
    assert_eq!(world.asked(), asked([]));
}

#[tokio::test]
async fn a_lock_without_builds_is_read_and_brought_in_line() {
    let world = World::new().await;
    publish(&world, "2582", "22");
    let new = world.lock(ANY_BUILD, &Lock::default()).await;
    let mut old = new.images.clone();
    let first = old[0].platforms.values().next().unwrap().clone();
    old[0].platforms = [(Platform::parse("windows/amd64").unwrap(), first)].into();
    let old = lock_of(old);
    assert_eq!(
        drift(&world.config(ANY_BUILD), &old),
        [],
        "`check` is content with it"
    );
    for intent in [Intent::Lock, update()] {
        assert_eq!(done(world.run(ANY_BUILD, &old, &intent).await), new);
    }
}

#[tokio::test]
async fn a_build_that_the_index_leaves_out_is_that_of_the_config() {
    let world = World::new().await;
    let documents = Documents::new(world.registry.store(), "team/app");
    let child = |seed: &str, platform: &str| -> Value {
        let mut child = claiming(&documents.image(seed, platform), platform);
        child["platform"] = json!({"os": "windows", "architecture": "amd64"});
        child
    };
    let children = [
        child("25", NEW),
        child("22", &build("2582")),
        child("none", "windows/amd64"),
    ];
    documents.tag("1.0.0", &documents.index(&children));
    let lock = world.lock(ANY_BUILD, &Lock::default()).await;
    assert_eq!(
        platforms(&lock.images[0]),
        ["windows/amd64", &build("2582"), NEW]
    );
    assert_eq!(
        world.asked(),
        asked([(Tags, 1), (ManifestGet, 4), (BlobGet, 3)])
    );
    assert_eq!(world.update(ANY_BUILD, &lock).await, lock);
    assert_eq!(
        world.asked(),
        asked([(Tags, 1), (ManifestHead, 1), (ManifestGet, 4), (BlobGet, 3)]),
        "a pin without a build is read again"
    );
}

#[tokio::test]
async fn a_single_image_is_of_its_build() {
    let world = World::new().await;
    let documents = Documents::new(world.registry.store(), "team/app");
    documents.tag("1.0.0", &documents.image("22", &build("2582")));
    let lock = world.lock(LTSC2022, &Lock::default()).await;
    assert_eq!(platforms(&lock.images[0]), [build("2582")]);
}

//! Tags that point to the same image as a prerelease of their numbers.

use imagelock::embedded::Operation::{ManifestGet, ManifestHead, Tags};
use imagelock::error::Code;
use imagelock::image::Tag;
use imagelock::lock::Lock;
use imagelock::policy::Rule;
use imagelock::resolve::Intent;

use super::support::{World, asked, done, held, update};

const DB: &str = "db = { image = \"HOST/team/db\", constraint = \"*\" }";

/// Publishes tags; those that share a seed point to one image.
async fn world(images: &[(&str, &str)]) -> World {
    let world = World::new().await;
    for (tag, seed) in images {
        publish(&world, tag, seed);
    }
    world
}

fn publish(world: &World, tag: &str, seed: &str) {
    let image = imagelock::embedded::TestImage::new(seed);
    world.registry.store().publish("team/db", tag, &image);
}

fn pinned(lock: &Lock) -> &str {
    lock.images[0].tag.as_str()
}

#[tokio::test]
async fn a_short_tag_that_is_a_prerelease_is_refused() {
    let world = world(&[
        ("5.0.9", "5.0.9"),
        ("5.0", "5.0.9"),
        ("6.0-alpha1", "alpha1"),
        ("6.0-alpha2", "alpha2"),
        ("6.0", "alpha2"),
    ])
    .await;
    let resolution = world.run(DB, &Lock::default(), &Intent::Lock).await;
    assert_eq!(
        world.asked(),
        asked([(Tags, 1), (ManifestGet, 2), (ManifestHead, 2)])
    );
    assert_eq!(
        held(&resolution),
        ["db 6.0: points to the same image as the prerelease 6.0-alpha2"]
    );
    assert_eq!(resolution.held[0].rule, Rule::Prerelease);
    assert_eq!(pinned(&done(resolution)), "5.0.9");
}

#[tokio::test]
async fn a_short_tag_that_is_a_release_of_its_own_is_taken() {
    let images = [
        ("5.0.9", "5.0.9"),
        ("6.0-alpha2", "alpha2"),
        ("6.0", "6.0.0"),
    ];
    let world = world(&images).await;
    let resolution = world.run(DB, &Lock::default(), &Intent::Lock).await;
    assert_eq!(resolution.warnings, []);
    assert_eq!(pinned(&done(resolution)), "6.0");
}

#[tokio::test]
async fn a_promoted_release_is_taken_and_a_lint_says_so() {
    let images = [
        ("1.1.0", "1.1.0"),
        ("1.2.0-rc.2", "rc2"),
        ("1.2.0-rc.3", "rc3"),
        ("1.2.0", "rc3"),
    ];
    let world = world(&images).await;
    let resolution = world.run(DB, &Lock::default(), &Intent::Lock).await;
    assert_eq!(
        world.asked(),
        asked([(Tags, 1), (ManifestGet, 1), (ManifestHead, 1)])
    );
    let [warning] = &resolution.warnings[..] else {
        panic!("{:?}", resolution.warnings)
    };
    assert_eq!(warning.code, Code::PromotedPrerelease);
    assert_eq!(
        warning.message,
        "1.2.0 points to the same image as the prerelease 1.2.0-rc.3"
    );
    let lock = done(resolution);
    assert_eq!(pinned(&lock), "1.2.0");

    // A pin that stays is not compared again.
    let resolution = world.run(DB, &lock, &update()).await;
    assert_eq!(world.asked(), asked([(Tags, 1), (ManifestHead, 1)]));
    assert_eq!(resolution.warnings, []);
}

#[tokio::test]
async fn prereleases_that_are_taken_need_no_comparison() {
    let images = [("5.0.9", "5.0.9"), ("6.0-alpha2", "a"), ("6.0", "a")];
    let world = world(&images).await;
    let config = DB.replace(" }", ", prerelease = true }");
    assert_eq!(pinned(&world.lock(&config, &Lock::default()).await), "6.0");
    assert_eq!(world.asked(), asked([(Tags, 1), (ManifestGet, 1)]));
}

#[tokio::test]
async fn a_good_pin_stays_when_a_beta_gets_a_short_name() {
    let names = ["2", "2.10", "2.10.2", "latest"];
    let images: Vec<_> = names.iter().map(|name| (*name, "2.10.2")).collect();
    let world = world(&images).await;
    let lock = world.lock(DB, &Lock::default()).await;
    assert_eq!(pinned(&lock), "2.10.2");
    for tag in ["2.11", "2.11.0-beta.1"] {
        publish(&world, tag, "beta");
    }
    let resolution = world.run(DB, &lock, &update()).await;
    let codes: Vec<_> = resolution.warnings.iter().map(|found| found.code).collect();
    assert_eq!(codes, [Code::NewerTagSkipped]);
    assert_eq!(done(resolution).images, lock.images);

    // The release takes the place of the beta, under its short name as well.
    for tag in ["2.11", "2.11.0"] {
        publish(&world, tag, "2.11.0");
    }
    assert_eq!(pinned(&world.update(DB, &lock).await), "2.11.0");
}

#[tokio::test]
async fn a_pin_of_one_architecture_gives_way_to_the_image_for_all() {
    let world = world(&[("v1.30.1-k3s1", "index"), ("v1.30.1-k3s1-s390x", "s390x")]).await;
    let config = DB.replace("\"*\"", "\"^1.30\", suffix = \"-k3s*\"");
    let lock = world.lock(&config, &Lock::default()).await;
    assert_eq!(pinned(&lock), "v1.30.1-k3s1");
    let mut wrong = lock.clone();
    wrong.images[0].tag = Tag::parse("v1.30.1-k3s1-s390x").unwrap();
    assert_eq!(pinned(&world.update(&config, &wrong).await), "v1.30.1-k3s1");
}

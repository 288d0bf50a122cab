//! What a report asks for beside the pins.

use std::collections::BTreeSet;

use imagelock::embedded::Operation::{BlobGet, ManifestGet};
use imagelock::embedded::{Behaviour, TestImage};
use imagelock::image::{Digest, Repository};
use imagelock::resolve::{Subject, fetch_facts};
use imagelock::tag::Origin;

use super::support::{BOTH, World, asked};

fn described(image: TestImage) -> TestImage {
    image
        .created("2025-03-01T12:00:00Z".parse().unwrap())
        .source("https://github.com/acme/app")
        .revision("0a1b2c3d")
}

fn subject(repository: Repository, digest: Digest) -> Subject {
    Subject { repository, digest }
}

#[tokio::test]
async fn only_the_given_images_are_asked_for() {
    let world = World::new().await;
    let first = world.image("team/app", "1.0.0", |image| {
        described(image.platforms(BOTH))
    });
    world.image("team/app", "1.1.0", |image| {
        described(image.platforms(BOTH))
    });
    let subject = subject(world.repository("team/app"), first);
    let known = fetch_facts(&world.client(), [subject.clone()].into(), 64).await;
    // The index has all of it.
    assert_eq!(world.asked(), asked([(ManifestGet, 1)]));
    assert_eq!(known.len(), 1);
    let known = &known[&subject];
    let source = known.facts.source.as_ref().unwrap();
    assert_eq!(source.value, "https://github.com/acme/app");
    assert_eq!(source.origin, Origin::IndexAnnotation);
    assert_eq!(known.facts.revision.as_ref().unwrap().value, "0a1b2c3d");
    assert_eq!(known.index.as_ref().unwrap().platforms().len(), 2);
}

#[tokio::test]
async fn what_the_index_does_not_say_its_usual_child_does() {
    let world = World::new().await;
    // Docker's media types have no annotations: the labels are in the config.
    let digest = world.image("team/app", "1.0.0", |image| {
        described(image.platforms(["linux/arm64", "linux/amd64"]).docker())
    });
    let single = world.image("team/one", "1.0.0", |image| described(image.docker()));
    let subjects = BTreeSet::from([
        subject(world.repository("team/app"), digest),
        subject(world.repository("team/one"), single),
    ]);
    let known = fetch_facts(&world.client(), subjects, 64).await;
    assert_eq!(world.asked(), asked([(ManifestGet, 3), (BlobGet, 2)]));
    let indexes: Vec<bool> = known.values().map(|known| known.index.is_some()).collect();
    assert_eq!(indexes, [true, false]);
    for known in known.values() {
        let revision = known.facts.revision.as_ref().unwrap();
        assert_eq!(
            (revision.value.as_str(), revision.origin),
            ("0a1b2c3d", Origin::ConfigLabel)
        );
        assert!(known.facts.created.is_some() && known.facts.source.is_some());
    }
}

#[tokio::test]
async fn an_image_that_cannot_be_read_is_left_out() {
    let world = World::new().await;
    let good = world.image("team/good", "1", described);
    let broken = world.image("team/broken", "1", described);
    world.registry.behave(
        Behaviour::on(ManifestGet)
            .repository("team/broken")
            .body("not what the digest says"),
    );
    let missing = Digest::sha256_of(b"nothing");
    let subjects = BTreeSet::from([
        subject(world.repository("team/good"), good),
        subject(world.repository("team/broken"), broken),
        subject(world.repository("team/good"), missing),
    ]);
    let known = fetch_facts(&world.client(), subjects, 64).await;
    let paths: Vec<&str> = known.keys().map(|known| known.repository.path()).collect();
    assert_eq!(paths, ["team/good"]);
}

#[tokio::test]
async fn a_config_that_cannot_be_read_leaves_the_rest() {
    let world = World::new().await;
    let digest = world.image("team/app", "1", |image| {
        described(image.platforms(BOTH)).docker()
    });
    world.registry.behave(Behaviour::on(BlobGet).status(404));
    let subject = subject(world.repository("team/app"), digest);
    let known = fetch_facts(&world.client(), [subject.clone()].into(), 64).await;
    assert!(known[&subject].index.is_some());
    assert!(known[&subject].facts.source.is_none());
}

#[tokio::test]
async fn docker_hub_is_asked_for_ten_images_at_most() {
    let world = World::new().await;
    let mut subjects = BTreeSet::new();
    for number in 0..14 {
        let path = format!("team/app-{number:02}");
        let digest = world.image(&path, "1", described);
        let hub = Repository::new("docker.io", &path).unwrap();
        subjects.insert(subject(hub, digest.clone()));
        subjects.insert(subject(world.repository(&path), digest));
    }
    let known = fetch_facts(&world.client(), subjects.clone(), 64).await;
    let hub = known
        .keys()
        .filter(|known| known.repository.registry() == "docker.io");
    let first = subjects
        .iter()
        .filter(|subject| subject.repository.registry() == "docker.io");
    assert!(hub.eq(first.take(10)), "the first, in every run");
    assert_eq!(known.len(), 24);
    assert_eq!(world.asked(), asked([(ManifestGet, 24)]));
}

#[tokio::test]
async fn nothing_given_is_nothing_asked() {
    let world = World::new().await;
    let known = fetch_facts(&world.client(), BTreeSet::new(), 0).await;
    assert!(known.is_empty());
    assert_eq!(world.asked(), asked([]));
}

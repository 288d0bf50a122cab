//! Build dates of what is not a tidy image: indexes within indexes, artifacts, children that are gone.

use imagelock::embedded::Operation::{BlobGet, ManifestGet, Tags};
use imagelock::error::Code;
use imagelock::lock::Lock;
use imagelock::resolve::{Intent, Options, Resolution};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::support::{World, asked, done, held, tags};
use crate::support::documents::{Documents, claiming};

const NEWEST: &str = "app = { image = \"HOST/team/app\", strategy = \"newest-build\" }";
const AMD64: &str = "app = { image = \"HOST/team/app\", strategy = \"newest-build\", platforms = [\"linux/amd64\"] }";
const OLD: &str = "2026-01-01T00:00:00Z";
const NEW: &str = "2026-02-01T00:00:00Z";
const HELM: &str = "application/vnd.cncf.helm.config.v1+json";

fn documents(world: &World) -> Documents {
    Documents::new(world.registry.store(), "team/app")
}

fn child(documents: &Documents, platform: &str, created: &str) -> Value {
    claiming(&documents.built(platform, created), platform)
}

async fn run(world: &World, config: &str) -> Resolution {
    let options = Options::new("2026-03-01T00:00:00Z".parse::<Timestamp>().unwrap());
    let config = world.config(config);
    world
        .run_with(&config, &Lock::default(), &Intent::Lock, &options)
        .await
}

async fn chosen(world: &World, config: &str) -> String {
    let lock = done(run(world, config).await);
    tags(&lock.images).join(" ")
}

#[tokio::test]
async fn images_of_indexes_within_indexes_are_dated() {
    let world = World::new().await;
    let documents = documents(&world);
    let nested = |created: &str| {
        let inner = documents.index(&[child(&documents, "linux/amd64", created)]);
        documents.index(&[claiming(&inner, "linux/amd64")])
    };
    documents.tag("b", &nested(OLD));
    documents.tag("a", &nested(NEW));
    for config in [NEWEST, AMD64] {
        assert_eq!(chosen(&world, config).await, "app=a");
    }
}

#[tokio::test]
async fn children_without_a_platform_are_dated() {
    let world = World::new().await;
    let documents = documents(&world);
    documents.tag(
        "b",
        &documents.index(&[documents.built("linux/amd64", OLD)]),
    );
    documents.tag(
        "a",
        &documents.index(&[documents.built("linux/amd64", NEW)]),
    );
    for config in [NEWEST, AMD64] {
        assert_eq!(chosen(&world, config).await, "app=a");
    }
}

#[tokio::test]
async fn every_build_that_is_required_counts() {
    let world = World::new().await;
    let documents = documents(&world);
    let index = |old: &str, new: &str| {
        documents.index(&[
            child(&documents, "windows(10.0.26100.1)/amd64", old),
            child(&documents, "windows(10.0.20348.1)/amd64", new),
        ])
    };
    documents.tag("b", &index(OLD, "2026-01-02T00:00:00Z"));
    documents.tag("a", &index(OLD, NEW));
    let of = |platform: &str| AMD64.replace("linux/amd64", platform);
    assert_eq!(chosen(&world, &of("windows/amd64")).await, "app=a");
    assert_eq!(
        chosen(&world, &of("windows(10.0.20348)/amd64")).await,
        "app=a"
    );
}

#[tokio::test]
async fn an_annotation_dates_an_artifact_and_an_image_that_says_nothing() {
    let world = World::new().await;
    let documents = documents(&world);
    let noted = |created: &str| json!({"org.opencontainers.image.created": created});
    documents.tag("b", &documents.artifact("b", HELM, &noted(OLD)));
    documents.tag("a", &documents.artifact("a", HELM, &noted(NEW)));
    assert_eq!(chosen(&world, NEWEST).await, "app=a");
    assert_eq!(world.asked(), asked([(Tags, 1), (ManifestGet, 2)]));

    let mut index = json!({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json",
        "manifests": [claiming(&documents.built("linux/amd64", "1970-01-01T00:00:00Z"), "linux/amd64")]});
    index["annotations"] = noted("2026-02-02T00:00:00Z");
    documents.tag("c", &documents.put(&index));
    assert_eq!(chosen(&world, NEWEST).await, "app=c");
}

#[tokio::test]
async fn the_config_goes_before_the_annotation() {
    let world = World::new().await;
    let documents = documents(&world);
    documents.tag(
        "a",
        &documents.index(&[child(&documents, "linux/amd64", NEW)]),
    );
    let mut index = json!({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json",
        "manifests": [child(&documents, "linux/amd64", OLD)]});
    index["annotations"] = json!({"org.opencontainers.image.created": "2026-02-20T00:00:00Z"});
    documents.tag("b", &documents.put(&index));
    assert_eq!(chosen(&world, NEWEST).await, "app=a");
}

#[tokio::test]
async fn a_placeholder_is_no_date_in_an_annotation_either() {
    let world = World::new().await;
    let documents = documents(&world);
    for placeholder in [
        "1970-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "2099-01-01T00:00:00Z",
        "soon",
    ] {
        let noted = json!({"org.opencontainers.image.created": placeholder});
        documents.tag("a", &documents.artifact(placeholder, HELM, &noted));
        let failure = &run(&world, NEWEST).await.failures[0];
        assert_eq!(failure.diagnostic.code, Code::DateMissing, "{placeholder}");
    }
}

#[tokio::test]
async fn a_required_platform_that_is_gone_is_missing() {
    let world = World::new().await;
    let documents = documents(&world);
    let both = |created: &str| {
        let children =
            ["linux/amd64", "linux/arm64"].map(|platform| child(&documents, platform, created));
        documents.index(&children)
    };
    documents.tag("a", &both(NEW));
    documents.tag("b", &both(OLD));
    documents.remove(&documents.built("linux/amd64", NEW));
    for cooldown in ["", ", cooldown = \"3 days\", age-evidence = \"publisher\""] {
        let resolution = run(&world, &AMD64.replace(" }", &format!("{cooldown} }}"))).await;
        assert_eq!(
            held(&resolution),
            ["app a: names images that the registry does not have: linux/amd64"]
        );
        assert_eq!(tags(&done(resolution).images), ["app=b"]);
    }
}

#[tokio::test]
async fn a_cooldown_by_build_date_sees_that_a_platform_is_gone() {
    let world = World::new().await;
    let documents = documents(&world);
    let index = |created: &str| documents.index(&[child(&documents, "linux/amd64", created)]);
    documents.tag("1.1.0", &index(NEW));
    documents.tag("1.0.0", &index(OLD));
    documents.remove(&documents.built("linux/amd64", NEW));
    let config = "app = { image = \"HOST/team/app\", constraint = \"^1\", platforms = [\"linux/amd64\"], \
         cooldown = \"3 days\", age-evidence = \"publisher\" }";
    let resolution = run(&world, config).await;
    assert_eq!(
        held(&resolution),
        ["app 1.1.0: names images that the registry does not have: linux/amd64"]
    );
    assert_eq!(tags(&done(resolution).images), ["app=1.0.0"]);
}

#[tokio::test]
async fn without_required_platforms_the_next_image_that_is_there_is_dated() {
    let world = World::new().await;
    let documents = documents(&world);
    let index = documents.index(&[
        child(&documents, "linux/amd64", OLD),
        child(&documents, "linux/arm64", NEW),
    ]);
    documents.tag("a", &index);
    documents.remove(&documents.built("linux/amd64", OLD));
    assert_eq!(chosen(&world, NEWEST).await, "app=a");
    assert_eq!(
        world.asked(),
        asked([(Tags, 1), (ManifestGet, 3), (BlobGet, 1)])
    );
    documents.remove(&documents.built("linux/arm64", NEW));
    let failure = &run(&world, NEWEST).await.failures[0];
    let notes = &failure.diagnostic.notes;
    assert!(
        notes.contains(
            &"a names images that the registry does not have: linux/amd64, linux/arm64".to_string()
        ),
        "{notes:?}"
    );
}

#[tokio::test]
async fn an_empty_index_is_passed_over() {
    let world = World::new().await;
    let documents = documents(&world);
    documents.tag(
        "a",
        &documents.index(&[child(&documents, "linux/amd64", OLD)]),
    );
    documents.tag("b", &documents.index(&[]));
    for config in [NEWEST, AMD64] {
        let resolution = run(&world, config).await;
        assert_eq!(held(&resolution), ["app b: is an index without images"]);
        assert_eq!(tags(&done(resolution).images), ["app=a"]);
    }
}

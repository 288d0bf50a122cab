//! The referrers API and the tag in its place.

use imagelock::embedded::{ArtifactSpec, Behaviour, Operation, Registry, TestImage};
use imagelock::image::{Digest, media_type};
use serde_json::{Value, json};

use super::support::{error_code, get, json_of, status, text};
use crate::support::distribution::client;

const SBOM: &str = "application/spdx+json";
const SIGNATURE: &str = "application/vnd.example.signature";

/// A registry with an image that a signature and two SBOMs refer to.
async fn with_referrers() -> (Registry, Digest) {
    let registry = Registry::start().await.unwrap();
    let store = registry.store();
    let image = store.publish("team/app", "1.0", &TestImage::new("app 1.0"));
    store.publish("team/app", "1.1", &TestImage::new("app 1.1"));
    let signature = ArtifactSpec::new(SIGNATURE).annotation("by", "someone");
    store.attach("team/app", &image, &signature);
    store.attach("team/app", &image, &ArtifactSpec::new(SBOM).content("one"));
    let old = ArtifactSpec::new(SBOM).content("two").typed_by_config();
    store.attach("team/app", &image, &old);
    (registry, image)
}

fn digests(index: &Value) -> Vec<&str> {
    let referrers = index["manifests"].as_array().unwrap().iter();
    referrers
        .map(|referrer| referrer["digest"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn what_refers_to_an_image_is_listed_with_its_type_and_annotations() {
    let (registry, image) = with_referrers().await;
    let answer = get(&registry, &format!("/v2/team/app/referrers/{image}")).await;
    assert_eq!(
        text(answer.headers(), "content-type"),
        Some(media_type::OCI_INDEX)
    );
    assert_eq!(text(answer.headers(), "oci-filters-applied"), None);
    let index = json_of(answer).await;
    let all = digests(&index);
    assert_eq!(all.len(), 3);
    for referrer in index["manifests"].as_array().unwrap() {
        let digest = referrer["digest"].as_str().unwrap();
        let stored = registry.store().manifest("team/app", digest).unwrap();
        assert_eq!(referrer["size"], stored.bytes.len());
        assert_eq!(referrer["mediaType"], media_type::OCI_MANIFEST);
        let document: Value = serde_json::from_slice(&stored.bytes).unwrap();
        assert_eq!(document["subject"]["digest"], image.as_str());
        for blob in [&document["config"], &document["layers"][0]] {
            let digest = Digest::parse(blob["digest"].as_str().unwrap()).unwrap();
            assert!(registry.store().blob("team/app", &digest).is_some());
        }
        if referrer["artifactType"] == SIGNATURE {
            assert_eq!(referrer["annotations"], json!({"by": "someone"}));
        } else {
            assert_eq!(referrer["artifactType"], SBOM);
        }
    }
}

#[tokio::test]
async fn one_type_is_asked_for_and_the_answer_says_whether_it_was_heeded() {
    let (registry, image) = with_referrers().await;
    let path = format!("/v2/team/app/referrers/{image}?artifactType={SBOM}");
    let filtered = get(&registry, &path.replace('+', "%2B")).await;
    assert_eq!(
        text(filtered.headers(), "oci-filters-applied"),
        Some("artifactType")
    );
    assert_eq!(digests(&json_of(filtered).await).len(), 2);
    registry.behave(Behaviour::on(Operation::Referrers).ignore_query(["artifactType"]));
    let unfiltered = get(&registry, &path).await;
    assert_eq!(text(unfiltered.headers(), "oci-filters-applied"), None);
    assert_eq!(digests(&json_of(unfiltered).await).len(), 3);
}

#[tokio::test]
async fn pages_keep_what_was_asked_for() {
    let (registry, image) = with_referrers().await;
    registry.behave(Behaviour::on(Operation::Referrers).page_size(1));
    let mut path =
        format!("/v2/team/app/referrers/{image}?artifactType={SBOM}").replace('+', "%2B");
    let mut seen = Vec::new();
    loop {
        let answer = get(&registry, &path).await;
        let link = text(answer.headers(), "link").map(ToOwned::to_owned);
        let index = json_of(answer).await;
        seen.extend(digests(&index).into_iter().map(ToOwned::to_owned));
        let Some(link) = link else { break };
        let target = link.trim_start_matches('<').split('>').next().unwrap();
        target.clone_into(&mut path);
    }
    assert_eq!(seen.len(), 2, "{seen:?}");
    assert_ne!(seen[0], seen[1]);
}

#[tokio::test]
async fn nothing_refers_to_what_is_not_there() {
    let (registry, image) = with_referrers().await;
    let other = Digest::sha256_of(b"other");
    for path in [
        format!("/v2/team/app/referrers/{other}"),
        format!("/v2/team/none/referrers/{image}"),
    ] {
        let answer = get(&registry, &path).await;
        assert_eq!(answer.status(), 200, "{path}");
        assert_eq!(json_of(answer).await["manifests"], json!([]), "{path}");
    }
    let answer = get(&registry, "/v2/team/app/referrers/sha256:x").await;
    assert_eq!(answer.status(), 400);
    assert_eq!(error_code(&json_of(answer).await), "DIGEST_INVALID");
}

#[tokio::test]
async fn without_the_api_a_tag_names_the_same_index() {
    let (registry, image) = with_referrers().await;
    let path = format!("/v2/team/app/referrers/{image}");
    let by_api = json_of(get(&registry, &path).await).await;
    registry.behave(Behaviour::on(Operation::Referrers).status(404));
    assert_eq!(status(&registry, &path).await, 404);
    let digest = registry.store().tag_referrers("team/app", &image);
    let tag = format!("/v2/team/app/manifests/sha256-{}", image.hex());
    let answer = get(&registry, &tag).await;
    assert_eq!(
        text(answer.headers(), "docker-content-digest"),
        Some(digest.as_str())
    );
    assert_eq!(json_of(answer).await, by_api);
}

#[tokio::test]
async fn who_pushes_an_artifact_is_told_that_its_subject_was_seen() {
    let (registry, image) = with_referrers().await;
    let store = registry.store();
    let note = ArtifactSpec::new("application/vnd.example.note");
    let missing = Digest::sha256_of(b"not pushed yet");
    let digest = store.attach("team/app", &missing, &note);
    let manifest = store.manifest("team/app", digest.as_str()).unwrap();
    let bytes = String::from_utf8(manifest.bytes.to_vec()).unwrap();
    let url = registry.url("/v2/team/app/manifests/note");
    let put = client()
        .put(url)
        .header("content-type", media_type::OCI_MANIFEST);
    let body = bytes.replace(missing.as_str(), image.as_str());
    let answer = put.body(body).send().await.unwrap();
    assert_eq!(answer.status(), 201);
    assert_eq!(text(answer.headers(), "oci-subject"), Some(image.as_str()));
    assert_eq!(store.referrers("team/app", &image).len(), 4);
    assert_eq!(store.referrers("team/app", &missing).len(), 1);
}

use imagelock::embedded::{ArtifactSpec, Behaviour, Operation};
use imagelock::error::Code;
use imagelock::image::{Digest, media_type};
use imagelock::registry::{Limits, Referrers, ReferrersSource};

use super::*;

const SBOM: &str = "application/spdx+json";
const SIGNATURE: &str = "application/vnd.dev.sigstore.bundle.v0.3+json";

/// A registry with an image, so many SBOMs of it, and one signature.
async fn attached(sboms: usize) -> (Registry, Digest, Vec<Digest>) {
    let registry = registry().await;
    let store = registry.store();
    let image = store.publish("team/app", "1", &TestImage::new("app"));
    let mut digests: Vec<Digest> = (0..sboms)
        .map(|number| {
            let sbom = ArtifactSpec::new(SBOM).content(format!("{{\"n\":{number}}}"));
            store.attach("team/app", &image, &sbom)
        })
        .collect();
    let signature = ArtifactSpec::new(SIGNATURE).annotation("note", "one");
    digests.push(store.attach("team/app", &image, &signature));
    digests.sort();
    (registry, image, digests)
}

async fn list(client: &Client, registry: &Registry, digest: &Digest) -> Referrers {
    let list = client.referrers(&app(registry), digest, None).await;
    list.unwrap()
}

fn digests(referrers: &Referrers) -> Vec<Digest> {
    let descriptors = referrers.descriptors.iter();
    let mut digests: Vec<_> = descriptors.map(|found| found.digest.clone()).collect();
    digests.sort();
    digests
}

#[tokio::test]
async fn the_api_tells_all_pages_once_a_run() {
    let (registry, image, expected) = attached(4).await;
    registry.behave(Behaviour::on(Operation::Referrers).page_size(2));
    let client = client();
    let found = list(&client, &registry, &image).await;
    assert_eq!(digests(&found), expected);
    assert_eq!(found.source, ReferrersSource::Api);
    let signature = found
        .descriptors
        .iter()
        .find(|found| found.artifact_type.as_deref() == Some(SIGNATURE))
        .unwrap();
    assert_eq!(signature.annotations["note"], "one");
    assert_eq!(list(&client, &registry, &image).await, found);
    assert_eq!(registry.requests().len(), 3);
    assert_eq!(
        registry.requests()[0].path,
        format!("/v2/team/app/referrers/{image}")
    );
}

#[tokio::test]
async fn one_type_is_asked_for_and_filtered_here_if_the_registry_does_not() {
    let (registry, image, _) = attached(3).await;
    for (ignoring, count) in [(false, 1), (true, 1)] {
        registry.behave_well();
        if ignoring {
            registry.behave(Behaviour::on(Operation::Referrers).ignore_query(["artifactType"]));
        }
        let found = client()
            .referrers(&app(&registry), &image, Some(SIGNATURE))
            .await
            .unwrap();
        assert_eq!(found.descriptors.len(), count);
        assert_eq!(
            found.descriptors[0].artifact_type.as_deref(),
            Some(SIGNATURE)
        );
    }
    let path = &registry.requests()[0].path;
    assert!(path.contains("artifactType=application%2Fvnd"), "{path}");
}

#[tokio::test]
async fn none_is_told_from_not_supported() {
    let registry = registry_with(1).await;
    let digest = registry.store().digest("team/app", "1").unwrap();
    let found = list(&client(), &registry, &digest).await;
    assert_eq!(
        (found.descriptors.len(), found.source),
        (0, ReferrersSource::Api)
    );
    registry.behave(Behaviour::on(Operation::Referrers).status(404));
    let found = list(&client(), &registry, &digest).await;
    assert_eq!(
        (found.descriptors.len(), found.source),
        (0, ReferrersSource::Unsupported)
    );
}

#[tokio::test]
async fn without_the_api_the_tag_is_read() {
    let (registry, image, expected) = attached(1).await;
    registry.store().tag_referrers("team/app", &image);
    for behaviour in [
        Behaviour::on(Operation::Referrers)
            .status(404)
            .body("404 page not found\n"),
        Behaviour::on(Operation::Referrers).status(400),
        Behaviour::on(Operation::Referrers).status(405),
        Behaviour::on(Operation::Referrers).status(406),
        Behaviour::on(Operation::Referrers).html("<html>Welcome</html>"),
        Behaviour::on(Operation::Referrers).json("{}"),
    ] {
        registry.behave_well();
        registry.behave(behaviour);
        let found = list(&client(), &registry, &image).await;
        assert_eq!(digests(&found), expected);
        assert_eq!(found.source, ReferrersSource::Tag);
        let found = client()
            .referrers(&app(&registry), &image, Some(SBOM))
            .await
            .unwrap();
        assert_eq!(found.descriptors.len(), 1);
    }
    let asked = registry.requests();
    let tag = format!("sha256-{}", image.hex());
    assert!(asked.iter().any(|request| request.path.ends_with(&tag)));
}

#[tokio::test]
async fn a_tag_that_names_no_index_says_nothing() {
    let registry = registry_with(1).await;
    let store = registry.store();
    let digest = store.digest("team/app", "1").unwrap();
    store.tag("team/app", &format!("sha256-{}", digest.hex()), &digest);
    registry.behave(Behaviour::on(Operation::Referrers).status(404));
    let found = list(&client(), &registry, &digest).await;
    assert_eq!(found.source, ReferrersSource::Unsupported);
}

#[tokio::test]
async fn a_look_up_that_fails_is_never_an_empty_list() {
    let (registry, image, _) = attached(1).await;
    let index = |body: &str| {
        Behaviour::on(Operation::Referrers)
            .header("content-type", media_type::OCI_INDEX)
            .body(body.to_owned())
    };
    for (behaviours, code) in [
        (
            vec![Behaviour::on(Operation::Referrers).status(403)],
            Code::Denied,
        ),
        (
            vec![Behaviour::on(Operation::Referrers).status(500)],
            Code::RegistryFailed,
        ),
        (
            vec![
                Behaviour::on(Operation::Referrers).status(404),
                Behaviour::on(Operation::ManifestGet).status(500),
            ],
            Code::RegistryFailed,
        ),
        (vec![index("{\"manifests\": [")], Code::RegistryInvalid),
        (
            vec![index(r#"{"config":{},"layers":[]}"#)],
            Code::RegistryInvalid,
        ),
        (
            vec![index(r#"{"manifests":[{"digest":"sha256:00"}]}"#)],
            Code::RegistryInvalid,
        ),
    ] {
        registry.behave_well();
        for behaviour in behaviours {
            registry.behave(behaviour);
        }
        let error = client()
            .referrers(&app(&registry), &image, None)
            .await
            .unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(error.to_string().contains("the referrers of"), "{error}");
    }
}

#[tokio::test]
async fn whoever_pushes_referrers_does_not_decide_how_many_are_read() {
    let (registry, image, _) = attached(5).await;
    registry.store().tag_referrers("team/app", &image);
    let few = Limits {
        referrers: 3,
        ..Limits::default()
    };
    let small = Limits {
        referrers_bytes: 500,
        ..Limits::default()
    };
    let paged = Behaviour::on(Operation::Referrers).page_size(1);
    for (behaviour, limits, code) in [
        (paged.clone(), few, Code::Pagination),
        (paged, small, Code::TooLarge),
        (
            Behaviour::on(Operation::Referrers).status(404),
            few,
            Code::Pagination,
        ),
        (
            Behaviour::on(Operation::Referrers).link_loop().page_size(1),
            Limits::default(),
            Code::Pagination,
        ),
    ] {
        registry.behave_well();
        registry.behave(behaviour);
        let client = builder().limits(limits).build().unwrap();
        let error = client
            .referrers(&app(&registry), &image, None)
            .await
            .unwrap_err();
        assert_eq!(error.code(), code, "{error}");
    }
}

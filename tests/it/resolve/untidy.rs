//! What registries have besides tidy images: artifacts, doubles, schema 1, tags of nothing.

use imagelock::embedded::Operation::{BlobGet, ManifestGet, ManifestHead, Tags};
use imagelock::error::Code;
use imagelock::lock::Lock;
use imagelock::resolve::Intent;
use serde_json::{Value, json};

use super::support::{World, asked, done, held, platforms, tags};
use crate::support::documents::{Documents, claiming, digest_of};

const APP: &str = "app = { image = \"HOST/team/app\", constraint = \"^1\" }";
const AMD64: &str =
    "app = { image = \"HOST/team/app\", constraint = \"^1\", platforms = [\"linux/amd64\"] }";
const HELM: &str = "application/vnd.cncf.helm.config.v1+json";

fn documents(world: &World) -> Documents {
    Documents::new(world.registry.store(), "team/app")
}

async fn problem(world: &World, config: &str) -> imagelock::error::Diagnostic {
    let resolution = world.run(config, &Lock::default(), &Intent::Lock).await;
    resolution.failures[0].diagnostic.clone()
}

#[tokio::test]
async fn an_artifact_is_no_platform_whatever_it_claims() {
    for says_so in [true, false] {
        let world = World::new().await;
        let documents = documents(&world);
        let artifact = documents.artifact("sbom", "application/spdx+json", &json!({}));
        let mut artifact = claiming(&artifact, "linux/amd64");
        if says_so {
            artifact["artifactType"] = "application/spdx+json".into();
        }
        let image = claiming(&documents.image("a", "linux/amd64"), "linux/amd64");
        documents.tag("1.0.0", &documents.index(&[artifact, image.clone()]));
        let resolution = world.run(AMD64, &Lock::default(), &Intent::Lock).await;
        assert_eq!(resolution.warnings, []);
        let pin = &done(resolution).images[0];
        assert_eq!(pin.platforms.values().next(), Some(&digest_of(&image)));
        let expected = if says_so {
            asked([(Tags, 1), (ManifestGet, 1), (ManifestHead, 1)])
        } else {
            // That the image is there is known by then.
            asked([(Tags, 1), (ManifestGet, 3)])
        };
        assert_eq!(world.asked(), expected);
    }
}

#[tokio::test]
async fn of_two_images_of_a_platform_the_first_counts_and_a_lint_says_so() {
    let world = World::new().await;
    let documents = documents(&world);
    let [first, second] = ["first", "second"]
        .map(|seed| claiming(&documents.image(seed, "linux/amd64"), "linux/amd64"));
    let arm = claiming(&documents.image("arm", "linux/arm64"), "linux/arm64");
    documents.tag(
        "1.0.0",
        &documents.index(&[arm, first.clone(), second.clone()]),
    );
    for config in [APP, AMD64] {
        let resolution = world.run(config, &Lock::default(), &Intent::Lock).await;
        let [warning] = &resolution.warnings[..] else {
            panic!("{:?}", resolution.warnings)
        };
        assert_eq!(warning.code, Code::RepeatedPlatform);
        assert_eq!(
            warning.message,
            "the index of 1.0.0 has more than one image for linux/amd64; the first one is pinned"
        );
        assert_eq!(
            done(resolution).images[0].platforms.values().next(),
            Some(&digest_of(&first))
        );
    }
    let arm64 = AMD64.replace("amd64", "arm64");
    let resolution = world.run(&arm64, &Lock::default(), &Intent::Lock).await;
    assert_eq!(resolution.warnings, [], "what is not pinned needs no lint");

    documents.remove(&first);
    documents.tag("1.0.0", &documents.index(&[first, second.clone()]));
    let resolution = world.run(APP, &Lock::default(), &Intent::Lock).await;
    assert_eq!(resolution.warnings, [], "one that is gone is none");
    assert_eq!(
        done(resolution).images[0].platforms.values().next(),
        Some(&digest_of(&second))
    );
}

#[tokio::test]
async fn variants_of_an_architecture_are_platforms_of_their_own() {
    let world = World::new().await;
    let documents = documents(&world);
    let child = |variant: Option<&str>| -> Value {
        let mut child = claiming(
            &documents.image(variant.unwrap_or("-"), "linux/arm"),
            "linux/arm",
        );
        child["platform"]["variant"] = json!(variant);
        child
    };
    documents.tag(
        "1.0.0",
        &documents.index(&[child(Some("v6")), child(None), child(Some("v5"))]),
    );
    let resolution = world.run(APP, &Lock::default(), &Intent::Lock).await;
    assert_eq!(resolution.warnings, []);
    assert_eq!(
        platforms(&done(resolution).images[0]),
        ["linux/arm/v5", "linux/arm/v6", "linux/arm/v7"]
    );
}

#[tokio::test]
async fn a_platform_that_go_does_not_know_is_pinned() {
    let world = World::new().await;
    let documents = documents(&world);
    let module = claiming(&documents.image("w", "wasi/wasm"), "wasi/wasm");
    documents.tag("1.0.0", &documents.index(&[module]));
    let lock = world
        .lock(&AMD64.replace("linux/amd64", "wasi/wasm"), &Lock::default())
        .await;
    assert_eq!(platforms(&lock.images[0]), ["wasi/wasm"]);
}

#[tokio::test]
async fn a_chart_where_platforms_are_required_is_helped_with() {
    let world = World::new().await;
    let documents = documents(&world);
    documents.tag("1.0.0", &documents.artifact("chart", HELM, &json!({})));
    let problem = problem(&world, AMD64).await;
    assert_eq!(problem.code, Code::NoTagFits);
    let note = format!("1.0.0 is not an image but an artifact, `{HELM}`");
    assert!(problem.notes.contains(&note), "{problem:?}");
    let help = "write `platforms = []` for this image: an artifact has no platforms";
    assert_eq!(problem.help[0], help);
    assert_eq!(
        world.asked(),
        asked([(Tags, 1), (ManifestGet, 1)]),
        "its config is not read"
    );

    let edge =
        "app = { image = \"HOST/team/app\", tag = \"1.0.0\", platforms = [\"linux/amd64\"] }";
    let followed = world.run(edge, &Lock::default(), &Intent::Lock).await;
    assert_eq!(followed.failures[0].diagnostic.help, [help]);
    let lock = world.lock(APP, &Lock::default()).await;
    assert_eq!(tags(&lock.images), ["app=1.0.0"]);
}

#[tokio::test]
async fn charts_are_passed_over_for_an_image_that_has_the_platform() {
    let world = World::new().await;
    let documents = documents(&world);
    documents.tag("1.0.0", &documents.image("a", "linux/amd64"));
    documents.tag("1.1.0", &documents.artifact("chart", HELM, &json!({})));
    let resolution = world.run(AMD64, &Lock::default(), &Intent::Lock).await;
    assert_eq!(
        held(&resolution),
        [format!(
            "app 1.1.0: is not an image but an artifact, `{HELM}`"
        )]
    );
    assert_eq!(
        world.asked(),
        asked([(Tags, 1), (ManifestGet, 2), (BlobGet, 1)])
    );
}

#[tokio::test]
async fn a_listed_tag_of_nothing_says_how_to_leave_it_out() {
    let world = World::new().await;
    let documents = documents(&world);
    documents.tag("1.0.0", &documents.image("a", "linux/amd64"));
    let gone = documents.image("gone", "linux/amd64");
    documents.remove(&gone);
    documents.tag("1.1.0", &gone);
    let of_list = problem(&world, APP).await;
    assert_eq!(of_list.code, Code::ManifestNotFound);
    assert_eq!(
        of_list.help.last().unwrap(),
        "leave the tag out with `ignore-tags = \"1.1.0\"`"
    );
    let cooling = APP.replace(" }", ", cooldown = \"3 days\" }");
    assert_eq!(problem(&world, &cooling).await.help, of_list.help);

    let followed = problem(
        &world,
        "app = { image = \"HOST/team/app\", tag = \"1.1.0\" }",
    )
    .await;
    assert!(
        !followed
            .help
            .iter()
            .any(|help| help.contains("ignore-tags")),
        "{followed:?}"
    );
    let ignoring = APP.replace(" }", ", ignore-tags = \"1.1.0\" }");
    assert_eq!(
        tags(&world.lock(&ignoring, &Lock::default()).await.images),
        ["app=1.0.0"]
    );
}

#[tokio::test]
async fn schema_1_names_the_tag_and_what_to_do() {
    let world = World::new().await;
    let store = world.registry.store();
    let body = json!({"schemaVersion": 1, "name": "team/app", "tag": "1.1.0", "fsLayers": []});
    let media_type = "application/vnd.docker.distribution.manifest.v1+json";
    let digest = store.put_manifest("team/app", media_type, body.to_string());
    store.tag("team/app", "1.1.0", &digest);
    let problem = problem(&world, APP).await;
    assert_eq!(problem.code, Code::RegistryInvalid);
    assert!(
        problem
            .message
            .contains("team/app:1.1.0 cannot be pinned: "),
        "{problem:?}"
    );
    assert!(problem.help[0].contains("current builder"), "{problem:?}");
    assert!(
        problem.help[1].contains("`ignore-tags = \"1.1.0\"`"),
        "{problem:?}"
    );
}

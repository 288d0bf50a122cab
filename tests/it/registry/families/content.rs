//! Manifests and blobs: by tag, by digest, and their digests alone.

use imagelock::image::{Document, ImageConfig};

use super::*;

#[tokio::test]
async fn a_head_a_get_and_the_store_agree_on_every_digest() {
    for family in families().await {
        let name = family.name();
        for text in ["1.0", "list", "single"] {
            let few = family.repository("few");
            let expected = family.digest("few", text);
            // Two clients, so that the one does not know what the other was told.
            let head = family.client().head(&few, &tag(text)).await;
            assert_eq!(head.as_ref().ok(), Some(&expected), "{name}: {head:?}");
            assert_eq!(family.count(Operation::ManifestGet), 0, "{name}: a pull");
            let manifest = family.client().manifest(&few, &tag(text)).await.unwrap();
            assert_eq!(manifest.digest, expected, "{name}");
            assert!(expected.verify(&manifest.bytes), "{name}");
            let by_digest = Target::Digest(expected.clone());
            let head = family.client().head(&few, &by_digest).await;
            assert_eq!(head.ok(), Some(expected), "{name}");
            family.registry.forget_requests();
            if let Some(behind) = family.registry.behind() {
                behind.forget_requests();
            }
        }
    }
}

#[tokio::test]
async fn an_index_its_children_and_their_configs_are_read_by_digest() {
    for family in families().await {
        let name = family.name();
        let (client, few) = (family.client(), family.repository("few"));
        for text in ["1.0", "list"] {
            let index = client.manifest(&few, &tag(text)).await.unwrap();
            let Ok(Document::Index(index)) = index.document() else {
                panic!("{name}: {text} is no index");
            };
            let platforms = index.platforms();
            assert_eq!(platforms.len(), 2, "{name}: {platforms:?}");
            for (platform, digest) in platforms {
                let child = Target::Digest(digest.clone());
                let manifest = client.manifest(&few, &child).await.unwrap();
                assert_eq!(manifest.digest, digest, "{name}");
                let Ok(Document::Manifest(manifest)) = manifest.document() else {
                    panic!("{name}: {platform} is no manifest");
                };

                let config = client.blob(&few, &manifest.config).await.unwrap();
                let config = ImageConfig::parse(&config).unwrap();
                assert_eq!(config.platform, Some(platform), "{name}");
            }
        }
        // Two indexes, two children of each, and one refusal; where a redirect leads, each is refused first.
        let gets = family.count(Operation::ManifestGet);
        let most = if family.registry.behind().is_some() {
            18
        } else {
            7
        };
        assert!(gets <= most, "{name}: {gets}");
        assert!(family.count(Operation::Token) <= 1, "{name}");
    }
}

#[tokio::test]
async fn on_docker_hub_a_head_is_no_pull_and_a_used_up_limit_is_told() {
    let family = Family::start(Profile::named("docker-hub").unwrap()).await;
    let limit = Behaviour::on(Operation::ManifestGet).pull_limit(0, 21_600);
    family.registry.behave(limit);
    let few = family.repository("few");
    for text in ["1.0", "list", "single"] {
        let digest = family.client().head(&few, &tag(text)).await.unwrap();
        assert_eq!(digest, family.digest("few", text));
    }
    family.registry.behave_well();
    for text in ["1.0", "list", "single"].iter().cycle().take(100) {
        family.client().manifest(&few, &tag(text)).await.unwrap();
    }
    let error = family.client().manifest(&few, &tag("1.0")).await;
    let error = error.unwrap_err();
    let quota = ErrorKind::RateLimited {
        wait: None,
        quota: true,
    };
    assert_eq!(error.kind(), &quota);
    assert!(
        error.to_string().contains("pull limit of docker.io"),
        "{error}"
    );
    assert!(error.help().unwrap().contains("docker login docker.io"));
    let digest = family.client().head(&few, &tag("1.0")).await;
    assert_eq!(digest.unwrap(), family.digest("few", "1.0"));
}

//! What is not there, or not to be seen.

use std::collections::BTreeMap;

use super::*;

/// What a missing repository comes to: for strangers where they may pull, and for a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    NotFound,
    Denied,
}

use Told::{Denied, NotFound};

const MISSING: [(&str, Told, Told); 20] = [
    ("amazon-ecr", Denied, NotFound),
    ("amazon-ecr-public", NotFound, NotFound),
    ("artifactory", Denied, NotFound),
    ("azure-acr", Denied, NotFound),
    ("distribution-2.8", Denied, NotFound),
    ("distribution-3.0", Denied, NotFound),
    ("distribution-3.1.0", NotFound, NotFound),
    ("distribution-3.1.1", NotFound, NotFound),
    ("docker-hub", Denied, Denied),
    ("forgejo", Denied, NotFound),
    ("ghcr", Denied, Denied),
    ("gitea", Denied, NotFound),
    ("gitlab", Denied, Denied),
    ("google", Denied, Denied),
    ("harbor", Denied, NotFound),
    ("nexus-group", Denied, NotFound),
    ("nexus-hosted", Denied, NotFound),
    ("quay", Denied, Denied),
    ("registry-k8s-io", NotFound, NotFound),
    ("zot", NotFound, NotFound),
];

fn told(error: &RegistryError) -> Option<Told> {
    match error.kind() {
        ErrorKind::RepositoryNotFound => Some(NotFound),
        ErrorKind::Denied { .. } => Some(Denied),
        _ => None,
    }
}

#[tokio::test]
async fn a_missing_repository_is_told_as_far_as_the_registry_tells() {
    let expected: BTreeMap<_, _> = MISSING
        .iter()
        .map(|(name, stranger, user)| (*name, (*stranger, *user)))
        .collect();
    for family in families().await {
        let name = family.name();
        let none = family.repository("none");
        let (stranger, user) = expected[name];
        for (client, expected) in [(family.stranger(), stranger), (family.user(PASSWORD), user)] {
            let error = client.tags(&none).await.unwrap_err();
            assert_eq!(told(&error), Some(expected), "{name}: {error}");
            let said = error.to_string();
            let (host, path) = (none.registry(), none.path());
            assert!(said.contains(host) && said.contains(path), "{name}: {said}");
            let help = error.help().unwrap();
            let spelling = help.contains("check the spelling");
            assert!(spelling || help.contains("may pull it"), "{name}: {help}");
            family.is_discreet(Some(&error));
        }
        let cost = family.count(Operation::Tags) + family.count(Operation::Token);
        assert!(cost <= 12, "{name}: {cost} requests");
    }
}

#[tokio::test]
async fn a_digest_of_a_missing_repository_fails_alike() {
    for family in families().await {
        let name = family.name();
        let none = family.repository("none");
        let error = family.user(PASSWORD).head(&none, &tag("1.0")).await;
        let error = error.unwrap_err();
        let (.., user) = MISSING.iter().find(|(known, ..)| *known == name).unwrap();
        if name.starts_with("distribution-") || name == "harbor" {
            // They say that the manifest is unknown, and nothing of the repository.
            assert_eq!(error.kind(), &ErrorKind::ManifestNotFound, "{name}");
        } else {
            assert_eq!(told(&error), Some(*user), "{name}: {error}");
        }
        family.is_discreet(Some(&error));
    }
}

#[tokio::test]
async fn a_missing_tag_is_told_from_a_missing_repository() {
    for family in families().await {
        let name = family.name();
        let (client, few) = (family.client(), family.repository("few"));
        let head = client.head(&few, &tag("9.9")).await.unwrap_err();
        let get = client.manifest(&few, &tag("9.9")).await.unwrap_err();
        for error in [head, get] {
            assert_eq!(
                error.kind(),
                &ErrorKind::ManifestNotFound,
                "{name}: {error}"
            );
            let said = error.to_string();
            let object = format!("{}:9.9", few.path());
            assert!(
                said.contains(few.registry()) && said.contains(&object),
                "{name}: {said}"
            );
            assert!(error.help().unwrap().contains("imagelock tags"), "{name}");
        }
        // It was the tag that was missing, and nothing else is thought to be.
        client.head(&few, &tag("1.0")).await.unwrap();
        family.is_discreet(None);
    }
}

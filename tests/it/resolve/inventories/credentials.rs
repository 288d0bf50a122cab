//! Who is shown what.

use imagelock::embedded::Operation::{HubTag, TagMetadata, TagRecord, Token};
use imagelock::embedded::{Behaviour, Profile, Registry};
use imagelock::registry::Api;

use super::support::{Kind, PASSWORD, kinds};

/// Keeps `app` from strangers.
fn private(profile: Profile) -> Profile {
    let app = profile.repository("app");
    profile.private(&app)
}

#[tokio::test]
async fn interfaces_that_know_no_credential_of_the_registry_get_none() {
    for kind in kinds().await {
        let name = kind.name();
        kind.publish_app();
        kind.newest().await;
        let requests = kind.registry.requests();
        let own = [TagMetadata, TagRecord, HubTag];
        let own = requests
            .iter()
            .filter(|request| own.contains(&request.operation));
        for request in own {
            assert!(!request.contains("canary-secret-key"), "{name}");
            let shown = request.authorization().unwrap_or_default();
            let expected = match kind.api {
                Api::DockerHub | Api::Quay | Api::Harbor | Api::Zot => "",
                Api::AmazonEcr => "AWS4-HMAC-SHA256 ",
                _ => "Bearer embedded-token-",
            };
            assert!(
                shown.starts_with(expected) && (shown.is_empty() == expected.is_empty()),
                "{name}: {shown}"
            );
            assert!(!request.contains(PASSWORD), "{name}");
        }
    }
}

#[tokio::test]
async fn a_private_repository_is_told_of_to_who_may_see_it() {
    for name in ["harbor", "gitlab", "azure-acr", "google"] {
        let kind = Kind::start_with(name, private).await;
        let digest = kind.publish_app();
        assert_eq!(kind.newest().await, ("a".into(), digest), "{name}");
        assert_eq!(kind.notices(), [] as [&str; 0], "{name}");
        let requests = kind.registry.requests();
        let scopes = requests.iter().filter(|request| request.operation == Token);
        let is_metadata = |path: &str| path.contains("%3Ametadata_read");
        let asked = scopes.filter(|request| is_metadata(&request.path)).count();
        assert_eq!(asked, usize::from(name == "azure-acr"), "{name}");
    }
    // Quay's knows no robots: the publishers' dates decide.
    let kind = Kind::start_with("quay", private).await;
    kind.publish_app();
    assert_eq!(kind.newest().await.0, "c");
    assert_eq!(kind.notices(), ["it refused (401)"]);
    assert_eq!((kind.count(TagMetadata), kind.count(TagRecord)), (1, 0));
}

#[tokio::test]
async fn the_password_goes_to_harbors_own_origin_alone() {
    let kind = Kind::start_with("harbor", private).await;
    kind.publish_app();
    let thief = Registry::start().await.unwrap();
    let away = format!("http://{}{{path}}", thief.address());
    kind.registry
        .behave(Behaviour::on(TagMetadata).redirect(&away));
    kind.newest().await;
    let stolen = thief.requests();
    assert!(!stolen.is_empty());
    for request in stolen {
        assert_eq!(request.authorization(), None);
        assert!(!request.contains(PASSWORD));
    }
}

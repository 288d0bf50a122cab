//! What the doctor says of each family.

use imagelock::embedded::Registry;
use imagelock::registry::doctor::{Diagnosis, Family as Recognised, StepOutcome};

use super::*;

/// The quirks that each profile has and others need not have, by the profile's name.
const QUIRKS: [(&str, &[&str]); 20] = [
    ("amazon-ecr", &["unsorted", "no-digest-on-get"]),
    ("amazon-ecr-public", &["unsorted", "no-referrers-api"]),
    ("artifactory", &["not-tags", "several-challenges"]),
    ("azure-acr", &[]),
    (
        "distribution-2.8",
        &["page-size-ignored", "unsorted", "no-referrers-api"],
    ),
    ("distribution-3.0", &[]),
    ("distribution-3.1.0", &["page-size-refused"]),
    ("distribution-3.1.1", &[]),
    ("docker-hub", &["no-catalog"]),
    ("forgejo", &["link-at-end", "several-challenges"]),
    ("ghcr", &["token-without-end", "no-referrers-api"]),
    ("gitea", &["link-at-end", "several-challenges"]),
    ("gitlab", &["token-without-end"]),
    ("google", &["page-size-ignored"]),
    ("harbor", &[]),
    ("nexus-group", &["pages-without-link", "not-tags"]),
    ("nexus-hosted", &["not-tags"]),
    ("quay", &["token-without-end"]),
    (
        "registry-k8s-io",
        &["page-size-ignored", "content-elsewhere"],
    ),
    ("zot", &[]),
];

fn names(diagnosis: &Diagnosis) -> Vec<&'static str> {
    diagnosis.quirks().map(|quirk| quirk.name).collect()
}

#[tokio::test]
async fn each_family_is_recognised_with_its_quirks_and_can_be_locked_from() {
    for family in families().await {
        let name = family.name();
        let diagnosis = family.client().diagnose(&family.repository("few")).await;
        assert!(diagnosis.is_lockable(), "{name}: {:?}", diagnosis.failure);
        let all_good = diagnosis
            .steps
            .iter()
            .all(|step| step.outcome == StepOutcome::Good);
        assert!(
            all_good && diagnosis.steps.len() == 8,
            "{name}: {diagnosis:#?}"
        );
        let recognised = diagnosis.family.map(Recognised::as_str);
        // The former is told by a header, which the embedded one does not send; the latter, where
        // anybody may read, by nothing.
        if !["distribution", "zot"].contains(&family.profile.family()) {
            assert_eq!(recognised, Some(family.profile.family()), "{name}");
        }
        let expected = QUIRKS.iter().find(|(profile, _)| *profile == name);
        let found = names(&diagnosis);
        for quirk in expected.unwrap_or_else(|| panic!("{name} is new")).1 {
            assert!(found.contains(quirk), "{name} lacks {quirk}: {found:?}");
        }
        assert!(
            diagnosis.advice.is_empty(),
            "{name}: {:?}",
            diagnosis.advice
        );
    }
}

#[tokio::test]
async fn it_asks_for_little_and_never_writes() {
    for family in families().await {
        let name = family.name();
        family.client().diagnose(&family.repository("app")).await;
        let mut requests = family.registry.requests();
        let behind = family.registry.behind();
        requests.extend(behind.into_iter().flat_map(Registry::requests));
        // Where everything is redirected each request is two.
        let most = if behind.is_some() { 24 } else { 12 };
        assert!(requests.len() <= most, "{name}: {requests:#?}");
        for request in &requests {
            assert!(
                ["GET", "HEAD"].contains(&request.method.as_str()),
                "{name}: {request:?}"
            );
        }
        if name == "docker-hub" {
            assert_eq!(family.count(Operation::ManifestGet), 0, "a pull is used up");
        }
    }
}

#[tokio::test]
async fn small_pages_are_told_of_long_lists() {
    for name in ["docker-hub", "quay", "distribution-3.1.1"] {
        let family = Family::start(Profile::named(name).unwrap()).await;
        let diagnosis = family.client().diagnose(&family.repository("app")).await;
        assert!(names(&diagnosis).contains(&"small-pages"), "{name}");
        let tags = family.count(Operation::Tags);
        assert!(tags <= 4, "{name}: {tags} requests for tags");
    }
}

#[tokio::test]
async fn what_strangers_may_not_see_fails_at_access_and_tells_what_to_write() {
    for family in families().await {
        let name = family.name();
        if !family.profile.takes_passwords() {
            continue;
        }
        let diagnosis = family
            .stranger()
            .diagnose(&family.repository("secret"))
            .await;
        let Some(error) = &diagnosis.failure else {
            panic!("{name} lets strangers in");
        };
        family.is_discreet(Some(error));
        let user = family
            .user(PASSWORD)
            .diagnose(&family.repository("secret"))
            .await;
        assert!(user.is_lockable(), "{name}: {:?}", user.failure);
        let recognised = user.family.map(Recognised::as_str);
        if family.profile.family() != "distribution" {
            assert_eq!(recognised, Some(family.profile.family()), "{name}");
        }
        let shown = format!("{:?} {:?}", user.steps, diagnosis.steps);
        for secret in [PASSWORD, "embedded-token"] {
            assert!(!shown.contains(secret), "{name}: {shown}");
        }
        assert!(
            shown.contains("accepted: those from environment variable CANARY"),
            "{name}: {shown}"
        );
    }
}

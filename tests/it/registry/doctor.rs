//! What the doctor says of registries that are ill, and what it advises.

use imagelock::embedded::{self, Behaviour, Operation};
use imagelock::error::Code;
use imagelock::image::Digest;
use imagelock::registry::doctor::{AdvisedAuth, Area, Diagnosis, Severity, StepOutcome};
use imagelock::registry::{Auth, Credential, HostSettings, Proxies, Secret, Tls};
use jiff::Timestamp;

use super::*;
use crate::support::pki::{Authority, VALID};
use crate::support::proxy::{Manner, Proxy};
use crate::support::tls_front::{Clients, TlsFront};

const PASSWORD: &str = "canary-password";

fn with_password(registry: &Registry, password: &str) -> ClientBuilder {
    let credential = Credential::basic("bot", Secret::new(password), "a test");
    builder().auth(registry.address(), Auth::Credential(credential))
}

async fn diagnose(registry: &Registry) -> Diagnosis {
    client().diagnose(&app(registry)).await
}

async fn diagnose_as(registry: &Registry, password: &str) -> Diagnosis {
    let client = with_password(registry, password).build().unwrap();
    client.diagnose(&app(registry)).await
}

/// Returns the area that failed, with the code of the failure.
fn failed(diagnosis: &Diagnosis) -> Option<(Area, Code)> {
    let step = diagnosis
        .steps
        .iter()
        .find(|step| step.outcome == StepOutcome::Failed)?;
    Some((step.area, diagnosis.failure.as_ref()?.code()))
}

fn quirks(diagnosis: &Diagnosis) -> Vec<&'static str> {
    diagnosis.quirks().map(|quirk| quirk.name).collect()
}

fn fact<'d>(diagnosis: &'d Diagnosis, area: Area, name: &str) -> &'d str {
    let step = diagnosis
        .steps
        .iter()
        .find(|step| step.area == area)
        .unwrap();
    let fact = step.facts.iter().find(|fact| fact.name == name);
    fact.map_or("", |fact| &fact.value)
}

#[tokio::test]
async fn a_good_registry_needs_nothing_and_few_requests() {
    let registry = registry_with(3).await;
    let diagnosis = diagnose(&registry).await;
    assert!(diagnosis.is_lockable() && diagnosis.advice.is_empty());
    assert_eq!(quirks(&diagnosis), ["no-dates"]);
    assert_eq!(
        fact(&diagnosis, Area::Catalog, "repositories"),
        "are listed"
    );
    let areas: Vec<Area> = diagnosis.steps.iter().map(|step| step.area).collect();
    assert_eq!(areas, Area::ALL);
    // Ping, tags twice, HEAD, GET, referrers, config, catalog.
    assert_eq!(registry.requests().len(), 8);
}

#[tokio::test]
async fn plain_http_is_found_without_credentials_and_written_into_the_config() {
    let registry = registry_with(3).await;
    let settings = HostSettings {
        plain_http: Some(false),
        ..HostSettings::default()
    };
    let client = with_password(&registry, PASSWORD)
        .host(registry.address(), settings)
        .build()
        .unwrap();
    let diagnosis = client.diagnose(&app(&registry)).await;
    assert_eq!(failed(&diagnosis), Some((Area::Reach, Code::Tls)));
    assert_eq!(quirks(&diagnosis), ["plain-http-only"]);
    assert_eq!(diagnosis.advice.plain_http, Some(true));
    let skipped = diagnosis
        .steps
        .iter()
        .filter(|step| step.outcome == StepOutcome::Skipped);
    assert_eq!(skipped.count(), 7);
    let requests = registry.requests();
    assert!(!requests.is_empty());
    for request in requests {
        assert_eq!(
            (request.path.as_str(), request.authorization()),
            ("/v2/", None)
        );
    }
}

#[tokio::test]
async fn plain_http_is_not_advised_over_a_public_network() {
    let registry = registry_with(1).await;
    let proxy = Proxy::start(Manner::Lead);
    let port = registry.address().rsplit_once(':').unwrap().1;
    let repository = Repository::new(&format!("public.test:{port}"), "team/app").unwrap();
    // What is reached through a proxy may be anywhere.
    let proxies = Proxies::none()
        .http(&proxy.url(), "http_proxy")
        .https(&proxy.url(), "HTTPS_PROXY");
    let client = builder().proxies(proxies).build().unwrap();
    let diagnosis = client.diagnose(&repository).await;
    assert_eq!(failed(&diagnosis), Some((Area::Reach, Code::Tls)));
    assert_eq!(quirks(&diagnosis), ["plain-http-unsafe"]);
    assert_eq!(diagnosis.advice.plain_http, None);
}

#[tokio::test]
async fn no_part_of_a_secret_is_left_of_what_a_server_repeats() {
    let registry = registry_with(1).await;
    let secret = format!("canary-{}", "x".repeat(200));
    let challenge = format!("Basic realm=\"someone with {secret}\"");
    let auth = embedded::Auth::basic().user("bot", &secret);
    registry.require(auth.challenge(&challenge));
    let behaviour = Behaviour::on(Operation::ManifestHead).status(500);
    let code = format!(r#"{{"errors":[{{"code":"GOT-{secret}"}}]}}"#);
    registry.behave(behaviour.json(&code));
    registry.behave(
        Behaviour::on(Operation::ManifestGet)
            .status(500)
            .json(&code),
    );
    let client = with_password(&registry, &secret).build().unwrap();
    let diagnosis = client.diagnose(&app(&registry)).await;
    let told = fact(&diagnosis, Area::Access, "challenge");
    assert_eq!(told, "basic for someone with …");
    let failure = diagnosis.failure.as_ref().unwrap();
    assert!(failure.to_string().contains("GOT-"), "{failure}");
    assert!(
        !format!("{diagnosis:?}").contains("canary"),
        "{diagnosis:?}"
    );
}

#[tokio::test]
async fn tls_is_found_where_the_config_says_plain_http() {
    let registry = registry_with(3).await;
    // As servers written in Go say it.
    let words = "Client sent an HTTP request to an HTTPS server.\n";
    registry.behave(Behaviour::always().status(400).text(words));
    let diagnosis = diagnose(&registry).await;
    assert_eq!(failed(&diagnosis), Some((Area::Reach, Code::Tls)));
    assert_eq!(quirks(&diagnosis), ["tls-only"]);
    assert_eq!(diagnosis.advice.plain_http, Some(false));
}

#[tokio::test]
async fn certificates_are_believed_or_the_failure_says_what_to_write() {
    let authority = Authority::new("ours");
    let issued = authority.server(&["localhost"], VALID);
    let registry = registry_with(3).await;
    let front = TlsFront::start(registry.address(), &issued, Clients::Anyone);
    let host = front.at("localhost");
    let repository = Repository::new(&host, "team/app").unwrap();
    let with = |tls| {
        let settings = HostSettings {
            plain_http: Some(false),
            tls,
            ..HostSettings::default()
        };
        builder().host(host.as_str(), settings).build().unwrap()
    };
    let diagnosis = with(Tls::default()).diagnose(&repository).await;
    assert_eq!(failed(&diagnosis), Some((Area::Reach, Code::Tls)));
    let help = diagnosis.failure.unwrap().help().unwrap();
    assert!(help.contains("ca-file"), "{help}");
    let ours = Tls::default().authorities(authority.pem().as_bytes());
    let all = Tls::default().skip_verify(true);
    for (tls, is_verified) in [(ours.unwrap(), true), (all, false)] {
        let diagnosis = with(tls).diagnose(&repository).await;
        assert!(diagnosis.is_lockable(), "{:?}", diagnosis.failure);
        let is_warned = quirks(&diagnosis).contains(&"tls-not-verified");
        assert_eq!(is_warned, !is_verified);
    }
}

#[tokio::test]
async fn missing_credentials_are_advised() {
    let registry = registry_with(3).await;
    registry.require(embedded::Auth::basic().user("bot", PASSWORD));
    let diagnosis = diagnose(&registry).await;
    assert_eq!(failed(&diagnosis), Some((Area::Access, Code::Denied)));
    assert_eq!(
        fact(&diagnosis, Area::Access, "credentials"),
        "none were found"
    );
    let variable = "REGISTRY_PASSWORD";
    assert_eq!(
        diagnosis.advice.auth,
        Some(AdvisedAuth::Environment { variable })
    );
    let diagnosis = diagnose_as(&registry, PASSWORD).await;
    assert!(diagnosis.is_lockable() && diagnosis.advice.is_empty());
    assert_eq!(
        fact(&diagnosis, Area::Access, "credentials"),
        "accepted: those from a test"
    );
    let diagnosis = diagnose_as(&registry, "wrong").await;
    assert_eq!(failed(&diagnosis), Some((Area::Access, Code::Denied)));
    assert_eq!(
        fact(&diagnosis, Area::Access, "credentials"),
        "refused: those from a test"
    );
    assert!(
        diagnosis.advice.is_empty(),
        "others of the same kind would be refused as well"
    );
}

#[tokio::test]
async fn credentials_that_are_refused_and_not_needed_are_better_left_out() {
    let registry = registry_with(3).await;
    let auth = embedded::Auth::bearer().anonymous().user("bot", PASSWORD);
    registry.require(auth.expires_in(300));
    let diagnosis = diagnose_as(&registry, "wrong").await;
    assert!(diagnosis.is_lockable());
    assert!(quirks(&diagnosis).contains(&"credentials-not-used"));
    assert_eq!(diagnosis.advice.auth, Some(AdvisedAuth::Anonymous));
    assert_eq!(
        fact(&diagnosis, Area::Access, "token"),
        "good for 300 s, in the member token"
    );
}

#[tokio::test]
async fn a_realm_elsewhere_is_named_and_advised_only_where_it_is_needed() {
    for (anonymous, needed) in [(false, true), (true, false)] {
        let registry = registry_with(3).await;
        let port = registry.address().rsplit_once(':').unwrap().1;
        let realm = format!("localhost:{port}");
        let auth = embedded::Auth::bearer().user("bot", PASSWORD);
        let auth = auth.realm(&format!("http://{realm}/token"));
        registry.require(if anonymous { auth.anonymous() } else { auth });
        let diagnosis = diagnose_as(&registry, PASSWORD).await;
        assert!(quirks(&diagnosis).contains(&"realm-elsewhere"));
        let advised = if needed { vec![realm] } else { vec![] };
        assert_eq!(diagnosis.advice.token_realms, advised);
        assert_eq!(diagnosis.is_lockable(), !needed);
        let says = fact(&diagnosis, Area::Access, "credentials");
        assert!(says.starts_with("not sent"), "{says}");
        assert!(
            registry
                .requests()
                .iter()
                .all(|request| !request.contains(PASSWORD))
        );
    }
}

#[tokio::test]
async fn lists_that_cannot_be_had_whole_fail_at_tags() {
    let registry = registry_with(5).await;
    for (behaviour, code, quirk) in [
        (
            Behaviour::on(Operation::Tags).html("<html>Sign in</html>"),
            Code::RegistryInvalid,
            None,
        ),
        (
            Behaviour::on(Operation::Tags).json("{}"),
            Code::RegistryInvalid,
            None,
        ),
        (
            Behaviour::on(Operation::Tags).status(404),
            Code::RepositoryNotFound,
            None,
        ),
        (
            Behaviour::on(Operation::Tags).page_size(1).link_loop(),
            Code::Pagination,
            None,
        ),
        (
            Behaviour::on(Operation::Tags)
                .page_size(1)
                .links_to("http://evil.example"),
            Code::Pagination,
            Some("link-to-other-host"),
        ),
        (
            Behaviour::on(Operation::Tags)
                .json(r#"{"tags":["1"]}"#)
                .header("link", r#"<?last=1>; rel="next""#),
            Code::Pagination,
            Some("pages-lead-nowhere"),
        ),
    ] {
        registry.behave_well();
        registry.behave(behaviour);
        let diagnosis = diagnose(&registry).await;
        assert_eq!(
            failed(&diagnosis),
            Some((Area::Tags, code)),
            "{:?}",
            diagnosis.failure
        );
        let found = quirks(&diagnosis);
        assert!(
            quirk.is_none_or(|quirk| found.contains(&quirk)),
            "{found:?}"
        );
    }
}

#[tokio::test]
async fn what_a_tag_names_must_be_told_one_way_or_the_other() {
    let registry = registry_with(3).await;
    let head = || Behaviour::on(Operation::ManifestHead);
    let wrong = Digest::sha256_of(b"wrong");
    let get = Behaviour::on(Operation::ManifestGet).header("docker-content-digest", wrong.as_str());
    for (behaviour, quirk, failure) in [
        (
            head().without_header("docker-content-digest"),
            Some("no-digest-on-head"),
            None,
        ),
        (head().status(405), Some("head-refused"), None),
        (head().status(403), Some("head-refused"), None),
        (head().status(404), Some("listed-and-missing"), None),
        (get, None, Some(Code::DigestMismatch)),
        (
            Behaviour::on(Operation::ManifestGet).json("{\"hello\":1}"),
            None,
            Some(Code::DigestMismatch),
        ),
    ] {
        registry.behave_well();
        registry.behave(behaviour);
        let diagnosis = diagnose(&registry).await;
        let failed = failed(&diagnosis);
        assert_eq!(failed, failure.map(|code| (Area::Manifests, code)));
        let found = quirks(&diagnosis);
        assert!(
            quirk.is_none_or(|quirk| found.contains(&quirk)),
            "{found:?}"
        );
    }
}

#[tokio::test]
async fn a_registry_that_is_asked_too_much_is_to_be_asked_more_gently() {
    let registry = registry_with(3).await;
    registry.behave(Behaviour::on(Operation::Tags).status(429));
    let diagnosis = diagnose(&registry).await;
    assert_eq!(failed(&diagnosis), Some((Area::Tags, Code::RateLimited)));
    assert_eq!(diagnosis.advice.concurrency, Some(2));
}

#[tokio::test]
async fn limits_are_read_and_a_used_up_one_is_a_warning() {
    let registry = registry_with(3).await;
    let limited = |left: &str| {
        Behaviour::on(Operation::ManifestHead)
            .header("ratelimit-limit", "100;w=21600")
            .header("ratelimit-remaining", &format!("{left};w=21600"))
    };
    registry.behave(limited("76"));
    let diagnosis = diagnose(&registry).await;
    assert_eq!(
        fact(&diagnosis, Area::Limits, "ratelimit-limit"),
        "100 in 6 h"
    );
    assert_eq!(
        fact(&diagnosis, Area::Limits, "ratelimit-remaining"),
        "76 in 6 h"
    );
    registry.behave_well();
    registry.behave(limited("0"));
    assert!(quirks(&diagnose(&registry).await).contains(&"limit-used-up"));
}

#[tokio::test]
async fn whose_word_there_is_on_dates_is_told() {
    let built = Timestamp::from_second(1_740_000_000).unwrap();
    for (created, words, quirk) in [
        (
            Some(built),
            "was built at 2025-02-19T21:20:00Z",
            "publishers-dates",
        ),
        (
            Some(Timestamp::UNIX_EPOCH),
            "the date of no build",
            "no-dates",
        ),
        (None, "says nothing", "no-dates"),
    ] {
        let registry = registry().await;
        let mut image = ImageSpec::new("app").platforms(["linux/amd64", "linux/arm64"]);
        if let Some(created) = created {
            image = image.created(created);
        }
        registry.store().publish("team/app", "1", &image);
        let diagnosis = diagnose(&registry).await;
        let publisher = fact(&diagnosis, Area::Dates, "publisher");
        assert!(publisher.contains(words), "{publisher}");
        assert!(quirks(&diagnosis).contains(&quirk));
    }
}

#[tokio::test]
async fn the_hub_dates_pushes_and_no_pull_is_used() {
    let registry = registry().await;
    let created = Timestamp::from_second(1_740_000_000).unwrap();
    let image = ImageSpec::new("nginx")
        .platforms(["linux/amd64"])
        .created(created);
    registry.store().publish("library/nginx", "1.27", &image);
    let url: url::Url = registry.url("").parse().unwrap();
    let client = builder()
        .endpoint("docker.io", url.clone())
        .endpoint("hub.docker.com", url)
        .build()
        .unwrap();
    let diagnosis = client.diagnose(&Repository::parse("nginx").unwrap()).await;
    assert!(diagnosis.is_lockable());
    let told = fact(&diagnosis, Area::Dates, "registry");
    assert_eq!(
        told,
        "tells when a tag was pushed: 1.27 at 2025-02-19T21:20:00Z"
    );
    assert_eq!(registry.count(Operation::ManifestGet), 0);
    assert_eq!(registry.count(Operation::HubTag), 1);
}

#[tokio::test]
async fn a_repository_without_tags_is_told() {
    let registry = registry().await;
    registry.store().put_blob("team/app", "left behind");
    registry.behave(Behaviour::on(Operation::Tags).json(r#"{"name":"x","tags":null}"#));
    let diagnosis = diagnose(&registry).await;
    assert!(quirks(&diagnosis).contains(&"no-tags"));
    assert!(quirks(&diagnosis).contains(&"null-for-none"));
    let worst = diagnosis.quirks().map(|quirk| quirk.severity).max();
    assert_eq!(worst, Some(Severity::Warning));
}

#[tokio::test]
async fn what_can_be_done_without_does_not_fail() {
    let registry = registry_with(3).await;
    let optional = [Operation::Referrers, Operation::Catalog, Operation::BlobGet];
    for behaviour in [
        Behaviour::on_any(optional).status(500),
        Behaviour::on_any(optional).html("<html>"),
        Behaviour::on_any(optional).status(403),
    ] {
        registry.behave_well();
        registry.behave(behaviour);
        let diagnosis = diagnose(&registry).await;
        assert!(diagnosis.is_lockable(), "{:?}", diagnosis.failure);
        assert!(quirks(&diagnosis).contains(&"no-catalog"));
    }
}

#[tokio::test]
async fn what_servers_repeat_is_blotted_out() {
    let registry = registry_with(3).await;
    registry.require(embedded::Auth::bearer().user("bot", PASSWORD));
    let login = "Basic Ym90OmNhbmFyeS1wYXNzd29yZA==";
    let echo = Behaviour::always()
        .header("server", &format!("nginx {PASSWORD}"))
        .header("etag", login)
        .header("ratelimit-limit", "embedded-token-1")
        .header("content-type", &format!("application/{PASSWORD}"));
    registry.behave(echo);
    let diagnosis = diagnose_as(&registry, PASSWORD).await;
    assert!(diagnosis.is_lockable(), "{:?}", diagnosis.failure);
    assert_eq!(fact(&diagnosis, Area::Manifests, "type"), "application/…");
    let shown = format!("{diagnosis:?}");
    for secret in [PASSWORD, &login[6..], "embedded-token"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

//! How the registry is reached.

use imagelock::embedded::Behaviour;
use imagelock::error::Code;
use imagelock::registry::doctor::{Area, StepOutcome};
use imagelock::registry::{HostSettings, Proxies, Tls};

use super::super::*;
use super::support::*;
use crate::support::pki::{Authority, VALID};
use crate::support::proxy::{Manner, Proxy};
use crate::support::tls_front::{Clients, TlsFront};

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

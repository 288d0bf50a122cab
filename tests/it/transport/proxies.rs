//! Proxies: who is led through them, what they get to see, and what is said of one that does not lead.

use std::sync::Arc;

use imagelock::embedded::{AuthMode as Wanted, Behaviour, Operation};
use imagelock::error::{Code, Fault as _};
use imagelock::image::Repository;
use imagelock::registry::{
    Auth, Client, ClientBuilder, Credential, ErrorKind, HostSettings, Proxies, ProxyChoice,
    ProxyFailure, Secret,
};

use super::support::{trusting, with_tls};
use crate::registry::support::{Recorder, all_of, app, builder, registry_with, tag};
use crate::support::pki::{Authority, VALID};
use crate::support::proxy::{Manner, Proxy};
use crate::support::tls_front::{Clients, TlsFront};

/// A name that only the proxy can look up.
const HIDDEN: &str = "registry.hidden.test";
const PASSWORD: &str = "canary-password";
/// `me:canary-proxy`.
const PROXY_HEADER: &str = "Basic bWU6Y2FuYXJ5LXByb3h5";

fn plain() -> HostSettings {
    HostSettings {
        plain_http: Some(true),
        ..HostSettings::default()
    }
}

fn at(address: &str) -> String {
    let port = address.rsplit_once(':').expect("a port").1;
    format!("{HIDDEN}:{port}")
}

fn through(proxy: &Proxy) -> Proxies {
    let url = proxy.url_for("me", "canary-proxy");
    Proxies::none()
        .http(&url, "http_proxy")
        .https(&url, "HTTPS_PROXY")
}

fn logged_in(builder: ClientBuilder, registry: &str) -> Client {
    let credential = Credential::basic("bot", Secret::new(PASSWORD), "a test");
    builder
        .auth(registry, Auth::Credential(credential))
        .build()
        .unwrap()
}

#[tokio::test]
async fn tls_goes_through_a_tunnel_in_which_the_proxy_sees_nothing() {
    let authority = Authority::new("ours");
    let registry = registry_with(1).await;
    registry.require(Wanted::basic().user("bot", PASSWORD));
    let issued = authority.server(&[HIDDEN], VALID);
    let front = TlsFront::start(registry.address(), &issued, Clients::Anyone);
    let proxy = Proxy::start(Manner::Want(PROXY_HEADER));
    let name = front.at(HIDDEN);
    let builder = builder()
        .host(&name, with_tls(trusting(&authority)))
        .proxies(through(&proxy));
    let client = logged_in(builder, &name);
    let repository = Repository::new(&name, "team/app").unwrap();
    client.manifest(&repository, &tag("1")).await.unwrap();
    assert_eq!(proxy.lines(), [format!("CONNECT {name}")]);
    assert!(
        !proxy.asked()[0].head.contains("Ym90"),
        "{:?}",
        proxy.asked()
    );
    let requests = registry.requests();
    assert!(
        requests
            .iter()
            .all(|request| request.header("proxy-authorization").is_none())
    );
    assert!(
        requests
            .iter()
            .any(|request| request.authorization().is_some())
    );
}

#[tokio::test]
async fn plain_http_names_the_whole_url_to_the_proxy() {
    let registry = registry_with(1).await;
    let proxy = Proxy::start(Manner::Want(PROXY_HEADER));
    let name = at(registry.address());
    let client = builder()
        .host(&name, plain())
        .proxies(through(&proxy))
        .build()
        .unwrap();
    let repository = Repository::new(&name, "team/app").unwrap();
    assert_eq!(client.tags(&repository).await.unwrap().len(), 1);
    assert_eq!(
        proxy.lines(),
        [format!("GET http://{name}/v2/team/app/tags/list?n=1000")]
    );
}

#[tokio::test]
async fn a_proxy_that_does_not_lead_is_named_and_not_the_registry() {
    let authority = Authority::new("ours");
    let registry = registry_with(1).await;
    let issued = authority.server(&[HIDDEN], VALID);
    let front = TlsFront::start(registry.address(), &issued, Clients::Anyone);
    let down = Proxy::start(Manner::Lead);
    let address = down.address();
    drop(down);
    let (secure, insecure) = (front.at(HIDDEN), at(registry.address()));
    let squid = "X-Squid-Error: ERR_ACCESS_DENIED 0\r\n";
    for (manner, expected, tunnelled, forwarded) in [
        (None, "cannot be reached", true, true),
        (Some(Manner::HangUp), "cannot be reached", true, false),
        (
            Some(Manner::Want("nothing")),
            "wants credentials, or others (407)",
            true,
            true,
        ),
        (
            Some(Manner::Answer(403, squid)),
            "opens no tunnel to it",
            true,
            false,
        ),
        (
            Some(Manner::Answer(403, squid)),
            "does not lead to it (403)",
            false,
            true,
        ),
        (
            Some(Manner::Answer(503, squid)),
            "does not lead to it (503)",
            false,
            true,
        ),
    ] {
        let proxy = manner.map(Proxy::start);
        let address = proxy.as_ref().map_or(address.clone(), Proxy::address);
        let url = format!("http://me:canary-proxy@{address}");
        let proxies = Proxies::none()
            .http(&url, "http_proxy")
            .https(&url, "HTTPS_PROXY");
        let recorder = Recorder::default();
        let client = builder()
            .host(&secure, with_tls(trusting(&authority)))
            .host(&insecure, plain())
            .proxies(proxies)
            .observer(Arc::new(recorder.clone()))
            .build()
            .unwrap();
        for (name, applies, source) in [
            (&secure, tunnelled, "HTTPS_PROXY"),
            (&insecure, forwarded, "http_proxy"),
        ] {
            if !applies {
                continue;
            }
            let repository = Repository::new(name, "team/app").unwrap();
            let error = client.tags(&repository).await.unwrap_err();
            assert_eq!(error.code(), Code::Proxy, "{error}");
            let text = error.to_string();
            assert!(
                text.contains(&format!("the proxy {address} {expected}")),
                "{text}"
            );
            assert!(text.contains(name.as_str()), "{text}");
            let all = format!("{} {:?}", all_of(&error), recorder.events());
            assert!(all.contains(source), "{all}");
            assert!(
                !all.contains("canary-proxy") && !all.contains("bWU6"),
                "{all}"
            );
            let help = error.help().unwrap();
            assert!(
                help.contains("PROXY") || help.contains("http://user:password@"),
                "{help}"
            );
        }
    }
    assert_eq!(registry.requests().len(), 0);
}

#[tokio::test]
async fn a_proxy_that_is_down_for_a_moment_is_tried_again() {
    let proxy = Proxy::start(Manner::HangUp);
    let repository = Repository::new("registry.hidden.test", "team/app").unwrap();
    let client = builder().proxies(through(&proxy)).build().unwrap();
    let error = client.tags(&repository).await.unwrap_err();
    assert!(all_of(&error).contains("tried 4 times"), "{error:?}");
    assert_eq!(proxy.asked().len(), 4);
    let ErrorKind::Proxy { failure, .. } = error.kind() else {
        panic!("{error:?}");
    };
    assert!(matches!(failure, ProxyFailure::Unreachable { .. }));
}

#[tokio::test]
async fn a_registry_may_have_a_proxy_of_its_own_or_none() {
    let registry = registry_with(1).await;
    let (usual, own) = (Proxy::start(Manner::Lead), Proxy::start(Manner::Lead));
    let name = at(registry.address());
    let choose = |choice| HostSettings {
        proxy: Some(choice),
        ..plain()
    };
    let chosen = imagelock::registry::Proxy::parse(&own.url(), "a test").unwrap();
    let client = builder()
        .host(&name, choose(ProxyChoice::Through(chosen)))
        .proxies(through(&usual))
        .build()
        .unwrap();
    let repository = Repository::new(&name, "team/app").unwrap();
    client.tags(&repository).await.unwrap();
    assert_eq!((own.asked().len(), usual.asked().len()), (1, 0));
    let here = vec![std::net::Ipv4Addr::LOCALHOST.into()];
    let client = builder()
        .host(&name, choose(ProxyChoice::Direct))
        .addresses(HIDDEN, here)
        .proxies(through(&usual))
        .build()
        .unwrap();
    client.tags(&repository).await.unwrap();
    assert_eq!((own.asked().len(), usual.asked().len()), (1, 0));
    assert_eq!(registry.requests().len(), 2);
}

#[tokio::test]
async fn this_machine_is_reached_without() {
    let registry = registry_with(1).await;
    let proxy = Proxy::start(Manner::Answer(403, ""));
    let client = builder().proxies(through(&proxy)).build().unwrap();
    assert_eq!(client.tags(&app(&registry)).await.unwrap().len(), 1);
    assert_eq!(proxy.asked().len(), 0);
}

#[tokio::test]
async fn a_redirect_goes_through_the_proxy_as_well_wherever_that_is() {
    let registry = registry_with(1).await;
    let store = registry_with(1).await;
    let proxy = Proxy::start(Manner::Lead);
    let name = at(registry.address());
    let port = store.address().rsplit_once(':').unwrap().1;
    let target = format!("http://store.hidden.test:{port}{{path}}");
    registry.behave(Behaviour::on(Operation::Tags).redirect(&target));
    let client = builder()
        .host(&name, plain())
        .proxies(through(&proxy))
        .build()
        .unwrap();
    let repository = Repository::new(&name, "team/app").unwrap();
    client.tags(&repository).await.unwrap();
    assert_eq!(store.requests().len(), 1);
    assert_eq!(proxy.asked().len(), 2);
}

#[tokio::test]
async fn whoever_looks_into_tls_on_the_way_is_seen() {
    let registry = registry_with(1).await;
    let issued = Authority::new("theirs").server(&[HIDDEN], VALID);
    let front = TlsFront::start(registry.address(), &issued, Clients::Anyone);
    let proxy = Proxy::start(Manner::Lead);
    let client = builder().proxies(through(&proxy)).build().unwrap();
    let repository = Repository::new(&front.at(HIDDEN), "team/app").unwrap();
    let error = client.tags(&repository).await.unwrap_err();
    assert_eq!(error.code(), Code::Tls, "{error}");
    let note = format!("through the proxy {} of HTTPS_PROXY", proxy.address());
    assert!(
        error.notes().iter().any(|found| found.contains(&note)),
        "{error:?}"
    );
}

#[tokio::test]
async fn what_names_no_proxy_is_an_error_where_it_would_be_taken() {
    let registry = registry_with(1).await;
    let proxies = Proxies::none().https("socks5://me:canary-proxy@10.0.0.1:1080", "ALL_PROXY");
    let client = builder().proxies(proxies).build().unwrap();
    client.tags(&app(&registry)).await.unwrap();
    let repository = Repository::new(HIDDEN, "team/app").unwrap();
    let error = client.tags(&repository).await.unwrap_err();
    assert_eq!(error.code(), Code::Transport);
    assert!(error.to_string().contains("ALL_PROXY"), "{error}");
    assert!(!all_of(&error).contains("canary"), "{error:?}");
}

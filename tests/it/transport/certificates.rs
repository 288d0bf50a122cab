//! Whose certificate is believed, and what is said of one that is not.

use imagelock::embedded::{Behaviour, Operation, Registry};
use imagelock::error::{Code, Fault as _};
use imagelock::image::Repository;
use imagelock::observe::Event;
use imagelock::registry::{ErrorKind, HostSettings, RegistryError, Tls, TlsProblem};
use std::sync::Arc;

use super::support::{NAME, behind, named, trusting, with_tls};
use crate::registry::support::{Recorder, all_of, app, registry_with, tag};
use crate::support::pki::{Authority, EXPIRED, FUTURE, Issued, VALID};
use crate::support::tls_front::{Clients, TlsFront};

fn front(registry: &Registry, issued: &Issued) -> TlsFront {
    TlsFront::start(registry.address(), issued, Clients::Anyone)
}

/// Asks for the tags of a registry that shows a certificate, and returns what goes wrong.
async fn refused(issued: &Issued, tls: Tls) -> RegistryError {
    let registry = registry_with(1).await;
    let front = front(&registry, issued);
    let client = named().host(front.at(NAME), with_tls(tls)).build().unwrap();
    let error = client.tags(&behind(&front)).await.unwrap_err();
    assert_eq!(error.code(), Code::Tls, "{error}");
    assert!(error.to_string().contains(&front.at(NAME)), "{error}");
    assert_eq!(registry.requests().len(), 0);
    assert_eq!(front.accepted(), 1, "it is tried once: {error}");
    error
}

fn problem(error: &RegistryError) -> &TlsProblem {
    match error.kind() {
        ErrorKind::Tls(problem) => problem,
        kind => panic!("{kind:?}"),
    }
}

#[tokio::test]
async fn an_authority_of_ones_own_is_believed_where_the_settings_name_it() {
    let authority = Authority::new("ours");
    let registry = registry_with(2).await;
    let front = front(&registry, &authority.server(&[NAME], VALID));
    let settings = with_tls(trusting(&authority));
    let client = named().host(front.at(NAME), settings).build().unwrap();
    let repository = behind(&front);
    assert_eq!(client.tags(&repository).await.unwrap().len(), 2);
    client.manifest(&repository, &tag("1")).await.unwrap();
    assert_eq!(front.shaken(), 1, "one connection carries all");
}

#[tokio::test]
async fn an_authority_that_nobody_named_is_not_trusted() {
    let issued = Authority::new("theirs").server(&[NAME], VALID);
    for tls in [Tls::default(), trusting(&Authority::new("ours"))] {
        let error = refused(&issued, tls).await;
        assert_eq!(*problem(&error), TlsProblem::UnknownAuthority);
        assert!(
            all_of(&error).contains("authority that is not trusted"),
            "{error}"
        );
        assert!(error.help().unwrap().contains("ca-file"), "{error}");
    }
}

#[tokio::test]
async fn a_certificate_of_another_host_names_whose_it_is() {
    let authority = Authority::new("ours");
    let issued = authority.server(&["other.test", "*.wild.test", "10.1.2.3"], VALID);
    let error = refused(&issued, trusting(&authority)).await;
    assert!(
        error
            .to_string()
            .ends_with("its certificate is for `other.test`, `*.wild.test`, `10.1.2.3`"),
        "{error}"
    );
    assert!(error.help().unwrap().contains(NAME));
    let nameless = refused(&authority.server(&[], VALID), trusting(&authority)).await;
    assert!(nameless.to_string().contains("for no host"), "{nameless}");
}

#[tokio::test]
async fn a_certificate_out_of_its_time_makes_one_look_at_the_clock() {
    let authority = Authority::new("ours");
    for (years, words, bound) in [
        (EXPIRED, "expired at", "2021-01-01T00:00:00Z"),
        (FUTURE, "valid only from", "2119-01-01T00:00:00Z"),
    ] {
        let error = refused(&authority.server(&[NAME], years), trusting(&authority)).await;
        let text = error.to_string();
        assert!(text.contains(words) && text.contains(bound), "{text}");
        assert!(text.contains("this machine's clock says 20"), "{text}");
        assert!(error.help().unwrap().contains("clock"), "{error:?}");
    }
}

#[tokio::test]
async fn the_certificate_of_an_authority_is_no_servers_unless_it_is_named() {
    let ours = Authority::of_itself(&[NAME], true, VALID);
    let error = refused(&ours, trusting(&Authority::new("other"))).await;
    assert_eq!(*problem(&error), TlsProblem::AuthorityAsServer, "{error}");
    assert!(error.help().unwrap().contains("CA:FALSE"));
}

/// Trusts the certificate that a server shows as its own.
fn naming(issued: &Issued) -> Tls {
    Tls::default()
        .authorities(issued.certificate.as_bytes())
        .unwrap()
}

#[tokio::test]
async fn a_certificate_that_is_named_is_believed_of_the_server_that_shows_it() {
    for issued in [
        Authority::of_itself(&[NAME], true, VALID),
        Authority::of_itself(&[NAME], false, VALID),
        Authority::new("nobody names it").server(&[NAME], VALID),
    ] {
        let registry = registry_with(2).await;
        let front = front(&registry, &issued);
        let settings = with_tls(naming(&issued));
        let client = named().host(front.at(NAME), settings).build().unwrap();
        assert_eq!(client.tags(&behind(&front)).await.unwrap().len(), 2);
    }
}

#[tokio::test]
async fn a_certificate_that_is_named_is_held_to_its_hosts_and_dates() {
    let theirs = Authority::new("theirs");
    for make in [
        &(|names: &[&str], years| Authority::of_itself(names, true, years))
            as &dyn Fn(&[&str], _) -> Issued,
        &|names: &[&str], years| Authority::of_itself(names, false, years),
        &|names: &[&str], years| theirs.server(names, years),
    ] {
        let issued = make(&["other.test"], VALID);
        let error = refused(&issued, naming(&issued)).await;
        assert!(
            matches!(problem(&error), TlsProblem::WrongHost { .. }),
            "{error}"
        );
        let issued = make(&[NAME], EXPIRED);
        let error = refused(&issued, naming(&issued)).await;
        assert!(
            matches!(problem(&error), TlsProblem::Expired { .. }),
            "{error}"
        );
        let issued = make(&[NAME], FUTURE);
        let error = refused(&issued, naming(&issued)).await;
        assert!(
            matches!(problem(&error), TlsProblem::NotYetValid { .. }),
            "{error}"
        );
        // Another certificate for the same host is another one.
        let error = refused(&make(&[NAME], VALID), naming(&make(&[NAME], VALID))).await;
        let unnamed = [TlsProblem::UnknownAuthority, TlsProblem::AuthorityAsServer];
        assert!(unnamed.contains(problem(&error)), "{error}");
    }
}

#[tokio::test]
async fn tls_where_there_is_none_and_none_where_there_is() {
    let registry = registry_with(1).await;
    let settings = |plain_http| HostSettings {
        plain_http: Some(plain_http),
        ..HostSettings::default()
    };
    let client = named()
        .host(registry.address(), settings(false))
        .build()
        .unwrap();
    let error = client.tags(&app(&registry)).await.unwrap_err();
    assert_eq!(error.code(), Code::Tls, "{error}");
    assert_eq!(*problem(&error), TlsProblem::NotTls);
    assert!(error.help().unwrap().contains("plain-http = true"));
    // As servers of TLS answer who speaks plain HTTP to them: nginx, Go, Apache.
    for page in [
        "<html><head><title>400 The plain HTTP request was sent to HTTPS port</title></head></html>",
        "Client sent an HTTP request to an HTTPS server.\n",
        "Reason: You're speaking plain HTTP to an SSL-enabled server port.<br />",
    ] {
        registry.behave_well();
        registry.behave(Behaviour::on(Operation::Tags).status(400).body(page));
        let client = named().build().unwrap();
        let error = client.tags(&app(&registry)).await.unwrap_err();
        assert_eq!(*problem(&error), TlsProblem::TlsWanted, "{error}");
        assert!(error.help().unwrap().contains("plain-http = false"));
    }
}

#[tokio::test]
async fn without_a_look_at_certificates_any_is_believed_and_each_run_says_so_once() {
    let registry = registry_with(1).await;
    let issued = Authority::new("theirs").server(&["other.test"], EXPIRED);
    let front = front(&registry, &issued);
    let recorder = Recorder::default();
    let client = named()
        .host(front.at(NAME), with_tls(Tls::default().skip_verify(true)))
        .observer(Arc::new(recorder.clone()))
        .build()
        .unwrap();
    let repository = behind(&front);
    client.tags(&repository).await.unwrap();
    client.manifest(&repository, &tag("1")).await.unwrap();
    let unverified = Event::Unverified {
        host: front.at(NAME),
    };
    let told = recorder
        .events()
        .into_iter()
        .filter(|event| *event == unverified);
    assert_eq!(told.count(), 1);
    // It holds for this one alone.
    let other = Repository::new(&front.at("other.test"), "team/app").unwrap();
    let error = client.tags(&other).await.unwrap_err();
    assert_eq!(error.code(), Code::Tls, "{error}");
}

#[tokio::test]
async fn settings_stay_behind_on_a_redirect_to_another_origin() {
    let authority = Authority::new("ours");
    let store = registry_with(1).await;
    let store_front = front(&store, &authority.server(&["store.test", NAME], VALID));
    let registry = registry_with(1).await;
    let front = front(&registry, &authority.server(&[NAME], VALID));
    let repository = behind(&front);
    for tls in [trusting(&authority), Tls::default().skip_verify(true)] {
        // To another host, and to another port of the same one.
        for host in ["store.test", NAME] {
            registry.behave_well();
            let target = format!("https://{}{{path}}", store_front.at(host));
            registry.behave(Behaviour::on(Operation::Tags).redirect(&target));
            let settings = with_tls(tls.clone());
            let client = named().host(front.at(NAME), settings).build().unwrap();
            let error = client.tags(&repository).await.unwrap_err();
            assert_eq!(error.code(), Code::Tls, "{error}");
            let all = all_of(&error);
            assert!(
                all.contains(&store_front.at(host)),
                "the host that was asked is named: {all}"
            );
            let help = error.help().unwrap();
            assert!(
                help.contains(&format!("[registries.\"{}\"]", store_front.at(host))),
                "{help}"
            );
        }
    }
    assert_eq!(store.requests().len(), 0);
    // The store's own settings are taken for the store.
    let client = named()
        .host(front.at(NAME), with_tls(trusting(&authority)))
        .host(store_front.at(NAME), with_tls(trusting(&authority)))
        .build()
        .unwrap();
    client.tags(&repository).await.unwrap();
    assert_eq!(store.requests().len(), 1);
}

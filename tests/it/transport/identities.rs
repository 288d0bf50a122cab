//! Certificates that this client shows, and to whom.

use imagelock::embedded::{AuthMode as Wanted, Behaviour, Operation};
use imagelock::error::{Code, Fault as _};
use imagelock::registry::{ErrorKind, RegistryError, TlsProblem};

use super::support::{NAME, behind, named, showing, trusting, with_tls};
use crate::registry::support::{registry_with, tag};
use crate::support::pki::{Authority, VALID};
use crate::support::tls_front::{Clients, TlsFront};

fn problem(error: &RegistryError) -> &TlsProblem {
    match error.kind() {
        ErrorKind::Tls(problem) => problem,
        kind => panic!("{kind:?}"),
    }
}

#[tokio::test]
async fn a_registry_that_wants_a_certificate_gets_it() {
    let (servers, clients) = (Authority::new("servers"), Authority::new("clients"));
    let registry = registry_with(1).await;
    let issued = servers.server(&[NAME], VALID);
    let front = TlsFront::start(registry.address(), &issued, Clients::Of(&clients));
    let tls = showing(trusting(&servers), &clients.client("bot"));
    let client = named().host(front.at(NAME), with_tls(tls)).build().unwrap();
    client.manifest(&behind(&front), &tag("1")).await.unwrap();
    assert_eq!(front.identified(), 1);
}

#[tokio::test]
async fn none_or_a_wrong_one_is_an_error_that_says_which() {
    let (servers, clients) = (Authority::new("servers"), Authority::new("clients"));
    let registry = registry_with(1).await;
    let issued = servers.server(&[NAME], VALID);
    let front = TlsFront::start(registry.address(), &issued, Clients::Of(&clients));
    let wrong = Authority::new("others").client("bot");
    for (tls, expected, help) in [
        (trusting(&servers), TlsProblem::IdentityWanted, "client-key"),
        (
            showing(trusting(&servers), &wrong),
            TlsProblem::IdentityRefused,
            "client-cert",
        ),
    ] {
        let client = named().host(front.at(NAME), with_tls(tls)).build().unwrap();
        let error = client.tags(&behind(&front)).await.unwrap_err();
        assert_eq!(error.code(), Code::Tls, "{error}");
        assert_eq!(*problem(&error), expected, "{error}");
        assert!(error.help().unwrap().contains(help), "{error}");
    }
    assert_eq!(registry.requests().len(), 0);
}

#[tokio::test]
async fn nobody_else_gets_to_see_it() {
    let (servers, clients) = (Authority::new("servers"), Authority::new("clients"));
    let start = |address: &str, clients| {
        let issued = servers.server(&[NAME, "store.test"], VALID);
        TlsFront::start(address, &issued, clients)
    };
    let registry = registry_with(1).await;
    let front = start(registry.address(), Clients::Of(&clients));
    let store = registry_with(1).await;
    let store_front = start(store.address(), Clients::Optionally(&clients));
    let identity = clients.client("bot");
    let both = || showing(trusting(&servers), &identity);
    let client = || {
        // The store has settings of its own, with the same certificate: it is for those who ask it first.
        named()
            .host(front.at(NAME), with_tls(both()))
            .host(store_front.at("store.test"), with_tls(both()))
            .build()
            .unwrap()
    };
    let target = format!("https://{}", store_front.at("store.test"));
    registry.behave(Behaviour::on(Operation::Tags).redirect(&format!("{target}{{path}}")));
    client().tags(&behind(&front)).await.unwrap();
    registry.behave_well();
    registry.require(
        Wanted::bearer()
            .anonymous()
            .realm(&format!("{target}/token")),
    );
    let error = client().tags(&behind(&front)).await.unwrap_err();
    assert_eq!(error.code(), Code::RegistryFailed, "{error}");
    assert_eq!(store.count(Operation::Token), 1);
    assert_eq!((front.identified(), store_front.shaken()), (2, 2));
    assert_eq!(store_front.identified(), 0);
    let repository = imagelock::image::Repository::new(&store_front.at("store.test"), "team/app");
    client().tags(&repository.unwrap()).await.unwrap();
    assert_eq!(store_front.identified(), 1);
}

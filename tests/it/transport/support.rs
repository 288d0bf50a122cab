//! What the tests of the transport share.

use std::net::{IpAddr, Ipv4Addr};

use imagelock::image::Repository;
use imagelock::registry::{ClientBuilder, HostSettings, Secret, Tls};

use crate::registry::support::builder;
use crate::support::pki::{Authority, Issued};
use crate::support::tls_front::TlsFront;

/// A name that leads to this machine, for clients of [`named`].
pub(super) const NAME: &str = "registry.test";

/// A builder that knows names of its own.
pub(super) fn named() -> ClientBuilder {
    let here = || vec![IpAddr::V4(Ipv4Addr::LOCALHOST)];
    let names = [NAME, "other.test", "mirror.test", "store.test"];
    let known = |builder: ClientBuilder, name| builder.addresses(name, here());
    names.into_iter().fold(builder(), known)
}

/// The repository of the registry behind a front.
pub(super) fn behind(front: &TlsFront) -> Repository {
    Repository::new(&front.at(NAME), "team/app").expect("a repository")
}

pub(super) fn trusting(authority: &Authority) -> Tls {
    let tls = Tls::default().authorities(authority.pem().as_bytes());
    tls.expect("an authority")
}

pub(super) fn showing(tls: Tls, issued: &Issued) -> Tls {
    let key = Secret::new(issued.key.as_str());
    tls.identity(issued.certificate.as_bytes(), &key)
        .expect("a certificate with its key")
}

pub(super) fn with_tls(tls: Tls) -> HostSettings {
    HostSettings {
        tls,
        ..HostSettings::default()
    }
}

use std::fmt;

use reqwest::{Certificate, ClientBuilder};

use super::pem::{self, PemError};
use crate::registry::Secret;

/// How TLS is spoken with one registry, other than usual.
///
/// It holds for the registry's own origin: not for the targets of its redirects, its token realm on another
/// host, or its mirrors.
///
/// ```
/// use imagelock::registry::{HostSettings, Tls};
///
/// let settings = HostSettings {
///     tls: Tls::default().skip_verify(true),
///     ..HostSettings::default()
/// };
/// assert!(Tls::default().authorities(b"no certificate").is_err());
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Tls {
    /// In DER.
    authorities: Vec<Vec<u8>>,
    /// In PEM: the certificates, and behind them the key.
    identity: Option<Secret>,
    skips_verify: bool,
    /// Why it cannot be used, if it cannot.
    problem: Option<String>,
}

impl Tls {
    /// Makes settings that cannot be had: a request that would need them fails with this reason.
    pub fn unusable(reason: impl Into<String>) -> Self {
        Self {
            problem: Some(reason.into()),
            ..Self::default()
        }
    }

    /// Trusts certificate authorities besides the usual ones, from a text in PEM with one or more.
    ///
    /// # Errors
    ///
    /// [`PemError`] if there is none in the text, or one that cannot be read.
    pub fn authorities(mut self, pem: &[u8]) -> Result<Self, PemError> {
        self.authorities.extend(pem::authorities(pem)?);
        Ok(self)
    }

    /// Shows a certificate: a text in PEM with it and those above it, and one with its private key.
    ///
    /// # Errors
    ///
    /// [`PemError`] if either cannot be read, or if they do not belong together.
    pub fn identity(mut self, certificate: &[u8], key: &Secret) -> Result<Self, PemError> {
        self.identity = Some(pem::identity(certificate, key.reveal().as_bytes())?);
        Ok(self)
    }

    /// Says whether any certificate is believed. Whoever is on the way can then read and change all.
    #[must_use]
    pub fn skip_verify(mut self, skips: bool) -> Self {
        self.skips_verify = skips;
        self
    }

    pub(in crate::registry) fn problem(&self) -> Option<&str> {
        self.problem.as_deref()
    }

    pub(in crate::registry) fn skips_verify(&self) -> bool {
        self.skips_verify
    }

    pub(in crate::registry) fn has_identity(&self) -> bool {
        self.identity.is_some()
    }

    /// Returns the same without anything that tells who this client is.
    pub(in crate::registry) fn without_identity(&self) -> Self {
        Self {
            identity: None,
            ..self.clone()
        }
    }

    pub(in crate::registry) fn certificates(&self) -> impl Iterator<Item = Certificate> {
        let all = self.authorities.iter();
        all.filter_map(|der| Certificate::from_der(der).ok())
    }

    /// Sets up what is shown, and what is not looked at.
    pub(in crate::registry) fn apply(
        &self,
        mut builder: ClientBuilder,
    ) -> reqwest::Result<ClientBuilder> {
        if let Some(identity) = &self.identity {
            let identity = reqwest::Identity::from_pem(identity.reveal().as_bytes())?;
            builder = builder.identity(identity);
        }
        if self.skips_verify {
            builder = builder.tls_danger_accept_invalid_certs(true);
        }
        Ok(builder)
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Tls")
            .field("authorities", &self.authorities.len())
            .field("identity", &self.identity.is_some())
            .field("skips_verify", &self.skips_verify)
            .field("problem", &self.problem)
            .finish()
    }
}

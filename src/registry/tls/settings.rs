use std::fmt;
use std::sync::Arc;

use reqwest::ClientBuilder;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use super::named::NamedFile;
use super::pem::{self, PemError};
use crate::registry::Secret;

/// The TLS settings of one registry.
///
/// They apply to the registry's own origin, not to its redirect targets, token servers on other hosts, or
/// mirrors.
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
    /// Creates settings that cannot be used: a request that needs them fails with this reason.
    pub fn unusable(reason: impl Into<String>) -> Self {
        Self {
            problem: Some(reason.into()),
            ..Self::default()
        }
    }

    /// Adds trusted certificates from a PEM text: CA certificates, and certificates of servers themselves.
    ///
    /// # Errors
    ///
    /// [`PemError`] if the text contains no certificate, or one that cannot be read.
    pub fn authorities(mut self, pem: &[u8]) -> Result<Self, PemError> {
        self.authorities.extend(pem::authorities(pem)?);
        Ok(self)
    }

    /// Sets the client certificate: a PEM text with the certificate and its chain, and one with its private
    /// key.
    ///
    /// # Errors
    ///
    /// [`PemError`] if either cannot be read, or if they do not belong together.
    pub fn identity(mut self, certificate: &[u8], key: &Secret) -> Result<Self, PemError> {
        self.identity = Some(pem::identity(certificate, key.reveal().as_bytes())?);
        Ok(self)
    }

    /// Sets whether certificate verification is disabled. Anyone on the network path can then read and change
    /// the traffic.
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

    pub(in crate::registry) fn has_authorities(&self) -> bool {
        !self.authorities.is_empty()
    }

    /// Sets up whom to trust: the platform's authorities or these, and those of the settings.
    ///
    /// `bundled` is for platforms that have none.
    pub(in crate::registry) fn trust(
        &self,
        builder: ClientBuilder,
        bundled: Option<&[CertificateDer<'static>]>,
        http1: bool,
    ) -> Result<ClientBuilder, rustls::Error> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let own = self.authorities.iter().cloned().map(CertificateDer::from);
        let certificates: Vec<_> = own.collect();
        let usual: Arc<dyn ServerCertVerifier> = match bundled {
            None => Arc::new(Verifier::new_with_extra_roots(
                certificates.iter().cloned(),
                Arc::clone(&provider),
            )?),
            Some(bundled) => {
                let mut roots = RootCertStore::empty();
                roots.add_parsable_certificates(bundled.iter().chain(&certificates).cloned());
                let verifier = WebPkiServerVerifier::builder_with_provider(
                    Arc::new(roots),
                    Arc::clone(&provider),
                );
                verifier
                    .build()
                    .map_err(|error| rustls::Error::General(error.to_string()))?
            }
        };
        let verifier = Arc::new(NamedFile {
            usual,
            certificates,
            provider: Arc::clone(&provider),
        });
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(verifier);
        let mut config = match &self.identity {
            None => config.with_no_client_auth(),
            Some(identity) => {
                let (chain, key) = pem::parsed(identity)?;
                config.with_client_auth_cert(chain, key)?
            }
        };
        let protocols: &[&[u8]] = if http1 {
            &[b"http/1.1"]
        } else {
            &[b"h2", b"http/1.1"]
        };
        config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
        Ok(builder.tls_backend_preconfigured(config))
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

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

/// Trusts what is trusted usually, and servers that show one of the certificates that the user named.
///
/// The usual way refuses such a server by design: a trust anchor is to be an authority's, and an authority's
/// certificate no server's. OpenSSL, and with it curl, takes both where the user says so, and so does Go.
/// Names and dates are looked at all the same.
#[derive(Debug)]
pub(super) struct NamedFile {
    pub(super) usual: Arc<dyn ServerCertVerifier>,
    pub(super) certificates: Vec<CertificateDer<'static>>,
    pub(super) provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for NamedFile {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let usual = self.usual.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        );
        if usual.is_ok() || !self.certificates.iter().any(|named| named == end_entity) {
            return usual;
        }
        let certificate = ParsedCertificate::try_from(end_entity)?;
        let mut roots = RootCertStore::empty();
        roots.add(end_entity.clone().into_owned())?;
        let algorithms = self.provider.signature_verification_algorithms.all;
        // What a certificate is refused for by itself, its dates for one, comes before what is waived.
        match verify_server_cert_signed_by_trust_anchor(&certificate, &roots, &[], now, algorithms)
        {
            Err(Error::InvalidCertificate(error)) if !is_waived(&error) => {
                return Err(Error::InvalidCertificate(error));
            }
            _ => {}
        }
        verify_server_name(&certificate, server_name)?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.usual
            .verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.usual
            .verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.usual.supported_verify_schemes()
    }
}

/// Returns `true` if a refusal is about who signed a certificate that the user named, or what it may be used as.
fn is_waived(error: &CertificateError) -> bool {
    *error == CertificateError::UnknownIssuer || super::failure::is_of_authority(error)
}

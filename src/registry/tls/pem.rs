use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::RootCertStore;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use rustls::{Error, InconsistentKeys};
use thiserror::Error as ThisError;
use zeroize::Zeroizing;

use crate::registry::Secret;

/// The text does not contain the expected certificates or key.
///
/// No part of the text is in the message.
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
#[error("{reason}")]
pub struct PemError {
    /// The reason, to follow the file's name.
    pub reason: &'static str,
    /// What to do.
    pub help: &'static str,
}

impl PemError {
    /// Returns `true` if the error concerns the private key, not a certificate.
    pub fn is_of_key(&self) -> bool {
        [NO_KEY, ENCRYPTED_KEY, BAD_KEY, OTHER_KEY].contains(self)
    }
}

const NO_CERTIFICATE: PemError = PemError {
    reason: "it has no certificate in PEM",
    help: "a certificate in PEM begins with `-----BEGIN CERTIFICATE-----`; `openssl x509 -inform der` makes one of DER",
};
const BAD_CERTIFICATE: PemError = PemError {
    reason: "one of its certificates cannot be read",
    help: "write the whole file anew: a part of it may be missing",
};
const NO_KEY: PemError = PemError {
    reason: "it has no private key in PEM",
    help: "a private key in PEM begins with `-----BEGIN PRIVATE KEY-----`",
};
const ENCRYPTED_KEY: PemError = PemError {
    reason: "its private key is encrypted",
    help: "write it without a password: `openssl pkey -in ENCRYPTED -out client.key`",
};
const BAD_KEY: PemError = PemError {
    reason: "its private key cannot be read",
    help: "use a key of RSA (2048 bits or more), ECDSA (P-256, P-384, P-521) or Ed25519",
};
const OTHER_KEY: PemError = PemError {
    reason: "its private key is not that of the client's certificate",
    help: "put the certificate of this key first in the file with the certificates",
};

/// Reads certificate authorities; returns them in DER, at least one.
pub(super) fn authorities(text: &[u8]) -> Result<Vec<Vec<u8>>, PemError> {
    let found = certificates(text)?;
    let mut store = RootCertStore::empty();
    for certificate in &found {
        store
            .add(certificate.clone())
            .map_err(|_| BAD_CERTIFICATE)?;
    }
    Ok(found.iter().map(|found| found.to_vec()).collect())
}

/// Reads a certificate, with those above it, and the private key that belongs to it.
///
/// Returns both as one text in PEM that has nothing else, whatever stood in the files besides.
pub(super) fn identity(certificate: &[u8], key: &[u8]) -> Result<Secret, PemError> {
    let chain = certificates(certificate)?;
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| {
        let is_encrypted = contains(key, b"ENCRYPTED");
        if is_encrypted { ENCRYPTED_KEY } else { NO_KEY }
    })?;
    let mut text = Zeroizing::new(String::new());
    for certificate in &chain {
        write_section(&mut text, "CERTIFICATE", certificate);
    }
    let label = match &key {
        PrivateKeyDer::Pkcs1(_) => "RSA PRIVATE KEY",
        PrivateKeyDer::Sec1(_) => "EC PRIVATE KEY",
        _ => "PRIVATE KEY",
    };
    write_section(&mut text, label, key.secret_der());
    match CertifiedKey::from_der(chain, key, &aws_lc_rs::default_provider()) {
        Ok(_) => Ok(Secret::new(text.as_str())),
        Err(Error::InconsistentKeys(InconsistentKeys::KeyMismatch)) => Err(OTHER_KEY),
        Err(Error::InvalidCertificate(_)) => Err(BAD_CERTIFICATE),
        Err(_) => Err(BAD_KEY),
    }
}

/// Returns a certificate with those above it, and the key, of a text that [`identity`] made.
pub(super) fn parsed(
    identity: &Secret,
) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), Error> {
    let text = identity.reveal().as_bytes();
    let unreadable = |error: &dyn std::fmt::Display| Error::General(error.to_string());
    let chain = certificates(text).map_err(|error| unreadable(&error))?;
    let key = PrivateKeyDer::from_pem_slice(text).map_err(|error| unreadable(&error))?;
    Ok((chain, key))
}

fn write_section(text: &mut String, label: &str, der: &[u8]) {
    let encoded = Zeroizing::new(STANDARD.encode(der));
    for part in [
        "-----BEGIN ",
        label,
        "-----\n",
        &encoded,
        "\n-----END ",
        label,
        "-----\n",
    ] {
        text.push_str(part);
    }
}

fn certificates(text: &[u8]) -> Result<Vec<CertificateDer<'static>>, PemError> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text).collect();
    let found = found.map_err(|_| BAD_CERTIFICATE)?;
    if found.is_empty() {
        return Err(NO_CERTIFICATE);
    }
    Ok(found)
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rcgen::{CertificateParams, KeyPair};

    fn pair() -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["client.test".into()]).unwrap();
        let certificate = params.self_signed(&key).unwrap();
        (certificate.pem(), key.serialize_pem())
    }

    #[test]
    fn certificates_and_keys_belong_together() {
        let (one, key) = pair();
        let (other, other_key) = pair();
        let read = |certificate: &str, key: &str| identity(certificate.as_bytes(), key.as_bytes());
        let chain = read(&format!("# client\n{one}\n{other}"), &key).unwrap();
        assert!(reqwest::Identity::from_pem(chain.reveal().as_bytes()).is_ok());
        assert_eq!(chain.reveal().matches("BEGIN CERTIFICATE").count(), 2);
        let parameters =
            "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
        let both = format!("{parameters}{key}{one}");
        let both = read(&both, &both).unwrap();
        assert_eq!(both, read(&one, &key).unwrap());
        for (certificate, key, expected) in [
            (one.as_str(), other_key.as_str(), OTHER_KEY),
            (&one, &one, NO_KEY),
            (
                &one,
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
                ENCRYPTED_KEY,
            ),
            (
                &one,
                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
                BAD_KEY,
            ),
            (&key, &key, NO_CERTIFICATE),
            ("", &key, NO_CERTIFICATE),
            ("-----BEGIN CERTIFICATE-----\nAAAA", &key, BAD_CERTIFICATE),
            (
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                &key,
                BAD_CERTIFICATE,
            ),
        ] {
            assert_eq!(read(certificate, key), Err(expected), "{certificate}");
        }
    }

    #[test]
    fn authorities_are_read_all_or_none() {
        let (one, key) = pair();
        let (other, _) = pair();
        let read = |text: &str| authorities(text.as_bytes()).map(|found| found.len());
        assert_eq!(read(&format!("{one}{other}")), Ok(2));
        assert_eq!(read(&key), Err(NO_CERTIFICATE));
        let damaged = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert_eq!(read(&format!("{one}{damaged}")), Err(BAD_CERTIFICATE));
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in any::<Vec<u8>>(), lines in "(-----(BEGIN|END) (CERTIFICATE|PRIVATE KEY)-----\n|[A-Za-z=\n]{0,9}){0,6}") {
            let _ = authorities(&text);
            let _ = authorities(lines.as_bytes());
            let _ = identity(lines.as_bytes(), &text);
        }
    }
}

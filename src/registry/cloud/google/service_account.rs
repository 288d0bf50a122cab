use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use rustls_pki_types::PrivatePkcs8KeyDer;
use rustls_pki_types::pem::PemObject as _;
use serde_json::json;
use url::Url;

use super::token::SCOPE;
use crate::registry::auth::Secret;

/// The longest life that Google allows for such a token.
const LIFE_SECONDS: i64 = 3600;

/// A service account with its private key.
pub(super) struct ServiceAccount {
    pub(super) email: String,
    pub(super) key: Secret,
    pub(super) key_id: Option<String>,
    pub(super) token_url: Url,
}

impl ServiceAccount {
    /// Creates the signed statement that is exchanged for a token (RFC 7523; Google's "Using `OAuth` 2.0
    /// for server to server applications").
    pub(super) fn assertion(&self, now: Timestamp) -> Result<Secret, String> {
        let unusable = |_| "its `private_key` is not an RSA key in PKCS #8".to_string();
        let der = PrivatePkcs8KeyDer::from_pem_slice(self.key.reveal().as_bytes())
            .map_err(|_| "its `private_key` is not PEM of a PKCS #8 key".to_string())?;
        let key = RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()).map_err(unusable)?;
        let mut header = json!({"alg": "RS256", "typ": "JWT"});
        if let Some(id) = &self.key_id {
            header["kid"] = id.as_str().into();
        }
        let issued = now.as_second();
        let claims = json!({
            "iss": self.email,
            "scope": SCOPE,
            "aud": self.token_url.as_str(),
            "iat": issued,
            "exp": issued + LIFE_SECONDS,
        });
        let encode = |text: String| URL_SAFE_NO_PAD.encode(text);
        let signed = format!(
            "{}.{}",
            encode(header.to_string()),
            encode(claims.to_string())
        );
        let mut signature = vec![0; key.public_modulus_len()];
        key.sign(
            &RSA_PKCS1_SHA256,
            &SystemRandom::new(),
            signed.as_bytes(),
            &mut signature,
        )
        .map_err(|_| "its `private_key` cannot sign".to_string())?;
        Ok(Secret::new(format!(
            "{signed}.{}",
            URL_SAFE_NO_PAD.encode(signature)
        )))
    }
}

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::credential::Login;
use super::{Credential, Secret};

/// What a file has for one registry.
#[derive(Clone, Deserialize, Default)]
pub(super) struct StoredLogin {
    auth: Option<Secret>,
    username: Option<String>,
    password: Option<Secret>,
    #[serde(rename = "identitytoken")]
    identity_token: Option<Secret>,
    #[serde(rename = "registrytoken")]
    registry_token: Option<Secret>,
}

impl std::fmt::Debug for StoredLogin {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Entry(…)")
    }
}

impl StoredLogin {
    /// Returns `true` if the entry only notes that a helper knows more.
    pub(super) fn is_empty(&self) -> bool {
        let texts = [
            &self.auth,
            &self.password,
            &self.identity_token,
            &self.registry_token,
        ];
        texts
            .iter()
            .all(|text| text.as_ref().is_none_or(Secret::is_empty))
    }

    /// Creates a credential from the entry; the error names the entry and the reason, and never shows it.
    pub(super) fn credential(&self, source: &str, key: &str) -> Result<Credential, String> {
        let login = self
            .login()
            .map_err(|reason| format!("the entry `{key}` {reason}"))?;
        let source = format!("{source} (entry `{key}`)");
        Ok(Credential::new(login, source))
    }

    fn login(&self) -> Result<Login, &'static str> {
        let present = |text: &Option<Secret>| text.clone().filter(|text| !text.is_empty());
        if let Some(token) = present(&self.registry_token) {
            return Ok(Login::Bearer { token });
        }
        if let Some(token) = present(&self.identity_token) {
            return Ok(Login::Identity { token });
        }
        let (username, password) = match present(&self.auth) {
            Some(auth) => decode(auth.reveal())?,
            None => (
                self.username.clone().unwrap_or_default(),
                present(&self.password).unwrap_or_else(|| Secret::new("")),
            ),
        };
        login_of(username, password).ok_or("has no user name")
    }
}

/// Creates a login from a pair, minding that the user `<token>` stands for an identity token.
pub(super) fn login_of(username: String, password: Secret) -> Option<Login> {
    match username.as_str() {
        "" => None,
        "<token>" => Some(Login::Identity { token: password }),
        _ => Some(Login::Basic { username, password }),
    }
}

fn decode(auth: &str) -> Result<(String, Secret), &'static str> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &alphabet::STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_padding_mode(DecodePaddingMode::Indifferent)
            .with_decode_allow_trailing_bits(true),
    );
    let bytes = Zeroizing::new(
        LENIENT
            .decode(auth.trim())
            .map_err(|_| "has an `auth` that is not base64")?,
    );
    let text = str::from_utf8(&bytes).map_err(|_| "has an `auth` that is not text")?;
    let (username, password) = text
        .split_once(':')
        .ok_or("has an `auth` without a `:` between user name and password")?;
    Ok((
        username.into(),
        Secret::new(password.trim_end_matches('\0')),
    ))
}

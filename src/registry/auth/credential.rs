use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;

use super::{CredentialError, Secret, expiry};

/// A credential for a registry, and its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    login: Login,
    source: Box<str>,
    expires: Option<Timestamp>,
}

/// The kind of a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CredentialKind {
    /// A user name and a password, or an access token instead of the password.
    Password,
    /// An identity token, which is exchanged at the registry's token server.
    IdentityToken,
    /// A registry token, which is sent unchanged.
    RegistryToken,
}

impl CredentialKind {
    /// Returns the kind as a word: `password`, `identity-token` or `registry-token`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::IdentityToken => "identity-token",
            Self::RegistryToken => "registry-token",
        }
    }
}

/// The three forms that Docker's and Podman's files know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::registry) enum Login {
    /// A user name and a password, or an access token instead of the password.
    Basic { username: String, password: Secret },
    /// An OAuth2 refresh token, to be exchanged at the registry's token realm.
    Identity { token: Secret },
    /// A registry token, to be used as it is.
    Bearer { token: Secret },
}

impl Credential {
    /// Creates a credential from a user name and a password or access token.
    pub fn basic(username: impl Into<String>, password: Secret, source: impl Into<String>) -> Self {
        let username = username.into();
        Self::new(Login::Basic { username, password }, source)
    }

    /// Creates a credential from an identity token, which is exchanged at the registry's token server.
    pub fn identity_token(token: Secret, source: impl Into<String>) -> Self {
        Self::new(Login::Identity { token }, source)
    }

    /// Creates a credential from a registry token, which is sent unchanged.
    pub fn registry_token(token: Secret, source: impl Into<String>) -> Self {
        Self::new(Login::Bearer { token }, source)
    }

    pub(super) fn new(login: Login, source: impl Into<String>) -> Self {
        Self {
            login,
            source: source.into().into(),
            expires: None,
        }
    }

    /// Returns the kind of the credential.
    pub fn kind(&self) -> CredentialKind {
        match self.login {
            Login::Basic { .. } => CredentialKind::Password,
            Login::Identity { .. } => CredentialKind::IdentityToken,
            Login::Bearer { .. } => CredentialKind::RegistryToken,
        }
    }

    /// Sets the expiry time, if the credential itself does not contain it.
    #[must_use]
    pub fn expiring(mut self, end: Option<Timestamp>) -> Self {
        self.expires = end;
        self
    }

    /// Returns the expiry time, if it is known.
    pub fn expires(&self) -> Option<Timestamp> {
        self.expires.or_else(|| expiry::of(&self.login))
    }

    /// Returns where the credential was found, for display.
    pub fn source(&self) -> &str {
        &self.source
    }

    pub(in crate::registry) fn login(&self) -> &Login {
        &self.login
    }

    /// Returns the value of an `Authorization: Basic` header, if this is a user and a password.
    pub(in crate::registry) fn basic_header(&self) -> Option<Secret> {
        let Login::Basic { username, password } = &self.login else {
            return None;
        };
        let pair = Secret::new(format!("{username}:{}", password.reveal()));
        let encoded = Secret::new(STANDARD.encode(pair.reveal()));
        Some(Secret::new(format!("Basic {}", encoded.reveal())))
    }

    /// Says what makes it impossible to send, if anything does.
    ///
    /// Neither name nor password has control characters (RFC 7617, 2), and no header can carry them.
    pub(in crate::registry) fn check(&self) -> Result<(), CredentialError> {
        let error = |reason: &str| CredentialError {
            origin: self.source.to_string(),
            reason: reason.into(),
        };
        let (secret, user) = match &self.login {
            Login::Basic { username, password } => (password, username.as_str()),
            Login::Identity { token } | Login::Bearer { token } => (token, ""),
        };
        let text = secret.reveal();
        if text.ends_with(['\n', '\r']) {
            return Err(error("the secret ends in a line break"));
        }
        if text.contains(char::is_control) || user.contains(char::is_control) {
            return Err(error("it has control characters"));
        }
        let is_bare = matches!(self.login, Login::Bearer { .. });
        if is_bare && !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(error("a token has only letters, digits and signs of ASCII"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_made_and_no_secret_shown() {
        let credential = Credential::basic("bot", Secret::new("hunter/2"), "a test");
        let header = credential.basic_header().unwrap();
        assert_eq!(header.reveal(), "Basic Ym90Omh1bnRlci8y");
        assert!(!format!("{credential:?}").contains("hunter"));
    }
}

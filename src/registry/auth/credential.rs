use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Secret;

/// What proves to a registry who asks, and where it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    login: Login,
    source: Box<str>,
}

/// The three forms that Docker's and Podman's files know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::registry) enum Login {
    /// A user name and a password, or an access token in its place.
    Basic { username: String, password: Secret },
    /// An `OAuth2` refresh token, to be exchanged at the registry's token realm.
    Identity { token: Secret },
    /// A registry token, to be used as it is.
    Bearer { token: Secret },
}

impl Credential {
    /// Makes a credential of a user name and a password or access token.
    pub fn basic(username: impl Into<String>, password: Secret, source: impl Into<String>) -> Self {
        let username = username.into();
        Self::new(Login::Basic { username, password }, source)
    }

    /// Makes a credential of an identity token, which is exchanged at the registry's token realm.
    pub fn identity_token(token: Secret, source: impl Into<String>) -> Self {
        Self::new(Login::Identity { token }, source)
    }

    /// Makes a credential of a registry token, which is sent as it is.
    pub fn registry_token(token: Secret, source: impl Into<String>) -> Self {
        Self::new(Login::Bearer { token }, source)
    }

    pub(super) fn new(login: Login, source: impl Into<String>) -> Self {
        Self {
            login,
            source: source.into().into(),
        }
    }

    /// Returns where the credential was found, in words for people.
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

    /// Blots the secret out of a text that a server sent.
    pub(in crate::registry) fn blot(&self, text: &str) -> String {
        let secret = match &self.login {
            Login::Basic { password, .. } => password,
            Login::Identity { token } | Login::Bearer { token } => token,
        };
        let mut text = blot(text, secret.reveal());
        if let Some(header) = self.basic_header() {
            text = blot(&text, header.reveal().trim_start_matches("Basic "));
        }
        text
    }
}

/// Replaces every occurrence of a secret that is long enough to be one.
pub(in crate::registry) fn blot(text: &str, secret: &str) -> String {
    if secret.len() < 4 {
        return text.into();
    }
    text.replace(secret, "…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_blotted_out_of_what_servers_say() {
        let credential = Credential::basic("bot", Secret::new("hunter2"), "a test");
        let header = credential.basic_header().unwrap();
        assert_eq!(header.reveal(), "Basic Ym90Omh1bnRlcjI=");
        let text = credential.blot("hunter2 and Ym90Omh1bnRlcjI= are wrong");
        assert_eq!(text, "… and … are wrong");
        assert!(!format!("{credential:?}").contains("hunter2"));
    }
}

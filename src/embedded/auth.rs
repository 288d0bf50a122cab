use std::collections::BTreeMap;

/// Who may do what at an embedded registry, and how they prove it.
///
/// ```
/// use imagelock::embedded::Auth;
///
/// let auth = Auth::bearer().user("bot", "secret").expires_in(300);
/// # let _ = auth;
/// ```
#[derive(Clone, Debug)]
pub struct Auth {
    pub(super) bearer: bool,
    pub(super) basic: bool,
    pub(super) anonymous: bool,
    pub(super) users: BTreeMap<String, String>,
    pub(super) identity_tokens: Vec<String>,
    pub(super) registry_tokens: Vec<String>,
    pub(super) expires_in: Option<u64>,
    pub(super) token_uses: Option<usize>,
    pub(super) token_field: String,
    pub(super) service: String,
    pub(super) realm: Option<String>,
    pub(super) challenges: Vec<String>,
}

impl Auth {
    /// Wants name and password with each request (RFC 7617).
    pub fn basic() -> Self {
        Self {
            bearer: false,
            basic: true,
            anonymous: false,
            users: BTreeMap::new(),
            identity_tokens: Vec::new(),
            registry_tokens: Vec::new(),
            expires_in: None,
            token_uses: None,
            token_field: "token".to_owned(),
            service: "registry.example.com".to_owned(),
            realm: None,
            challenges: Vec::new(),
        }
    }

    /// Wants a token of its own token endpoint, `/token`, for each repository.
    pub fn bearer() -> Self {
        Self {
            bearer: true,
            basic: false,
            ..Self::basic()
        }
    }

    /// Takes name and password as well as a token; both challenges stand in one header.
    #[must_use]
    pub fn or_basic(mut self) -> Self {
        self.basic = true;
        self
    }

    /// Knows a user, who may pull and push.
    #[must_use]
    pub fn user(mut self, name: &str, password: &str) -> Self {
        self.users.insert(name.to_owned(), password.to_owned());
        self
    }

    /// Gives tokens for pulling to anybody.
    #[must_use]
    pub fn anonymous(mut self) -> Self {
        self.anonymous = true;
        self
    }

    /// Takes an identity token in the place of a password; the token endpoint then answers `POST`.
    #[must_use]
    pub fn identity_token(mut self, token: &str) -> Self {
        self.identity_tokens.push(token.to_owned());
        self
    }

    /// Takes this token with each request for pulling, without its token endpoint having given it out.
    #[must_use]
    pub fn registry_token(mut self, token: &str) -> Self {
        self.registry_tokens.push(token.to_owned());
        self
    }

    /// Announces that tokens are good for this many seconds; without it nothing is announced.
    #[must_use]
    pub fn expires_in(mut self, seconds: u64) -> Self {
        self.expires_in = Some(seconds);
        self
    }

    /// Lets each token expire after this many requests.
    #[must_use]
    pub fn token_uses(mut self, requests: usize) -> Self {
        self.token_uses = Some(requests);
        self
    }

    /// Names the field of the token endpoint's answer that holds the token; `token` if not set.
    #[must_use]
    pub fn token_field(mut self, name: &str) -> Self {
        name.clone_into(&mut self.token_field);
        self
    }

    /// Sets the service's name.
    #[must_use]
    pub fn service(mut self, name: &str) -> Self {
        name.clone_into(&mut self.service);
        self
    }

    /// Names another realm than the registry's own token endpoint.
    #[must_use]
    pub fn realm(mut self, url: &str) -> Self {
        self.realm = Some(url.to_owned());
        self
    }

    /// Sends this `WWW-Authenticate` header in place of the usual one; several make several lines.
    ///
    /// `{realm}`, `{service}` and `{scope}` in it are filled in.
    #[must_use]
    pub fn challenge(mut self, value: &str) -> Self {
        self.challenges.push(value.to_owned());
        self
    }

    pub(super) fn knows(&self, (name, password): &(String, String)) -> bool {
        self.users.get(name).is_some_and(|known| known == password)
    }
}

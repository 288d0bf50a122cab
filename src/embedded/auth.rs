use std::collections::{BTreeMap, BTreeSet};

/// Who may do what at an embedded registry, and how they prove it.
///
/// ```
/// use imagelock::embedded::AuthMode;
///
/// let auth = AuthMode::bearer().user("bot", "secret").expires_in(300);
/// # let _ = auth;
/// ```
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a matter of its own")]
pub struct AuthMode {
    pub(super) bearer: bool,
    pub(super) basic: bool,
    pub(super) anonymous: Anonymous,
    pub(super) users: BTreeMap<String, String>,
    pub(super) identity_tokens: Vec<String>,
    pub(super) registry_tokens: Vec<String>,
    pub(super) expires_in: Option<u64>,
    pub(super) token_uses: Option<usize>,
    pub(super) first_scope_only: bool,
    pub(super) tells_access: bool,
    pub(super) token_path: String,
    pub(super) token_fields: Vec<String>,
    pub(super) issued_at: Option<String>,
    pub(super) service: String,
    pub(super) realm: Option<String>,
    pub(super) challenges: Vec<String>,
    pub(super) refusal: Option<(String, String)>,
    pub(super) private: BTreeSet<String>,
    pub(super) unseen_by_strangers: Unseen,
    pub(super) unseen_by_users: Unseen,
}

/// What strangers may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anonymous {
    Nothing,
    /// Pull, with a token that anybody gets.
    Token,
    /// Pull, without any proof.
    Open,
}

/// How a registry answers who asks for a repository that is not there, or not for them to see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unseen {
    /// As for everything that is not there: 404 `NAME_UNKNOWN`.
    #[default]
    NotFound,
    /// The registry says 403 `DENIED`, and whoever has no proof is asked for one.
    Denied,
    /// The token does not cover the repository, so that the registry says 401 `insufficient_scope`.
    NoScope,
    /// There is no token but this status, with `DENIED`.
    NoToken(u16),
}

impl AuthMode {
    /// Wants name and password with each request (RFC 7617).
    pub fn basic() -> Self {
        Self {
            bearer: false,
            basic: true,
            anonymous: Anonymous::Nothing,
            users: BTreeMap::new(),
            identity_tokens: Vec::new(),
            registry_tokens: Vec::new(),
            expires_in: None,
            token_uses: None,
            first_scope_only: false,
            tells_access: false,
            token_path: "/token".to_owned(),
            token_fields: Vec::new(),
            issued_at: None,
            service: "registry.example.com".to_owned(),
            realm: None,
            challenges: Vec::new(),
            refusal: None,
            private: BTreeSet::new(),
            unseen_by_strangers: Unseen::NotFound,
            unseen_by_users: Unseen::NotFound,
        }
    }

    /// Wants a token of its own token endpoint for each repository.
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
        self.anonymous = Anonymous::Token;
        self
    }

    /// Lets anybody pull without any proof.
    #[must_use]
    pub fn open(mut self) -> Self {
        self.anonymous = Anonymous::Open;
        self
    }

    /// Keeps a repository from strangers.
    #[must_use]
    pub fn private(mut self, repository: &str) -> Self {
        self.private.insert(repository.to_owned());
        self
    }

    /// Says how repositories that are not there, or not to be seen, are answered for.
    #[must_use]
    pub fn unseen(mut self, by_strangers: Unseen, by_users: Unseen) -> Self {
        self.unseen_by_strangers = by_strangers;
        self.unseen_by_users = by_users;
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

    /// Reads only the first of several scopes that a token is asked for.
    #[must_use]
    pub fn first_scope_only(mut self) -> Self {
        self.first_scope_only = true;
        self
    }

    /// Says in its tokens what they are good for, as JWTs with the claim `access`.
    #[must_use]
    pub fn tells_access(mut self) -> Self {
        self.tells_access = true;
        self
    }

    /// Names a field of the token endpoint's answer that holds the token; `token` if none is named.
    #[must_use]
    pub fn token_field(mut self, name: &str) -> Self {
        self.token_fields.push(name.to_owned());
        self
    }

    /// Sets the path of the token endpoint; `/token` if not set.
    #[must_use]
    pub fn token_path(mut self, path: &str) -> Self {
        path.clone_into(&mut self.token_path);
        self
    }

    /// Says in each answer of the token endpoint when the token was made, whether or not that is true.
    #[must_use]
    pub fn issued_at(mut self, time: &str) -> Self {
        self.issued_at = Some(time.to_owned());
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

    /// Sets code and message of refusals; `UNAUTHORIZED` and the usual words if not set.
    #[must_use]
    pub fn refusal(mut self, code: &str, message: &str) -> Self {
        self.refusal = Some((code.to_owned(), message.to_owned()));
        self
    }

    pub(super) fn knows(&self, (name, password): &(String, String)) -> bool {
        self.users.get(name).is_some_and(|known| known == password)
    }
}

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::answer::Answer;
use super::auth::{Anonymous, AuthMode, Unseen};
use super::content::name_unknown;
use super::interfaces::Interface;
use super::operation::{ApiRoute, Operation};
use super::store::Store;

/// The rules in force and the tokens given out under them.
#[derive(Debug)]
pub(super) struct Guard {
    auth: AuthMode,
    address: String,
    tokens: BTreeMap<String, Grant>,
    issued: usize,
}

#[derive(Debug)]
struct Grant {
    /// Whether it was given to somebody who is known.
    user: bool,
    scopes: Vec<Scope>,
    uses_left: Option<usize>,
}

/// `type:name:action,action`; the name may hold colons.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Scope {
    resource: String,
    actions: Vec<String>,
}

impl Scope {
    fn parse(text: &str) -> Option<Self> {
        let (resource, actions) = text.rsplit_once(':')?;
        Some(Self {
            resource: resource.to_owned(),
            actions: actions.split(',').map(ToOwned::to_owned).collect(),
        })
    }

    /// Returns what a request needs; `/v2/` needs a token and no scope.
    fn needed(route: &ApiRoute) -> Option<Self> {
        let is_metadata = route.interface == Some(Interface::AzureAcr);
        let (resource, actions) = match route.operation {
            Operation::Ping | Operation::Probe | Operation::Other => return None,
            _ if is_metadata => {
                let resource = format!("repository:{}", route.repository);
                (resource, &["metadata_read"][..])
            }
            Operation::Catalog => ("registry:catalog".to_owned(), &["*"][..]),
            Operation::ManifestWrite | Operation::BlobWrite => {
                let resource = format!("repository:{}", route.repository);
                (resource, &["pull", "push"][..])
            }
            _ => (format!("repository:{}", route.repository), &["pull"][..]),
        };
        Some(Self {
            resource,
            actions: actions.iter().map(ToString::to_string).collect(),
        })
    }

    fn covers(&self, needed: &Self) -> bool {
        let actions = &mut needed.actions.iter();
        self.resource == needed.resource && actions.all(|action| self.actions.contains(action))
    }

    fn is_pull(&self) -> bool {
        self.actions == ["pull"]
    }

    /// Returns it as a token tells it.
    fn claim(&self) -> Value {
        let (kind, name) = self.resource.split_once(':').unwrap_or_default();
        json!({"type": kind, "name": name, "actions": self.actions})
    }

    fn text(&self) -> String {
        format!("{}:{}", self.resource, self.actions.join(","))
    }
}

impl Guard {
    pub(super) fn new(auth: AuthMode, address: &str) -> Self {
        Self {
            auth,
            address: address.to_owned(),
            tokens: BTreeMap::new(),
            issued: 0,
        }
    }

    /// Forgets every token that was given out.
    pub(super) fn revoke(&mut self) {
        self.tokens.clear();
    }

    /// Returns `true` if this is where tokens are given out.
    pub(super) fn gives_tokens_at(&self, path: &str) -> bool {
        self.auth.bearer && path == self.auth.token_path
    }

    /// Lets a request in, or returns the refusal.
    pub(super) fn admit(
        &mut self,
        parts: &Parts,
        route: &ApiRoute,
        store: &Store,
    ) -> Result<(), Answer> {
        // Docker Hub's own API stands on another host, without the registry's tokens.
        if matches!(route.operation, Operation::Token | Operation::HubTag) {
            return Ok(());
        }
        match route.interface {
            // They stand on other hosts, with proofs of their own.
            Some(Interface::AmazonEcr | Interface::DockerHub) => return Ok(()),
            Some(Interface::Quay | Interface::Harbor) => {
                return self.admit_to_web(parts, route, store);
            }
            _ => {}
        }
        let needed = Scope::needed(route);
        let needed = needed.as_ref();
        let refused = |error| Err(self.refusal(needed, error));
        let header = parts.headers.get(AUTHORIZATION);
        let Some(header) = header.and_then(|value| value.to_str().ok()) else {
            let open = self.auth.anonymous == Anonymous::Open && needed.is_none_or(Scope::is_pull);
            let shown = match self.unseen(false, &route.repository, store) {
                None => true,
                Some(Unseen::NotFound) => !self.auth.private.contains(&route.repository),
                Some(_) => false,
            };
            return if open && shown { Ok(()) } else { refused(None) };
        };
        if self.auth.basic && basic(header).is_some_and(|user| self.auth.knows(&user)) {
            return match self.unseen(true, &route.repository, store) {
                None | Some(Unseen::NotFound) => Ok(()),
                Some(Unseen::Denied) => Err(denied(StatusCode::FORBIDDEN)),
                Some(Unseen::NoScope | Unseen::NoToken(_)) => refused(None),
            };
        }
        let token = header.strip_prefix("Bearer ").unwrap_or_default();
        let is_known = self.auth.registry_tokens.iter().any(|known| known == token);
        if is_known && parts.method.is_safe() {
            return Ok(());
        }
        let Some(grant) = self.tokens.get(token).filter(|_| self.auth.bearer) else {
            return refused(Some("invalid_token"));
        };
        if !needed.is_none_or(|needed| grant.scopes.iter().any(|scope| scope.covers(needed))) {
            return refused(Some("insufficient_scope"));
        }
        if grant.uses_left == Some(0) {
            let refusal = refused(Some("invalid_token"));
            self.tokens.remove(token);
            return refusal;
        }
        let unseen = self.unseen(grant.user, &route.repository, store);
        if let Some(left) = self
            .tokens
            .get_mut(token)
            .and_then(|grant| grant.uses_left.as_mut())
        {
            *left -= 1;
        }
        match unseen {
            Some(Unseen::Denied) => Err(denied(StatusCode::FORBIDDEN)),
            // What is there must be denied here, what is not will not be found.
            Some(Unseen::NotFound) if store.has(&route.repository) => Err(name_unknown()),
            None | Some(Unseen::NotFound | Unseen::NoScope | Unseen::NoToken(_)) => Ok(()),
        }
    }

    /// Lets a request in to an interface that takes no tokens of the registry: Harbor's takes passwords, that
    /// of Quay nothing that a robot has.
    fn admit_to_web(&self, parts: &Parts, route: &ApiRoute, store: &Store) -> Result<(), Answer> {
        let header = parts.headers.get(AUTHORIZATION);
        let header = header.and_then(|value| value.to_str().ok());
        let user = header.and_then(basic);
        let is_user = route.interface == Some(Interface::Harbor)
            && user.is_some_and(|user| self.auth.knows(&user));
        let is_hidden = self.unseen(is_user, &route.repository, store).is_some();
        if (header.is_some() && !is_user) || is_hidden {
            let message = "unauthorized";
            return Err(Answer::error(
                StatusCode::UNAUTHORIZED,
                "UNAUTHORIZED",
                message,
            ));
        }
        Ok(())
    }

    /// Returns how a repository is answered for that is not there or not to be seen.
    fn unseen(&self, by_user: bool, repository: &str, store: &Store) -> Option<Unseen> {
        let is_private = self.auth.private.contains(repository);
        let seen = repository.is_empty() || (store.has(repository) && (by_user || !is_private));
        if seen {
            return None;
        }
        Some(if by_user {
            self.auth.unseen_by_users
        } else {
            self.auth.unseen_by_strangers
        })
    }

    fn realm(&self) -> String {
        let own = || format!("http://{}{}", self.address, self.auth.token_path);
        self.auth.realm.clone().unwrap_or_else(own)
    }

    fn refusal(&self, needed: Option<&Scope>, error: Option<&str>) -> Answer {
        let auth = &self.auth;
        let scope = needed.map(Scope::text);
        let mut challenges = auth.challenges.clone();
        if challenges.is_empty() {
            let mut parts = Vec::new();
            if auth.bearer {
                let mut bearer = r#"Bearer realm="{realm}",service="{service}""#.to_owned();
                if scope.is_some() {
                    bearer.push_str(r#",scope="{scope}""#);
                }
                if let Some(error) = error {
                    bearer.push_str(r#",error=""#);
                    bearer.push_str(error);
                    bearer.push('"');
                }
                parts.push(bearer);
            }
            if auth.basic {
                parts.push(r#"Basic realm="{service}""#.to_owned());
            }
            challenges.push(parts.join(","));
        }
        let (code, message) = match &auth.refusal {
            Some((code, message)) => (code.as_str(), message.as_str()),
            None => ("UNAUTHORIZED", "authentication required"),
        };
        let mut answer = Answer::error(StatusCode::UNAUTHORIZED, code, message);
        for challenge in challenges {
            let challenge = challenge
                .replace("{realm}", &self.realm())
                .replace("{service}", &auth.service)
                .replace("{scope}", scope.as_deref().unwrap_or_default());
            if let Ok(value) = HeaderValue::from_str(&challenge) {
                answer.headers.append(WWW_AUTHENTICATE, value);
            }
        }
        answer
    }

    /// Answers at the token endpoint: `GET` with Basic, or `POST` with a form (RFC 6749).
    pub(super) fn token(&mut self, parts: &Parts, form: &[u8], store: &Store) -> Answer {
        if !self.auth.bearer {
            return Answer::new(StatusCode::NOT_FOUND);
        }
        let posted = parts.method == Method::POST;
        if posted && self.auth.identity_tokens.is_empty() {
            return Answer::new(StatusCode::METHOD_NOT_ALLOWED);
        }
        let query = parts.uri.query().unwrap_or_default().as_bytes();
        let fields: Vec<(String, String)> =
            form_urlencoded::parse(if posted { form } else { query })
                .into_owned()
                .collect();
        let known = if posted {
            self.knows_form(&fields)
        } else {
            self.knows_header(parts)
        };
        let user = match known {
            Some(user) => user,
            None if self.auth.anonymous == Anonymous::Token
                && !posted
                && !parts.headers.contains_key(AUTHORIZATION) =>
            {
                false
            }
            None => {
                let body = json!({"details": "incorrect username or password"});
                return Answer::json(StatusCode::UNAUTHORIZED, &body);
            }
        };
        let scopes = fields.iter().filter(|(name, _)| name == "scope");
        let scopes = scopes
            .flat_map(|(_, value)| value.split(' '))
            .filter_map(Scope::parse)
            .take(if self.auth.first_scope_only {
                1
            } else {
                usize::MAX
            });
        let mut granted = Vec::new();
        for mut scope in scopes {
            scope.actions.retain(|action| user || action == "pull");
            let repository = scope.resource.strip_prefix("repository:");
            match self.unseen(user, repository.unwrap_or_default(), store) {
                Some(Unseen::NoToken(status)) => {
                    return denied(StatusCode::from_u16(status).unwrap_or(StatusCode::FORBIDDEN));
                }
                Some(Unseen::NoScope) => scope.actions.clear(),
                None | Some(Unseen::NotFound | Unseen::Denied) => {}
            }
            granted.push(scope);
        }
        self.issue(user, granted)
    }

    fn knows_form(&self, fields: &[(String, String)]) -> Option<bool> {
        let field = |name: &str| {
            let found = fields.iter().find(|(key, _)| key == name);
            found.map(|(_, value)| value.clone()).unwrap_or_default()
        };
        let known = match field("grant_type").as_str() {
            "refresh_token" => self.auth.identity_tokens.contains(&field("refresh_token")),
            "password" => self.auth.knows(&(field("username"), field("password"))),
            _ => false,
        };
        known.then_some(true)
    }

    fn knows_header(&self, parts: &Parts) -> Option<bool> {
        let header = parts.headers.get(AUTHORIZATION)?.to_str().ok()?;
        self.auth.knows(&basic(header)?).then_some(true)
    }

    fn issue(&mut self, user: bool, scopes: Vec<Scope>) -> Answer {
        self.issued += 1;
        let mut token = format!("embedded-token-{}", self.issued);
        if self.auth.tells_access {
            let access: Vec<_> = scopes.iter().map(Scope::claim).collect();
            let claims = json!({"jti": token, "access": access}).to_string();
            token = format!("e30.{}.{}", URL_SAFE_NO_PAD.encode(claims), self.issued);
        }
        let mut body = json!({});
        let fields = self.auth.token_fields.iter().map(String::as_str);
        for field in fields.chain(self.auth.token_fields.is_empty().then_some("token")) {
            body[field] = token.clone().into();
        }
        if let Some(time) = &self.auth.issued_at {
            body["issued_at"] = time.as_str().into();
        }
        if let Some(seconds) = self.auth.expires_in {
            body["expires_in"] = seconds.into();
        }
        let grant = Grant {
            user,
            scopes,
            uses_left: self.auth.token_uses,
        };
        self.tokens.insert(token, grant);
        Answer::json(StatusCode::OK, &body)
    }
}

fn denied(status: StatusCode) -> Answer {
    let message = "requested access to the resource is denied";
    Answer::error(status, "DENIED", message)
}

/// Reads name and password of a Basic header.
fn basic(header: &str) -> Option<(String, String)> {
    let encoded = header.strip_prefix("Basic ")?;
    let decoded = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let (name, password) = decoded.split_once(':')?;
    Some((name.to_owned(), password.to_owned()))
}

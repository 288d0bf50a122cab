use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode};
use serde_json::json;
use url::form_urlencoded;

use super::answer::Answer;
use super::auth::Auth;
use super::operation::{Operation, Route};

/// The rules in force and the tokens given out under them.
#[derive(Debug)]
pub(super) struct Guard {
    auth: Auth,
    address: String,
    tokens: BTreeMap<String, Grant>,
    issued: usize,
}

#[derive(Debug)]
struct Grant {
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
    fn needed(route: &Route) -> Option<Self> {
        let (resource, actions) = match route.operation {
            Operation::Ping | Operation::Other => return None,
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

    fn text(&self) -> String {
        format!("{}:{}", self.resource, self.actions.join(","))
    }
}

impl Guard {
    pub(super) fn new(auth: Auth, address: &str) -> Self {
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

    /// Lets a request in, or returns the refusal.
    pub(super) fn admit(&mut self, parts: &Parts, route: &Route) -> Result<(), Answer> {
        // Docker Hub's own API stands on another host, without the registry's tokens.
        if matches!(route.operation, Operation::Token | Operation::HubTag) {
            return Ok(());
        }
        let needed = Scope::needed(route);
        let header = parts.headers.get(AUTHORIZATION);
        let Some(header) = header.and_then(|value| value.to_str().ok()) else {
            return Err(self.refusal(needed.as_ref(), None));
        };
        if self.auth.basic && basic(header).is_some_and(|user| self.auth.knows(&user)) {
            return Ok(());
        }
        let token = header.strip_prefix("Bearer ").unwrap_or_default();
        let is_known = self.auth.registry_tokens.iter().any(|known| known == token);
        if is_known && parts.method.is_safe() {
            return Ok(());
        }
        if self.auth.bearer
            && let Some(grant) = self.tokens.get_mut(token)
        {
            let covered = needed
                .as_ref()
                .is_none_or(|needed| grant.scopes.iter().any(|scope| scope.covers(needed)));
            if !covered {
                return Err(self.refusal(needed.as_ref(), Some("insufficient_scope")));
            }
            if let Some(left) = &mut grant.uses_left {
                if *left == 0 {
                    self.tokens.remove(token);
                    return Err(self.refusal(needed.as_ref(), Some("invalid_token")));
                }
                *left -= 1;
            }
            return Ok(());
        }
        Err(self.refusal(needed.as_ref(), Some("invalid_token")))
    }

    fn realm(&self) -> String {
        let own = || format!("http://{}/token", self.address);
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
        let mut answer = Answer::error(
            StatusCode::UNAUTHORIZED,
            "UNAUTHORIZED",
            "authentication required",
        );
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
    pub(super) fn token(&mut self, parts: &Parts, form: &[u8]) -> Answer {
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
            None if self.auth.anonymous
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
            .map(|mut scope| {
                scope.actions.retain(|action| user || action == "pull");
                scope
            })
            .collect();
        self.issue(scopes)
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

    fn issue(&mut self, scopes: Vec<Scope>) -> Answer {
        self.issued += 1;
        let token = format!("embedded-token-{}", self.issued);
        let mut body = json!({});
        body[self.auth.token_field.as_str()] = token.clone().into();
        if let Some(seconds) = self.auth.expires_in {
            body["expires_in"] = seconds.into();
        }
        let grant = Grant {
            scopes,
            uses_left: self.auth.token_uses,
        };
        self.tokens.insert(token, grant);
        Answer::json(StatusCode::OK, &body)
    }
}

/// Reads name and password of a Basic header.
fn basic(header: &str) -> Option<(String, String)> {
    let encoded = header.strip_prefix("Basic ")?;
    let decoded = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let (name, password) = decoded.split_once(':')?;
    Some((name.to_owned(), password.to_owned()))
}

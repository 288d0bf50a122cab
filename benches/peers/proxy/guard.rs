use std::collections::{HashMap, HashSet};
use std::sync::Mutex;
use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{Request, StatusCode};
use serde_json::json;
use url::form_urlencoded;

use super::settings::Tokens;

/// Gives out tokens, and lets nobody in without; refuses what comes too fast.
pub(super) struct Guard {
    mode: Tokens,
    tokens: Mutex<HashMap<String, HashSet<String>>>,
    rate: Option<Mutex<Bucket>>,
}

/// A bucket that holds as many as come in a second.
struct Bucket {
    per_second: f64,
    left: f64,
    at: Instant,
}

/// An answer that the registry has no part in.
pub(super) struct Own {
    pub(super) status: StatusCode,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: String,
}

impl Guard {
    pub(super) fn new(mode: Tokens, rate: Option<u32>) -> Self {
        let bucket = |rate| Bucket {
            per_second: f64::from(rate),
            left: f64::from(rate),
            at: Instant::now(),
        };
        Self {
            mode,
            tokens: Mutex::default(),
            rate: rate.map(|rate| Mutex::new(bucket(rate))),
        }
    }

    /// Answers in the place of the registry, if it has to.
    pub(super) fn answer<B>(&self, request: &Request<B>, origin: &str) -> Option<Own> {
        if self.is_too_fast() {
            let body =
                json!({"errors": [{"code": "TOOMANYREQUESTS", "message": "too many requests"}]});
            return Some(Own {
                status: StatusCode::TOO_MANY_REQUESTS,
                headers: vec![("retry-after", "1".into())],
                body: body.to_string(),
            });
        }
        if self.mode == Tokens::None {
            return None;
        }
        let path = request.uri().path();
        if path == "/token" {
            return Some(self.issue(request.uri().query().unwrap_or_default()));
        }
        let repository = repository(path);
        let shown = request.headers().get("authorization");
        let shown = shown.and_then(|header| header.to_str().ok()?.strip_prefix("Bearer "));
        let tokens = self.tokens.lock().expect("tokens");
        let granted = shown.and_then(|token| tokens.get(token));
        if granted.is_some_and(|granted| repository.is_none_or(|name| granted.contains(name))) {
            return None;
        }
        let mut challenge = format!("Bearer realm=\"{origin}/token\",service=\"registry\"");
        if let Some(repository) = repository {
            challenge = format!("{challenge},scope=\"repository:{repository}:pull\"");
        }
        if granted.is_some() {
            challenge += ",error=\"insufficient_scope\"";
        }
        Some(Own {
            status: StatusCode::UNAUTHORIZED,
            headers: vec![("www-authenticate", challenge)],
            body:
                json!({"errors": [{"code": "UNAUTHORIZED", "message": "authentication required"}]})
                    .to_string(),
        })
    }

    /// Forgets how fast requests came.
    pub(super) fn rest(&self) {
        if let Some(bucket) = &self.rate {
            let mut bucket = bucket.lock().expect("rate");
            bucket.left = bucket.per_second;
        }
    }

    fn issue(&self, query: &str) -> Own {
        let fields = form_urlencoded::parse(query.as_bytes());
        let scopes = fields.filter(|(name, _)| name == "scope");
        let scopes: Vec<String> = scopes
            .flat_map(|(_, value)| value.split(' ').map(str::to_string).collect::<Vec<_>>())
            .collect();
        let most = if self.mode == Tokens::One {
            1
        } else {
            usize::MAX
        };
        let names = scopes.iter().take(most).filter_map(|scope| {
            let name = scope.strip_prefix("repository:")?;
            Some(name.rsplit_once(':')?.0.to_string())
        });
        let names: HashSet<String> = names.collect();
        let access = names
            .iter()
            .map(|name| json!({"type": "repository", "name": name, "actions": ["pull"]}));
        let mut tokens = self.tokens.lock().expect("tokens");
        let claims = json!({"jti": tokens.len(), "access": access.collect::<Vec<_>>()});
        let token = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()));
        tokens.insert(token.clone(), names);
        Own {
            status: StatusCode::OK,
            headers: Vec::new(),
            body: json!({"token": token, "expires_in": 300}).to_string(),
        }
    }

    fn is_too_fast(&self) -> bool {
        let Some(bucket) = &self.rate else {
            return false;
        };
        let mut bucket = bucket.lock().expect("rate");
        let now = Instant::now();
        let since = now.duration_since(bucket.at).as_secs_f64();
        bucket.at = now;
        bucket.left = (bucket.left + since * bucket.per_second).min(bucket.per_second);
        let is_too_fast = bucket.left < 1.0;
        if !is_too_fast {
            bucket.left -= 1.0;
        }
        is_too_fast
    }
}

/// Returns the repository that a path is of.
fn repository(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("/v2/")?;
    let end = ["/tags/list", "/manifests/", "/blobs/"]
        .iter()
        .find_map(|part| rest.find(part))?;
    Some(&rest[..end])
}

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use http::{HeaderMap, Method, StatusCode};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

use super::addresses::AddressPolicy;
use crate::observe::RequestKind;
use crate::registry::auth::Secret;
use crate::registry::authn::challenge::Challenge;
use crate::registry::authn::refusal_limiter::CredentialUse;
use crate::registry::authn::token::Token;
use crate::registry::request_error::RequestError;

/// One request, ready to go.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a matter of its own")]
pub(in crate::registry) struct HttpRequest {
    pub(in crate::registry) kind: RequestKind,
    pub(in crate::registry) method: Method,
    pub(in crate::registry) url: Url,
    /// The name for events: the registry's as configs have it, or the URL's host.
    pub(in crate::registry) label: String,
    pub(in crate::registry) accept: Option<&'static str>,
    /// Whether the bytes are wanted as they are stored, since they will be hashed.
    pub(in crate::registry) verbatim: bool,
    pub(in crate::registry) authorization: Option<HeaderValue>,
    /// What the credential risks that it carries, in the header or in its body.
    pub(in crate::registry) credential_use: Option<CredentialUse>,
    /// Headers besides those of the other fields.
    pub(in crate::registry) headers: Vec<(HeaderName, HeaderValue)>,
    pub(in crate::registry) body: Option<RequestBody>,
    /// The most bytes of a good answer.
    pub(in crate::registry) limit: usize,
    /// Where the URL may lead.
    pub(in crate::registry) address_policy: AddressPolicy,
    /// Whether a server led here: by a redirect to another origin, or as a token realm there. Such a host
    /// does not learn who this client is.
    pub(in crate::registry) was_redirected: bool,
    /// Whether a manifest is read, which some registries count.
    pub(in crate::registry) is_pull: bool,
    /// Fewer repetitions and less patience than usual, for what can be done without.
    pub(in crate::registry) optional: bool,
    /// The most time for one try, where that is less than usual.
    pub(in crate::registry) time: Option<Duration>,
    /// Whether HTTP/2 is not to be tried.
    pub(in crate::registry) http1: bool,
    /// Past any proxy, and without TLS: to this machine or to something on its link.
    pub(in crate::registry) direct: bool,
}

/// What a request sends.
#[derive(Clone)]
pub(in crate::registry) struct RequestBody {
    pub(in crate::registry) content_type: &'static str,
    pub(in crate::registry) text: Secret,
}

impl RequestBody {
    /// Creates a payload from the fields of a form, already encoded.
    pub(in crate::registry) fn form(text: Secret) -> Self {
        Self {
            content_type: "application/x-www-form-urlencoded",
            text,
        }
    }
}

/// What came back, whatever the status.
#[derive(Clone)]
pub(in crate::registry) struct HttpResponse {
    pub(in crate::registry) status: StatusCode,
    /// The protocol that it came by.
    pub(in crate::registry) version: &'static str,
    pub(in crate::registry) headers: HeaderMap,
    pub(in crate::registry) body: Bytes,
    /// The URL that answered, after redirects.
    pub(in crate::registry) url: Url,
    pub(in crate::registry) tries: u32,
    /// The wait the server asked for, if it was too long to be granted.
    pub(in crate::registry) too_long: Option<Duration>,
    /// The proxy that it came through, in words for people.
    pub(in crate::registry) through: Option<Box<str>>,
    /// Where it may lead: no nearer to this machine than the one who answered, and no nearer than who led
    /// to him.
    pub(in crate::registry) address_policy: AddressPolicy,
    /// What it was given for, if authorization was asked for.
    pub(in crate::registry) authenticated: Option<Box<Authenticated>>,
}

/// What a registry was content with.
#[derive(Clone)]
pub(in crate::registry) struct Authenticated {
    /// Where the credential came from, if there was one.
    pub(in crate::registry) credential: Option<Box<str>>,
    /// The token, if one was fetched.
    pub(in crate::registry) token: Option<Arc<Token>>,
}

impl HttpRequest {
    /// Creates a plain GET.
    pub(in crate::registry) fn get(
        kind: RequestKind,
        url: Url,
        label: impl Into<String>,
        limit: usize,
    ) -> Self {
        Self {
            kind,
            method: Method::GET,
            url,
            label: label.into(),
            accept: None,
            verbatim: false,
            authorization: None,
            credential_use: None,
            headers: Vec::new(),
            body: None,
            limit,
            address_policy: AddressPolicy::Anywhere,
            was_redirected: false,
            is_pull: false,
            optional: false,
            time: None,
            http1: false,
            direct: false,
        }
    }

    /// Returns the method's name.
    pub(in crate::registry) fn method_name(&self) -> &'static str {
        match self.method {
            Method::HEAD => "HEAD",
            Method::POST => "POST",
            Method::PUT => "PUT",
            _ => "GET",
        }
    }

    /// Adds the `Authorization` header.
    pub(in crate::registry) fn authorize(
        &mut self,
        value: Option<&Secret>,
    ) -> Result<(), RequestError> {
        self.authorization = match value {
            None => None,
            Some(value) => Some(sensitive(value)?),
        };
        Ok(())
    }
}

/// Creates a header from a secret.
pub(in crate::registry) fn sensitive(value: &Secret) -> Result<HeaderValue, RequestError> {
    // The value itself must not be told, so the reason is not.
    let mut header = HeaderValue::from_str(value.reveal()).map_err(|_| {
        RequestError::invalid("a credential or token has characters that no header can carry")
    })?;
    header.set_sensitive(true);
    Ok(header)
}

impl HttpResponse {
    /// Creates a response without a body, for tests.
    #[cfg(test)]
    pub(in crate::registry) fn sample(status: StatusCode) -> Self {
        Self {
            status,
            version: "HTTP/1.1",
            headers: HeaderMap::new(),
            body: Bytes::new(),
            url: Url::parse("https://r.io/v2/").expect("a URL"),
            tries: 1,
            too_long: None,
            through: None,
            address_policy: AddressPolicy::Anywhere,
            authenticated: None,
        }
    }

    /// Returns a header as text.
    pub(in crate::registry) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Returns where the credential came from that it was given for, if there was one.
    pub(in crate::registry) fn credential(&self) -> Option<Box<str>> {
        self.authenticated.as_ref()?.credential.clone()
    }

    /// Reads all challenges.
    pub(in crate::registry) fn challenges(&self) -> Vec<Challenge> {
        Challenge::all(&self.headers, self.address_policy)
    }

    /// Reads the challenge to answer.
    pub(in crate::registry) fn challenge(&self) -> Option<Challenge> {
        Challenge::best(self.challenges())
    }

    /// Returns `true` if the body is a page made for browsers.
    pub(in crate::registry) fn is_html(&self) -> bool {
        let declared = self.header("content-type").unwrap_or_default();
        declared
            .trim_start()
            .to_ascii_lowercase()
            .starts_with("text/html")
            || self.body.trim_ascii_start().starts_with(b"<")
    }
}

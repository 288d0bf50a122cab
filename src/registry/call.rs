use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use http::{HeaderMap, Method, StatusCode};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

use super::addresses::Reach;
use super::auth::Secret;
use super::challenge::Challenge;
use super::token::Token;
use super::trouble::Trouble;

/// One request, ready to go.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a matter of its own")]
pub(super) struct Call {
    pub(super) method: Method,
    pub(super) url: Url,
    /// The name for events: the registry's as configs have it, or the URL's host.
    pub(super) label: String,
    pub(super) accept: Option<&'static str>,
    /// Whether the bytes are wanted as they are stored, since they will be hashed.
    pub(super) verbatim: bool,
    pub(super) authorization: Option<HeaderValue>,
    /// Headers besides those of the other fields.
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) body: Option<Payload>,
    /// The most bytes of a good answer.
    pub(super) limit: usize,
    /// Where the URL may lead.
    pub(super) reach: Reach,
    /// Whether a server led here: by a redirect to another origin, or as a token realm there. Such a host
    /// does not learn who this client is.
    pub(super) is_led: bool,
    /// Fewer repetitions and less patience than usual, for what can be done without.
    pub(super) optional: bool,
    /// The most time for one try, where that is less than usual.
    pub(super) time: Option<Duration>,
    /// Whether HTTP/2 is not to be tried.
    pub(super) http1: bool,
    /// Past any proxy, and without TLS: to this machine or to something on its link.
    pub(super) direct: bool,
}

/// What a request sends.
#[derive(Clone)]
pub(super) struct Payload {
    pub(super) content_type: &'static str,
    pub(super) text: Secret,
}

impl Payload {
    /// Makes a payload of the fields of a form, already encoded.
    pub(super) fn form(text: Secret) -> Self {
        Self {
            content_type: "application/x-www-form-urlencoded",
            text,
        }
    }
}

/// What came back, whatever the status.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// The URL that answered, after redirects.
    pub(super) url: Url,
    pub(super) tries: u32,
    /// The wait the server asked for, if it was too long to be granted.
    pub(super) too_long: Option<Duration>,
    /// The proxy that it came through, in words for people.
    pub(super) through: Option<Box<str>>,
    /// Where it may lead: no nearer to this machine than the one who answered, and no nearer than who led
    /// to him.
    pub(super) reach: Reach,
    /// What it was given for, if proof was asked for.
    pub(super) proven: Option<Box<Proven>>,
}

/// What a registry was content with.
pub(super) struct Proven {
    /// Where the credential came from, if there was one.
    pub(super) credential: Option<Box<str>>,
    /// The token, if one was fetched.
    pub(super) token: Option<Arc<Token>>,
}

impl Call {
    /// Makes a plain GET.
    pub(super) fn get(url: Url, label: impl Into<String>, limit: usize) -> Self {
        Self {
            method: Method::GET,
            url,
            label: label.into(),
            accept: None,
            verbatim: false,
            authorization: None,
            headers: Vec::new(),
            body: None,
            limit,
            reach: Reach::Anywhere,
            is_led: false,
            optional: false,
            time: None,
            http1: false,
            direct: false,
        }
    }

    /// Adds the `Authorization` header.
    pub(super) fn authorize(&mut self, value: Option<&Secret>) -> Result<(), Trouble> {
        self.authorization = match value {
            None => None,
            Some(value) => Some(sensitive(value)?),
        };
        Ok(())
    }
}

/// Makes a header of a secret.
pub(super) fn sensitive(value: &Secret) -> Result<HeaderValue, Trouble> {
    // The value itself must not be told, so the reason is not.
    let mut header = HeaderValue::from_str(value.reveal()).map_err(|_| {
        Trouble::invalid("a credential or token has characters that no header can carry")
    })?;
    header.set_sensitive(true);
    Ok(header)
}

impl Answer {
    /// Returns a header as text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Returns where the credential came from that it was given for, if there was one.
    pub(super) fn credential(&self) -> Option<Box<str>> {
        self.proven.as_ref()?.credential.clone()
    }

    /// Reads all challenges.
    pub(super) fn challenges(&self) -> Vec<Challenge> {
        Challenge::all(&self.headers, self.reach)
    }

    /// Reads the challenge to answer.
    pub(super) fn challenge(&self) -> Option<Challenge> {
        Challenge::best(self.challenges())
    }

    /// Says whether the body is a page made for browsers.
    pub(super) fn is_html(&self) -> bool {
        let declared = self.header("content-type").unwrap_or_default();
        declared
            .trim_start()
            .to_ascii_lowercase()
            .starts_with("text/html")
            || self.body.trim_ascii_start().starts_with(b"<")
    }
}

use serde_json::Value;

use super::authn::expired::Expired;
use super::error::{Context, ErrorKind, RegistryError};
use super::proxies::ProxyFailure;
use crate::error::steers;

/// What went wrong, before anyone said what it was for.
///
/// Tokens, pings and pauses serve many requests: each adds its own [`Context`] to the shared error.
#[derive(Clone, Debug)]
pub(super) struct RequestError {
    pub(super) kind: ErrorKind,
    pub(super) status: Option<u16>,
    pub(super) server: Box<ServerWords>,
    /// The host that was asked, if it is not the registry.
    pub(super) asked: Option<String>,
    /// How often it was tried.
    pub(super) tries: u32,
    /// Where the credentials came from that were used.
    pub(super) credential: Option<Box<str>>,
    /// What expired, if that is why it was refused.
    pub(super) expired: Option<Expired>,
    /// What mirrors were passed over before, in words for people.
    pub(super) failover: Vec<String>,
    /// The proxy that led to the host, in words for people.
    pub(super) through: Option<Box<str>>,
}

/// What a server says of its error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ServerWords {
    pub(super) code: Option<String>,
    pub(super) message: Option<String>,
}

/// So much of a server's text is kept, in characters: more than is shown, since a secret in it is blotted
/// out first, which must not be cut in two.
const LONGEST_TEXT: usize = 8_000;
/// So much of it is shown.
const SHOWN_TEXT: usize = 300;
/// So much of an error's code is shown.
const SHOWN_CODE: usize = 60;

impl RequestError {
    pub(super) fn new(kind: ErrorKind) -> Self {
        Self {
            kind,
            status: None,
            server: Box::default(),
            asked: None,
            tries: 1,
            credential: None,
            expired: None,
            failover: Vec::new(),
            through: None,
        }
    }

    pub(super) fn invalid(reason: impl Into<String>) -> Self {
        Self::new(ErrorKind::Invalid {
            reason: reason.into(),
        })
    }

    /// Notes the host that was asked.
    pub(super) fn at(mut self, host: &str) -> Self {
        self.asked.get_or_insert_with(|| host.into());
        self
    }

    /// Notes where the credentials came from that were used.
    pub(super) fn with_credential(mut self, source: &str) -> Self {
        self.credential.get_or_insert_with(|| source.into());
        self
    }

    /// Tells it in a few words, of a host that is named before.
    pub(super) fn in_brief(&self) -> String {
        let status = self
            .status
            .map_or(String::new(), |status| format!(" ({status})"));
        match &self.kind {
            ErrorKind::Unreachable { reason } => format!("it cannot be reached: {reason}"),
            ErrorKind::Timeout => "it did not answer in time".into(),
            ErrorKind::Tls(problem) => problem.to_string(),
            ErrorKind::Proxy { proxy, failure, .. } => format!("the proxy {proxy} {failure}"),
            ErrorKind::Denied { .. } => match &self.expired {
                Some(expired) => format!("it refused{status}: {expired}"),
                None => format!("it refused{status}"),
            },
            ErrorKind::RepositoryNotFound | ErrorKind::ManifestNotFound => {
                format!("it does not have it{status}")
            }
            ErrorKind::RateLimited { .. } => format!("it gets too many requests{status}"),
            ErrorKind::DigestMismatch { actual, .. } => {
                format!("it sent something else, which hashes to {actual}")
            }
            ErrorKind::Schema1 => "it has it in Docker's schema 1".into(),
            ErrorKind::TooLarge { limit } => format!("its answer is larger than {limit} bytes"),
            ErrorKind::MemoryLimit { limit } => {
                format!(
                    "its answer does not fit into the {} MiB of memory of this run",
                    limit >> 20
                )
            }
            ErrorKind::ForeignRealm { realm, .. } => {
                format!("its tokens come from {realm}, which gets no credentials unasked")
            }
            ErrorKind::Credentials(error) => error.to_string(),
            ErrorKind::Invalid { reason }
            | ErrorKind::Pagination { reason }
            | ErrorKind::UnsafeRealm { reason }
            | ErrorKind::Transport { reason } => reason.clone(),
            _ => format!("it failed{status}"),
        }
    }

    /// Says what it was for, and cuts what it has of a server's text to what is shown.
    pub(super) fn while_at(mut self, context: &Context) -> RegistryError {
        match &mut self.kind {
            ErrorKind::Unreachable { reason }
            | ErrorKind::Invalid { reason }
            | ErrorKind::Pagination { reason }
            | ErrorKind::UnsafeRealm { reason }
            | ErrorKind::Transport { reason }
            | ErrorKind::Proxy {
                failure: ProxyFailure::Unreachable { reason },
                ..
            } => *reason = shorten(reason),
            _ => {}
        }
        for note in &mut self.failover {
            *note = shorten(note);
        }
        RegistryError::new(context.clone(), self)
    }
}

impl From<ErrorKind> for RequestError {
    fn from(kind: ErrorKind) -> Self {
        Self::new(kind)
    }
}

impl ServerWords {
    /// Reads the error document of the OCI distribution spec, leniently, and its relatives.
    pub(super) fn read(body: &[u8]) -> Self {
        let Ok(value) = serde_json::from_slice::<Value>(body) else {
            return Self::of_text(body);
        };
        let error = match value.get("errors") {
            Some(Value::Array(errors)) => errors.first(),
            _ => None,
        };
        let error = error.unwrap_or(&value);
        let text = |names: &[&str]| {
            names
                .iter()
                .find_map(|name| error.get(name)?.as_str().filter(|text| !text.is_empty()))
        };
        // A token realm answers in the manner of OAuth2 (RFC 6749, 5.2), the Docker Hub with `details`.
        let code = text(&["code", "error"]).map(whole);
        let message = text(&["message", "error_description", "details", "detail"]);
        Self {
            code,
            message: message.map(whole),
        }
    }

    /// Returns `true` if it is about a user's credentials, whatever the status.
    pub(super) fn blames_credentials(&self) -> bool {
        let texts = [self.code.as_deref(), self.message.as_deref()];
        texts.into_iter().flatten().any(|text| {
            let text = text.to_ascii_lowercase();
            let words = ["credential", "password", "unauthorized", "authentication"];
            words.iter().any(|word| text.contains(word))
        })
    }

    /// Returns the message as it is shown.
    pub(super) fn shown(&self) -> Option<String> {
        self.message.as_deref().map(shorten)
    }

    /// Returns the code as it is shown.
    pub(super) fn shown_code(&self) -> Option<String> {
        let code = self.code.as_deref()?;
        Some(clean(code, SHOWN_CODE))
    }

    /// Takes a short plain text as the message; pages made for browsers say nothing.
    fn of_text(body: &[u8]) -> Self {
        let text = String::from_utf8_lossy(body);
        let text = text.trim();
        let plain = !text.is_empty() && text.len() <= 300 && !text.contains('<');
        Self {
            code: None,
            message: plain.then(|| whole(text)),
        }
    }
}

/// Shortens a server's text to one line: nothing that steers or hides, not too long.
pub(super) fn clean(text: &str, length: usize) -> String {
    let shown = |character| if steers(character) { ' ' } else { character };
    let text: String = text.chars().take(length * 2).map(shown).collect();
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    if text.chars().count() <= length {
        return text;
    }
    let cut: String = text.chars().take(length - 1).collect();
    format!("{cut}…")
}

/// Shortens a server's text to one line, as a whole: it is [shortened](shorten) once secrets are out.
pub(super) fn whole(text: &str) -> String {
    clean(text, LONGEST_TEXT)
}

/// Cuts a text to what is shown of it, after secrets were taken out of it.
pub(super) fn shorten(text: &str) -> String {
    clean(text, SHOWN_TEXT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_servers_say() {
        let read = |body: &str| {
            let words = ServerWords::read(body.as_bytes());
            (
                words.code.unwrap_or_default(),
                words.message.unwrap_or_default(),
            )
        };
        let pair = |code: &str, message: &str| (code.to_string(), message.to_string());
        assert_eq!(
            read(r#"{"errors":[{"code":"DENIED","message":"no\u001b[2J\n entry","detail":[1]}]}"#),
            pair("DENIED", "no [2J entry")
        );
        assert_eq!(read(r#"{"errors":[{"code":7}]}"#), pair("", ""));
        assert_eq!(read(r#"{"errors":null}"#), pair("", ""));
        assert_eq!(
            read(r#"{"details":"incorrect username or password"}"#),
            pair("", "incorrect username or password")
        );
        assert_eq!(
            read(r#"{"error":"invalid_grant","error_description":"x"}"#),
            pair("invalid_grant", "x")
        );
        assert_eq!(
            read(r#"{"detail":"Rate limit exceeded","error":false}"#),
            pair("", "Rate limit exceeded")
        );
        assert_eq!(read("Retry later\n"), pair("", "Retry later"));
        assert_eq!(read("<html>502</html>"), pair("", ""));
        assert_eq!(read(""), pair("", ""));
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(clean(&"ä".repeat(500), 300).chars().count(), 300);
        assert_eq!(
            clean("a\u{202e}b\u{200b}c\u{e0041}\u{feff}d", 10),
            "a b c d"
        );
    }
}

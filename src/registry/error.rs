use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;

use super::auth::CredentialError;
use super::proxies::ProxyFailure;
use super::target::Target;
use super::tls::TlsProblem;
use super::trouble::Trouble;
use crate::error::{Code, Fault};
use crate::image::{Digest, Repository};

/// A registry could not be asked, or its answer cannot be used.
///
/// One failed request may be the answer to many questions, so the error is cheap to clone.
#[derive(Clone, Debug, Error)]
#[error("{}", self.message())]
pub struct RegistryError {
    inner: Arc<(Context, Trouble)>,
}

/// What a request was for.
#[derive(Clone, Debug)]
pub(super) struct Context {
    /// The registry as configs name it; empty if none was asked.
    pub(super) registry: Box<str>,
    /// The repository, if it is about one.
    pub(super) repository: Option<Repository>,
    /// What is done, to be followed by the object: `list the tags of`.
    pub(super) operation: &'static str,
    /// What it is done to: `library/nginx:1.27`.
    pub(super) object: String,
    /// The tag or digest in it.
    pub(super) target: Option<Target>,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The network may not be used.
    Offline,
    /// No answer came at all.
    Unreachable {
        /// What the network said.
        reason: String,
    },
    /// No answer came in time.
    Timeout,
    /// The time of all requests together is over.
    Deadline {
        /// How long it was.
        length: Duration,
    },
    /// TLS failed: the certificate, that of this client, or the protocol.
    Tls(TlsProblem),
    /// The proxy did not lead to the host.
    Proxy {
        /// The proxy's host and port.
        proxy: String,
        /// Where the proxy is named.
        source: String,
        /// What it did instead.
        failure: ProxyFailure,
    },
    /// The credentials were refused, or some are needed.
    Denied {
        /// Where the refused credentials came from.
        source: Option<String>,
    },
    /// The repository does not exist.
    RepositoryNotFound,
    /// The tag or digest does not exist.
    ManifestNotFound,
    /// The registry asks for more patience than there is.
    RateLimited {
        /// How long it asks to wait, where it says so.
        wait: Option<Duration>,
        /// Whether it is a quota, which waiting for seconds does not refill.
        quota: bool,
    },
    /// The registry does not offer what was asked for.
    Unsupported,
    /// The registry answered with an error of its own.
    Failed,
    /// The answer makes no sense.
    Invalid {
        /// What is wrong with it.
        reason: String,
    },
    /// A body does not hash to the digest it was announced with.
    DigestMismatch {
        /// What was announced.
        announced: Digest,
        /// What the body hashes to.
        actual: Digest,
    },
    /// The answer is larger than its cap.
    TooLarge {
        /// The cap, in bytes.
        limit: usize,
    },
    /// Paging leads away, in a circle or on for ever.
    Pagination {
        /// Where it leads.
        reason: String,
    },
    /// The user's settings forbid to ask the registry.
    Blocked {
        /// Whose settings.
        by: String,
    },
    /// A token realm or redirect that must not be followed.
    UnsafeRealm {
        /// Why not.
        reason: String,
    },
    /// The tokens come from a host that is not known to belong to the registry, and that does not get
    /// its credentials therefore.
    ForeignRealm {
        /// The realm's host, with its port where it is not the usual one.
        realm: String,
        /// Where the credentials came from that were not sent.
        source: String,
    },
    /// Credentials that cannot be used.
    Credentials(CredentialError),
    /// The HTTP client cannot be set up.
    Transport {
        /// Why not.
        reason: String,
    },
}

impl Context {
    /// Makes one of something that is the registry's own.
    pub(super) fn of_registry(registry: &str, operation: &'static str, object: &str) -> Self {
        Self {
            registry: registry.into(),
            repository: None,
            operation,
            object: object.into(),
            target: None,
        }
    }

    /// Makes one of a repository as a whole.
    pub(super) fn of_repository(repository: &Repository, operation: &'static str) -> Self {
        Self {
            repository: Some(repository.clone()),
            ..Self::of_registry(repository.registry(), operation, repository.path())
        }
    }
}

impl RegistryError {
    pub(super) fn new(context: Context, trouble: Trouble) -> Self {
        Self {
            inner: Arc::new((context, trouble)),
        }
    }

    /// Makes an error of a client that cannot be set up.
    pub(super) fn transport(reason: String) -> Self {
        let context = Context::of_registry("", "set up", "the HTTP client");
        Trouble::new(ErrorKind::Transport { reason }).while_at(&context)
    }

    fn context(&self) -> &Context {
        &self.inner.0
    }

    fn trouble(&self) -> &Trouble {
        &self.inner.1
    }

    /// Returns what went wrong.
    pub fn kind(&self) -> &ErrorKind {
        &self.trouble().kind
    }

    /// Returns the registry as configs name it; empty if no registry was asked yet.
    pub fn host(&self) -> &str {
        &self.context().registry
    }

    /// Returns the repository that was asked for.
    pub fn repository(&self) -> Option<&Repository> {
        self.context().repository.as_ref()
    }

    /// Returns the tag or digest that was asked for, if it was one.
    pub fn target(&self) -> Option<&Target> {
        self.context().target.as_ref()
    }

    /// Returns what was tried, to be followed by what it was tried on: `list the tags of`.
    pub fn operation(&self) -> &'static str {
        self.context().operation
    }

    /// Returns the HTTP status, where there is one.
    pub fn status(&self) -> Option<u16> {
        self.trouble().status
    }

    /// Returns the host that was asked: the registry, or one that it led to.
    fn asked(&self) -> &str {
        self.trouble().asked.as_deref().unwrap_or(self.host())
    }

    fn message(&self) -> String {
        let host = self.host();
        let object = &self.context().object;
        let what = format!("{} {object}", self.operation());
        match self.kind() {
            ErrorKind::Offline => format!("cannot {what} at {host} without the network"),
            ErrorKind::Unreachable { reason } => format!("cannot reach {host} to {what}: {reason}"),
            ErrorKind::Timeout => format!("{host} did not answer in time to {what}"),
            ErrorKind::Deadline { length } => format!(
                "the deadline of {length:?} for all requests is over, cannot {what} at {host}"
            ),
            ErrorKind::Blocked { by } => format!("cannot {what} at {host}: {by} blocks it"),
            ErrorKind::Tls(problem) => format!("cannot {what} at {host}: {problem}"),
            ErrorKind::Proxy { proxy, failure, .. } => {
                format!("cannot reach {host} to {what}: the proxy {proxy} {failure}")
            }
            ErrorKind::Denied { .. } => format!("{host} refused to {what}{}", self.words()),
            ErrorKind::RepositoryNotFound => {
                let path = self.repository().map_or(object.as_str(), Repository::path);
                format!("{host} has no repository {path}{}", self.words())
            }
            ErrorKind::ManifestNotFound => format!("{host} has no {object}{}", self.words()),
            ErrorKind::RateLimited { quota: true, .. } => {
                format!("the pull limit of {host} is used up, cannot {what}")
            }
            ErrorKind::RateLimited { wait, .. } => match wait {
                Some(wait) => {
                    let wait = seconds(*wait);
                    format!("{host} asks to wait {wait}, which is too long to {what}")
                }
                None => format!("{host} gets too many requests to {what}{}", self.words()),
            },
            ErrorKind::Unsupported => format!("{host} does not {what}{}", self.words()),
            ErrorKind::Failed => format!("{host} failed to {what}{}", self.words()),
            ErrorKind::Invalid { reason }
            | ErrorKind::Pagination { reason }
            | ErrorKind::UnsafeRealm { reason } => format!("cannot {what} at {host}: {reason}"),
            ErrorKind::DigestMismatch { announced, actual } => format!(
                "{host} announced {announced} for {object} and sent a body that hashes to {actual}"
            ),
            ErrorKind::TooLarge { limit } => {
                format!("cannot {what} at {host}: the answer is larger than {limit} bytes")
            }
            ErrorKind::ForeignRealm { realm, .. } => format!(
                "{host} gives no token to {what} without credentials, and they do not go to {realm} unasked"
            ),
            ErrorKind::Credentials(error) => {
                let CredentialError { origin, reason } = error;
                format!("the credentials for {host} in {origin} cannot be used: {reason}")
            }
            ErrorKind::Transport { reason } => {
                format!("the HTTP client cannot be set up: {reason}")
            }
        }
    }

    /// Returns status and code in parentheses, as far as they are known.
    fn words(&self) -> String {
        let status = self.status().map(|status| status.to_string());
        let words: Vec<String> = [status, self.trouble().server.shown_code()]
            .into_iter()
            .flatten()
            .collect();
        if words.is_empty() {
            return String::new();
        }
        format!(" ({})", words.join(" "))
    }
}

/// Writes a pause for people: whole seconds, or minutes where there are many.
pub(super) fn seconds(duration: Duration) -> String {
    let seconds = duration.as_secs() + u64::from(duration.subsec_nanos() > 0);
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h", seconds.div_ceil(3600)),
    }
}

impl Fault for RegistryError {
    fn code(&self) -> Code {
        match self.kind() {
            ErrorKind::Offline => Code::Offline,
            ErrorKind::Unreachable { .. } => Code::Unreachable,
            ErrorKind::Timeout | ErrorKind::Deadline { .. } => Code::Timeout,
            ErrorKind::Blocked { .. } => Code::Blocked,
            ErrorKind::Tls(_) => Code::Tls,
            ErrorKind::Proxy { .. } => Code::Proxy,
            ErrorKind::Denied { .. } => Code::Denied,
            ErrorKind::RepositoryNotFound => Code::RepositoryNotFound,
            ErrorKind::ManifestNotFound => Code::ManifestNotFound,
            ErrorKind::RateLimited { .. } => Code::RateLimited,
            ErrorKind::Unsupported => Code::Unsupported,
            ErrorKind::Failed => Code::RegistryFailed,
            ErrorKind::Invalid { .. } => Code::RegistryInvalid,
            ErrorKind::DigestMismatch { .. } => Code::DigestMismatch,
            ErrorKind::TooLarge { .. } => Code::TooLarge,
            ErrorKind::Pagination { .. } => Code::Pagination,
            ErrorKind::UnsafeRealm { .. } => Code::UnsafeRealm,
            ErrorKind::ForeignRealm { .. } => Code::ForeignRealm,
            ErrorKind::Credentials(_) => Code::Credentials,
            ErrorKind::Transport { .. } => Code::Transport,
        }
    }

    fn notes(&self) -> Vec<String> {
        let trouble = self.trouble();
        let mut notes = Vec::new();
        if let Some(message) = trouble.server.shown() {
            let who = trouble.asked.as_deref().unwrap_or("the registry");
            notes.push(format!("{who} says: {message}"));
        } else if let Some(asked) = &trouble.asked {
            notes.push(format!("the host that was asked is {asked}"));
        }
        let source = match self.kind() {
            ErrorKind::Denied { source } => source.as_deref(),
            ErrorKind::ForeignRealm { source, .. } => Some(source.as_str()),
            ErrorKind::Credentials(_) => None,
            _ => trouble.credential.as_deref(),
        };
        if let Some(source) = source {
            notes.push(format!("the credentials came from {source}"));
        } else if let ErrorKind::Denied { .. } = self.kind() {
            notes.push(format!("no credentials were found for {}", self.host()));
        }
        notes.extend(trouble.passed.iter().cloned());
        match (&trouble.through, self.kind()) {
            (_, ErrorKind::Proxy { source, .. }) => {
                notes.push(format!("the proxy is that of {source}"));
            }
            (Some(through), _) => notes.push(format!("it was asked through {through}")),
            (None, _) => {}
        }
        if trouble.tries > 1 {
            notes.push(format!("it was tried {} times", trouble.tries));
        }
        notes
    }

    fn help(&self) -> Option<String> {
        let host = self.host();
        Some(match self.kind() {
            ErrorKind::Offline => "run it again without `--offline` or `--frozen`".into(),
            ErrorKind::Unreachable { .. } => {
                format!("check the name `{host}` and the network; where only a proxy leads out, name it with HTTPS_PROXY")
            }
            ErrorKind::Timeout => {
                "try again later, or allow more time with `--timeout`".into()
            }
            ErrorKind::Denied { .. } if self.repository().is_none() => {
                "most public registries keep this list to themselves or to administrators; a single repository may be open: `imagelock tags REPO`".into()
            }
            ErrorKind::Deadline { .. } => {
                "try again later, or allow more time with `--deadline`".into()
            }
            ErrorKind::Blocked { .. } => {
                "run it without `--mirrors-from`, or take the block away".into()
            }
            ErrorKind::Tls(problem) => problem.help(self.asked()),
            ErrorKind::Proxy { source, failure, .. } => failure.help(self.asked(), source),
            ErrorKind::Denied { source: None } => {
                format!("check the spelling, since many registries refuse what does not exist; a private repository needs `docker login {host}`, or `auth` under `[registries.\"{host}\"]`")
            }
            ErrorKind::Denied { source: Some(_) } => {
                format!("check that these credentials are still valid and may pull it, or renew them with `docker login {host}`")
            }
            ErrorKind::RepositoryNotFound => {
                "check the spelling; a registry may also hide a repository from who may not see it".into()
            }
            ErrorKind::ManifestNotFound => {
                "it may have been deleted or never pushed; `imagelock tags` lists what is there".into()
            }
            ErrorKind::RateLimited { quota: true, .. } => {
                format!("log in with `docker login {host}` for a higher limit, or try again in some hours")
            }
            ErrorKind::RateLimited { .. } => {
                format!("try again later, log in, or ask more gently with `concurrency` under `[registries.\"{host}\"]`")
            }
            ErrorKind::Unsupported => {
                "most public registries do not; look at a repository that you know with `imagelock tags REPO`".into()
            }
            ErrorKind::Failed => "try again later; if it stays, tell who runs the registry".into(),
            ErrorKind::Invalid { .. } => {
                format!("check that `{host}` is a container registry, and that no proxy or login page answers in its place")
            }
            ErrorKind::DigestMismatch { .. } => {
                "do not use this content: a proxy, a cache or the registry has damaged or replaced it".into()
            }
            ErrorKind::TooLarge { .. } | ErrorKind::Pagination { .. } => {
                "tell who runs the registry; nothing was taken from the incomplete answer".into()
            }
            ErrorKind::UnsafeRealm { .. } => {
                "credentials are sent only over TLS and never to a private address that is not the registry's".into()
            }
            ErrorKind::ForeignRealm { realm, .. } => {
                format!("if {realm} belongs to this registry, write `token-realms = [\"{realm}\"]` under `[registries.\"{host}\"]`")
            }
            ErrorKind::Credentials(_) => {
                format!("mend or remove it, or log in again with `docker login {host}` or the program of your cloud")
            }
            ErrorKind::Transport { .. } => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::trouble::ServerWords;

    fn error(kind: ErrorKind) -> RegistryError {
        let repository = Repository::parse("ghcr.io/acme/api").unwrap();
        let context = Context::of_repository(&repository, "list the tags of");
        let mut trouble = Trouble::new(kind);
        trouble.status = Some(403);
        trouble.server = Box::new(ServerWords {
            code: Some("DENIED".into()),
            message: Some("go away".into()),
        });
        trouble.while_at(&context)
    }

    #[test]
    fn says_who_refused_what_and_what_to_do() {
        let source = Some("environment variable GHCR_TOKEN".to_string());
        let error = error(ErrorKind::Denied { source });
        assert_eq!(
            error.to_string(),
            "ghcr.io refused to list the tags of acme/api (403 DENIED)"
        );
        assert_eq!(
            error.notes(),
            [
                "the registry says: go away",
                "the credentials came from environment variable GHCR_TOKEN"
            ]
        );
        assert!(error.help().unwrap().contains("docker login ghcr.io"));
        assert_eq!((error.host(), error.status()), ("ghcr.io", Some(403)));
    }

    #[test]
    fn pauses_are_written_for_people() {
        let text = |millis| seconds(Duration::from_millis(millis));
        assert_eq!(text(500), "1 s");
        assert_eq!(text(60_000), "60 s");
        assert_eq!(text(900_000), "15 min");
        assert_eq!(text(21_600_000), "6 h");
        let wait = Some(Duration::from_secs(3600));
        let limited = error(ErrorKind::RateLimited { wait, quota: false });
        assert!(
            limited.to_string().contains("asks to wait 60 min"),
            "{limited}"
        );
    }
}

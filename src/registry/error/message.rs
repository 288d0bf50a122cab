use std::time::Duration;

use super::kind::ErrorKind;
use super::registry_error::RegistryError;
use crate::image::Repository;
use crate::registry::auth::CredentialError;

impl RegistryError {
    /// Says what went wrong, in one sentence.
    pub(super) fn message(&self) -> String {
        let object = &self.context().object;
        self.message_about(&format!("{} {object}", self.operation()))
    }

    /// Says what went wrong with a host, in one sentence that names no repository.
    pub(super) fn shared_message(&self) -> Option<String> {
        let is_of_host = !matches!(
            self.kind(),
            ErrorKind::RepositoryNotFound
                | ErrorKind::ManifestNotFound
                | ErrorKind::Unsupported
                | ErrorKind::Pagination { .. }
                | ErrorKind::DigestMismatch { .. }
                | ErrorKind::Schema1
                | ErrorKind::TooLarge { .. }
                | ErrorKind::MemoryLimit { .. }
        );
        let message = is_of_host.then(|| self.message_about("read these images"))?;
        // Some reasons quote a URL.
        Some(match self.repository() {
            Some(repository) => message.replace(repository.path(), "…"),
            None => message,
        })
    }

    /// Says what went wrong, where `what` was tried.
    fn message_about(&self, what: &str) -> String {
        let host = self.host();
        let object = &self.context().object;
        match self.kind() {
            ErrorKind::Offline => format!("cannot {what} at {host} without the network"),
            ErrorKind::Unreachable { reason } => match self.asked() {
                asked if asked == host => format!("cannot reach {host} to {what}: {reason}"),
                asked => {
                    format!("cannot reach {asked}, to which {host} leads, to {what}: {reason}")
                }
            },
            ErrorKind::Timeout => format!("{host} did not answer in time to {what}"),
            ErrorKind::Deadline { length } => format!(
                "the deadline of {length:?} for all requests is over, cannot {what} at {host}"
            ),
            ErrorKind::TooSlow {
                needed,
                left,
                length,
            } => {
                let (needed, left) = (seconds(*needed), seconds(*left));
                format!(
                    "cannot {what} at {host}: its limit makes the requests that wait take {needed} or more, and {left} are left of the deadline of {length:?}"
                )
            }
            ErrorKind::Blocked { by } => format!("cannot {what} at {host}: {by} blocks it"),
            ErrorKind::UnknownMirrors { reason } => {
                format!("cannot {what} at {host}, since its mirrors are not known: {reason}")
            }
            ErrorKind::Tls(problem) => format!("cannot {what} at {host}: {problem}"),
            ErrorKind::Proxy { proxy, failure, .. } => {
                format!("cannot reach {host} to {what}: the proxy {proxy} {failure}")
            }
            ErrorKind::Denied { .. } => {
                let expired = self.request_error().expired;
                let expired = expired.map_or(String::new(), |expired| format!(": {expired}"));
                format!("{host} refused to {what}{}{expired}", self.words())
            }
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
            ErrorKind::Schema1 => format!(
                "{host} has {object} in Docker's schema 1, which was retired in 2017 and cannot be pinned"
            ),
            ErrorKind::TooLarge { limit } => {
                format!("cannot {what} at {host}: the answer is larger than {limit} bytes")
            }
            ErrorKind::MemoryLimit { limit } => {
                let limit = limit >> 20;
                format!(
                    "cannot {what} at {host}: large answers take more than {limit} MiB of memory in this run"
                )
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
        let words: Vec<String> = [status, self.request_error().server.shown_code()]
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
pub(in crate::registry) fn seconds(duration: Duration) -> String {
    let seconds = duration.as_secs() + u64::from(duration.subsec_nanos() > 0);
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h", seconds.div_ceil(3600)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::error::Context;
    use crate::registry::request_error::RequestError;

    #[test]
    fn pauses_are_written_for_people() {
        let text = |millis| seconds(Duration::from_millis(millis));
        assert_eq!(text(500), "1 s");
        assert_eq!(text(60_000), "60 s");
        assert_eq!(text(900_000), "15 min");
        assert_eq!(text(21_600_000), "6 h");
        let repository = Repository::parse("ghcr.io/acme/api").unwrap();
        let context = Context::of_repository(&repository, "list the tags of");
        let wait = Some(Duration::from_secs(3600));
        let limited = RequestError::new(ErrorKind::RateLimited { wait, quota: false });
        let limited = limited.while_at(&context);
        assert!(
            limited.to_string().contains("asks to wait 60 min"),
            "{limited}"
        );
    }
}

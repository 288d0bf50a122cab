use super::kind::ErrorKind;
use super::registry_error::RegistryError;
use crate::error::{Code, Fault};

impl Fault for RegistryError {
    fn code(&self) -> Code {
        match self.kind() {
            ErrorKind::Offline => Code::Offline,
            ErrorKind::Unreachable { .. } => Code::Unreachable,
            ErrorKind::Timeout | ErrorKind::Deadline { .. } | ErrorKind::TooSlow { .. } => {
                Code::Timeout
            }
            ErrorKind::Blocked { .. } => Code::Blocked,
            ErrorKind::UnknownMirrors { .. } => Code::MirrorsSyntax,
            ErrorKind::Tls(_) => Code::Tls,
            ErrorKind::Proxy { .. } => Code::Proxy,
            ErrorKind::Denied { .. } => Code::Denied,
            ErrorKind::RepositoryNotFound => Code::RepositoryNotFound,
            ErrorKind::ManifestNotFound => Code::ManifestNotFound,
            ErrorKind::RateLimited { .. } => Code::RateLimited,
            ErrorKind::Unsupported => Code::Unsupported,
            ErrorKind::Failed => Code::RegistryFailed,
            ErrorKind::Invalid { .. } | ErrorKind::Schema1 => Code::RegistryInvalid,
            ErrorKind::DigestMismatch { .. } => Code::DigestMismatch,
            ErrorKind::TooLarge { .. } | ErrorKind::MemoryLimit { .. } => Code::TooLarge,
            ErrorKind::Pagination { .. } => Code::Pagination,
            ErrorKind::UnsafeRealm { .. } => Code::UnsafeRealm,
            ErrorKind::ForeignRealm { .. } => Code::ForeignRealm,
            ErrorKind::Credentials(_) => Code::Credentials,
            ErrorKind::Transport { .. } => Code::Transport,
        }
    }

    fn shared(&self) -> Option<String> {
        self.shared_message()
    }

    fn notes(&self) -> Vec<String> {
        let request_error = self.request_error();
        let mut notes = Vec::new();
        if let Some(message) = request_error.server.shown() {
            let who = request_error.asked.as_deref().unwrap_or("the registry");
            notes.push(format!("{who} says: {message}"));
        } else if let Some(asked) = &request_error.asked {
            notes.push(format!("the host that was asked is {asked}"));
        }
        let source = match self.kind() {
            ErrorKind::Denied { source } => source.as_deref(),
            ErrorKind::ForeignRealm { source, .. } => Some(source.as_str()),
            ErrorKind::Credentials(_) => None,
            _ => request_error.credential.as_deref(),
        };
        if let Some(source) = source {
            notes.push(format!("the credentials came from {source}"));
        } else if let ErrorKind::Denied { .. } = self.kind() {
            notes.push(format!("no credentials were found for {}", self.host()));
        }
        notes.extend(request_error.failover.iter().cloned());
        match (&request_error.through, self.kind()) {
            (_, ErrorKind::Proxy { source, .. }) => {
                notes.push(format!("the proxy is that of {source}"));
            }
            (Some(through), _) => notes.push(format!("it was asked through {through}")),
            (None, _) => {}
        }
        if request_error.tries > 1 {
            notes.push(format!("it was tried {} times", request_error.tries));
        }
        notes
    }

    fn help(&self) -> Option<String> {
        let host = self.host();
        Some(match self.kind() {
            ErrorKind::Offline => "run it again without `--offline` or `--frozen`".into(),
            ErrorKind::Unreachable { .. } => {
                let asked = self.asked();
                format!("check the name `{asked}` and the network; where only a proxy leads out, name it with HTTPS_PROXY")
            }
            ErrorKind::Timeout => {
                "try again later, or allow more time with `--timeout`".into()
            }
            ErrorKind::Denied { .. } if self.repository().is_none() => {
                format!("most public registries keep this list to themselves or to administrators, others want `docker login {host}`, or `auth` under `[registries.\"{host}\"]`; a single repository may be open: `imagelock tags REPO`")
            }
            ErrorKind::Deadline { .. } => {
                "try again later, or allow more time with `--deadline`".into()
            }
            ErrorKind::TooSlow { .. } => {
                "set a longer `--deadline`, or log in if that raises the limit".into()
            }
            ErrorKind::Blocked { .. } => {
                "run it without `--mirrors-from`, or take the block away".into()
            }
            ErrorKind::UnknownMirrors { .. } => {
                "fix the file, or run it without `--mirrors-from`".into()
            }
            ErrorKind::Tls(problem) => problem.help(self.asked()),
            ErrorKind::Proxy { source, failure, .. } => failure.help(self.asked(), source),
            ErrorKind::Denied { source: None } => {
                format!("check the spelling, since many registries refuse what does not exist; a private repository needs `docker login {host}`, or `auth` under `[registries.\"{host}\"]`")
            }
            ErrorKind::Denied { source: Some(source) } => {
                format!("check that these credentials are still valid and may pull it, or {}", renewal(source, host))
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
            ErrorKind::Schema1 => {
                "build the image again with a current builder and push it, or ask its publisher to do so".into()
            }
            ErrorKind::TooLarge { .. } | ErrorKind::Pagination { .. } => {
                "tell who runs the registry; nothing was taken from the incomplete answer".into()
            }
            ErrorKind::MemoryLimit { .. } => {
                "lock fewer of these images in one run; if this one alone does it, tell who runs the registry".into()
            }
            ErrorKind::UnsafeRealm { .. } => {
                "credentials are sent only over TLS and never to a private address that is not the registry's".into()
            }
            ErrorKind::ForeignRealm { realm, .. } => {
                format!("if {realm} belongs to this registry, write `token-realms = [\"{realm}\"]` under `[registries.\"{host}\"]`")
            }
            ErrorKind::Credentials(error) => {
                format!("mend it, or {}", renewal(&error.origin, host))
            }
            ErrorKind::Transport { .. } => return None,
        })
    }
}

/// Says how to renew credentials: `docker login` is of no use where they come from elsewhere.
fn renewal(source: &str, host: &str) -> String {
    match source.strip_prefix("environment variable ") {
        Some(variable) if !variable.contains(' ') => {
            format!("set {variable} anew")
        }
        _ if source.contains(".json (entry") => format!("renew them with `docker login {host}`"),
        _ => "renew them where they come from".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Repository;
    use crate::registry::error::Context;
    use crate::registry::request_error::{RequestError, ServerWords};

    fn error(kind: ErrorKind) -> RegistryError {
        let repository = Repository::parse("ghcr.io/acme/api").unwrap();
        let context = Context::of_repository(&repository, "list the tags of");
        let mut request_error = RequestError::new(kind);
        request_error.status = Some(403);
        request_error.server = Box::new(ServerWords {
            code: Some("DENIED".into()),
            message: Some("go away".into()),
        });
        request_error.while_at(&context)
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
        assert!(error.help().unwrap().contains("set GHCR_TOKEN anew"));
        assert_eq!((error.host(), error.status()), ("ghcr.io", Some(403)));
    }

    #[test]
    fn credentials_are_renewed_where_they_come_from() {
        for (source, help) in [
            ("environment variable TOKEN", "set TOKEN anew"),
            (
                "/home/me/.docker/config.json (entry `r.io`)",
                "renew them with `docker login r.io`",
            ),
            (
                "environment variable DOCKER_AUTH_CONFIG (entry `r.io`)",
                "renew them where they come from",
            ),
            (
                "file pull.yaml, Secret pull",
                "renew them where they come from",
            ),
        ] {
            assert_eq!(renewal(source, "r.io"), help);
        }
    }
}

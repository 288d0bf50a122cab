use serde::Deserialize;
use serde::de::IgnoredAny;

use super::docker_config::{DockerConfig, DockerConfigFile, FoundHelper};
use super::kubernetes_secret::{PullSecrets, SecretManifest};

/// What a file with credentials is, and so whose rules say what is for whom.
#[derive(Debug)]
pub(super) enum CredentialDocument {
    /// A file of Docker or Podman.
    Docker(DockerConfig),
    /// A pull secret of Kubernetes.
    Kubernetes(PullSecrets),
}

/// What a file is known to be before it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Docker's or Podman's file; a manifest of a Secret may stand in its place.
    Docker,
    /// Docker's `.dockercfg` of old: what else is under `auths`.
    Legacy,
    /// A pull secret of Kubernetes: a manifest, or the file as it is mounted into a pod.
    Kubernetes,
}

/// The keys at the top that tell the forms of a JSON file apart.
#[derive(Deserialize)]
struct Shape {
    kind: Option<IgnoredAny>,
    auths: Option<IgnoredAny>,
    #[serde(rename = "credHelpers")]
    helpers: Option<IgnoredAny>,
    #[serde(rename = "credsStore")]
    store: Option<IgnoredAny>,
}

impl CredentialDocument {
    /// Reads the text of a file.
    ///
    /// # Errors
    ///
    /// What is wrong, without anything that stands in it.
    pub(super) fn read(source: &str, text: &str, kind: Kind) -> Result<Self, String> {
        let text = text.trim_start_matches('\u{feff}');
        if text.trim().is_empty() {
            return Ok(Self::Docker(DockerConfig::default()));
        }
        if !text.trim_start().starts_with('{') {
            return Self::of_yaml(source, text);
        }
        let shape: Shape = serde_json::from_str(text).map_err(|error| unreadable(&error))?;
        if shape.kind.is_some() {
            let manifest = serde_json::from_str(text).map_err(|error| unreadable(&error))?;
            return PullSecrets::of_manifests(source, vec![manifest]).map(Self::Kubernetes);
        }
        let has_keys = shape.auths.is_some() || shape.helpers.is_some() || shape.store.is_some();
        let file = if has_keys || kind == Kind::Docker {
            serde_json::from_str(text)
        } else {
            serde_json::from_str(text).map(DockerConfigFile::of_entries)
        };
        let file: DockerConfigFile = file.map_err(|error| unreadable(&error))?;
        Ok(match kind {
            Kind::Kubernetes => Self::Kubernetes(PullSecrets::of_file(source, file)),
            Kind::Docker | Kind::Legacy => Self::Docker(DockerConfig::new(source, file)),
        })
    }

    /// Reads YAML, which only a manifest of Kubernetes is written in.
    fn of_yaml(source: &str, text: &str) -> Result<Self, String> {
        let is_manifest = text
            .lines()
            .any(|line| line.trim_start().starts_with("kind:"));
        if !is_manifest {
            return Err("it is neither JSON nor a Secret's manifest".into());
        }
        let manifests: Vec<SecretManifest> =
            serde_saphyr::from_multiple(text).map_err(|error| {
                // The parser's own message shows the text around the place.
                let place = error.location().map_or(String::new(), |place| {
                    format!(" (line {}, column {})", place.line(), place.column())
                });
                format!("it is not valid YAML of a Secret{place}")
            })?;
        PullSecrets::of_manifests(source, manifests).map(Self::Kubernetes)
    }

    /// Returns what it has for a repository, in the order in which it is to be tried.
    pub(super) fn find(&self, registry: &str, path: &str) -> Result<Vec<FoundHelper>, String> {
        match self {
            Self::Docker(config) => config.find(registry, path),
            Self::Kubernetes(secrets) => {
                let found = secrets.find(registry, path)?;
                Ok(found.into_iter().map(FoundHelper::Credential).collect())
            }
        }
    }

    /// Returns `true` if all that is found is to be tried in turn, and not only the first.
    pub(super) fn tries_all(&self) -> bool {
        matches!(self, Self::Kubernetes(_))
    }

    /// Returns the hosts, or hosts and paths, that it names.
    pub(super) fn keys(&self) -> Vec<String> {
        match self {
            Self::Docker(config) => config.keys(),
            Self::Kubernetes(secrets) => secrets.keys(),
        }
    }
}

fn unreadable(error: &serde_json::Error) -> String {
    // The parser's own message may quote a value.
    let (line, column) = (error.line(), error.column());
    format!("it is not valid JSON of the expected shape (line {line}, column {column})")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::auth::Credential;

    fn sources(text: &str, kind: Kind, registry: &str, path: &str) -> Vec<String> {
        let document = CredentialDocument::read("F", text, kind).unwrap();
        let found = document.find(registry, path).unwrap();
        let found = found.into_iter().filter_map(|found| match found {
            FoundHelper::Credential(credential) => Some(credential),
            FoundHelper::Helper { .. } => None,
        });
        found
            .map(|credential: Credential| credential.source().to_string())
            .collect()
    }

    /// `{"auths":{"quay.io/acme":{"auth":"YTpi"},"quay.io":{"username":"c","password":"d"},"*.example.com":{"auth":"YTpi"},"https://index.docker.io/v1/":{"auth":"YTpi"}}}`
    const ENCODED: &str = "eyJhdXRocyI6eyJxdWF5LmlvL2FjbWUiOnsiYXV0aCI6IllUcGkifSwicXVheS5pbyI6eyJ1c2VybmFtZSI6ImMiLCJwYXNzd29yZCI6ImQifSwiKi5leGFtcGxlLmNvbSI6eyJhdXRoIjoiWVRwaSJ9LCJodHRwczovL2luZGV4LmRvY2tlci5pby92MS8iOnsiYXV0aCI6IllUcGkifX19";

    fn manifest() -> String {
        format!(
            "apiVersion: v1\nkind: ConfigMap\ndata: {{a: b}}\n---\napiVersion: v1\nkind: Secret\ntype: kubernetes.io/dockerconfigjson\ndata:\n  .dockerconfigjson: {ENCODED}\n"
        )
    }

    #[test]
    fn a_secret_is_read_from_its_manifest_in_any_place() {
        let json = format!(r#"{{"kind":"Secret","data":{{".dockerconfigjson":"{ENCODED}"}}}}"#);
        let list = format!(r#"{{"kind":"List","items":[{json}]}}"#);
        for text in [&manifest(), &json, &list] {
            for kind in [Kind::Docker, Kind::Kubernetes] {
                let both = ["F (entry `quay.io/acme`)", "F (entry `quay.io`)"];
                assert_eq!(sources(text, kind, "quay.io", "acme/api"), both);
                let glob = ["F (entry `*.example.com`)"];
                assert_eq!(sources(text, kind, "r.example.com", "a"), glob);
                let hub = ["F (entry `index.docker.io`)"];
                assert_eq!(sources(text, kind, "docker.io", "library/nginx"), hub);
                assert!(sources(text, kind, "ghcr.io", "a/b").is_empty());
            }
        }
    }

    #[test]
    fn mounted_and_old_files_are_read_without_a_manifest() {
        let new = r#"{"auths":{"quay.io":{"auth":"YTpi"}}}"#;
        let old = r#"{"quay.io":{"auth":"YTpi","email":"x"}}"#;
        for (text, kind) in [
            (new, Kind::Docker),
            (new, Kind::Kubernetes),
            (new, Kind::Legacy),
            (old, Kind::Kubernetes),
            (old, Kind::Legacy),
        ] {
            let found = sources(text, kind, "quay.io", "a");
            assert_eq!(found, ["F (entry `quay.io`)"], "{text} {kind:?}");
        }
        let plain =
            "kind: Secret\nstringData:\n  .dockercfg: '{\"quay.io\":{\"auth\":\"YTpi\"}}'\n";
        assert_eq!(sources(plain, Kind::Docker, "quay.io", "a").len(), 1);
    }

    #[test]
    fn what_is_broken_is_told_without_what_stands_in_it() {
        for (text, expected) in [
            (r#"{"auths": {"a.io": "hunter2"}}"#, "line 1"),
            ("{\"auths\": hunter2", "line 1"),
            ("hunter2", "neither JSON nor"),
            (
                "kind: Secret\ndata: [hunter2]\n",
                "not valid YAML of a Secret (line 2",
            ),
            (
                "kind: Secret\ndata: {x: aHVudGVyMg==}\n",
                "has no Secret of type",
            ),
            ("kind: ConfigMap\n", "has no Secret of type"),
            (
                "kind: Secret\ndata: {.dockerconfigjson: 'hunter2!'}\n",
                "`.dockerconfigjson` is not base64",
            ),
            (
                "kind: Secret\nstringData: {.dockerconfigjson: '{hunter2}'}\n",
                "`.dockerconfigjson` is not valid JSON",
            ),
        ] {
            let error = CredentialDocument::read("F", text, Kind::Docker).unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
            assert!(
                !error.contains("hunter2") && !error.contains("aHVu"),
                "{error}"
            );
        }
    }
}

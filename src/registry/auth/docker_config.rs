use std::collections::BTreeMap;

use serde::Deserialize;

use super::Credential;
use super::entry::StoredLogin;

/// The server URL under which Docker files the credentials of Docker Hub.
const HUB_SERVER: &str = "https://index.docker.io/v1/";

/// Docker's `config.json` or Podman's `auth.json`, ready to be asked.
#[derive(Debug, Default)]
pub(super) struct DockerConfig {
    source: String,
    /// By normalised key, `host[/path]`.
    entries: BTreeMap<String, StoredLogin>,
    helpers: BTreeMap<String, String>,
    store: Option<String>,
}

/// The file, as far as credentials go.
#[derive(Default, Deserialize)]
pub(super) struct DockerConfigFile {
    #[serde(default)]
    pub(super) auths: Option<BTreeMap<String, Option<StoredLogin>>>,
    #[serde(default, rename = "credHelpers")]
    helpers: Option<BTreeMap<String, String>>,
    #[serde(default, rename = "credsStore")]
    store: Option<String>,
}

impl DockerConfigFile {
    /// Creates a file from what the old form has at its top.
    pub(super) fn of_entries(auths: BTreeMap<String, Option<StoredLogin>>) -> Self {
        Self {
            auths: Some(auths),
            ..Self::default()
        }
    }
}

/// What a file says of a repository.
#[derive(Debug)]
pub(super) enum FoundHelper {
    /// Here it is.
    Credential(Credential),
    /// A helper must be asked. `certain` if the file names the registry, so that it must answer.
    Helper {
        name: String,
        server: String,
        certain: bool,
    },
}

impl DockerConfig {
    /// Takes a file of that name.
    pub(super) fn new(source: &str, file: DockerConfigFile) -> Self {
        let mut entries = BTreeMap::new();
        for (key, entry) in file.auths.into_iter().flatten() {
            let Some(entry) = entry else { continue };
            // An exact key wins over an alias of the same registry, and a full entry over an empty one.
            let normal = normalise(&key);
            let better = |old: &StoredLogin| old.is_empty() && !entry.is_empty();
            let is_exact = key == normal && !entry.is_empty();
            if entries.get(&normal).is_none_or(better) || is_exact {
                entries.insert(normal, entry);
            }
        }
        let helpers = file.helpers.into_iter().flatten();
        Self {
            source: source.into(),
            entries,
            helpers: helpers.map(|(key, name)| (normalise(&key), name)).collect(),
            store: file.store.filter(|name| !name.is_empty()),
        }
    }

    /// Returns every host or host and path that it has something for, sorted.
    pub(super) fn keys(&self) -> Vec<String> {
        let mut keys: Vec<_> = self
            .entries
            .keys()
            .chain(self.helpers.keys())
            .cloned()
            .collect();
        keys.sort();
        keys.dedup();
        keys
    }

    /// Looks a repository up: paths first, the most specific one before all, then helpers, then the host.
    pub(super) fn find(&self, registry: &str, path: &str) -> Result<Vec<FoundHelper>, String> {
        let host = normalise(registry);
        let mut found = Vec::new();
        let mut scope = path;
        loop {
            match self.entry(&format!("{host}/{scope}")) {
                Err(_) if !found.is_empty() => {}
                entry => found.extend(entry?.map(FoundHelper::Credential)),
            }
            match scope.rsplit_once('/') {
                Some((parent, _)) => scope = parent,
                None => break,
            }
        }
        let server = server_of(registry);
        let helper = self.helpers.get(&host);
        if let Some(name) = helper.filter(|name| !name.is_empty()) {
            found.push(FoundHelper::Helper {
                name: name.clone(),
                server: server.clone(),
                certain: true,
            });
        } else if let (Some(name), None) = (&self.store, helper) {
            found.push(FoundHelper::Helper {
                name: name.clone(),
                server,
                certain: self.entries.contains_key(&host),
            });
        }
        match self.entry(&host) {
            // What is more specific may do without it.
            Err(_) if !found.is_empty() => {}
            entry => found.extend(entry?.map(FoundHelper::Credential)),
        }
        Ok(found)
    }

    fn entry(&self, key: &str) -> Result<Option<Credential>, String> {
        let Some(entry) = self.entries.get(key).filter(|entry| !entry.is_empty()) else {
            return Ok(None);
        };
        entry.credential(&self.source, key).map(Some)
    }
}

/// Returns the name by which credential helpers know a registry.
pub(super) fn server_of(registry: &str) -> String {
    if normalise(registry) == "docker.io" {
        HUB_SERVER.into()
    } else {
        registry.into()
    }
}

/// Brings a key of `auths` or a registry's name into one form: `host[:port][/path]`.
///
/// Keys written as URLs are legacy and mean the whole host; Docker Hub goes by many names.
fn normalise(key: &str) -> String {
    let stripped = ["https://", "http://"]
        .iter()
        .find_map(|scheme| key.strip_prefix(scheme));
    let key = match stripped {
        Some(rest) => rest.split('/').next().unwrap_or(rest),
        None => key.trim_end_matches('/'),
    };
    let (host, path) = match key.split_once('/') {
        Some((host, path)) => (host, Some(path)),
        None => (key, None),
    };
    let host = host.to_ascii_lowercase();
    let is_hub = matches!(
        host.as_str(),
        "docker.io" | "index.docker.io" | "registry-1.docker.io"
    );
    let host = if is_hub { "docker.io".into() } else { host };
    match path {
        Some("v1" | "v2") | None => host,
        Some(path) => format!("{host}/{path}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::auth::credential::Login;

    fn parse(text: &str) -> DockerConfig {
        DockerConfig::new("F", serde_json::from_str(text).unwrap())
    }

    fn sources(config: &str, registry: &str, path: &str) -> Vec<String> {
        let config = parse(config);
        let found = config.find(registry, path).unwrap();
        found
            .into_iter()
            .map(|found| match found {
                FoundHelper::Credential(credential) => {
                    let Login::Basic { username, .. } = credential.login() else {
                        return format!("{:?}", credential.login());
                    };
                    format!("{username} {}", credential.source())
                }
                FoundHelper::Helper {
                    name,
                    server,
                    certain,
                } => format!("{name} {server} {certain}"),
            })
            .collect()
    }

    // base64 of `hub:p1`, `org:p2` and `host:p3`.
    const PATHS: &str = r#"{"auths":{
        "https://index.docker.io/v1/":{"auth":"aHViOnAx"},
        "quay.io/acme":{"auth":"b3JnOnAy"},
        "quay.io":{"auth":"aG9zdDpwMw"}, "null.example":null
    }}"#;

    #[test]
    fn the_most_specific_path_comes_first() {
        assert_eq!(
            sources(PATHS, "quay.io", "acme/api"),
            ["org F (entry `quay.io/acme`)", "host F (entry `quay.io`)"]
        );
        assert_eq!(
            sources(PATHS, "quay.io", "other/api"),
            ["host F (entry `quay.io`)"]
        );
        assert_eq!(
            sources(PATHS, "docker.io", "library/nginx"),
            ["hub F (entry `docker.io`)"]
        );
        assert!(sources(PATHS, "ghcr.io", "quay.io").is_empty());
    }

    #[test]
    fn helpers_come_before_the_host_entry_and_know_the_hub_by_its_url() {
        let config = r#"{"auths":{"ghcr.io":{}},"credHelpers":{"quay.io":"pass","off.io":""},"credsStore":"desktop"}"#;
        assert_eq!(sources(config, "quay.io", "a"), ["pass quay.io true"]);
        assert_eq!(sources(config, "ghcr.io", "a"), ["desktop ghcr.io true"]);
        assert_eq!(
            sources(config, "docker.io", "a"),
            ["desktop https://index.docker.io/v1/ false"]
        );
        assert!(sources(config, "off.io", "a").is_empty());
    }

    #[test]
    fn tokens_are_told_from_passwords() {
        let config = r#"{"auths":{
            "a.io":{"identitytoken":"I"}, "b.io":{"registrytoken":"R"},
            "c.io":{"username":"<token>","password":"I"}, "d.io":{"username":"u","password":"p"}}}"#;
        assert!(sources(config, "a.io", "x")[0].starts_with("Identity"));
        assert!(sources(config, "b.io", "x")[0].starts_with("Bearer"));
        assert!(sources(config, "c.io", "x")[0].starts_with("Identity"));
        assert!(sources(config, "d.io", "x")[0].starts_with("u F"));
    }

    #[test]
    fn broken_entries_say_where_and_never_what() {
        for auth in ["%%%", "aHVudGVyMg==", "Omg="] {
            let config = parse(&format!(r#"{{"auths":{{"a.io":{{"auth":"{auth}"}}}}}}"#));
            assert!(config.find("b.io", "x").unwrap().is_empty());
            let error = config.find("a.io", "x").unwrap_err();
            assert!(error.contains("`a.io`") && !error.contains(auth), "{error}");
        }
    }

    #[test]
    fn an_empty_entry_and_a_broken_one_take_nothing_from_others() {
        // base64 of `hub:p1`.
        let config = r#"{"auths":{"https://quay.io":{"auth":"aHViOnAx"},"quay.io":{}}}"#;
        assert_eq!(sources(config, "quay.io", "a"), ["hub F (entry `quay.io`)"]);
        let config = r#"{"auths":{"quay.io/acme":{"auth":"aHViOnAx"},"quay.io":{"auth":"%"}}}"#;
        assert_eq!(
            sources(config, "quay.io", "acme/api"),
            ["hub F (entry `quay.io/acme`)"]
        );
    }

    #[test]
    fn it_tells_what_it_knows() {
        let config = parse(
            r#"{"auths":{"https://index.docker.io/v1/":{},"quay.io/acme":{}},"credHelpers":{"quay.io":"pass"}}"#,
        );
        assert_eq!(config.keys(), ["docker.io", "quay.io", "quay.io/acme"]);
    }
}

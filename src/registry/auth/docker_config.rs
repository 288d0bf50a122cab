use std::collections::BTreeMap;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::credential::Login;
use super::{Credential, Secret};

/// The server URL under which Docker files the credentials of Docker Hub.
pub(super) const HUB_SERVER: &str = "https://index.docker.io/v1/";

/// Docker's `config.json` or Podman's `auth.json`, as far as credentials go.
#[derive(Debug, Default)]
pub(super) struct DockerConfig {
    source: String,
    /// By normalised key, `host[/path]`.
    entries: BTreeMap<String, Entry>,
    helpers: BTreeMap<String, String>,
    store: Option<String>,
}

#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    auths: Option<BTreeMap<String, Option<Entry>>>,
    #[serde(default, rename = "credHelpers")]
    helpers: Option<BTreeMap<String, String>>,
    #[serde(default, rename = "credsStore")]
    store: Option<String>,
}

#[derive(Clone, Deserialize, Default)]
struct Entry {
    auth: Option<Secret>,
    username: Option<String>,
    password: Option<Secret>,
    #[serde(rename = "identitytoken")]
    identity_token: Option<Secret>,
    #[serde(rename = "registrytoken")]
    registry_token: Option<Secret>,
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Entry(…)")
    }
}

/// What a file says of a repository.
#[derive(Debug)]
pub(super) enum Found {
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
    /// Reads the text of a file.
    pub(super) fn parse(source: &str, text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let document: Document = serde_json::from_str(text).map_err(|error| {
            // The parser's own message may quote a value.
            let (line, column) = (error.line(), error.column());
            format!("it is not valid JSON of the expected shape (line {line}, column {column})")
        })?;
        let mut entries = BTreeMap::new();
        for (key, entry) in document.auths.into_iter().flatten() {
            let Some(entry) = entry else { continue };
            // An exact key wins over an alias of the same registry, and a full entry over an empty one.
            let normal = normalise(&key);
            let better = |old: &Entry| old.is_empty() && !entry.is_empty();
            if entries.get(&normal).is_none_or(better) || key == normal {
                entries.insert(normal, entry);
            }
        }
        let helpers = document.helpers.into_iter().flatten();
        Ok(Self {
            source: source.into(),
            entries,
            helpers: helpers.map(|(key, name)| (normalise(&key), name)).collect(),
            store: document.store.filter(|name| !name.is_empty()),
        })
    }

    /// Looks a repository up: paths first, the most specific one before all, then helpers, then the host.
    pub(super) fn find(&self, registry: &str, path: &str) -> Result<Vec<Found>, String> {
        let host = normalise(registry);
        let mut found = Vec::new();
        let mut scope = path;
        loop {
            if let Some(credential) = self.entry(&format!("{host}/{scope}"))? {
                found.push(Found::Credential(credential));
            }
            match scope.rsplit_once('/') {
                Some((parent, _)) => scope = parent,
                None => break,
            }
        }
        let server = if host == "docker.io" {
            HUB_SERVER.to_string()
        } else {
            registry.to_string()
        };
        let helper = self.helpers.get(&host);
        if let Some(name) = helper.filter(|name| !name.is_empty()) {
            found.push(Found::Helper {
                name: name.clone(),
                server: server.clone(),
                certain: true,
            });
        } else if let (Some(name), None) = (&self.store, helper) {
            found.push(Found::Helper {
                name: name.clone(),
                server,
                certain: self.entries.contains_key(&host),
            });
        }
        found.extend(self.entry(&host)?.map(Found::Credential));
        Ok(found)
    }

    fn entry(&self, key: &str) -> Result<Option<Credential>, String> {
        let Some(entry) = self.entries.get(key).filter(|entry| !entry.is_empty()) else {
            return Ok(None);
        };
        let login = entry
            .login()
            .map_err(|reason| format!("the entry `{key}` {reason}"))?;
        let source = format!("{} (entry `{key}`)", self.source);
        Ok(Some(Credential::new(login, source)))
    }
}

impl Entry {
    /// Says whether the entry only notes that a helper knows more.
    fn is_empty(&self) -> bool {
        let texts = [
            &self.auth,
            &self.password,
            &self.identity_token,
            &self.registry_token,
        ];
        texts
            .iter()
            .all(|text| text.as_ref().is_none_or(Secret::is_empty))
    }

    fn login(&self) -> Result<Login, &'static str> {
        let present = |text: &Option<Secret>| text.clone().filter(|text| !text.is_empty());
        if let Some(token) = present(&self.registry_token) {
            return Ok(Login::Bearer { token });
        }
        if let Some(token) = present(&self.identity_token) {
            return Ok(Login::Identity { token });
        }
        let (username, password) = match present(&self.auth) {
            Some(auth) => decode(auth.reveal())?,
            None => (
                self.username.clone().unwrap_or_default(),
                present(&self.password).unwrap_or_else(|| Secret::new("")),
            ),
        };
        login_of(username, password).ok_or("has no user name")
    }
}

/// Makes a login of a pair, minding that the user `<token>` stands for an identity token.
pub(super) fn login_of(username: String, password: Secret) -> Option<Login> {
    match username.as_str() {
        "" => None,
        "<token>" => Some(Login::Identity { token: password }),
        _ => Some(Login::Basic { username, password }),
    }
}

fn decode(auth: &str) -> Result<(String, Secret), &'static str> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &alphabet::STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_padding_mode(DecodePaddingMode::Indifferent)
            .with_decode_allow_trailing_bits(true),
    );
    let bytes = Zeroizing::new(
        LENIENT
            .decode(auth.trim())
            .map_err(|_| "has an `auth` that is not base64")?,
    );
    let text = str::from_utf8(&bytes).map_err(|_| "has an `auth` that is not text")?;
    let (username, password) = text
        .split_once(':')
        .ok_or("has an `auth` without a `:` between user name and password")?;
    Ok((
        username.into(),
        Secret::new(password.trim_end_matches('\0')),
    ))
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

    fn sources(config: &str, registry: &str, path: &str) -> Vec<String> {
        let config = DockerConfig::parse("F", config).unwrap();
        let found = config.find(registry, path).unwrap();
        found
            .into_iter()
            .map(|found| match found {
                Found::Credential(credential) => {
                    let Login::Basic { username, .. } = credential.login() else {
                        return format!("{:?}", credential.login());
                    };
                    format!("{username} {}", credential.source())
                }
                Found::Helper {
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
    fn broken_files_and_entries_say_where_and_never_what() {
        let broken = DockerConfig::parse("F", r#"{"auths": {"a.io": "hunter2"}}"#).unwrap_err();
        assert!(
            broken.contains("line 1") && !broken.contains("hunter2"),
            "{broken}"
        );
        for auth in ["%%%", "aHVudGVyMg==", "Omg="] {
            let text = format!(r#"{{"auths":{{"a.io":{{"auth":"{auth}"}}}}}}"#);
            let config = DockerConfig::parse("F", &text).unwrap();
            assert!(config.find("b.io", "x").unwrap().is_empty());
            let error = config.find("a.io", "x").unwrap_err();
            assert!(error.contains("`a.io`") && !error.contains(auth), "{error}");
        }
    }
}

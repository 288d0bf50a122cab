use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::docker_config::DockerConfigFile;
use super::entry::StoredLogin;
use super::{Credential, Secret};

type Auths = BTreeMap<String, Option<StoredLogin>>;

/// The names of Docker Hub that kubelet takes for the default registry.
const HUB_KEY: &str = "index.docker.io";

/// A Secret that Kubernetes pulls images with, as a manifest; or a list of such.
///
/// The types are `kubernetes.io/dockerconfigjson` and the older `kubernetes.io/dockercfg`
/// (<https://kubernetes.io/docs/concepts/configuration/secret/>).
#[derive(Deserialize)]
pub(super) struct SecretManifest {
    kind: Option<String>,
    #[serde(default)]
    metadata: Option<Metadata>,
    #[serde(default)]
    data: Option<BTreeMap<String, Secret>>,
    #[serde(default, rename = "stringData")]
    string_data: Option<BTreeMap<String, Secret>>,
    #[serde(default)]
    items: Option<Vec<Self>>,
}

#[derive(Deserialize)]
struct Metadata {
    name: Option<String>,
}

/// What pull secrets hold, with the rules of kubelet for what is for whom.
#[derive(Debug)]
pub(super) struct PullSecrets {
    /// Sorted from the last key to the first, so that a longer path stands before the shorter one. Those
    /// of one key are in the order of the manifests.
    entries: Vec<KeptSecret>,
}

/// An entry, and where it comes from.
#[derive(Debug)]
struct KeptSecret {
    key: String,
    entry: StoredLogin,
    source: Arc<str>,
}

impl PullSecrets {
    /// Takes the manifests of a file of that name.
    ///
    /// # Errors
    ///
    /// If none of them is a pull secret, or one is broken; without anything that stands in it.
    pub(super) fn of_manifests(
        source: &str,
        manifests: Vec<SecretManifest>,
    ) -> Result<Self, String> {
        let mut entries = Vec::new();
        let mut found = false;
        let mut left: VecDeque<_> = manifests.into();
        while let Some(manifest) = left.pop_front() {
            for item in manifest.items.into_iter().flatten().rev() {
                left.push_front(item);
            }
            if manifest.kind.as_deref() != Some("Secret") {
                continue;
            }
            let name = manifest.metadata.and_then(|metadata| metadata.name);
            let source: Arc<str> = match name.filter(|name| is_name(name)) {
                Some(name) => format!("{source}, Secret {name}").into(),
                None => source.into(),
            };
            let data = manifest.data.into_iter().flatten();
            let data = data.map(|(key, value)| {
                let bytes = Zeroizing::new(
                    STANDARD
                        .decode(value.reveal().trim())
                        .map_err(|_| format!("the Secret's `{key}` is not base64"))?,
                );
                let text = str::from_utf8(&bytes)
                    .map_err(|_| format!("the Secret's `{key}` is not text"))?;
                Ok::<_, String>((key, Secret::new(text)))
            });
            let plain = manifest.string_data.into_iter().flatten().map(Ok);
            for pair in data.chain(plain) {
                let (key, text) = pair?;
                let Some(auths) = read_value(&key, &text)? else {
                    continue;
                };
                found = true;
                entries.extend(kept(&source, auths));
            }
        }
        if !found {
            return Err("it has no Secret of type `kubernetes.io/dockerconfigjson` or `kubernetes.io/dockercfg`".into());
        }
        Ok(Self::new(entries))
    }

    /// Takes the file as it is mounted into a pod.
    pub(super) fn of_file(source: &str, file: DockerConfigFile) -> Self {
        let auths = file.auths.unwrap_or_default();
        Self::new(kept(&source.into(), auths).collect())
    }

    fn new(mut entries: Vec<KeptSecret>) -> Self {
        entries.sort_by(|left, right| right.key.cmp(&left.key));
        Self { entries }
    }

    /// Returns all that is for a repository, in the order in which kubelet tries it.
    pub(super) fn find(&self, registry: &str, path: &str) -> Result<Vec<Credential>, String> {
        let image = format!("{registry}/{path}");
        let all = || self.entries.iter();
        let mut route_for: Vec<_> = all().filter(|kept| fits(&kept.key, &image)).collect();
        if route_for.is_empty() && registry == "docker.io" {
            route_for.extend(all().filter(|kept| kept.key == HUB_KEY));
        }
        let mut credentials = Vec::new();
        for KeptSecret { key, entry, source } in route_for {
            match entry.credential(source, key) {
                Ok(credential) => credentials.push(credential),
                Err(reason) if credentials.is_empty() => return Err(reason),
                // What is more specific may do without it.
                Err(_) => {}
            }
        }
        Ok(credentials)
    }

    /// Returns the keys, without those that stand for many hosts.
    pub(super) fn keys(&self) -> Vec<String> {
        let keys = self.entries.iter().map(|kept| match kept.key.as_str() {
            HUB_KEY => "docker.io".to_string(),
            key => key.to_string(),
        });
        keys.filter(|key| !key.contains('*')).collect()
    }
}

/// Returns what is in the entries that are not empty, with keys as kubelet compares them.
fn kept(source: &Arc<str>, auths: Auths) -> impl Iterator<Item = KeptSecret> {
    auths.into_iter().filter_map(move |(key, entry)| {
        let entry = entry.filter(|entry| !entry.is_empty())?;
        Some(KeptSecret {
            key: stored(&key),
            entry,
            source: Arc::clone(source),
        })
    })
}

/// Reads one value of a Secret's data; nothing if it is none that pulls images.
fn read_value(key: &str, text: &Secret) -> Result<Option<Auths>, String> {
    // The parser's own message may quote a value.
    let broken = |_| format!("the Secret's `{key}` is not valid JSON of the expected shape");
    match key {
        ".dockerconfigjson" => {
            let file: DockerConfigFile = serde_json::from_str(text.reveal()).map_err(broken)?;
            Ok(Some(file.auths.unwrap_or_default()))
        }
        ".dockercfg" => serde_json::from_str(text.reveal())
            .map_err(broken)
            .map(Some),
        _ => Ok(None),
    }
}

/// Returns `true` if a text can be the name of a Secret.
fn is_name(text: &str) -> bool {
    let fits =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte);
    !text.is_empty() && text.len() <= 253 && text.bytes().all(fits)
}

/// Brings a key into the form in which kubelet compares it: no scheme, no `/v1` or `/v2` in front of the path.
fn stored(key: &str) -> String {
    let bare = ["https://", "http://"]
        .iter()
        .find_map(|scheme| key.strip_prefix(scheme))
        .unwrap_or(key);
    let (host, path) = match bare.find('/') {
        Some(slash) => bare.split_at(slash),
        None => (bare, ""),
    };
    let path = match path {
        "/v1" | "/v2" => "",
        _ if path.starts_with("/v1/") || path.starts_with("/v2/") => &path[3..],
        _ => path,
    };
    if path == "/" {
        return host.to_ascii_lowercase();
    }
    format!("{}{path}", host.to_ascii_lowercase())
}

/// Returns `true` if a key is for an image: hosts label by label, where `*` is any part of one, ports as they
/// are, and the key's path as the beginning of the image's.
fn fits(key: &str, image: &str) -> bool {
    let split = |text: &str| {
        let (host, path) = match text.find('/') {
            Some(slash) => text.split_at(slash),
            None => (text, ""),
        };
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (name, port),
            _ => (host, ""),
        };
        (name.to_string(), port.to_string(), path.to_string())
    };
    let (key_name, key_port, key_path) = split(key);
    let (name, port, path) = split(image);
    let labels: Vec<_> = name.split('.').collect();
    let key_labels: Vec<_> = key_name.split('.').collect();
    key_port == port
        && key_labels.len() == labels.len()
        && key_labels
            .iter()
            .zip(&labels)
            .all(|(pattern, label)| label_fits(pattern, label))
        && path.starts_with(&key_path)
}

fn label_fits(pattern: &str, label: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = label.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<_> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.find(part) {
            Some(place) => rest = &rest[place + part.len()..],
            None => return false,
        }
    }
    rest.len() >= last.len() && rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_fit_as_kubelet_has_it() {
        for (key, image, expected) in [
            ("*.k8s.io", "registry.k8s.io/a/b", true),
            ("k8s.*.io", "k8s.gcr.io/a", true),
            ("app*.k8s.io", "app1.k8s.io/a", true),
            ("app*.k8s.io", "ap.k8s.io/a", false),
            ("*.io", "a.k8s.io/b", false),
            ("a*b*c.io", "axxbyyc.io/b", true),
            ("a*b*c.io", "ac.io/b", false),
            ("registry.io:8080/path", "registry.io:8080/path/a", true),
            ("registry.io:8080/path", "registry.io:8080/other", false),
            ("registry.io", "registry.io:8080/a", false),
            ("registry.io:8080", "registry.io/a", false),
            ("*.registry.io:8080/path", "a.registry.io:8080/path/x", true),
            ("quay.io/acme", "quay.io/acmecorp/a", true),
            ("[::1]:5000", "[::1]:5000/a", true),
        ] {
            assert_eq!(fits(&stored(key), image), expected, "{key} {image}");
        }
    }

    #[test]
    fn keys_lose_scheme_and_version() {
        for (key, expected) in [
            ("https://index.docker.io/v1/", "index.docker.io"),
            ("http://Quay.io/v2/acme", "quay.io/acme"),
            ("quay.io/", "quay.io"),
            ("quay.io/v1", "quay.io"),
            ("quay.io/vault", "quay.io/vault"),
        ] {
            assert_eq!(stored(key), expected, "{key}");
        }
    }
}

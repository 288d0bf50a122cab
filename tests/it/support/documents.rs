//! Indexes and manifests of any shape, put into an embedded registry piece by piece.

use imagelock::embedded::Store;
use imagelock::image::{Digest, media_type};
use serde_json::{Value, json};

/// A repository that documents are put into.
pub(crate) struct Documents {
    store: Store,
    repository: &'static str,
}

impl Documents {
    pub(crate) fn new(store: &Store, repository: &'static str) -> Self {
        Self {
            store: store.clone(),
            repository,
        }
    }

    /// Puts an image there, made unlike others by its seed, and returns its descriptor.
    pub(crate) fn image(&self, seed: &str, platform: &str) -> Value {
        let mut config = fields(platform);
        config["created"] = "2026-01-02T03:04:05Z".into();
        self.of_config(seed, media_type::OCI_CONFIG, config, &json!({}))
    }

    /// Puts an image there that was built at a time of its own.
    pub(crate) fn built(&self, platform: &str, created: &str) -> Value {
        let mut config = fields(platform);
        config["created"] = created.into();
        self.of_config(created, media_type::OCI_CONFIG, config, &json!({}))
    }

    /// Puts an artifact there, whose config has this media type.
    pub(crate) fn artifact(&self, seed: &str, config_type: &str, annotations: &Value) -> Value {
        self.of_config(seed, config_type, json!({}), annotations)
    }

    fn of_config(
        &self,
        seed: &str,
        config_type: &str,
        mut config: Value,
        annotations: &Value,
    ) -> Value {
        config["seed"] = seed.into();
        let config = config.to_string();
        let blob = self.store.put_blob(self.repository, config.clone());
        self.put(&json!({
            "schemaVersion": 2,
            "mediaType": media_type::OCI_MANIFEST,
            "config": {"mediaType": config_type, "digest": blob, "size": config.len()},
            "layers": [],
            "annotations": annotations,
        }))
    }

    /// Puts an index there and returns its descriptor.
    pub(crate) fn index(&self, children: &[Value]) -> Value {
        self.put(&json!({
            "schemaVersion": 2,
            "mediaType": media_type::OCI_INDEX,
            "manifests": children,
        }))
    }

    /// Puts a document there as it is and returns its descriptor.
    pub(crate) fn put(&self, document: &Value) -> Value {
        let media_type = document["mediaType"].as_str().unwrap();
        let text = document.to_string();
        let digest = self
            .store
            .put_manifest(self.repository, media_type, text.clone());
        json!({"mediaType": media_type, "digest": digest, "size": text.len()})
    }

    /// Lets a tag name what a descriptor is of.
    pub(crate) fn tag(&self, tag: &str, descriptor: &Value) -> Digest {
        let digest = digest_of(descriptor);
        self.store.tag(self.repository, tag, &digest);
        digest
    }

    /// Removes what a descriptor is of.
    pub(crate) fn remove(&self, descriptor: &Value) {
        assert!(
            self.store
                .remove_manifest(self.repository, &digest_of(descriptor))
        );
    }
}

/// Returns the digest of a descriptor.
pub(crate) fn digest_of(descriptor: &Value) -> Digest {
    Digest::parse(descriptor["digest"].as_str().unwrap()).unwrap()
}

/// Returns a descriptor that claims a platform: `windows(10.0.20348.1)/amd64`.
pub(crate) fn claiming(descriptor: &Value, platform: &str) -> Value {
    let mut child = descriptor.clone();
    child["platform"] = fields(platform);
    child
}

/// Returns a descriptor as BuildKit writes it for the attestation of an image.
pub(crate) fn attesting(descriptor: &Value, image: &Value) -> Value {
    let mut child = claiming(descriptor, "unknown/unknown");
    child["annotations"] = json!({
        "vnd.docker.reference.type": "attestation-manifest",
        "vnd.docker.reference.digest": image["digest"],
    });
    child
}

/// Returns the members of a platform; none for an empty text.
fn fields(platform: &str) -> Value {
    let Some((os, architecture)) = platform.split_once('/') else {
        return json!({});
    };
    let (os, version) = os.split_once('(').unwrap_or((os, ""));
    let mut fields = json!({"os": os, "architecture": architecture});
    if let Some(version) = version.strip_suffix(')') {
        fields["os.version"] = version.into();
    }
    fields
}

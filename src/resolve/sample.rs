//! Configs and pins for tests.

use std::collections::BTreeMap;

use crate::config::{self, Config, Format, SourceFile};
use crate::image::{Digest, Platform, Repository, Tag};
use crate::lock::Pin;

/// Returns the config with these lines under `[images]`.
pub(super) fn config(images: &str) -> Config {
    let text = format!("version = 1\n[images]\n{images}\n");
    config::parse(&SourceFile::new("images.toml", &text, Format::Toml)).unwrap()
}

/// Returns the digest of a text.
pub(super) fn digest(seed: &str) -> Digest {
    Digest::sha256_of(seed.as_bytes())
}

/// Returns platforms, the digest of each made of its name.
pub(super) fn platforms(names: &[&str]) -> BTreeMap<Platform, Digest> {
    let of = |name: &&str| (Platform::parse(name).unwrap(), digest(name));
    names.iter().map(of).collect()
}

/// Returns a pin of `docker.io/library/NAME`.
pub(super) fn entry(name: &str, policy: &str, tag: &str, has: &[&str]) -> Pin {
    Pin {
        name: name.into(),
        image: Repository::parse(name).unwrap(),
        policy: policy.into(),
        tag: Tag::parse(tag).unwrap(),
        digest: digest("index"),
        platforms: platforms(has),
        extra: [("novel".to_string(), true.into())].into_iter().collect(),
    }
}

//! What reports are made of.

use jiff::Timestamp;

use crate::image::{Digest, Platform, Repository, Tag};
use crate::lock::Pin;
use crate::report::{ComparedLocks, Side};
use crate::tag::{Fact, ImageFacts, Origin};

pub(in crate::report) fn now() -> Timestamp {
    "2026-08-22T12:00:00Z".parse().unwrap()
}

pub(in crate::report) fn digest(seed: &str) -> Digest {
    Digest::sha256_of(seed.as_bytes())
}

/// Creates an entry whose images for two platforms have the seeds `amd64` and `arm64`.
pub(in crate::report) fn entry(
    name: &str,
    image: &str,
    policy: &str,
    tag: &str,
    index: &str,
    amd64: &str,
    arm64: &str,
) -> Pin {
    let platforms = [("linux/amd64", amd64), ("linux/arm64", arm64)];
    Pin {
        name: name.into(),
        image: Repository::parse(image).unwrap(),
        policy: policy.into(),
        tag: Tag::parse(tag).unwrap(),
        digest: digest(index),
        platforms: platforms
            .map(|(platform, seed)| (Platform::parse(platform).unwrap(), digest(seed)))
            .into(),
        extra: toml::Table::new(),
    }
}

pub(in crate::report) fn facts(created: &str, source: &str, revision: &str) -> ImageFacts {
    let origin = Origin::ConfigLabel;
    let fact = |value: &str| {
        (!value.is_empty()).then(|| Fact {
            value: value.to_string(),
            origin,
        })
    };
    ImageFacts {
        created: created.parse().ok().map(|value| Fact {
            value,
            origin: Origin::ConfigCreated,
        }),
        source: fact(source),
        revision: fact(revision),
    }
}

pub(in crate::report) fn sides() -> ComparedLocks {
    ComparedLocks {
        lockfile: "images.lock".into(),
        before: Side::GitRev("HEAD".into()),
        after: Side::WorkingTree("images.lock".into()),
    }
}

/// Takes the colours out of a text.
pub(in crate::report) fn without_colors(text: &str) -> String {
    let parts = text
        .split('\x1b')
        .enumerate()
        .map(|(index, part)| match index {
            0 => part,
            _ => part.split_once('m').unwrap().1,
        });
    parts.collect()
}

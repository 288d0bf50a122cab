use std::collections::BTreeMap;
use std::path::PathBuf;

use super::{FileSetting, RegistrySettings, SourceFile};
use crate::error::{Diagnostic, Place};
use crate::image::{Platform, Repository};
use crate::policy::{Guards, Policy};

/// A config that has passed every check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The text it was read from.
    pub source: SourceFile,
    /// The manifests in which policies stand as well, sorted by path. None of a config that was read
    /// without its folder.
    pub sources: Vec<SourceFile>,
    /// What there is to know about the manifests, in their order.
    pub warnings: Vec<Diagnostic>,
    /// The images, sorted by name.
    pub images: Vec<ImageSpec>,
    /// How to reach and how to treat registries, by host as
    /// [`Repository::registry`](crate::image::Repository::registry) gives it, or by a host and a path
    /// below which they hold: `ghcr.io/acme`.
    pub registries: BTreeMap<String, RegistrySettings>,
}

/// What the config says about one image, with the defaults merged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageSpec {
    /// The entry's name, unique in the config.
    pub name: String,
    /// Where the image comes from.
    pub repository: Repository,
    /// Which tags it may have, and which of them is taken.
    pub policy: Policy,
    /// The platforms that must be there and are recorded, sorted; empty means all.
    pub platforms: Vec<Platform>,
    /// When the pin may move.
    pub guards: Guards,
    /// The group that it is a member of.
    pub group: Option<Group>,
    /// The entry's key in the config. In a manifest, the name of the container or of the image.
    pub place: Place,
}

/// What joins several images.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The group's name.
    pub name: String,
    /// Whether its members have one version, and move together or not at all.
    pub same_version: bool,
}

impl Config {
    /// Returns the names of a group's members, in their order.
    pub fn group_members<'c>(&'c self, group: &'c str) -> impl Iterator<Item = &'c str> {
        let members = self.images.iter().filter(move |spec| {
            let of = spec.group.as_ref();
            of.is_some_and(|of| of.name == group)
        });
        members.map(|spec| spec.name.as_str())
    }

    /// Returns where a file is that the config names: its path, from the config's folder.
    pub fn file(&self, setting: &FileSetting) -> PathBuf {
        let folder = self.source.path.parent();
        folder.map_or_else(
            || PathBuf::from(&setting.path),
            |folder| folder.join(&setting.path),
        )
    }

    /// Returns the image of a name.
    pub fn image(&self, name: &str) -> Option<&ImageSpec> {
        self.images
            .binary_search_by(|image| image.name.as_str().cmp(name))
            .ok()
            .map(|index| &self.images[index])
    }
}

impl ImageSpec {
    /// Returns the canonical text of all that decides about the image's pin, as the lock records it.
    ///
    /// Equal policies have equal texts: `semver ^1.27 platforms=linux/amd64,linux/arm64`.
    pub fn policy_text(&self) -> String {
        let mut text = self.policy.to_string();
        for (index, platform) in self.platforms.iter().enumerate() {
            text.push_str(if index == 0 { " platforms=" } else { "," });
            text.push_str(&platform.to_string());
        }
        text
    }

    /// Returns the name of the group whose version the image shares, if it is in one.
    pub fn version_group(&self) -> Option<&str> {
        let group = self.group.as_ref().filter(|group| group.same_version);
        group.map(|group| group.name.as_str())
    }
}

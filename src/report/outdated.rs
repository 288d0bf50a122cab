//! Which pins are behind: the JSON contract `imagelock.outdated/v1`.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{FailureReport, HeldReport};
use crate::diff::{Transition, compare_pins};
use crate::lock::{Lock, Pin};
use crate::resolve::{Explanation, Plan, Resolution};
use crate::tag::Age;

/// The JSON schema of the list of pins that are behind.
pub const SCHEMA: &str = include_str!("../../schema/outdated.schema.json");

/// The pins that are behind: the JSON contract `imagelock.outdated/v1`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Outdated"))]
pub struct OutdatedDocument {
    /// The contract this document follows.
    pub schema: &'static str,
    /// The images, sorted by name; with `--all` also those that are up to date.
    pub images: Vec<OutdatedImage>,
}

/// One image.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Row"))]
#[serde(rename_all = "kebab-case")]
pub struct OutdatedImage {
    /// The image's name in the config.
    pub name: String,
    /// The repository, with its registry.
    pub image: String,
    /// The pinned tag; `null` if there is no pin.
    pub current: Option<String>,
    /// The tag that `update` would choose; `null` if the image failed.
    pub allowed: Option<String>,
    /// The tag that the policy would choose without its constraint and its safeguards.
    pub latest: Option<String>,
    /// Whether the pinned tag is kept and points to a different digest.
    pub moved: bool,
    /// The age of the allowed tag, with the source of that date; `null` if it is the pinned tag, or if the
    /// age is unknown.
    pub age: Option<Age>,
    /// The tags that are held back, with the reasons.
    pub held: Vec<HeldReport>,
    /// The error; `null` if there is none.
    pub failure: Option<FailureReport>,
}

impl OutdatedDocument {
    /// Makes the document of the images of a plan, and of what resolving them came to.
    ///
    /// `ages` are those of the tags that are not pinned yet, by the image's name.
    pub fn new(
        plan: &Plan,
        lock: &Lock,
        resolution: &Resolution,
        ages: &BTreeMap<String, Age>,
    ) -> Self {
        let images = plan.jobs.iter().map(|job| {
            let name = &job.spec.name;
            let image = job.spec.repository.to_string();
            OutdatedImage::new(name, image, lock, resolution, ages)
        });
        Self {
            schema: "imagelock.outdated/v1",
            images: images.collect(),
        }
    }
}

impl OutdatedImage {
    fn new(
        name: &str,
        image: String,
        lock: &Lock,
        resolution: &Resolution,
        ages: &BTreeMap<String, Age>,
    ) -> Self {
        let old = lock
            .get(name)
            .filter(|entry| entry.image.to_string() == image);
        let failure = resolution.failure(name);
        let new = resolution.image(name).filter(|_| failure.is_none());
        let explanation = resolution.explanation(name);
        let change = old.zip(new).and_then(|(old, new)| compare_pins(old, new));
        let tag = |pin: &Pin| pin.tag.to_string();
        let held = resolution.held.iter().filter(|held| held.name == name);
        Self {
            name: name.to_owned(),
            image,
            current: old.map(tag),
            allowed: new.map(tag),
            latest: explanation
                .and_then(Explanation::latest)
                .map(ToString::to_string),
            moved: change.is_some_and(|change| change.transition == Transition::Moved),
            age: ages.get(name).copied(),
            held: held.map(HeldReport::of).collect(),
            failure: failure.map(|failure| FailureReport::of(&failure.diagnostic)),
        }
    }

    /// Returns `true` if `update` would change the pin.
    pub fn is_behind(&self) -> bool {
        self.moved || (self.failure.is_none() && self.current != self.allowed)
    }

    /// Returns `true` if there is anything to tell of the image.
    pub fn is_notable(&self) -> bool {
        let has_later = self.latest.is_some() && self.latest != self.current;
        self.is_behind() || has_later || !self.held.is_empty() || self.failure.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_that_of_the_types() {
        crate::generated::assert_schema::<OutdatedDocument>(
            "schema/outdated.schema.json",
            SCHEMA,
            "outdated",
        );
    }
}

use jiff::Timestamp;

use super::MissingPlatforms;
use crate::image::Tag;
use crate::policy::{PassedOver, Rule};
use crate::tag::Age;

/// A tag that an image's policy allows and that its pin is kept from, for now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The image's name.
    pub name: String,
    /// The tag; it may be the pinned one, of which another digest is held back.
    pub tag: Tag,
    /// The rule that decided.
    pub rule: Rule,
    /// The reason, in a few words.
    pub reason: String,
    /// Since when the tag has named its content, where that is known.
    pub age: Option<Age>,
    /// When the tag will be old enough, where time alone will do.
    pub eligible: Option<Timestamp>,
    /// What to change, where time will not do.
    pub help: Option<String>,
}

impl Held {
    /// Holds a tag back that lacks platforms, or is no image.
    pub(super) fn incomplete(name: &str, tag: &Tag, missing_platforms: &MissingPlatforms) -> Self {
        Self {
            name: name.into(),
            tag: tag.clone(),
            rule: Rule::Platforms,
            reason: missing_platforms.to_string(),
            age: None,
            eligible: None,
            help: missing_platforms.help(),
        }
    }

    /// Returns what the policy is told of it.
    pub(super) fn passed_over(&self) -> PassedOver {
        PassedOver {
            rule: self.rule,
            reason: self.words(),
        }
    }

    /// Returns why, and from which day on no longer.
    pub(super) fn words(&self) -> String {
        match self.eligible {
            Some(time) => format!("{}; eligible {}", self.reason, time.strftime("%Y-%m-%d")),
            None => self.reason.clone(),
        }
    }
}

use super::OptionValue;
use super::{tag_form, tag_version};
use crate::image::Tag;
use crate::policy::{Direction, Extract, Pattern, Policy, Strategy, Suffix};
use crate::version::Constraint;

/// What somebody who runs a tag probably means by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Guess {
    /// Versions of one variant.
    Versions { constraint: String, suffix: String },
    /// Versions, where `pattern` has them as its first group.
    Extracted { constraint: String, pattern: String },
    /// The highest number, where `pattern` has it as its first group.
    Numbers { pattern: String },
    /// The last of one form in byte order.
    Last { pattern: String },
    /// The newest build of one form.
    Newest { pattern: String },
    /// The tag itself.
    Same { tag: Tag },
}

const FIRST_GROUP: &str = "$1";

impl Guess {
    /// Returns what a tag looks like. The guess always allows the tag.
    pub(super) fn of(tag: &Tag) -> Self {
        let guess = tag_version::guess(tag.as_str()).or_else(|| tag_form::guess(tag.as_str()));
        // How a tag is split here is a guess as well; what its reader makes of it decides.
        guess
            .filter(|guess| guess.policy().is_some_and(|policy| policy.allows(tag)))
            .unwrap_or_else(|| Self::Same { tag: tag.clone() })
    }

    /// Returns the options of an entry.
    pub(super) fn options(self) -> Vec<(String, OptionValue)> {
        let text = |key: &str, value: String| (key.to_string(), OptionValue::Text(value));
        let strategy = |name: &str| text("strategy", name.to_string());
        let extract = |pattern: String| {
            let value = ("value".to_string(), FIRST_GROUP.to_string());
            let table = vec![("pattern".to_string(), pattern), value];
            ("extract".to_string(), OptionValue::Table(table))
        };
        match self {
            Self::Versions { constraint, suffix } if suffix.is_empty() => {
                vec![text("constraint", constraint)]
            }
            Self::Versions { constraint, suffix } => {
                vec![text("constraint", constraint), text("suffix", suffix)]
            }
            Self::Extracted {
                constraint,
                pattern,
            } => {
                vec![text("constraint", constraint), extract(pattern)]
            }
            Self::Numbers { pattern } => vec![strategy("numerical"), extract(pattern)],
            Self::Last { pattern } => {
                vec![
                    strategy("alphabetical"),
                    text("allow-tags", searched(&pattern)),
                ]
            }
            Self::Newest { pattern } => {
                vec![
                    strategy("newest-build"),
                    text("allow-tags", searched(&pattern)),
                ]
            }
            Self::Same { tag } => vec![text("tag", tag.to_string())],
        }
    }

    /// Returns the policy that the options mean; `None` if one of them cannot be read.
    fn policy(&self) -> Option<Policy> {
        let versions = |constraint: &str| Constraint::parse(constraint).ok().map(Policy::semver);
        let extract = |pattern: &str| Extract::parse(pattern, FIRST_GROUP).ok();
        let order = Direction::Ascending;
        let (mut policy, pattern) = match self {
            Self::Versions { constraint, suffix } => {
                let mut policy = versions(constraint)?;
                if !suffix.is_empty() {
                    policy.suffix = Some(Suffix::parse(suffix).ok()?);
                }
                return Some(policy);
            }
            Self::Extracted {
                constraint,
                pattern,
            } => {
                let mut policy = versions(constraint)?;
                policy.extract = Some(extract(pattern)?);
                return Some(policy);
            }
            Self::Numbers { pattern } => {
                let mut policy = Policy::of(Strategy::Numerical { order });
                policy.extract = Some(extract(pattern)?);
                return Some(policy);
            }
            Self::Last { pattern } => (Policy::of(Strategy::Alphabetical { order }), pattern),
            Self::Newest { pattern } => (Policy::of(Strategy::NewestBuild), pattern),
            Self::Same { tag } => return Some(Policy::digest(tag.clone())),
        };
        policy.allow_tags = vec![Pattern::parse(&searched(pattern)).ok()?];
        Some(policy)
    }
}

fn searched(pattern: &str) -> String {
    format!("regexp:{pattern}")
}

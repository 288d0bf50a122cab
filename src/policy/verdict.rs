use std::fmt;

use serde::Serialize;

use super::PolicyOption;
use crate::image::Tag;

/// What a policy says of one tag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Verdict {
    /// The tag.
    #[cfg_attr(test, schemars(with = "String"))]
    pub tag: Tag,
    /// Whether the tag is chosen, allowed or dropped (rejected).
    pub outcome: Outcome,
    /// The rule that decided.
    pub rule: Rule,
    /// Why, in a few words that a reader of the config understands.
    pub reason: String,
}

/// What became of a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The policy takes it.
    Chosen,
    /// It satisfies the policy, and another one is better.
    Allowed,
    /// It satisfies the policy, and is held back for what is known of it beyond its name.
    Held,
    /// A rule dropped it.
    Dropped,
}

/// A rule of a policy, in the order in which they are applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Rule {
    /// Signatures, attestations and referrers are no images.
    Artifact,
    /// One of the patterns of `allow-tags` must match.
    AllowTags,
    /// No pattern of `ignore-tags` may match.
    IgnoreTags,
    /// The list may not have the same tag for several architectures.
    Architecture,
    /// The pattern of `extract` must match.
    Extract,
    /// The tag must end with the suffix.
    Suffix,
    /// The rest must be a version.
    Version,
    /// Prereleases are taken only where the constraint or the policy says so, and so are short tags that
    /// stand for one.
    Prerelease,
    /// The version must satisfy the constraint.
    Constraint,
    /// The tag must be the one that the policy follows.
    Tag,
    /// The date of the tag must be known.
    Date,
    /// The tag must be as near to the pinned one as the option asks for.
    Level,
    /// The tag must not be below the pinned one.
    Downgrade,
    /// Dates, all-digit commits and lone numbers are not taken for versions.
    DateGuard,
    /// The platforms that the config requires must all be there.
    Platforms,
    /// The tag must be as old as the cooldown asks for.
    Cooldown,
    /// Every member of the group must have the version.
    Group,
    /// The pinned tag may name another digest only where the option says so.
    DigestUpdates,
    /// The best of those that pass is taken.
    Order,
}

impl Rule {
    /// Returns the rule's name, in words joined by hyphens.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Artifact => "artifact",
            Self::AllowTags => PolicyOption::AllowTags.as_str(),
            Self::IgnoreTags => PolicyOption::IgnoreTags.as_str(),
            Self::Architecture => "architecture",
            Self::Extract => "extract",
            Self::Suffix => "suffix",
            Self::Version => "version",
            Self::Prerelease => "prerelease",
            Self::Constraint => "constraint",
            Self::Tag => "tag",
            Self::Date => "date",
            Self::Level => "level",
            Self::Downgrade => "downgrade",
            Self::DateGuard => "date-guard",
            Self::Platforms => "platforms",
            Self::Cooldown => "cooldown",
            Self::Group => "group",
            Self::DigestUpdates => PolicyOption::DigestUpdates.as_str(),
            Self::Order => "order",
        }
    }
}

impl Outcome {
    /// Returns the outcome as a word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Chosen => "chosen",
            Self::Allowed => "allowed",
            Self::Held => "held",
            Self::Dropped => "dropped",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_json() {
        for rule in [
            Rule::Artifact,
            Rule::AllowTags,
            Rule::IgnoreTags,
            Rule::Architecture,
            Rule::DateGuard,
            Rule::Tag,
            Rule::Date,
            Rule::Level,
            Rule::Downgrade,
            Rule::Platforms,
            Rule::Cooldown,
            Rule::Group,
            Rule::DigestUpdates,
            Rule::Extract,
            Rule::Order,
        ] {
            assert_eq!(serde_json::to_value(rule).unwrap(), rule.as_str());
        }
        for rule in [
            Rule::Suffix,
            Rule::Version,
            Rule::Prerelease,
            Rule::Constraint,
        ] {
            assert_eq!(serde_json::to_value(rule).unwrap(), rule.to_string());
        }
        for outcome in [
            Outcome::Chosen,
            Outcome::Allowed,
            Outcome::Held,
            Outcome::Dropped,
        ] {
            assert_eq!(serde_json::to_value(outcome).unwrap(), outcome.as_str());
        }
    }
}

use std::fmt;

use super::super::StrategyKind;
use super::super::StrategyKind::{Alphabetical, Calver, Digest, NewestBuild, Numerical, Semver};

/// An option of an image's entry, all but the image itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum PolicyOption {
    /// How tags are ordered.
    Strategy,
    /// The versions that are allowed.
    Constraint,
    /// The one tag to follow.
    Tag,
    /// How calendar versions are written.
    Scheme,
    /// Which end of an order is taken.
    Order,
    /// What a tag must end with.
    Suffix,
    /// What of a tag the strategy works on.
    Extract,
    /// Patterns of the tags that are considered.
    AllowTags,
    /// Patterns of the tags that are not considered.
    IgnoreTags,
    /// Which prereleases are considered.
    Prerelease,
    /// How far from the pin a new one may be.
    Level,
    /// Whether a tag below the pinned one may be taken.
    AllowDowngrade,
    /// Whether a tag must name one digest for ever.
    Immutable,
    /// Whether the pin follows when its tag names another digest.
    DigestUpdates,
    /// How old a tag must be.
    Cooldown,
    /// Whose word on a tag's age counts.
    AgeEvidence,
    /// What happens to a tag whose age nobody knows.
    OnMissingAge,
    /// The platforms that must be there.
    Platforms,
    /// The group that the image is a member of.
    Group,
    /// Whether the members of the group have one version.
    SameVersion,
}

/// What the value of an option looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ValueShape {
    /// A text.
    Text,
    /// `true` or `false`.
    Switch,
    /// A text, or a list of texts.
    List,
    /// `true`, `false`, or a list of texts.
    SwitchOrList,
    /// A text, or `false`.
    TextOrOff,
    /// A table with the parts of an [`Extract`](super::super::Extract).
    Extract,
}

/// What is known of an option before its value is read.
struct OptionRule {
    option: PolicyOption,
    name: &'static str,
    shape: ValueShape,
    /// The strategies with which it has an effect.
    suits: &'static [StrategyKind],
}

const ANY: &[StrategyKind] = &[Semver, Calver, Numerical, Alphabetical, NewestBuild, Digest];
const OF_MANY_TAGS: &[StrategyKind] = &[Semver, Calver, Numerical, Alphabetical, NewestBuild];
const OF_VALUES: &[StrategyKind] = &[Semver, Calver, Numerical, Alphabetical];
const OF_VERSIONS: &[StrategyKind] = &[Semver, Calver];

/// Which option has which name and value, and which strategies it suits; in the order of the variants.
static RULES: [OptionRule; 20] = {
    use {PolicyOption as Name, ValueShape as Shape};
    [
        rule(Name::Strategy, "strategy", Shape::Text, ANY),
        rule(Name::Constraint, "constraint", Shape::Text, OF_VERSIONS),
        rule(Name::Tag, "tag", Shape::Text, &[Digest]),
        rule(Name::Scheme, "scheme", Shape::Text, &[Calver]),
        rule(
            Name::Order,
            "order",
            Shape::Text,
            &[Numerical, Alphabetical],
        ),
        rule(Name::Suffix, "suffix", Shape::Text, OF_MANY_TAGS),
        rule(Name::Extract, "extract", Shape::Extract, OF_VALUES),
        rule(Name::AllowTags, "allow-tags", Shape::List, OF_MANY_TAGS),
        rule(Name::IgnoreTags, "ignore-tags", Shape::List, OF_MANY_TAGS),
        rule(
            Name::Prerelease,
            "prerelease",
            Shape::SwitchOrList,
            OF_VERSIONS,
        ),
        rule(Name::Level, "level", Shape::Text, OF_VERSIONS),
        rule(
            Name::AllowDowngrade,
            "allow-downgrade",
            Shape::Switch,
            OF_MANY_TAGS,
        ),
        rule(Name::Immutable, "immutable", Shape::Switch, OF_MANY_TAGS),
        rule(Name::DigestUpdates, "digest-updates", Shape::Text, ANY),
        rule(Name::Cooldown, "cooldown", Shape::TextOrOff, ANY),
        rule(Name::AgeEvidence, "age-evidence", Shape::List, ANY),
        rule(Name::OnMissingAge, "on-missing-age", Shape::Text, ANY),
        rule(Name::Platforms, "platforms", Shape::List, ANY),
        rule(Name::Group, "group", Shape::Text, ANY),
        rule(Name::SameVersion, "same-version", Shape::Switch, OF_VALUES),
    ]
};

const fn rule(
    option: PolicyOption,
    name: &'static str,
    shape: ValueShape,
    suits: &'static [StrategyKind],
) -> OptionRule {
    OptionRule {
        option,
        name,
        shape,
        suits,
    }
}

impl PolicyOption {
    /// Returns every option, in the order in which they are looked at.
    pub fn all() -> impl Iterator<Item = Self> {
        RULES.iter().map(|rule| rule.option)
    }

    /// Returns the option of a name.
    pub fn named(name: &str) -> Option<Self> {
        let mut rules = RULES.iter();
        rules.find(|rule| rule.name == name).map(|rule| rule.option)
    }

    /// Returns the option's name, which is its key in the config.
    pub fn as_str(self) -> &'static str {
        self.rule().name
    }

    /// Returns what the option's value looks like.
    pub fn shape(self) -> ValueShape {
        self.rule().shape
    }

    /// Says whether the option has an effect with a strategy.
    pub fn suits(self, strategy: StrategyKind) -> bool {
        self.rule().suits.contains(&strategy)
    }

    /// Returns the strategies with which the option has an effect.
    pub fn strategies(self) -> &'static [StrategyKind] {
        self.rule().suits
    }

    fn rule(self) -> &'static OptionRule {
        &RULES[self as usize]
    }
}

impl fmt::Display for PolicyOption {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_option_has_its_row_and_an_effect_somewhere() {
        for (index, rule) in RULES.iter().enumerate() {
            assert_eq!(rule.option as usize, index, "{}", rule.name);
            assert_eq!(PolicyOption::named(rule.name), Some(rule.option));
            assert!(!rule.suits.is_empty(), "{}", rule.name);
        }
        let kinds = StrategyKind::NAMES.map(|(_, kind)| kind);
        assert_eq!(ANY, kinds);
    }
}

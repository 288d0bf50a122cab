use std::fmt;

use super::Pattern;
use crate::image::Tag;
use crate::version::Constraint;

/// Which tags an image may have, and which of them is taken.
///
/// `Display` gives the canonical text that the lock records: `semver ^1.27 suffix=-alpine`. Equal
/// policies have equal texts, different ones different texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// How the tags that pass are ordered.
    pub strategy: Strategy,
    /// What tags must end with; taken off before the version is read.
    pub suffix: Option<String>,
    /// Patterns of which one must match; empty lets all tags pass.
    pub allow_tags: Vec<Pattern>,
    /// Patterns of which none may match.
    pub ignore_tags: Vec<Pattern>,
    /// Whether prereleases are taken; `None` leaves it to the constraint.
    pub prerelease: Option<bool>,
}

/// How a tag is chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Strategy {
    /// The highest version that satisfies a constraint.
    Semver {
        /// Which versions are allowed.
        constraint: Constraint,
    },
    /// One tag, whose digest is followed.
    Digest {
        /// The tag.
        tag: Tag,
    },
}

impl Strategy {
    /// The names of all strategies.
    pub const NAMES: &[&str] = &["semver", "digest"];

    /// Returns the strategy's name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Semver { .. } => "semver",
            Self::Digest { .. } => "digest",
        }
    }
}

impl Policy {
    /// Makes the policy that takes the highest version that satisfies a constraint.
    pub fn semver(constraint: Constraint) -> Self {
        Self::of(Strategy::Semver { constraint })
    }

    /// Makes the policy that follows one tag.
    pub fn digest(tag: Tag) -> Self {
        Self::of(Strategy::Digest { tag })
    }

    /// Makes a policy without filters.
    pub fn of(strategy: Strategy) -> Self {
        Self {
            strategy,
            suffix: None,
            allow_tags: Vec::new(),
            ignore_tags: Vec::new(),
            prerelease: None,
        }
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.strategy.name())?;
        match &self.strategy {
            Strategy::Semver { constraint } => write!(formatter, " {constraint}")?,
            Strategy::Digest { tag } => write!(formatter, " {tag}")?,
        }
        if let Some(suffix) = &self.suffix {
            write!(formatter, " suffix={}", Word(suffix))?;
        }
        for (key, patterns) in [
            ("allow-tags", &self.allow_tags),
            ("ignore-tags", &self.ignore_tags),
        ] {
            for (index, pattern) in patterns.iter().enumerate() {
                match index {
                    0 => write!(formatter, " {key}=")?,
                    _ => formatter.write_str(",")?,
                }
                write!(formatter, "{}", Word(pattern.as_str()))?;
            }
        }
        if let Some(prerelease) = self.prerelease {
            write!(formatter, " prerelease={prerelease}")?;
        }
        Ok(())
    }
}

/// A text that is put in quotes where it could be read as more than one word or list item.
struct Word<'t>(&'t str);

impl fmt::Display for Word<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write as _;

        let ambiguous = |letter: char| {
            letter.is_whitespace() || letter.is_control() || matches!(letter, ',' | '"')
        };
        if !self.0.is_empty() && !self.0.contains(ambiguous) {
            return formatter.write_str(self.0);
        }
        formatter.write_char('"')?;
        for letter in self.0.chars() {
            match letter {
                '"' | '\\' => write!(formatter, "\\{letter}")?,
                letter if letter.is_control() => {
                    write!(formatter, "\\u{{{:x}}}", u32::from(letter))?;
                }
                letter => formatter.write_char(letter)?,
            }
        }
        formatter.write_char('"')
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::strategy::Strategy as Generator;

    use super::{Constraint, Pattern, Policy, Strategy, Tag, Word};

    fn semver(constraint: &str) -> Policy {
        Policy::semver(Constraint::parse(constraint).unwrap())
    }

    #[test]
    fn text_names_what_is_set_in_a_fixed_order() {
        assert_eq!(semver(" >=1   <2 ").to_string(), "semver >=1 <2");
        assert_eq!(
            Policy::digest(Tag::parse("12-slim").unwrap()).to_string(),
            "digest 12-slim"
        );
        let policy = Policy {
            suffix: Some("-alpine".into()),
            allow_tags: vec![
                Pattern::parse(r"regexp:^\d+$").unwrap(),
                Pattern::parse("regexp:a{1,2} \\d").unwrap(),
            ],
            ignore_tags: vec![
                Pattern::parse("*-rc*").unwrap(),
                Pattern::parse("any").unwrap(),
            ],
            prerelease: Some(true),
            ..semver("^1.27")
        };
        assert_eq!(
            policy.to_string(),
            r#"semver ^1.27 suffix=-alpine allow-tags=regexp:^\d+$,"regexp:a{1,2} \\d" ignore-tags=*-rc*,any prerelease=true"#
        );
    }

    #[test]
    fn names_are_those_of_the_strategies() {
        let policies = [semver("*"), Policy::digest(Tag::parse("a").unwrap())];
        assert_eq!(
            policies.map(|policy| policy.strategy.name()).as_slice(),
            Strategy::NAMES
        );
    }

    fn policy() -> impl Generator<Value = Policy> {
        let text = "[-a,\" =\\\\\n]{0,3}";
        let patterns = || {
            prop::collection::vec(
                prop_oneof![
                    "[a*]{1,2}",
                    Just("any".to_owned()),
                    "[a,\" =]{1,3}".prop_map(|text| format!("regexp:{text}")),
                ]
                .prop_map(|text| Pattern::parse(&text).unwrap()),
                0..3,
            )
        };
        let strategy = prop_oneof![
            "[1*]( ?, ?| \\|\\| | )[12]".prop_map(|text| Strategy::Semver {
                constraint: Constraint::parse(&text).unwrap()
            }),
            "[1a]".prop_map(|text| Strategy::Digest {
                tag: Tag::parse(&text).unwrap()
            }),
        ];
        (
            strategy,
            prop::option::of(text),
            patterns(),
            patterns(),
            any::<Option<bool>>(),
        )
            .prop_map(
                |(strategy, suffix, allow_tags, ignore_tags, prerelease)| Policy {
                    strategy,
                    suffix,
                    allow_tags,
                    ignore_tags,
                    prerelease,
                },
            )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn different_policies_have_different_texts(policies in prop::collection::vec(policy(), 40)) {
            for left in &policies {
                for right in &policies {
                    prop_assert_eq!(left == right, left.to_string() == right.to_string(), "{} {}", left, right);
                }
            }
        }

        #[test]
        fn words_differ_where_texts_differ(left in "[a,\" \\\\\n]{0,4}", right in "[a,\" \\\\\n]{0,4}") {
            prop_assert_eq!(left == right, Word(&left).to_string() == Word(&right).to_string());
        }
    }
}

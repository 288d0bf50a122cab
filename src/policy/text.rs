use std::fmt;

use super::{Pattern, Policy, Prerelease, Strategy};

impl fmt::Display for Policy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.strategy.name())?;
        match &self.strategy {
            Strategy::Semver { constraint } => write!(formatter, " {constraint}")?,
            Strategy::Calver { scheme, constraint } => {
                write!(formatter, " {scheme}")?;
                if let Some(constraint) = constraint {
                    write!(formatter, " {constraint}")?;
                }
            }
            Strategy::Numerical { order } | Strategy::Alphabetical { order } => {
                write!(formatter, " {order}")?;
            }
            Strategy::NewestBuild => {}
            Strategy::Digest { tag } => write!(formatter, " {tag}")?,
        }
        if let Some(suffix) = &self.suffix {
            write!(formatter, " suffix={}", QuotedWord(suffix.as_str()))?;
        }
        if let Some(extract) = &self.extract {
            let (pattern, value) = (QuotedWord(extract.pattern()), QuotedWord(extract.value()));
            write!(formatter, " extract={pattern},{value}")?;
        }
        for (option, patterns) in self.patterns() {
            if !patterns.is_empty() {
                let texts = patterns.iter().map(Pattern::as_str);
                write!(formatter, " {option}={}", CommaSeparated(texts))?;
            }
        }
        match &self.prerelease {
            None => Ok(()),
            Some(Prerelease::Never) => formatter.write_str(" prerelease=false"),
            Some(Prerelease::Always) => formatter.write_str(" prerelease=true"),
            Some(Prerelease::Only(identifiers)) => {
                let texts = identifiers.iter().map(String::as_str);
                write!(formatter, " prerelease=[{}]", CommaSeparated(texts))
            }
        }
    }
}

/// Words with commas between them.
struct CommaSeparated<I>(I);

impl<'t, I: Iterator<Item = &'t str> + Clone> fmt::Display for CommaSeparated<I> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, text) in self.0.clone().enumerate() {
            if index > 0 {
                formatter.write_str(",")?;
            }
            QuotedWord(text).fmt(formatter)?;
        }
        Ok(())
    }
}

/// A text that is put in quotes where it could be read as more than one word or list item.
struct QuotedWord<'t>(&'t str);

impl fmt::Display for QuotedWord<'_> {
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

    use super::super::{Direction, Extract, Suffix};
    use super::{Pattern, Policy, Prerelease, QuotedWord, Strategy};
    use crate::image::Tag;
    use crate::version::{CalverConstraint, Constraint, Scheme};

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
            suffix: Some(Suffix::parse("-alpine").unwrap()),
            allow_tags: vec![
                Pattern::parse(r"regexp:^\d+$").unwrap(),
                Pattern::parse("regexp:a{1,2} \\d").unwrap(),
            ],
            ignore_tags: vec![
                Pattern::parse("*-rc*").unwrap(),
                Pattern::parse("any").unwrap(),
            ],
            prerelease: Some(Prerelease::Always),
            ..semver("^1.27")
        };
        assert_eq!(
            policy.to_string(),
            r#"semver ^1.27 suffix=-alpine allow-tags=regexp:^\d+$,"regexp:a{1,2} \\d" ignore-tags=*-rc*,any prerelease=true"#
        );
    }

    fn calver(scheme: &str, constraint: Option<&str>) -> Strategy {
        let scheme = Scheme::parse(scheme).unwrap();
        let constraint = constraint.map(|text| CalverConstraint::parse(&scheme, text).unwrap());
        Strategy::Calver { scheme, constraint }
    }

    #[test]
    fn every_strategy_and_option_has_its_text() {
        let extract = |pattern, value| Some(Extract::parse(pattern, value).unwrap());
        let order = Direction::Descending;
        for (policy, text) in [
            (
                Policy::of(calver("YYYY.0M", Some(">=2024.04  <2026"))),
                "calver YYYY.0M >=2024.04 <2026",
            ),
            (Policy::of(calver("YYYY0M0D", None)), "calver YYYY0M0D"),
            (
                Policy {
                    extract: extract(r"^main-(?P<n>\d+)$", "$n"),
                    ..Policy::of(Strategy::Numerical { order })
                },
                r"numerical desc extract=^main-(?P<n>\d+)$,$n",
            ),
            (
                Policy {
                    extract: extract("(a{1,2}) b", "$1,"),
                    ..Policy::of(Strategy::Alphabetical {
                        order: Direction::Ascending,
                    })
                },
                r#"alphabetical asc extract="(a{1,2}) b","$1,""#,
            ),
            (
                Policy {
                    suffix: Some(Suffix::parse("-debian-*-r*").unwrap()),
                    prerelease: Some(Prerelease::Only(vec!["rc".into(), "beta".into()])),
                    ..Policy::of(Strategy::NewestBuild)
                },
                "newest-build suffix=-debian-*-r* prerelease=[rc,beta]",
            ),
        ] {
            assert_eq!(policy.to_string(), text);
        }
    }

    #[test]
    fn names_are_those_of_the_strategies() {
        let order = Direction::default();
        let strategies = [
            semver("*").strategy,
            calver("YYYY", None),
            Strategy::Numerical { order },
            Strategy::Alphabetical { order },
            Strategy::NewestBuild,
            Policy::digest(Tag::parse("a").unwrap()).strategy,
        ];
        let names: Vec<_> = strategies.iter().map(Strategy::name).collect();
        assert_eq!(names, Strategy::NAMES);
    }

    fn patterns() -> impl Generator<Value = Vec<Pattern>> {
        let pattern = prop_oneof![
            "[a*]{1,2}",
            Just("any".to_owned()),
            "[a,\" =]{1,3}".prop_map(|text| format!("regexp:{text}")),
        ];
        let pattern = pattern.prop_map(|text| Pattern::parse(&text).unwrap());
        prop::collection::vec(pattern, 0..3)
    }

    fn strategy() -> impl Generator<Value = Strategy> {
        let order = prop::sample::select(vec![Direction::Ascending, Direction::Descending]);
        let scheme = prop::sample::select(vec!["YYYY", "YYYY.MM", "YYYY-MODIFIER"]);
        let calver_constraint = prop::option::of("(\\*|2024)( ?, ?| \\|\\| | )2024");
        prop_oneof![
            "[1*]( ?, ?| \\|\\| | )[12]".prop_map(|text| Strategy::Semver {
                constraint: Constraint::parse(&text).unwrap()
            }),
            (scheme, calver_constraint)
                .prop_map(|(scheme, constraint)| calver(scheme, constraint.as_deref())),
            order
                .clone()
                .prop_map(|order| Strategy::Numerical { order }),
            order.prop_map(|order| Strategy::Alphabetical { order }),
            Just(Strategy::NewestBuild),
            "[1a]".prop_map(|text| Strategy::Digest {
                tag: Tag::parse(&text).unwrap()
            }),
        ]
    }

    fn policy() -> impl Generator<Value = Policy> {
        let suffix = prop::option::of("[-a=]{1,2}\\*?").prop_map(|text| {
            let suffix = text.filter(|text| !text.contains('='));
            suffix.map(|text| Suffix::parse(&text).unwrap())
        });
        let extract = prop::option::of(("\\(a\\)[a, ]{0,2}", "[,\"a= ]{0,2}\\$1[, ]{0,2}"))
            .prop_map(|texts| {
                texts.map(|(pattern, value)| Extract::parse(&pattern, &value).unwrap())
            });
        let only = prop::collection::vec("true|a|b|\\]| |a,b", 0..3);
        let prerelease = prop::option::of(prop_oneof![
            Just(Prerelease::Never),
            Just(Prerelease::Always),
            only.prop_map(Prerelease::Only),
        ]);
        (
            strategy(),
            suffix,
            extract,
            patterns(),
            patterns(),
            prerelease,
        )
            .prop_map(
                |(strategy, suffix, extract, allow_tags, ignore_tags, prerelease)| Policy {
                    strategy,
                    suffix,
                    extract,
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
            prop_assert_eq!(left == right, QuotedWord(&left).to_string() == QuotedWord(&right).to_string());
        }
    }
}

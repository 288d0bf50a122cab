use std::fmt;

use super::comparator::{Comparator, ComparatorSet, Operator, Partial};
use super::constraint::{Constraint, Prereleases};
use super::scan::VersionRef;

/// A place where a constraint means something else than most readers expect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ConstraintQuirk {
    /// What it means, in one fragment.
    pub(crate) message: String,
    /// What to write for what was probably meant.
    pub(crate) help: String,
}

impl Constraint {
    /// Returns `true` if the constraint admits every release: `*`, `>=0`.
    pub(crate) fn admits_every_release(&self) -> bool {
        self.groups.iter().any(|group| {
            group.comparators.iter().all(|comparator| {
                let is_zero = comparator.bound.parts == [0; 3];
                match comparator.operator {
                    Operator::Equal | Operator::Tilde => comparator.bound.fixed == 0,
                    Operator::GreaterEqual => is_zero,
                    _ => false,
                }
            })
        })
    }

    /// Returns what is odd in the constraint, given how prereleases are treated.
    pub(crate) fn quirks(&self, prereleases: Prereleases) -> Vec<ConstraintQuirk> {
        let mut quirks = Vec::new();
        for group in &self.groups {
            let known = quirks.len();
            let comparators = group.comparators.iter();
            quirks.extend(comparators.filter_map(odd_comparator));
            if quirks.len() > known {
                continue;
            }
            quirks.extend(open_end(group, prereleases));
            if !can_match(group) {
                let words: Vec<_> = group
                    .comparators
                    .iter()
                    .map(Comparator::to_string)
                    .collect();
                quirks.push(ConstraintQuirk {
                    message: format!("no version satisfies `{}`", words.join(" ")),
                    help: format!(
                        "a blank means and; for one or the other write `{}`",
                        words.join(" || ")
                    ),
                });
            }
        }
        quirks.dedup();
        quirks
    }
}

/// Finds comparators of which one part is not what their operator says elsewhere.
fn odd_comparator(comparator: &Comparator) -> Option<ConstraintQuirk> {
    let (meaning, help) = match (comparator.operator, comparator.bound.fixed) {
        (Operator::NotEqual, 0) => ("every version but 0.0.0", "leave it out"),
        (Operator::Greater, 0) => ("every version above 0.0.0", "write `*` for any version"),
        (Operator::Less, 0) => ("no version", "write `*` for any version"),
        (Operator::LessEqual, 0) => ("the versions 0.0.* alone", "write `*` for any version"),
        (Operator::Caret, 0) => ("the version 0.0.0 alone", "write `*` for any version"),
        (Operator::Tilde, 3) if comparator.bound.parts == [0; 3] => (
            "every version",
            "write `*` for any version, or `~0.0` for the versions 0.0.*",
        ),
        _ => return None,
    };
    Some(ConstraintQuirk {
        message: format!("`{comparator}` admits {meaning}"),
        help: help.into(),
    })
}

/// Finds an upper end that lets the prereleases of the version at the end pass.
fn open_end(group: &ComparatorSet, prereleases: Prereleases) -> Option<ConstraintQuirk> {
    let admits_prereleases = match prereleases {
        Prereleases::ByConstraint => group.names_prerelease(),
        Prereleases::Include => true,
        Prereleases::Exclude => false,
    };
    let is_open = |comparator: &&Comparator| {
        comparator.operator == Operator::Less
            && comparator.bound.fixed > 0
            && comparator.bound.prerelease.is_empty()
    };
    let upper = group
        .comparators
        .iter()
        .find(is_open)
        .filter(|_| admits_prereleases)?;
    // `>1.2.3-rc.1 <1.2.3` is about these prereleases.
    let mut bounds = group.comparators.iter().map(|comparator| &comparator.bound);
    if bounds.any(|bound| !bound.prerelease.is_empty() && bound.parts == upper.bound.parts) {
        return None;
    }
    let [major, minor, patch] = upper.bound.parts;
    let end = format!("{major}.{minor}.{patch}");
    let admitted = VersionRef::parse(&format!("{end}-beta")).is_some_and(|version| {
        let mut comparators = group.comparators.iter();
        comparators.all(|comparator| comparator.admits(version))
    });
    admitted.then(|| ConstraintQuirk {
        message: format!("`{upper}` lets prereleases of {end} pass, such as {end}-beta"),
        help: format!("write `<{end}-0`"),
    })
}

/// Returns `true` if some version satisfies a group.
///
/// A group admits all from some points on, up to others; so if it admits anything, it admits one
/// of the versions at or right behind a number that stands in it.
fn can_match(group: &ComparatorSet) -> bool {
    let admits = |text: &str| {
        VersionRef::parse(text).is_some_and(|version| {
            (!version.is_prerelease() || group.names_prerelease())
                && group
                    .comparators
                    .iter()
                    .all(|comparator| comparator.admits(version))
        })
    };
    let zero = ["0.0.0".to_owned(), "0.0.0-0".to_owned()];
    let points = group.comparators.iter().flat_map(|comparator| {
        let Partial {
            parts: [major, minor, patch],
            ref prerelease,
            ..
        } = comparator.bound;
        let next = |number: u64| number.saturating_add(1);
        let cores = [
            format!("{major}.{minor}.{patch}"),
            format!("{major}.{minor}.{}", next(patch)),
            format!("{major}.{}.0", next(minor)),
            format!("{}.0.0", next(major)),
        ];
        let at = format!("{}-{prerelease}", cores[0]);
        let behind = [at.clone(), format!("{at}.0")].into_iter();
        let lowest = cores.clone().map(|core| format!("{core}-0"));
        cores.into_iter().chain(lowest).chain(behind)
    });
    zero.into_iter().chain(points).any(|text| admits(&text))
}

impl fmt::Display for Comparator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self.operator {
            Operator::Equal => "",
            Operator::NotEqual => "!=",
            Operator::Greater => ">",
            Operator::GreaterEqual => ">=",
            Operator::Less => "<",
            Operator::LessEqual => "<=",
            Operator::Tilde => "~",
            Operator::Caret => "^",
        })?;
        let Partial {
            parts,
            fixed,
            ref prerelease,
            ..
        } = self.bound;
        if fixed == 0 {
            formatter.write_str("*")?;
        }
        for (index, part) in parts.iter().take(fixed.into()).enumerate() {
            let dot = if index > 0 { "." } else { "" };
            write!(formatter, "{dot}{part}")?;
        }
        if prerelease.is_empty() {
            Ok(())
        } else {
            write!(formatter, "-{prerelease}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(constraint: &str) -> Vec<String> {
        let constraint = Constraint::parse(constraint).unwrap();
        let quirks = constraint.quirks(Prereleases::ByConstraint);
        quirks.into_iter().map(|quirk| quirk.message).collect()
    }

    #[test]
    fn what_means_something_else_is_told() {
        for (constraint, message) in [
            ("!=*", "`!=*` admits every version but 0.0.0"),
            (">*", "`>*` admits every version above 0.0.0"),
            ("<*", "`<*` admits no version"),
            ("<=x", "`<=*` admits the versions 0.0.* alone"),
            ("^*", "`^*` admits the version 0.0.0 alone"),
            ("~0.0.0", "`~0.0.0` admits every version"),
            ("1 || ^x", "`^*` admits the version 0.0.0 alone"),
            (
                ">=1.0.0-0 <2",
                "`<2` lets prereleases of 2.0.0 pass, such as 2.0.0-beta",
            ),
            (
                ">=1.0.0-0, <1.4",
                "`<1.4` lets prereleases of 1.4.0 pass, such as 1.4.0-beta",
            ),
            ("1 2", "no version satisfies `1 2`"),
            ("^1 ^2", "no version satisfies `^1 ^2`"),
            (">2 <1", "no version satisfies `>2 <1`"),
            (">1.2.3 <1.2.4", "no version satisfies `>1.2.3 <1.2.4`"),
            ("<0", "no version satisfies `<0`"),
            ("1.2.3 !=1.2.3", "no version satisfies `1.2.3 !=1.2.3`"),
            ("1.2 !=1.2.x", "no version satisfies `1.2 !=1.2`"),
        ] {
            assert_eq!(messages(constraint), [message], "{constraint}");
        }
    }

    #[test]
    fn what_means_what_it_says_is_not() {
        for constraint in [
            "*",
            "^1",
            "1.2.3",
            ">=1 <2",
            ">=1.0.0-0 <2.0.0-0",
            ">=1.0.0-0 <=2",
            "^1-0",
            ">=1.0.0 <2.0.0-0",
            "!=1.2.3 ^1",
            "1.2.0 !=1.2.1",
            ">1.2.3-a <1.2.3",
            ">1.2.3-rc.1 <1.2.3-rc.2",
            ">=1.2.3-0 <1.2.3-1",
            "!=0.0.0 !=0.0.1 <0.0.3",
            "~0.0",
            "~0.0.1",
            "<0.0.1",
            ">1 <3",
            "1 - 2",
        ] {
            assert_eq!(messages(constraint), [""; 0], "{constraint}");
        }
    }

    #[test]
    fn an_option_that_takes_prereleases_opens_the_end_as_well() {
        let constraint = Constraint::parse(">=1 <2").unwrap();
        assert_eq!(constraint.quirks(Prereleases::Include).len(), 1);
        assert!(constraint.quirks(Prereleases::Exclude).is_empty());
    }

    #[test]
    fn any_release_is_any_release() {
        for (constraint, expected) in [
            ("*", true),
            ("x", true),
            (">=0", true),
            (">=0.0.0-0", true),
            ("^1 || *", true),
            ("^0", false),
            (">0", false),
            ("* <3", false),
            ("!=*", false),
        ] {
            let constraint = Constraint::parse(constraint).unwrap();
            assert_eq!(constraint.admits_every_release(), expected, "{constraint}");
        }
    }
}

use std::cmp::Ordering;
use std::fmt;

use super::calver::{CalverFault, CalverRef, MOST_PARTS, compare_modifiers};
use super::comparator::{Comparator, ComparatorSet, Operator};
use super::constraint::{Prereleases, one_line};
use super::error::bad_constraint;
use super::grammar;
use super::scheme::Scheme;
use crate::error::TextError;

/// The allowed calendar versions: `>=2024.04`, `2024.x`, `>=2023.10 <2025 || 2026.01`.
///
/// The grammar is that of [`Constraint`](super::Constraint), with versions in the format of the scheme. A
/// comparator compares only the parts that it names, without filling up with zeros: `>2024` starts with 2025,
/// `<=2024` ends with the last day of 2024, and `2024` and `2024.x` are the whole year. `^` keeps the first
/// part and `~` the first two, starting from the version after them. A group admits versions with a modifier
/// only if one of its comparators names one; `<2024.6` admits none of 2024.6 itself.
///
/// `Display` gives the constraint as written, trimmed and with single spaces.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CalverConstraint {
    text: Box<str>,
    groups: Vec<ComparatorSet<CalverBound>>,
}

/// The version of a comparator, of which only the first parts may be named.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct CalverBound {
    parts: [u64; MOST_PARTS],
    /// How many parts are named.
    fixed: u8,
    /// Whether the last part of the scheme is named, so that modifiers count.
    is_whole: bool,
    /// Empty if none is named.
    modifier: Box<str>,
}

impl CalverConstraint {
    /// Parses a constraint on versions of a scheme.
    ///
    /// # Errors
    ///
    /// [`TextError`] with the location and a suggestion if the text does not follow the grammar, or a version
    /// in it does not match the scheme.
    ///
    /// ```
    /// use imagelock::version::{CalverConstraint, Scheme};
    ///
    /// let scheme = Scheme::parse("YYYY.0M")?;
    /// assert_eq!(CalverConstraint::parse(&scheme, ">=2023.10  <2025")?.to_string(), ">=2023.10 <2025");
    /// let error = CalverConstraint::parse(&scheme, ">=2024.13").unwrap_err();
    /// assert_eq!((error.offset, error.length), (2, 7));
    /// # Ok::<(), imagelock::error::TextError>(())
    /// ```
    pub fn parse(scheme: &Scheme, text: &str) -> Result<Self, TextError> {
        let groups = grammar::parse(text, |word, offset| bound(scheme, word, offset))?;
        for comparator in groups.iter().flat_map(|group| &group.comparators) {
            let is_open = comparator.bound.fixed == 0;
            if is_open && comparator.operator != Operator::Equal {
                return Err(
                    bad_constraint("an operator stands before a wildcard", 0, text.len())
                        .help("write `*` alone, or leave the constraint out"),
                );
            }
        }
        Ok(Self {
            text: one_line(text),
            groups,
        })
    }

    /// Returns the canonical text: as written, trimmed, with single spaces.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns `true` if the constraint names a modifier.
    pub fn names_modifier(&self) -> bool {
        self.groups.iter().any(names_modifier)
    }

    pub(crate) fn admits(&self, version: CalverRef<'_>, prereleases: Prereleases) -> bool {
        let is_prerelease = !version.modifier().is_empty();
        if is_prerelease && prereleases == Prereleases::Exclude {
            return false;
        }
        self.groups.iter().any(|group| {
            (!is_prerelease || prereleases == Prereleases::Include || names_modifier(group))
                && group
                    .comparators
                    .iter()
                    .all(|comparator| comparator.admits_calver(version))
        })
    }

    /// Returns how far a version is from being admitted, by numbers alone; zeros if it is admitted.
    pub(crate) fn distance(&self, version: CalverRef<'_>) -> [u64; MOST_PARTS] {
        if self.admits(version, Prereleases::Include) {
            return [0; MOST_PARTS];
        }
        let comparators = self.groups.iter().flat_map(|group| &group.comparators);
        let distances = comparators.map(|comparator| {
            let mut distance = [0; MOST_PARTS];
            let bound = &comparator.bound;
            let pairs = version.parts().into_iter().zip(bound.parts);
            for (slot, (part, bound)) in distance.iter_mut().zip(pairs).take(bound.fixed.into()) {
                *slot = part.abs_diff(bound);
                if *slot > 0 {
                    break;
                }
            }
            distance
        });
        distances.min().unwrap_or_default()
    }
}

fn names_modifier(group: &ComparatorSet<CalverBound>) -> bool {
    let mut comparators = group.comparators.iter();
    comparators.any(|comparator| !comparator.bound.modifier.is_empty())
}

impl Comparator<CalverBound> {
    fn admits_calver(&self, version: CalverRef<'_>) -> bool {
        let bound = &self.bound;
        let starts_alike = |count: usize| version.parts()[..count] == bound.parts[..count];
        let fixed = usize::from(bound.fixed);
        let compared = bound.compared_with(version);
        match self.operator {
            Operator::Equal => compared.is_eq(),
            Operator::NotEqual => compared.is_ne(),
            Operator::Greater => compared.is_gt(),
            Operator::GreaterEqual => compared.is_ge(),
            // Below a version is below its prereleases as well, unless one is named.
            Operator::Less if bound.modifier.is_empty() => {
                version.parts()[..fixed] < bound.parts[..fixed]
            }
            Operator::Less => compared.is_lt(),
            Operator::LessEqual => compared.is_le(),
            Operator::Tilde => compared.is_ge() && starts_alike(fixed.min(2)),
            Operator::Caret => compared.is_ge() && starts_alike(fixed.min(1)),
        }
    }
}

impl CalverBound {
    /// Says where a version stands: above (greater), below (less) or within what is named.
    fn compared_with(&self, version: CalverRef<'_>) -> Ordering {
        let named = ..usize::from(self.fixed);
        let numbers = version.parts()[named].cmp(&self.parts[named]);
        if self.is_whole {
            numbers.then_with(|| compare_modifiers(version.modifier(), &self.modifier))
        } else {
            numbers
        }
    }
}

/// Reads a version of a constraint: the first parts of the scheme, all of them, or wildcards.
fn bound(scheme: &Scheme, word: &str, offset: usize) -> Result<CalverBound, TextError> {
    let refused = |message: String| bad_constraint(message, offset, word.len());
    let example = || format!("write versions as `{scheme}` says, or their first parts");
    let numbers = scheme.numbers(word).map_err(|fault| match fault {
        CalverFault::Form => {
            refused(format!("`{word}` is not a version of `{scheme}`")).help(example())
        }
        fault => refused(format!("`{word}` {fault}")),
    })?;
    scheme
        .check_date(&numbers)
        .map_err(|fault| refused(format!("`{word}` {fault}")))?;
    let rest = &word[numbers.end..];
    let is_whole = usize::from(numbers.count) == scheme.parts.len();
    let mut modifier = "";
    if !is_wild(rest) {
        modifier = scheme
            .modifier_at(rest)
            .filter(|_| numbers.count > 0 && (is_whole || rest.is_empty()))
            .ok_or_else(|| {
                let error = refused(format!("`{word}` is not a version of `{scheme}`"));
                if !rest.is_empty() && numbers.count > 0 && is_whole && !scheme.has_modifier() {
                    error.help("the scheme has no `MODIFIER`")
                } else {
                    error.help(example())
                }
            })?;
    }
    Ok(CalverBound {
        parts: numbers.parts,
        fixed: numbers.count,
        is_whole,
        modifier: modifier.into(),
    })
}

/// Returns `true` if a rest is made of wildcards: `x`, `.x`, `.*.*`.
fn is_wild(rest: &str) -> bool {
    let mut parts = rest
        .strip_prefix(['.', '-', '_'])
        .unwrap_or(rest)
        .split(['.', '-', '_']);
    parts.all(|part| matches!(part, "x" | "X" | "*"))
}

impl fmt::Display for CalverConstraint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn matched<'t>(scheme: &str, constraint: &str, versions: &'t str) -> Vec<&'t str> {
        let scheme = Scheme::parse(scheme).unwrap();
        let constraint = CalverConstraint::parse(&scheme, constraint).unwrap();
        let admitted =
            |text: &&str| constraint.admits(scheme.read(text).unwrap(), Prereleases::ByConstraint);
        versions.split(' ').filter(admitted).collect()
    }

    #[test]
    fn comparators_look_at_the_parts_that_they_name() {
        let versions = "2023.09 2023.10 2023.12 2024.01 2024.04 2024.11 2025.01";
        for (constraint, expected) in [
            ("*", versions),
            (
                "2024 | 2024.x | 2024.* | =2024 | ^2024 | ~2024",
                "2024.01 2024.04 2024.11",
            ),
            (">=2024.04", "2024.04 2024.11 2025.01"),
            (">2024", "2025.01"),
            ("<=2023", "2023.09 2023.10 2023.12"),
            ("<2024", "2023.09 2023.10 2023.12"),
            (
                ">=2023.10 <2024 | >=2023.10, <2024 | 2023.10 - 2023",
                "2023.10 2023.12",
            ),
            ("2023.09 || 2025", "2023.09 2025.01"),
            ("!=2024", "2023.09 2023.10 2023.12 2025.01"),
            ("^2024.04", "2024.04 2024.11"),
            ("~2024.04 | 2024.04 | v2024.04", "2024.04"),
            (">2024.04", "2024.11 2025.01"),
        ] {
            for constraint in constraint.split(" | ") {
                let expected: Vec<_> = expected.split(' ').collect();
                assert_eq!(
                    matched("YYYY.0M", constraint, versions),
                    expected,
                    "{constraint}"
                );
            }
        }
    }

    #[test]
    fn schemes_without_separators_are_named_by_their_first_parts() {
        let versions = "20231231 20240105 20240229 20250101";
        for (constraint, expected) in [
            ("2024", "20240105 20240229"),
            (">=202402", "20240229 20250101"),
            ("<20240229", "20231231 20240105"),
        ] {
            let expected: Vec<_> = expected.split(' ').collect();
            assert_eq!(matched("YYYY0M0D", constraint, versions), expected);
        }
    }

    #[test]
    fn modifiers_are_admitted_where_one_is_named() {
        let versions = "2024.4-rc1 2024.4-rc10 2024.4 2024.5-rc1 2024.5";
        for (constraint, expected) in [
            ("2024", "2024.4 2024.5"),
            (">=2024.4-rc2", "2024.4-rc10 2024.4 2024.5-rc1 2024.5"),
            (">2024.4-rc1 <=2024.4", "2024.4-rc10 2024.4"),
            ("2024.4-rc1", "2024.4-rc1"),
            ("2024.5 || 2024.4-rc1", "2024.4-rc1 2024.5"),
        ] {
            let expected: Vec<_> = expected.split(' ').collect();
            assert_eq!(
                matched("YYYY.MM-MODIFIER", constraint, versions),
                expected,
                "{constraint}"
            );
        }
    }

    #[test]
    fn errors_mark_the_culprit_and_say_what_to_write() {
        for (scheme, text, mark, help) in [
            ("YYYY.0M", "", "", "`*`"),
            ("YYYY.0M", ">=24.04", "24.04", "`YYYY.0M`"),
            ("YYYY.0M", ">=2024.4", "2024.4", "`YYYY.0M`"),
            ("YYYY.0M", ">=2024.13", "2024.13", ""),
            ("YYYY.0M", "2024.04.1", "2024.04.1", "no `MODIFIER`"),
            ("YYYY.0M", "2024-rc1", "2024-rc1", "`YYYY.0M`"),
            ("YYYY.0M", "latest", "latest", "`YYYY.0M`"),
            ("YYYY.0M", "==2024", "==", "`=`"),
            ("YYYY.0M", ">*", ">*", "alone"),
            ("YYYY.0M.0D", "<2024.02.30", "2024.02.30", ""),
            ("YYYY.0M", "2024 && 2025", "&&", "a blank or a comma"),
        ] {
            let scheme = Scheme::parse(scheme).unwrap();
            let error = CalverConstraint::parse(&scheme, text).expect_err(text);
            assert_eq!(
                &text[error.offset..error.offset + error.length],
                mark,
                "{text}: {error}"
            );
            let advice = error.help.clone().unwrap_or_default();
            assert!(advice.contains(help), "{text}: {error:?}");
        }
    }

    proptest! {
        #[test]
        fn reading_never_panics(
            scheme in prop::sample::select(vec!["YYYY.MM", "YYYY0M0D-MODIFIER", "YY.MINOR.MICRO", "YYYY.0MMODIFIER"]),
            text in prop_oneof!["\\PC{0,12}", "([<>=~^]?(2024|24)?[.x0-9-]{0,5}( |,|\\|\\|)?){0,3}"],
        ) {
            let scheme = Scheme::parse(scheme).unwrap();
            if let Err(error) = CalverConstraint::parse(&scheme, &text) {
                prop_assert!(text.get(error.offset..error.offset + error.length).is_some(), "{:?}", error);
            }
        }
    }
}

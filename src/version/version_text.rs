use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

use super::VersionRef;

/// A version: in the syntax of Masterminds/semver 3.4 ([`Version::parse`]), or as policies read tags
/// ([`Version::of_tag`]).
///
/// Two versions are equal if they are spelled the same; [`Version::precedence`] orders them by value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Version {
    text: Box<str>,
}

impl Version {
    /// Parses a version; returns `None` if the text is not a version.
    ///
    /// Missing components count as zero, leading zeros of the three components are dropped, and components
    /// fit into 64 bits. `V1`, `1.2.3.4`, `1.2.`, `1.2.3-01` and `1.2.3_1` are not versions.
    ///
    /// ```
    /// use imagelock::version::Version;
    ///
    /// let version = Version::parse("v1.27-alpine3.20").expect("a version");
    /// assert_eq!(version.parts(), [1, 27, 0]);
    /// assert_eq!(version.prerelease().as_deref(), Some("alpine3.20"));
    /// assert_eq!(Version::parse("latest"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        VersionRef::parse(text).map(|_| Self { text: text.into() })
    }

    /// Reads a version from a tag, in more formats than Masterminds; returns `None` if the tag is not a
    /// version.
    ///
    /// A tag can have more than three components, and a build after an underscore: `27.3.4.16`,
    /// `11.0.14.1_1`. Constraints compare the first three components; the further ones order versions that
    /// are equal in them. A word with digits directly after the components is a prerelease: `3.15.0rc1` is
    /// rc.1 of 3.15.0. The words are `a alpha b beta c rc cr m dev pre preview ea snapshot`.
    ///
    /// ```
    /// use imagelock::version::Version;
    ///
    /// let version = Version::of_tag("27.3.4.16").expect("a version");
    /// assert!(version.precedence(&Version::of_tag("27.3.4.9").expect("a version")).is_gt());
    /// let version = Version::of_tag("19beta3").expect("a version");
    /// assert_eq!(version.prerelease().as_deref(), Some("beta.3"));
    /// assert_eq!(Version::of_tag("1.1.1w"), None);
    /// ```
    pub fn of_tag(text: &str) -> Option<Self> {
        VersionRef::of_tag(text).map(|_| Self { text: text.into() })
    }

    /// Returns the version as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns major, minor and patch; missing components are zero.
    pub fn parts(&self) -> [u64; 3] {
        self.view().parts()
    }

    /// Returns the number of components as written.
    pub fn part_count(&self) -> usize {
        self.view().part_count()
    }

    /// Returns `true` if the version was written with a leading `v`.
    pub fn has_v(&self) -> bool {
        self.view().has_v()
    }

    /// Returns the components after the third, with the dots and the underscore before them: `.1_1` of
    /// `11.0.14.1_1`; empty if there are none.
    pub fn further(&self) -> &str {
        self.view().further()
    }

    /// Returns the prerelease: `rc.1` of `1.2.0-rc.1` and of `1.2.0rc1`.
    pub fn prerelease(&self) -> Option<Cow<'_, str>> {
        Some(self.view().identifiers()).filter(|prerelease| !prerelease.is_empty())
    }

    /// Returns `true` if it is a prerelease.
    pub fn is_prerelease(&self) -> bool {
        self.view().is_prerelease()
    }

    /// Returns `true` if the first component is in 1900–2999 or was written with six or more digits.
    pub fn is_date_like(&self) -> bool {
        self.view().is_date_like()
    }

    /// Compares by semantic-versioning precedence, with further components after the third; metadata and
    /// spelling are ignored. Prereleases that are a stage and numbers are compared by number: `rc10` is above
    /// `rc9`, and equal to `rc.10`.
    pub fn precedence(&self, other: &Self) -> Ordering {
        self.view().precedence(other.view())
    }

    pub(super) fn view(&self) -> VersionRef<'_> {
        // What Masterminds reads, tags are read as alike.
        VersionRef::of_tag(&self.text).expect("invariant: the text was read as a version before")
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_what_masterminds_reads() {
        for text in [
            "1",
            "v1",
            "1.0",
            "1.0.0",
            "v1.0.0",
            "01.0",
            "1.0.0+build.01",
        ] {
            let version = Version::parse(text).unwrap();
            assert_eq!(version.parts(), [1, 0, 0], "{text}");
            assert!(
                version.precedence(&Version::parse("1").unwrap()).is_eq(),
                "{text}"
            );
            assert!(!version.is_prerelease());
        }
        for (text, prerelease) in [
            ("1-alpine", "alpine"),
            ("1.2-rc1", "rc1"),
            ("1.2.3-debian-12-r3", "debian-12-r3"),
            ("1.2.3-a.0.b-", "a.0.b-"),
            ("20230101-abc", "abc"),
        ] {
            assert_eq!(
                Version::parse(text).unwrap().prerelease().as_deref(),
                Some(prerelease),
                "{text}"
            );
        }
        assert_eq!(Version::parse("2024.01.05").unwrap().parts(), [2024, 1, 5]);
        assert_eq!(
            Version::parse("18446744073709551615").unwrap().parts()[0],
            u64::MAX
        );
    }

    #[test]
    fn refuses_what_masterminds_refuses() {
        for text in [
            "",
            "v",
            "latest",
            "V1.5.0",
            "r1.2.3",
            "release-1.2.3",
            "1.2.3.4",
            "1.2.",
            "1..2",
            "1.2.3-",
            "1.2.3+",
            "1.2.3_1",
            "1.2.3-a_b",
            "1.2.3-a..b",
            "7f3a2b1",
            "1e10",
            " 1.2.3",
            "1.2.3 ",
            "1.2.3-01",
            "1.2.3-rc.01",
            "18446744073709551616",
            "vv1",
            "-1",
            ".1",
            "1.2.3-é",
        ] {
            assert_eq!(Version::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn tags_are_read_more_generously() {
        for (text, parts, further, prerelease) in [
            ("27.3.4.16", [27, 3, 4], ".16", None),
            ("v2.0.20260817.0", [2, 0, 20_260_817], ".0", None),
            ("11.0.14.1_1", [11, 0, 14], ".1_1", None),
            ("21_35", [21, 0, 0], "_35", None),
            ("1.2.3.4-rc.1", [1, 2, 3], ".4", Some("rc.1")),
            ("19beta3", [19, 0, 0], "", Some("beta.3")),
            ("3.15.0rc01", [3, 15, 0], "", Some("rc.1")),
            ("1.31.0b2+x", [1, 31, 0], "", Some("b.2")),
            ("5.0.0.1M2", [5, 0, 0], ".1", Some("m.2")),
            ("3.14.0_rc2", [3, 14, 0], "", Some("rc.2")),
        ] {
            let version = Version::of_tag(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(version.parts(), parts, "{text}");
            assert_eq!(version.further(), further, "{text}");
            assert_eq!(version.prerelease().as_deref(), prerelease, "{text}");
            assert_eq!(Version::parse(text), None, "{text}");
        }
        for text in [
            "1.1.1w",
            "9p1",
            "8u412",
            "1.2.3rc",
            "1.2.3rc1-alpine",
            "1.2.3_1_2",
            "1.2.3_",
            "1.2.3_up1.0",
            "1.2.3_alpine3",
            "1234b56",
            "7f3a2b1",
            "1.2.",
            "1..2",
            "1.2.3.x",
            "1.2.3-01",
            "2026.8.0.dev202607050315",
        ] {
            assert_eq!(Version::of_tag(text), None, "{text}");
        }
    }

    #[test]
    fn further_numbers_order_what_is_equal_in_three() {
        let ascending = [
            "11.0.13.9",
            "11.0.14-ea.1",
            "11.0.14ea2",
            "11.0.14-rc.1",
            "11.0.14-rc2",
            "11.0.14-RC.9",
            "11.0.14_rc10",
            "11.0.14",
            "11.0.14_9",
            "11.0.14_10",
            "11.0.14.1-rc.1",
            "11.0.14.1rc2",
            "11.0.14.1_1",
            "11.0.14.2",
            "11.0.15",
        ];
        for (index, left) in ascending.iter().enumerate() {
            for (other, right) in ascending.iter().enumerate() {
                let (left, right) = (
                    Version::of_tag(left).unwrap(),
                    Version::of_tag(right).unwrap(),
                );
                assert_eq!(left.precedence(&right), index.cmp(&other), "{left} {right}");
            }
        }
    }

    #[test]
    fn precedence_follows_semantic_versioning() {
        let ascending = [
            "0.9",
            "1.0.0-0",
            "1.0.0-1",
            "1.0.0-11",
            "1.0.0-99999999999999999999999",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1",
            "1.2.3-alpine3.20",
            "1.2.3-debian-12-r10",
            "1.2.3-debian-12-r3",
            "1.2.3",
            "1.10",
            "10",
            "20230101",
        ];
        for (index, left) in ascending.iter().enumerate() {
            for (other, right) in ascending.iter().enumerate() {
                let (left, right) = (
                    Version::parse(left).unwrap(),
                    Version::parse(right).unwrap(),
                );
                assert_eq!(left.precedence(&right), index.cmp(&other), "{left} {right}");
            }
        }
    }

    #[test]
    fn dates_and_commits_are_told_from_versions() {
        for text in [
            "1900", "2024.1.5", "2999", "20230101", "1234567", "0012345", "v2023",
        ] {
            assert!(Version::parse(text).unwrap().is_date_like(), "{text}");
        }
        for text in [
            "1899",
            "3000",
            "1.2024",
            "12345",
            "1.20230101.0",
            "1-20230101",
        ] {
            assert!(!Version::parse(text).unwrap().is_date_like(), "{text}");
        }
    }

    fn version() -> impl Strategy<Value = Version> {
        let numbers = "v?[0-9]{1,2}(\\.[0-2]{1,2}){0,4}(_[0-2])?";
        let prerelease = "(-(0|[1-9][0-9]?|[a-b-]{1,2})(\\.(0|[1-9]|[a-b]))?|(rc|b)[0-2]{1,2})?(\\+[a-b0-1]{1,2})?";
        (numbers, prerelease).prop_map(|(numbers, prerelease)| {
            Version::of_tag(&format!("{numbers}{prerelease}")).unwrap()
        })
    }

    proptest! {
        #[test]
        fn reading_never_panics(text in "\\PC{0,20}", near in "[v0-9.+x*_rc-]{0,12}") {
            for text in [&text, &near] {
                let (strict, generous) = (Version::parse(text), Version::of_tag(text));
                prop_assert!(strict.is_none() || strict == generous, "{}", text);
            }
        }

        #[test]
        fn display_reads_back(version in version()) {
            prop_assert_eq!(Version::of_tag(&version.to_string()), Some(version));
        }

        #[test]
        fn precedence_is_a_total_order(a in version(), b in version(), c in version()) {
            prop_assert_eq!(a.precedence(&b), b.precedence(&a).reverse());
            prop_assert!(a.precedence(&a).is_eq());
            if a.precedence(&b).is_le() && b.precedence(&c).is_le() {
                prop_assert!(a.precedence(&c).is_le());
            }
            if a.precedence(&b).is_eq() {
                prop_assert_eq!(a.precedence(&c), b.precedence(&c));
            }
        }
    }
}

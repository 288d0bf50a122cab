use std::cmp::Ordering;

use serde::Serialize;

use crate::image::Tag;
use crate::lock::Pin;
use crate::version::{VersionRef, stage};

/// The size of a step between two tags.
///
/// The order is that of the care that a change needs: a step that cannot be measured ranks above a minor one,
/// so that a rule such as "at most patch" never allows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Level"))]
#[serde(rename_all = "kebab-case")]
pub enum ChangeLevel {
    /// The tag is the same and points to a different digest.
    Digest,
    /// The third component of the version differs, or one after it.
    Patch,
    /// The second component of the version differs.
    Minor,
    /// The tags are not comparable, or the repository changed.
    Other,
    /// The first component of the version differs.
    Major,
}

/// A measured step from one tag to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VersionStep {
    /// The level.
    pub level: ChangeLevel,
    /// Whether the step is a downgrade.
    pub downgrade: bool,
}

impl ChangeLevel {
    /// Returns the step between two pins, or `None` if repository, tag and digest are the same.
    pub fn between(before: &Pin, after: &Pin) -> Option<VersionStep> {
        let stays = |level| {
            Some(VersionStep {
                level,
                downgrade: false,
            })
        };
        if before.image != after.image {
            return stays(Self::Other);
        }
        if before.tag != after.tag {
            return Some(Self::of_tags(&before.tag, &after.tag));
        }
        if before.digest == after.digest {
            return None;
        }
        stays(Self::Digest)
    }

    /// Returns the step between two different tags.
    ///
    /// A tag is a version and, after the first hyphen, a suffix. The version components decide the level if
    /// the suffixes differ only in their numbers (`-alpine3.19`, `-alpine3.20`) or mark prereleases. With
    /// different suffixes (`-alpine`, `-bookworm`), or with equal components, the level is [`ChangeLevel::Other`].
    /// A difference after the third component is a patch. Complete dates (`20240131`) have no levels.
    ///
    /// ```
    /// use imagelock::diff::ChangeLevel;
    /// use imagelock::image::Tag;
    ///
    /// let step = ChangeLevel::of_tags(&Tag::parse("1.27.4-alpine")?, &Tag::parse("1.27.5-alpine")?);
    /// assert_eq!((step.level, step.downgrade), (ChangeLevel::Patch, false));
    /// # Ok::<(), imagelock::image::TagError>(())
    /// ```
    pub fn of_tags(before: &Tag, after: &Tag) -> VersionStep {
        let other = |downgrade| VersionStep {
            level: Self::Other,
            downgrade,
        };
        let (Some(old), Some(new)) = (TagParts::of(before), TagParts::of(after)) else {
            return other(false);
        };
        if old.is_date_like() != new.is_date_like() {
            return other(false);
        }
        let (before, after) = (old.version.parts(), new.version.parts());
        let order = old.version.numbers_compared(new.version);
        if order.is_eq() {
            let order = old.order_of_prereleases(&new);
            let order = order.or_else(|| order_of_suffixes(old.suffix, new.suffix));
            return other(order == Some(Ordering::Greater));
        }
        let downgrade = order.is_gt();
        let is_one_number = |parts: &TagParts<'_>| parts.version.part_count() == 1;
        let whole_date = old.is_date_like() && is_one_number(&old) && is_one_number(&new);
        if whole_date || !is_comparable(old.suffix, new.suffix) {
            return other(downgrade);
        }
        let level = if before[0] != after[0] {
            Self::Major
        } else if before[1] != after[1] {
            Self::Minor
        } else {
            Self::Patch
        };
        VersionStep { level, downgrade }
    }

    /// Returns the level as it is printed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Digest => "digest",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Other => "other",
            Self::Major => "major",
        }
    }
}

struct TagParts<'t> {
    /// What stands before the first hyphen.
    version: VersionRef<'t>,
    suffix: &'t str,
}

impl<'t> TagParts<'t> {
    fn of(tag: &'t Tag) -> Option<Self> {
        // Not the version's own prerelease: suffixes may have what a version may not, such as `_`.
        let (head, suffix) = tag.as_str().split_once('-').unwrap_or((tag.as_str(), ""));
        let version = VersionRef::of_tag(head)?;
        Some(Self { version, suffix })
    }

    fn is_date_like(&self) -> bool {
        self.version.is_date_like()
    }

    /// Returns how the prereleases that are glued to the same numbers are ordered, if they differ.
    fn order_of_prereleases(&self, other: &Self) -> Option<Ordering> {
        let order = self.version.precedence(other.version);
        (order.is_ne() && self.suffix == other.suffix).then_some(order)
    }
}

fn is_comparable(before: &str, after: &str) -> bool {
    let plain = |suffix: &str| suffix.is_empty() || stage(suffix).is_some();
    shape(before) == shape(after) || (plain(before) && plain(after))
}

/// Returns the suffix with every number replaced by `#`.
fn shape(suffix: &str) -> String {
    let mut shape = String::with_capacity(suffix.len());
    for character in suffix.chars() {
        match character {
            '0'..='9' if shape.ends_with('#') => {}
            '0'..='9' => shape.push('#'),
            _ => shape.push(character),
        }
    }
    shape
}

/// Returns how two suffixes of the same version are ordered, where that is known.
fn order_of_suffixes(before: &str, after: &str) -> Option<Ordering> {
    if shape(before) == shape(after) {
        return Some(numbers(before).cmp(&numbers(after)));
    }
    match (stage(before), stage(after)) {
        (Some(old), Some(new)) if old != new => Some(old.cmp(&new)),
        (Some(_), None) if after.is_empty() => Some(Ordering::Less),
        (None, Some(_)) if before.is_empty() => Some(Ordering::Greater),
        _ => None,
    }
}

/// Returns the numbers in a text, each as its length and digits without leading zeros.
fn numbers(text: &str) -> Vec<(usize, &str)> {
    text.split(|character: char| !character.is_ascii_digit())
        .filter(|digits| !digits.is_empty())
        .map(|digits| digits.trim_start_matches('0'))
        .map(|digits| (digits.len(), digits))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_of_tags() {
        use ChangeLevel::{Major, Minor, Other, Patch};
        for (before, after, level, downgrade) in [
            ("1.27.4", "1.27.5", Patch, false),
            ("1.27.4-alpine", "1.27.5-alpine", Patch, false),
            ("1.27.5-alpine", "1.27.4-alpine", Patch, true),
            ("1.27.4-alpine3.19", "1.27.5-alpine3.20", Patch, false),
            ("1.27.9-debian-12-r3", "1.27.10-debian-12-r0", Patch, false),
            ("1.2.3-ubuntu_22", "1.3.0-ubuntu_22", Minor, false),
            ("v1.27.4", "v1.28.0", Minor, false),
            ("1.27.4", "v2.0.0", Major, false),
            ("16", "17", Major, false),
            ("2.0", "1.9", Major, true),
            ("1.27", "1.27.5", Patch, false),
            ("1.2.3-rc.1", "1.3.0", Minor, false),
            ("1.2.3", "1.3.0-rc.1", Minor, false),
            ("2024.1.0", "2024.2.0", Minor, false),
            // The same numbers: there is no level, but there may be a direction.
            ("1.27-alpine3.19", "1.27-alpine3.20", Other, false),
            ("1.27-alpine3.20", "1.27-alpine3.9", Other, true),
            ("1.2.3-debian-12-r10", "1.2.3-debian-12-r9", Other, true),
            ("1.2.3-rc.1", "1.2.3", Other, false),
            ("1.2.3", "1.2.3-rc.1", Other, true),
            ("1.2.3-rc.1", "1.2.3-beta.2", Other, true),
            ("1.2.3-beta", "1.2.3-rc.1", Other, false),
            ("1.2.3", "1.2.3-alpine", Other, false),
            ("1.2.3-alpine", "1.2.3", Other, false),
            ("1.27", "1.27.0", Other, false),
            ("v1.27.0", "1.27.0", Other, false),
            // Not to be measured.
            ("1.27.4-alpine", "1.28.0-bookworm", Other, false),
            ("1.28.0-alpine", "1.27.4-bookworm", Other, true),
            ("1.27.4", "latest", Other, false),
            ("12-slim", "bookworm-slim", Other, false),
            ("20240101", "20240102", Other, false),
            ("20240102", "20240101", Other, true),
            ("20240102", "1.0.0", Other, false),
            // More than three numbers, and prereleases without a hyphen.
            ("1.2.3.4", "1.2.3.5", Patch, false),
            ("1.2.3.10-ls2", "1.2.3.9-ls3", Patch, true),
            ("11.0.14_9-jdk", "11.0.14.1_1-jdk", Patch, false),
            ("27.3.4.16", "28.0.0.0", Major, false),
            ("1.2.3", "1.2.3.0", Other, false),
            ("19beta1", "19beta3", Other, false),
            ("3.15.0", "3.15.0rc1", Other, true),
            ("18.6", "19beta3", Major, false),
        ] {
            let step =
                ChangeLevel::of_tags(&Tag::parse(before).unwrap(), &Tag::parse(after).unwrap());
            assert_eq!(
                step,
                VersionStep { level, downgrade },
                "{before} -> {after}"
            );
        }
    }

    #[test]
    fn the_unmeasured_is_above_a_minor_step() {
        let mut levels = [
            ChangeLevel::Major,
            ChangeLevel::Digest,
            ChangeLevel::Other,
            ChangeLevel::Minor,
            ChangeLevel::Patch,
        ];
        levels.sort();
        assert_eq!(
            levels.map(ChangeLevel::as_str),
            ["digest", "patch", "minor", "other", "major"]
        );
    }
}

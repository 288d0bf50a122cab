use std::cmp::Ordering;

use serde::Serialize;

use crate::image::Tag;
use crate::lock::Entry;
use crate::version::Version;

/// How far a pin went.
///
/// The order is the order of care a change needs: a step that cannot be measured stands above a minor
/// one, so that a rule such as "at most patch" never lets it through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// The tag is the same and names other content now.
    Digest,
    /// The third number of the version differs.
    Patch,
    /// The second number of the version differs.
    Minor,
    /// The tags cannot be measured against each other, or the repository is another one.
    Other,
    /// The first number of the version differs.
    Major,
}

/// A measured step from one tag to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// How far.
    pub level: Level,
    /// Whether it went backwards.
    pub downgrade: bool,
}

impl Level {
    /// Returns the step between two pins, or `None` if repository, tag and digest are the same.
    pub fn between(before: &Entry, after: &Entry) -> Option<Step> {
        let stays = |level| {
            Some(Step {
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
    /// A tag is a version and, after the first hyphen, a suffix. The numbers decide the level where
    /// the suffixes are the same but for their numbers (`-alpine3.19`, `-alpine3.20`) or mark
    /// prereleases; with unlike suffixes (`-alpine`, `-bookworm`), or with the same numbers, the
    /// level is [`Level::Other`]. Numbers that are whole dates (`20240131`) have no levels.
    ///
    /// ```
    /// use imagelock::diff::Level;
    /// use imagelock::image::Tag;
    ///
    /// let step = Level::of_tags(&Tag::parse("1.27.4-alpine")?, &Tag::parse("1.27.5-alpine")?);
    /// assert_eq!((step.level, step.downgrade), (Level::Patch, false));
    /// # Ok::<(), imagelock::image::TagError>(())
    /// ```
    pub fn of_tags(before: &Tag, after: &Tag) -> Step {
        let other = |downgrade| Step {
            level: Self::Other,
            downgrade,
        };
        let (Some(old), Some(new)) = (Parts::of(before), Parts::of(after)) else {
            return other(false);
        };
        if old.is_date_like != new.is_date_like {
            return other(false);
        }
        if old.numbers == new.numbers {
            return other(order_of_suffixes(old.suffix, new.suffix) == Some(Ordering::Greater));
        }
        let downgrade = old.numbers > new.numbers;
        let whole_date = old.is_date_like && old.count == 1 && new.count == 1;
        if whole_date || !is_comparable(old.suffix, new.suffix) {
            return other(downgrade);
        }
        let level = if old.numbers[0] != new.numbers[0] {
            Self::Major
        } else if old.numbers[1] != new.numbers[1] {
            Self::Minor
        } else {
            Self::Patch
        };
        Step { level, downgrade }
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

struct Parts<'t> {
    numbers: [u64; 3],
    count: usize,
    is_date_like: bool,
    suffix: &'t str,
}

impl<'t> Parts<'t> {
    fn of(tag: &'t Tag) -> Option<Self> {
        // Not the version's own prerelease: suffixes may have what a version may not, such as `_`.
        let (head, suffix) = tag.as_str().split_once('-').unwrap_or((tag.as_str(), ""));
        let version = Version::parse(head)?;
        Some(Self {
            numbers: version.parts(),
            count: version.part_count(),
            is_date_like: version.is_date_like(),
            suffix,
        })
    }
}

/// The words that prereleases start with, earlier stages first.
const STAGES: [&str; 9] = [
    "dev", "snapshot", "nightly", "canary", "alpha", "beta", "pre", "preview", "rc",
];

fn stage(suffix: &str) -> Option<usize> {
    let length = suffix.bytes().take_while(u8::is_ascii_alphabetic).count();
    let word = &suffix[..length];
    STAGES
        .iter()
        .position(|stage| stage.eq_ignore_ascii_case(word))
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
        use Level::{Major, Minor, Other, Patch};
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
            ("1.2.3.4", "1.2.3.5", Other, false),
        ] {
            let step = Level::of_tags(&Tag::parse(before).unwrap(), &Tag::parse(after).unwrap());
            assert_eq!(step, Step { level, downgrade }, "{before} -> {after}");
        }
    }

    #[test]
    fn the_unmeasured_is_above_a_minor_step() {
        let mut levels = [
            Level::Major,
            Level::Digest,
            Level::Other,
            Level::Minor,
            Level::Patch,
        ];
        levels.sort();
        assert_eq!(
            levels.map(Level::as_str),
            ["digest", "patch", "minor", "other", "major"]
        );
    }
}

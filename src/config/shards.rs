use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::{Config, ties};
use crate::image::Digest;

/// One of several equal shares of a config's images: the third of eight is `3/8`.
///
/// All images of a repository are in one shard, and so are all of a group of one version. Which one that is
/// depends on the repository's name and the number of shards alone: what joins or leaves the config moves no
/// other image to another shard, unless a group ties them together.
///
/// ```
/// use imagelock::config::{self, Format, Shard, SourceFile};
///
/// let text = "version = 1\n[images]\nnginx = \"^1\"\nredis = \"^7\"";
/// let config = config::parse(&SourceFile::new("images.toml", text, Format::Toml))?;
/// let shards = [Shard::parse("1/2"), Shard::parse("2/2")].map(Option::unwrap);
/// let names = shards.map(|shard| shard.names(&config));
/// assert_eq!(names[0].len() + names[1].len(), 2);
/// # Ok::<(), Vec<imagelock::error::Diagnostic>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shard {
    count: u64,
    number: u64,
}

impl Shard {
    /// The most shards that there may be.
    pub const MOST: u64 = 10_000;

    /// Returns a shard by its number, from 1, and how many there are; nothing for a number beyond that, and for
    /// more than [`MOST`](Self::MOST).
    pub fn new(number: u64, count: u64) -> Option<Self> {
        let is_there = (1..=count).contains(&number) && count <= Self::MOST;
        is_there.then_some(Self { count, number })
    }

    /// Reads `3/8`; nothing for any other form, and for a number that is not from 1 to the count.
    pub fn parse(text: &str) -> Option<Self> {
        let (number, count) = text.split_once('/')?;
        let read = |text: &str| {
            let digits = text.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| text.parse().ok())?
        };
        Self::new(read(number)?, read(count)?)
    }

    /// Returns which one it is, from 1.
    pub fn number(self) -> u64 {
        self.number
    }

    /// Returns how many there are.
    pub fn count(self) -> u64 {
        self.count
    }

    /// Returns the names of the images that are in this shard.
    pub fn names(self, config: &Config) -> BTreeSet<String> {
        let numbers = Self::numbers(config, self.count).into_iter();
        let own = numbers.filter(|(_, number)| *number == self.number);
        own.map(|(name, _)| name.into()).collect()
    }

    /// Returns the number of the shard of each image, by the image's name, if there are so many shards.
    pub fn numbers(config: &Config, count: u64) -> BTreeMap<&str, u64> {
        let parts = ties::partition(&config.images, ToString::to_string);
        // A part goes where the first of its repositories, by name, goes.
        let mut first: BTreeMap<usize, String> = BTreeMap::new();
        for (spec, part) in config.images.iter().zip(&parts) {
            let repository = spec.repository.to_string();
            let known = first.entry(*part).or_insert_with(|| repository.clone());
            if repository < *known {
                *known = repository;
            }
        }
        let numbers = first.into_iter();
        let numbers = numbers.map(|(part, repository)| (part, number_of(&repository, count)));
        let numbers: BTreeMap<usize, u64> = numbers.collect();
        let images = config.images.iter().zip(parts);
        images
            .map(|(spec, part)| (spec.name.as_str(), numbers[&part]))
            .collect()
    }
}

/// Returns the number of a repository's shard: the first eight bytes of its name's SHA-256, as a number, modulo the
/// count; and one more, since shards count from 1.
fn number_of(repository: &str, count: u64) -> u64 {
    let digest = Digest::sha256_of(repository.as_bytes());
    let digits = digest.hex().get(..16).unwrap_or_default();
    let number = u64::from_str_radix(digits, 16).unwrap_or_default();
    number % count.max(1) + 1
}

impl fmt::Display for Shard {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.number, self.count)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::config::{Format, SourceFile, parse};

    fn config(images: &str) -> Config {
        let text = format!("version = 1\n[images]\n{images}");
        parse(&SourceFile::new("images.toml", &text, Format::Toml)).unwrap()
    }

    fn shards(count: u64) -> impl Iterator<Item = Shard> {
        (1..=count).filter_map(move |number| Shard::new(number, count))
    }

    #[test]
    fn it_is_written_as_a_fraction() {
        let shard = Shard::parse("3/8").unwrap();
        assert_eq!((shard.number(), shard.count()), (3, 8));
        assert_eq!(shard.to_string(), "3/8");
        for wrong in [
            "", "3", "1/10001", "0/8", "9/8", "3/0", "/8", "3/", "+3/8", "3/8/1", " 3/8", "a/b",
        ] {
            assert_eq!(Shard::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn where_a_repository_is_never_changes() {
        let names = [
            "docker.io/library/nginx",
            "docker.io/library/redis",
            "ghcr.io/acme/api",
        ];
        assert_eq!(names.map(|name| number_of(name, 1)), [1, 1, 1]);
        assert_eq!(names.map(|name| number_of(name, 8)), [2, 8, 8]);
        assert_eq!(names.map(|name| number_of(name, 1000)), [274, 656, 504]);
    }

    #[test]
    fn a_repository_and_a_group_of_one_version_stay_together() {
        let group = "group = \"g\", same-version = true";
        let members = (0..20).map(|number| {
            format!("m{number} = {{ image = \"r.io/m{number}\", constraint = \"^1\", {group} }}\n")
        });
        let members: Vec<String> = members.collect();
        let twins = String::from(
            "a1 = { image = \"a\", constraint = \"^1\" }\na2 = { image = \"a\", constraint = \"^2\" }\n",
        );
        let config = config(&(twins + &members.concat()));
        for shard in shards(7) {
            let names = shard.names(&config);
            assert_eq!(names.contains("a1"), names.contains("a2"));
            let members = names.iter().filter(|name| name.starts_with('m')).count();
            assert!(members == 0 || members == 20, "{shard}: {members}");
        }
    }

    proptest! {
        #[test]
        fn every_image_is_in_exactly_one_shard(
            names in proptest::collection::btree_set("[a-z]{1,8}", 1..40),
            count in 1_u64..20,
        ) {
            let lines: Vec<String> = names.iter().map(|name| format!("{name} = \"^1\"\n")).collect();
            let config = config(&lines.concat());
            let mut all: Vec<String> = shards(count).flat_map(|shard| shard.names(&config)).collect();
            all.sort();
            prop_assert_eq!(all, names.into_iter().collect::<Vec<_>>());
        }
    }
}

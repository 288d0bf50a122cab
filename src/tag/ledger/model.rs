use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Observations;
use crate::image::{Digest, Repository, Tag};

/// The observations of earlier runs, by repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    pub(super) repositories: BTreeMap<Repository, RepositoryHistory>,
}

/// What is known of one repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RepositoryHistory {
    /// How many tags there were when the lock was written last.
    pub(super) count: Option<usize>,
    /// Whether the whole list was seen, so that a tag which is not in `tags` is new since.
    pub(super) listed: bool,
    pub(super) tags: BTreeMap<Tag, Sighting>,
}

/// What is known of one tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sighting {
    /// When the tag was seen first with what it names; where nobody looked, when it was seen first.
    pub(super) since: Timestamp,
    /// What it names, if it was looked at.
    pub(super) digest: Option<Digest>,
}

impl Ledger {
    /// Returns `true` if earlier runs saw the repository's complete tag list.
    pub fn is_known(&self, repository: &Repository) -> bool {
        let record = self.repositories.get(repository);
        record.is_some_and(|record| record.listed)
    }

    /// Returns when a tag was first seen, with its current digest if that was recorded.
    pub fn first_seen(&self, repository: &Repository, tag: &Tag) -> Option<Timestamp> {
        self.sighting(repository, tag)
            .map(|sighting| sighting.since)
    }

    /// Returns the digest that a tag last pointed to.
    pub fn digest(&self, repository: &Repository, tag: &Tag) -> Option<&Digest> {
        self.sighting(repository, tag)?.digest.as_ref()
    }

    /// Returns when a tag first pointed to a digest, as far as earlier runs saw it.
    ///
    /// `now` is the answer for what is new in this run; see the rule of evidence in the documentation of the
    /// module.
    pub fn since(
        &self,
        repository: &Repository,
        tag: &Tag,
        digest: &Digest,
        now: Timestamp,
    ) -> Option<Timestamp> {
        let record = self.repositories.get(repository)?;
        let Some(sighting) = record.tags.get(tag) else {
            return record.listed.then_some(now);
        };
        let same = sighting.digest.as_ref()? == digest;
        Some(if same { sighting.since.min(now) } else { now })
    }

    /// Returns the number of tags in the repository when the lock was last written.
    pub fn tag_count(&self, repository: &Repository) -> Option<usize> {
        self.repositories.get(repository)?.count
    }

    /// Adds the observations of a run.
    ///
    /// Runs that saw the same data can be added in any order: the earliest time is kept. Tags that are no
    /// longer in a list are removed, unless another run saw them later. Of two digests of one tag, the later
    /// one is kept.
    pub fn add(&mut self, observations: &Observations) {
        let now = observations.now;
        for (repository, seen) in &observations.repositories {
            let record = self.repositories.entry(repository.clone()).or_default();
            if let Some(listed) = &seen.listed {
                let still = |tag: &Tag| listed.contains(tag) || seen.digests.contains_key(tag);
                record.listed = true;
                let tags = &mut record.tags;
                tags.retain(|tag, sighting| still(tag) || sighting.since > now);
                for tag in listed {
                    record.see(tag, None, now);
                }
            }
            for (tag, digest) in &seen.digests {
                record.see(tag, Some(digest), now);
            }
            record.count = seen.count.or(record.count);
        }
    }

    fn sighting(&self, repository: &Repository, tag: &Tag) -> Option<&Sighting> {
        self.repositories.get(repository)?.tags.get(tag)
    }
}

impl RepositoryHistory {
    fn see(&mut self, tag: &Tag, digest: Option<&Digest>, now: Timestamp) {
        let new = || Sighting {
            since: now,
            digest: digest.cloned(),
        };
        let sighting = self.tags.entry(tag.clone()).or_insert_with(new);
        match (&sighting.digest, digest) {
            (Some(known), Some(digest)) if known != digest && now >= sighting.since => {
                *sighting = new();
            }
            // Another run saw another digest later.
            (Some(known), Some(digest)) if known != digest => {}
            // When the content was first looked at; whether the tag named it before, nobody knows.
            (None, Some(_)) => *sighting = new(),
            // That the tag was there earlier says nothing of what it named.
            (Some(_), None) => {}
            _ => sighting.since = sighting.since.min(now),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repository() -> Repository {
        Repository::parse("ghcr.io/acme/api").unwrap()
    }

    fn tag(text: &str) -> Tag {
        Tag::parse(text).unwrap()
    }

    fn day(day: u8) -> Timestamp {
        format!("2026-03-{day:02}T08:00:00Z").parse().unwrap()
    }

    fn digest(seed: &str) -> Digest {
        Digest::sha256_of(seed.as_bytes())
    }

    /// A run that lists tags and looks at the content of some: `1.0=a`.
    fn run(at: u8, list: &str, looks: &str) -> Observations {
        let mut seen = Observations::at(day(at));
        let list: Vec<Tag> = list.split_whitespace().map(tag).collect();
        seen.tags(&repository(), &list);
        for (name, content) in looks
            .split_whitespace()
            .filter_map(|look| look.split_once('='))
        {
            seen.digest(&repository(), &tag(name), &digest(content));
        }
        seen
    }

    fn ledger<const N: usize>(runs: [Observations; N]) -> Ledger {
        let mut ledger = Ledger::default();
        for run in runs {
            ledger.add(&run);
        }
        ledger
    }

    fn since(ledger: &Ledger, name: &str, content: &str) -> Option<Timestamp> {
        ledger.since(&repository(), &tag(name), &digest(content), day(20))
    }

    #[test]
    fn the_first_look_tells_nothing_and_the_next_ones_do() {
        assert_eq!(since(&Ledger::default(), "1.0", "a"), None);
        let first = ledger([run(1, "1.0", "1.0=a")]);
        assert!(first.is_known(&repository()));
        assert_eq!(since(&first, "1.0", "a"), Some(day(1)));
        assert_eq!(since(&first, "1.1", "b"), Some(day(20)), "new since");
        let second = ledger([run(1, "1.0", "1.0=a"), run(2, "1.0 1.1", "1.0=a 1.1=b")]);
        assert_eq!(since(&second, "1.0", "a"), Some(day(1)));
        assert_eq!(since(&second, "1.1", "b"), Some(day(2)));
    }

    #[test]
    fn a_tag_that_is_pushed_again_starts_again() {
        let ledger = ledger([run(1, "1.0", "1.0=a"), run(5, "1.0", "1.0=b")]);
        assert_eq!(since(&ledger, "1.0", "b"), Some(day(5)));
        assert_eq!(
            since(&ledger, "1.0", "a"),
            Some(day(20)),
            "back again is new as well"
        );
        assert_eq!(
            ledger.digest(&repository(), &tag("1.0")),
            Some(&digest("b"))
        );
    }

    #[test]
    fn what_nobody_looked_at_has_no_age() {
        let listed = ledger([run(1, "1.0", "")]);
        assert_eq!(listed.first_seen(&repository(), &tag("1.0")), Some(day(1)));
        assert_eq!(since(&listed, "1.0", "a"), None);
        let looked = ledger([run(1, "1.0", ""), run(5, "1.0", "1.0=a")]);
        assert_eq!(since(&looked, "1.0", "a"), Some(day(5)));
        let later = ledger([run(1, "1.0", "1.0=a"), run(5, "1.0", "")]);
        assert_eq!(
            since(&later, "1.0", "a"),
            Some(day(1)),
            "a list moves nothing"
        );
    }

    #[test]
    fn tags_that_are_gone_are_dropped_and_new_again_when_they_return() {
        let gone = ledger([run(1, "1.0 1.1", "1.0=a 1.1=b"), run(2, "1.1", "")]);
        assert_eq!(gone.first_seen(&repository(), &tag("1.0")), None);
        assert_eq!(since(&gone, "1.0", "a"), Some(day(20)));
        // A run that began earlier and ends later does not know the newer tag.
        let late = ledger([run(2, "1.0 1.1", "1.1=b"), run(1, "1.0", "1.0=a")]);
        assert_eq!(since(&late, "1.1", "b"), Some(day(2)));
        // A tag that is followed by name need not be in the list.
        let followed = ledger([run(1, "1.0", "edge=a"), run(2, "1.0", "edge=a")]);
        assert_eq!(since(&followed, "edge", "a"), Some(day(1)));
    }

    #[test]
    fn only_a_list_tells_what_is_new() {
        let mut seen = Observations::at(day(1));
        seen.digest(&repository(), &tag("edge"), &digest("a"));
        seen.tag_count(&repository(), 7);
        let ledger = ledger([seen]);
        assert_eq!(since(&ledger, "edge", "a"), Some(day(1)));
        assert_eq!(since(&ledger, "1.0", "b"), None);
    }

    #[test]
    fn counts_are_those_of_the_run_that_wrote_last() {
        let mut seen = run(1, "1.0", "");
        seen.tag_count(&repository(), 7);
        let mut ledger = ledger([seen]);
        assert_eq!(ledger.tag_count(&repository()), Some(7));
        ledger.add(&run(2, "1.0 1.1", ""));
        assert_eq!(ledger.tag_count(&repository()), Some(7));
        let other = Repository::parse("nginx").unwrap();
        assert_eq!(
            (ledger.tag_count(&other), ledger.is_known(&other)),
            (None, false)
        );
    }
}

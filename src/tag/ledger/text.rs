use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Ledger;
use super::model::{RepositoryHistory, Sighting};
use crate::error::{Code, TextError};
use crate::image::{Digest, Repository, Tag};

/// The format version that this release reads and writes.
const VERSION: u64 = 1;

/// The text's first look: what does not depend on the version.
#[derive(Deserialize)]
struct Head {
    version: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LedgerDocument {
    version: u64,
    repositories: BTreeMap<Repository, LedgerEntry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LedgerEntry {
    /// How many tags there were when the lock was written last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tags: Option<usize>,
    /// Whether the whole list was seen.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    listed: bool,
    /// The names by the time of their first sighting, so that a first look is one group.
    #[serde(default)]
    seen: BTreeMap<Timestamp, Vec<Tag>>,
    /// What the tags named whose content was looked at.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    digests: BTreeMap<Tag, Digest>,
}

impl Ledger {
    /// Parses the text of a ledger.
    ///
    /// # Errors
    ///
    /// [`Code::StateSyntax`] if it is not JSON of the right structure, [`Code::StateVersion`] if it has
    /// another format version.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let head: Head = serde_json::from_str(text).map_err(|error| refused(text, &error))?;
        if head.version != VERSION {
            let message = format!(
                "it has format version {}, and this release knows version {VERSION}",
                head.version
            );
            let error = TextError::new(Code::StateVersion, message, 0, 0);
            return Err(error.help("use a release that knows it, or another file"));
        }
        let document: LedgerDocument =
            serde_json::from_str(text).map_err(|error| refused(text, &error))?;
        let repositories = document.repositories.into_iter();
        Ok(Self {
            repositories: repositories
                .map(|(repository, entry)| (repository, entry.into()))
                .collect(),
        })
    }

    /// Returns the ledger as JSON: sorted, one item per line, with a final line break.
    pub fn to_text(&self) -> String {
        let repositories = self.repositories.iter();
        let document = LedgerDocument {
            version: VERSION,
            repositories: repositories
                .map(|(repository, record)| (repository.clone(), record.into()))
                .collect(),
        };
        // Keys are text and there are no numbers with fractions, so that this cannot fail.
        serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
    }
}

impl From<LedgerEntry> for RepositoryHistory {
    fn from(entry: LedgerEntry) -> Self {
        let mut tags: BTreeMap<Tag, Sighting> = BTreeMap::new();
        // In the order of time: of two times of one tag, which a merge may leave, the later counts.
        for (since, names) in entry.seen {
            for tag in names {
                let digest = entry.digests.get(&tag).cloned();
                tags.insert(tag, Sighting { since, digest });
            }
        }
        Self {
            count: entry.tags,
            listed: entry.listed,
            tags,
        }
    }
}

impl From<&RepositoryHistory> for LedgerEntry {
    fn from(record: &RepositoryHistory) -> Self {
        let mut seen: BTreeMap<Timestamp, Vec<Tag>> = BTreeMap::new();
        let mut digests = BTreeMap::new();
        for (tag, sighting) in &record.tags {
            seen.entry(sighting.since).or_default().push(tag.clone());
            if let Some(digest) = &sighting.digest {
                digests.insert(tag.clone(), digest.clone());
            }
        }
        Self {
            tags: record.count,
            listed: record.listed,
            seen,
            digests,
        }
    }
}

/// Says what a JSON reader says, with its place in bytes.
fn refused(text: &str, error: &serde_json::Error) -> TextError {
    let message = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let message = message.strip_suffix(&place).unwrap_or(&message);
    let lines = text.split_inclusive('\n');
    let before: usize = lines
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum();
    // The column is the last byte read, counted from 1.
    let offset = (before + error.column().saturating_sub(1)).min(text.len());
    let length = usize::from(offset < text.len());
    TextError::new(Code::StateSyntax, message, offset, length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tag::Observations;
    use proptest::prelude::*;

    const TEXT: &str = r#"{
  "version": 1,
  "repositories": {
    "docker.io/library/nginx": {
      "tags": 3,
      "listed": true,
      "seen": {
        "2026-03-01T08:00:00Z": [
          "1.27.0",
          "latest"
        ],
        "2026-03-05T08:00:00Z": [
          "1.27.1"
        ]
      },
      "digests": {
        "1.27.0": "sha256:7cc4b5aefd1d0cadf8d97d4350462ba51c694ebca145b08d7d41b41acc8db5aa"
      }
    },
    "ghcr.io/acme/api": {
      "seen": {}
    }
  }
}
"#;

    #[test]
    fn the_text_is_one_item_a_line() {
        let ledger = Ledger::parse(TEXT).unwrap();
        assert_eq!(ledger.to_text(), TEXT);
        let nginx = Repository::parse("nginx").unwrap();
        assert_eq!(ledger.tag_count(&nginx), Some(3));
        let tag = Tag::parse("1.27.1").unwrap();
        let seen = ledger.first_seen(&nginx, &tag).unwrap();
        assert_eq!(seen.to_string(), "2026-03-05T08:00:00Z");
        assert!(ledger.is_known(&nginx));
        assert!(!ledger.is_known(&Repository::parse("ghcr.io/acme/api").unwrap()));
    }

    #[test]
    fn of_two_times_of_one_tag_the_later_counts() {
        let text = TEXT.replace("\"1.27.1\"", "\"latest\"");
        let ledger = Ledger::parse(&text).unwrap();
        let nginx = Repository::parse("nginx").unwrap();
        let seen = ledger.first_seen(&nginx, &Tag::parse("latest").unwrap());
        assert_eq!(seen.unwrap().to_string(), "2026-03-05T08:00:00Z");
    }

    #[test]
    fn what_cannot_be_read_is_named_with_its_place() {
        let refused = |text: &str| Ledger::parse(text).unwrap_err();
        let newer = refused(&TEXT.replace("\"version\": 1", "\"version\": 2"));
        assert_eq!(newer.code, Code::StateVersion);
        assert!(newer.message.contains("version 2") && newer.message.contains("version 1"));
        let bad = TEXT.replace("\"latest\"", "\"-latest\"");
        let error = refused(&bad);
        assert!(error.message.contains("`-latest` is not a tag"), "{error}");
        let line = bad[..error.offset].lines().count();
        // The reader notices at the next token.
        assert_eq!(line, 11, "{error:?}");
        for text in [
            "",
            "{",
            "[]",
            "{}",
            "<<<<<<< ours\n",
            &TEXT[..TEXT.len() - 3],
        ] {
            let error = refused(text);
            assert!(
                error.offset + error.length <= text.len(),
                "{text}: {error:?}"
            );
        }
        assert!(
            refused(&TEXT.replace("\"tags\"", "\"tag\""))
                .message
                .contains("`tag`")
        );
    }

    fn observed() -> impl Strategy<Value = Vec<(u8, u8, Option<u8>)>> {
        prop::collection::vec((0..3_u8, 0..6_u8, prop::option::of(0..3_u8)), 0..12)
    }

    fn repository(number: u8) -> Repository {
        Repository::new("ghcr.io", &format!("acme/app-{number}")).unwrap()
    }

    fn tag(number: u8) -> Tag {
        Tag::parse(&format!("1.{number}")).unwrap()
    }

    fn time(day: u8) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + i64::from(day) * 86_400).unwrap()
    }

    /// A run in which each repository's list is known and some content was looked at.
    fn run(day: u8, seen: &[(u8, u8, Option<u8>)]) -> Observations {
        let mut run = Observations::at(time(day));
        for number in 0..3 {
            let of_it = seen.iter().filter(|(repository, ..)| *repository == number);
            let list: Vec<Tag> = of_it.clone().map(|(_, name, _)| tag(*name)).collect();
            if list.is_empty() {
                continue;
            }
            run.tags(&repository(number), &list);
            for (_, name, content) in of_it {
                if let Some(content) = content {
                    run.digest(
                        &repository(number),
                        &tag(*name),
                        &Digest::sha256_of(&[*content]),
                    );
                }
            }
            run.tag_count(&repository(number), list.len());
        }
        run
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(runs in prop::collection::vec((0..9_u8, observed()), 0..4)) {
            let mut ledger = Ledger::default();
            for (day, seen) in runs {
                ledger.add(&run(day, &seen));
            }
            prop_assert_eq!(Ledger::parse(&ledger.to_text()), Ok(ledger));
        }

        #[test]
        fn runs_that_saw_the_same_may_be_added_in_any_order(
            seen in observed(),
            mut days in prop::collection::vec(0..9_u8, 1..5),
        ) {
            let added = |days: &[u8]| {
                let mut ledger = Ledger::default();
                for day in days {
                    ledger.add(&run(*day, &seen));
                }
                ledger
            };
            let one = added(&days);
            days.reverse();
            prop_assert_eq!(&added(&days), &one);
            days.sort_unstable();
            prop_assert_eq!(&added(&days), &one);
            prop_assert_eq!(&added(&days[..1]), &one);
        }

        #[test]
        fn no_text_makes_it_stumble(text in "\\PC{0,60}|\\{\"version\": ?1,[\\PC]{0,60}\\}") {
            let _ = Ledger::parse(&text);
        }
    }
}

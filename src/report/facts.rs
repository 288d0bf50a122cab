use std::collections::{BTreeMap, BTreeSet};

use super::ChangeFacts;
use crate::diff::{Change, Diff};
use crate::lock::Pin;
use crate::resolve::{KnownFacts, Subject};

/// Returns the images whose facts a report of these changes shows: both sides of each changed digest.
pub fn fact_subjects(diff: &Diff) -> BTreeSet<Subject> {
    let moved = diff.changes.iter().filter(|change| change.changes_digest());
    let pins = moved.flat_map(|change| [&change.before, &change.after]);
    pins.flatten().map(subject).collect()
}

/// Returns what is known of each change beyond the locks, by the image's name.
pub fn change_facts(
    diff: &Diff,
    known: &BTreeMap<Subject, KnownFacts>,
) -> BTreeMap<String, ChangeFacts> {
    let facts = diff
        .changes
        .iter()
        .map(|change| (change.name.clone(), facts_of(change, known)));
    facts.collect()
}

fn facts_of(change: &Change, known: &BTreeMap<Subject, KnownFacts>) -> ChangeFacts {
    let side = |pin: &Option<Pin>| known.get(&subject(pin.as_ref()?));
    let (before, after) = (side(&change.before), side(&change.after));
    let facts =
        |known: Option<&KnownFacts>| known.map(|known| known.facts.clone()).unwrap_or_default();
    let index = |known: Option<&KnownFacts>| known.and_then(|known| known.index.clone());
    ChangeFacts {
        before: facts(before),
        after: facts(after),
        indexes: index(before).zip(index(after)),
    }
}

fn subject(pin: &Pin) -> Subject {
    Subject {
        repository: pin.image.clone(),
        digest: pin.digest.clone(),
    }
}

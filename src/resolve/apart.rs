use std::collections::BTreeMap;

use super::group;
use super::open::Open;

/// Divides a batch into parts that have nothing to do with each other: no registry in common, and no group
/// of one version.
///
/// Each part goes its own way, so that a registry that is slow or down holds up nobody else's images. The
/// order within a part is that of the batch.
pub(super) fn apart(batch: Vec<Open>) -> Vec<Vec<Open>> {
    let mut parts = Parts::default();
    let places: Vec<usize> = batch
        .iter()
        .map(|open| {
            let spec = &open.job.spec;
            let registry = parts.of(Tie::Registry(spec.repository.registry().into()));
            if let Some(group) = group::of(spec) {
                let group = parts.of(Tie::Group(group.into()));
                parts.join(registry, group);
            }
            registry
        })
        .collect();
    let mut divided: BTreeMap<usize, Vec<Open>> = BTreeMap::new();
    for (open, place) in batch.into_iter().zip(places) {
        divided.entry(parts.root(place)).or_default().push(open);
    }
    divided.into_values().collect()
}

/// What keeps images together.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Tie {
    Registry(String),
    Group(String),
}

/// Disjoint sets of ties: each points to another one of its set, and the root to itself.
#[derive(Default)]
struct Parts {
    numbers: BTreeMap<Tie, usize>,
    above: Vec<usize>,
}

impl Parts {
    fn of(&mut self, tie: Tie) -> usize {
        let next = self.above.len();
        let number = *self.numbers.entry(tie).or_insert(next);
        if number == next {
            self.above.push(next);
        }
        number
    }

    fn root(&self, mut number: usize) -> usize {
        while self.above[number] != number {
            number = self.above[number];
        }
        number
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        self.above[one.max(other)] = one.min(other);
    }
}

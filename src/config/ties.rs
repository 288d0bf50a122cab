//! What keeps images together when a batch is divided.

use std::collections::BTreeMap;

use super::ImageSpec;
use crate::image::Repository;

/// Divides images into parts that have nothing to do with each other: no place in common, and no group of one
/// version.
///
/// Returns a number for each image, which those of one part have in common.
pub(crate) fn partition<'s>(
    images: impl IntoIterator<Item = &'s ImageSpec>,
    place: impl Fn(&Repository) -> String,
) -> Vec<usize> {
    let mut parts = Parts::default();
    let mut places = Vec::new();
    for spec in images {
        let place = parts.of(Tie::Place(place(&spec.repository)));
        if let Some(group) = spec.version_group() {
            let group = parts.of(Tie::Group(group.into()));
            parts.join(place, group);
        }
        places.push(place);
    }
    places.into_iter().map(|place| parts.root(place)).collect()
}

/// What keeps images together.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Tie {
    Place(String),
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

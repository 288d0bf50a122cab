use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::args::Sort;
use crate::image::Tag;
use crate::tag::Age;
use crate::version::{Version, natural};

/// Puts tags into an order; those that are equal in it stay as they are.
pub(super) fn sort<T>(
    items: &mut [T],
    tag: impl Fn(&T) -> &Tag,
    order: Sort,
    listed: &[Tag],
    ages: &BTreeMap<Tag, Age>,
) {
    match order {
        Sort::Registry => {
            let places: BTreeMap<&Tag, usize> = listed
                .iter()
                .enumerate()
                .map(|(at, tag)| (tag, at))
                .collect();
            items.sort_by_key(|item| places.get(tag(item)).copied());
        }
        Sort::Name => items.sort_by(|one, other| tag(one).cmp(tag(other))),
        Sort::Version => items.sort_by(|one, other| {
            let (one, other) = (tag(one).as_str(), tag(other).as_str());
            match (Version::of_tag(one), Version::of_tag(other)) {
                (Some(left), Some(right)) => right
                    .precedence(&left)
                    .then_with(|| right.part_count().cmp(&left.part_count()))
                    .then_with(|| one.cmp(other)),
                (left, right) => right
                    .is_some()
                    .cmp(&left.is_some())
                    .then_with(|| natural(one, other)),
            }
        }),
        Sort::Date => items.sort_by_key(|item| {
            let since = ages.get(tag(item)).map(|age| age.since);
            (since.is_none(), Reverse(since))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tag::Evidence;

    fn sorted(texts: &[&str], order: Sort, dates: &[(&str, &str)]) -> Vec<String> {
        let listed: Vec<Tag> = texts.iter().map(|text| Tag::parse(text).unwrap()).collect();
        let age = |text: &str| Age {
            since: text.parse().unwrap(),
            evidence: Evidence::Publisher,
        };
        let ages = dates
            .iter()
            .map(|(tag, date)| (Tag::parse(tag).unwrap(), age(date)))
            .collect();
        let mut tags = listed.clone();
        if order == Sort::Registry {
            tags.reverse();
        }
        sort(&mut tags, |tag| tag, order, &listed, &ages);
        tags.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn each_order_is_what_it_says() {
        let tags = ["1.9", "latest", "1.10.0", "1.10", "2.0-rc.1", "alpine"];
        assert_eq!(sorted(&tags, Sort::Registry, &[]), tags);
        assert_eq!(
            sorted(&tags, Sort::Name, &[]),
            ["1.10", "1.10.0", "1.9", "2.0-rc.1", "alpine", "latest"]
        );
        assert_eq!(
            sorted(&tags, Sort::Version, &[]),
            ["2.0-rc.1", "1.10.0", "1.10", "1.9", "alpine", "latest"]
        );
        let dates = [
            ("1.9", "2024-01-01T00:00:00Z"),
            ("latest", "2025-01-01T00:00:00Z"),
        ];
        assert_eq!(
            sorted(&tags[..3], Sort::Date, &dates),
            ["latest", "1.9", "1.10.0"]
        );
    }
}

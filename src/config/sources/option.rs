//! Options of the config as texts in annotations.

use std::ops::Range;

use crate::config::tree::{Kind, Node};
use crate::policy::{ExtractPart, PolicyOption, ValueShape};

/// What an annotation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AnnotationKey {
    /// The name of the image, which in the config is the entry's key.
    Name,
    /// The image itself, which the container says.
    Image,
    /// An option.
    Option(PolicyOption),
    /// A key of the table `extract`.
    Extract(ExtractPart),
}

const NAME: &str = "name";
const IMAGE: &str = "image";
const PATTERN: &str = "extract.pattern";
const VALUE: &str = "extract.value";

/// Returns the options that annotations know.
pub(super) fn known() -> Vec<&'static str> {
    let options = PolicyOption::all().filter(|option| *option != PolicyOption::Extract);
    options
        .map(PolicyOption::as_str)
        .chain([NAME, PATTERN, VALUE])
        .collect()
}

impl AnnotationKey {
    /// Returns what an annotation is about by the end of its key, if it is known.
    pub(super) fn of(key: &str) -> Option<Self> {
        match key {
            NAME => Some(Self::Name),
            IMAGE => Some(Self::Image),
            PATTERN => Some(Self::Extract(ExtractPart::Pattern)),
            VALUE => Some(Self::Extract(ExtractPart::Value)),
            _ => PolicyOption::named(key)
                .filter(|option| *option != PolicyOption::Extract)
                .map(Self::Option),
        }
    }

    /// Returns what a text means; `None` if it is neither `true` nor `false` and must be. `place`
    /// finds the bytes of a part of it.
    pub(super) fn read(
        self,
        text: &str,
        place: impl Fn(usize, usize) -> Range<usize>,
    ) -> Option<Kind> {
        let switch = match text {
            "true" => Some(Kind::Bool(true)),
            "false" => Some(Kind::Bool(false)),
            _ => None,
        };
        let list = || {
            let items = items(text).into_iter();
            Kind::List(
                items
                    .map(|(offset, item)| Node {
                        span: place(offset, item.len()),
                        kind: Kind::Text(item.to_string()),
                    })
                    .collect(),
            )
        };
        let shape = match self {
            Self::Option(option) => option.shape(),
            Self::Name | Self::Image | Self::Extract(_) => ValueShape::Text,
        };
        match shape {
            ValueShape::Switch => switch,
            ValueShape::List => Some(list()),
            ValueShape::SwitchOrList => Some(switch.unwrap_or_else(list)),
            ValueShape::TextOrOff => Some(switch.unwrap_or_else(|| Kind::Text(text.to_string()))),
            ValueShape::Text | ValueShape::Extract => Some(Kind::Text(text.to_string())),
        }
    }
}

/// Splits a text at commas, with the place of each item; blanks around items are left out. An item
/// that begins with `regexp:` is the last one: commas have a meaning in expressions.
fn items(text: &str) -> Vec<(usize, &str)> {
    let mut items = Vec::new();
    let mut rest = text;
    loop {
        let start = rest.trim_start();
        let offset = text.len() - start.len();
        let (item, after) = match start.split_once(',') {
            Some((item, after)) if !start.starts_with("regexp:") => (item, Some(after)),
            _ => (start, None),
        };
        let item = item.trim_end();
        if !item.is_empty() {
            items.push((offset, item));
        }
        match after {
            Some(after) => rest = after,
            None => return items,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn annotations_know_every_option() {
        assert!(known().iter().all(|key| AnnotationKey::of(key).is_some()));
        assert_eq!(AnnotationKey::of(IMAGE), Some(AnnotationKey::Image));
        for part in [ExtractPart::Pattern, ExtractPart::Value] {
            let found = AnnotationKey::of(&format!("extract.{part}"));
            assert_eq!(found, Some(AnnotationKey::Extract(part)));
        }
        assert_eq!(AnnotationKey::of("extract"), None);
        assert_eq!(AnnotationKey::of("other"), None);
    }

    #[test]
    fn items_stand_between_commas() {
        for (text, expected) in [
            ("", &[][..]),
            (" , ,", &[]),
            ("a", &["a"]),
            (" *-rc* ,nightly,", &["*-rc*", "nightly"]),
            ("regexp:^a{1,2}$", &["regexp:^a{1,2}$"]),
            ("b*, regexp:^a{1,2}$,c ", &["b*", "regexp:^a{1,2}$,c"]),
        ] {
            let found: Vec<_> = items(text).into_iter().map(|(_, item)| item).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn items_are_where_they_are_said_to_be(text in "([a, ä]|regexp:){0,9}") {
            for (offset, item) in items(&text) {
                prop_assert!(text[offset..].starts_with(item) && item.trim() == item);
            }
        }
    }
}

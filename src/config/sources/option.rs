//! Options of the config as texts in annotations.

use std::ops::Range;

use crate::config::schema::known_keys;
use crate::syntax::{Kind, Node};

/// What an annotation says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// The name of the image, which in the config is the entry's key.
    Name,
    /// The image itself, which the container says.
    Image,
    /// A text.
    Text,
    /// `true` or `false`.
    Switch,
    /// Items between commas.
    List,
    /// `true`, `false`, or items between commas.
    SwitchOrList,
    /// A text, or `false`.
    TextOrOff,
    /// A key of the table `extract`.
    Extract(&'static str),
}

/// Returns the options that annotations know.
pub(super) fn known() -> Vec<&'static str> {
    let keys = known_keys(&["images", "a"]).into_iter();
    let own = ["name", "extract.pattern", "extract.value"];
    keys.filter(|key| !["image", "extract"].contains(key))
        .chain(own)
        .collect()
}

impl Form {
    /// Returns the form of an option, if it is known.
    pub(super) fn of(option: &str) -> Option<Self> {
        Some(match option {
            "name" => Self::Name,
            "image" => Self::Image,
            "immutable" | "allow-downgrade" | "same-version" => Self::Switch,
            "allow-tags" | "ignore-tags" | "platforms" | "age-evidence" => Self::List,
            "prerelease" => Self::SwitchOrList,
            "cooldown" => Self::TextOrOff,
            "extract.pattern" => Self::Extract("pattern"),
            "extract.value" => Self::Extract("value"),
            _ if known().contains(&option) => Self::Text,
            _ => return None,
        })
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
        match self {
            Self::Switch => switch,
            Self::List => Some(list()),
            Self::SwitchOrList => Some(switch.unwrap_or_else(list)),
            Self::TextOrOff => Some(switch.unwrap_or_else(|| Kind::Text(text.to_string()))),
            Self::Name | Self::Image | Self::Text | Self::Extract(_) => {
                Some(Kind::Text(text.to_string()))
            }
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
    use crate::config::schema::DOCUMENT;

    #[test]
    fn every_option_of_the_config_has_the_form_of_its_type() {
        for option in known_keys(&["images", "a"]) {
            let schema = &DOCUMENT["$defs"]["Image"]["properties"][option];
            let form = match (schema["type"].as_str(), schema["$ref"].as_str()) {
                _ if option == "image" => Form::Image,
                (Some("string"), _) => Form::Text,
                (Some("boolean"), _) => Form::Switch,
                (_, Some("#/$defs/OneOrMany")) => Form::List,
                (_, Some("#/$defs/PrereleaseChoice")) => Form::SwitchOrList,
                (_, Some("#/$defs/Cooldown")) => Form::TextOrOff,
                _ if option == "age-evidence" => Form::List,
                _ => {
                    assert_eq!(option, "extract");
                    for key in known_keys(&["images", "a", "extract"]) {
                        let found = Form::of(&format!("extract.{key}"));
                        assert_eq!(found, Some(Form::Extract(key)));
                    }
                    assert_eq!(Form::of("extract"), None);
                    continue;
                }
            };
            assert_eq!(Form::of(option), Some(form), "{option}");
        }
        assert!(known().iter().all(|option| Form::of(option).is_some()));
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

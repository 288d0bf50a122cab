//! Values of options that have more than one form.

use std::fmt;

use serde::de::{Error, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, Deserializer};

use super::model::Image;

/// One image: the constraint of the strategy `semver`, or a table of options.
#[derive(Debug)]
pub(super) enum ImageEntry {
    Constraint(String),
    Table(Box<Image>),
}

/// One string, or a list of them.
#[derive(Debug)]
pub(super) enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

/// A length of time, or `false`.
#[derive(Debug)]
pub(super) enum Cooldown {
    Length(String),
    /// `true` has no meaning; it is read so that it can be reported.
    Switch(bool),
}

/// All or none, or those with one of some identifiers.
#[derive(Debug)]
pub(super) enum PrereleaseChoice {
    Switch(bool),
    Only(Vec<String>),
}

impl<'de> Deserialize<'de> for ImageEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EntryVisitor;

        impl<'de> Visitor<'de> for EntryVisitor {
            type Value = ImageEntry;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a version constraint or a table of options")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(ImageEntry::Constraint(text.to_string()))
            }

            fn visit_string<E: Error>(self, text: String) -> Result<Self::Value, E> {
                Ok(ImageEntry::Constraint(text))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                let table = Image::deserialize(MapAccessDeserializer::new(map))?;
                Ok(ImageEntry::Table(Box::new(table)))
            }
        }

        deserializer.deserialize_any(EntryVisitor)
    }
}

impl<'de> Deserialize<'de> for OneOrMany {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ManyVisitor;

        impl<'de> Visitor<'de> for ManyVisitor {
            type Value = OneOrMany;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a string or a list of strings")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(OneOrMany::One(text.to_string()))
            }

            fn visit_string<E: Error>(self, text: String) -> Result<Self::Value, E> {
                Ok(OneOrMany::One(text))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
                let mut texts = Vec::new();
                while let Some(text) = items.next_element()? {
                    texts.push(text);
                }
                Ok(OneOrMany::Many(texts))
            }
        }

        deserializer.deserialize_any(ManyVisitor)
    }
}

impl<'de> Deserialize<'de> for Cooldown {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct CooldownVisitor;

        impl Visitor<'_> for CooldownVisitor {
            type Value = Cooldown;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a length of time or `false`")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Cooldown::Length(text.to_string()))
            }

            fn visit_bool<E: Error>(self, switch: bool) -> Result<Self::Value, E> {
                Ok(Cooldown::Switch(switch))
            }
        }

        deserializer.deserialize_any(CooldownVisitor)
    }
}

impl<'de> Deserialize<'de> for PrereleaseChoice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ChoiceVisitor;

        impl<'de> Visitor<'de> for ChoiceVisitor {
            type Value = PrereleaseChoice;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("`true`, `false` or a list of strings")
            }

            fn visit_bool<E: Error>(self, switch: bool) -> Result<Self::Value, E> {
                Ok(PrereleaseChoice::Switch(switch))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
                let mut texts = Vec::new();
                while let Some(text) = items.next_element()? {
                    texts.push(text);
                }
                Ok(PrereleaseChoice::Only(texts))
            }
        }

        deserializer.deserialize_any(ChoiceVisitor)
    }
}

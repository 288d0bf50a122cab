use std::fmt;

use serde::de::{Error, MapAccess, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, Deserializer};

use super::model::{AuthTable, MirrorTable};

/// Where credentials come from: a word, or a table.
#[derive(Debug)]
pub(super) enum AuthEntry {
    Word(String),
    Table(Box<AuthTable>),
}

/// A mirror: its location, or a table.
#[derive(Debug)]
pub(super) enum MirrorEntry {
    Location(String),
    Table(MirrorTable),
}

/// A proxy's URL, or `false`.
#[derive(Debug)]
pub(super) enum ProxyEntry {
    Url(String),
    /// `true` has no meaning; it is read so that it can be reported.
    Switch(bool),
}

impl<'de> Deserialize<'de> for AuthEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AuthVisitor;

        impl<'de> Visitor<'de> for AuthVisitor {
            type Value = AuthEntry;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a word or a table")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(AuthEntry::Word(text.to_string()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                let table = AuthTable::deserialize(MapAccessDeserializer::new(map))?;
                Ok(AuthEntry::Table(Box::new(table)))
            }
        }

        deserializer.deserialize_any(AuthVisitor)
    }
}

impl<'de> Deserialize<'de> for MirrorEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MirrorVisitor;

        impl<'de> Visitor<'de> for MirrorVisitor {
            type Value = MirrorEntry;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a mirror's location or a table")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(MirrorEntry::Location(text.to_string()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                let table = MirrorTable::deserialize(MapAccessDeserializer::new(map))?;
                Ok(MirrorEntry::Table(table))
            }
        }

        deserializer.deserialize_any(MirrorVisitor)
    }
}

impl<'de> Deserialize<'de> for ProxyEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ProxyVisitor;

        impl Visitor<'_> for ProxyVisitor {
            type Value = ProxyEntry;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a proxy's URL or `false`")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(ProxyEntry::Url(text.to_string()))
            }

            fn visit_bool<E: Error>(self, switch: bool) -> Result<Self::Value, E> {
                Ok(ProxyEntry::Switch(switch))
            }
        }

        deserializer.deserialize_any(ProxyVisitor)
    }
}

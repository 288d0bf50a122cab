use std::fmt;
use std::marker::PhantomData;

use serde::de::{
    Deserialize, DeserializeOwned, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use crate::registry::request_error::{RequestError, whole};
use crate::registry::transport::request::HttpResponse;

/// Something that is written as a text.
pub(in crate::registry) trait FromName: Sized {
    fn read(text: &str) -> Option<Self>;
}

/// Parses a page of a list of names; `many` says of what, for messages.
///
/// Something else than an object must not pass for an empty list.
pub(in crate::registry) fn parse<P: DeserializeOwned>(
    body: &[u8],
    many: &str,
) -> Result<P, String> {
    if !body.trim_ascii_start().starts_with(b"{") {
        return Err(no_list(many));
    }
    serde_json::from_slice(body).map_err(|error| {
        let error = whole(&error.to_string());
        format!("its list of {many} is not valid JSON: {error}")
    })
}

/// Says that an answer is no list of such names.
pub(in crate::registry) fn no_list(many: &str) -> String {
    format!("its answer is not a list of {many}")
}

/// Creates an error from a page that is not what it should be.
pub(in crate::registry) fn unreadable(response: &HttpResponse, reason: String) -> RequestError {
    let reason = if response.is_html() {
        "it answered with a web page".into()
    } else {
        reason
    };
    RequestError {
        status: Some(response.status.as_u16()),
        credential: response.credential(),
        ..RequestError::invalid(reason)
    }
}

/// One element of a list of names: a name, or something that is none (`null`, a number) and is passed
/// over.
pub(in crate::registry) struct NameEntry<N>(pub(in crate::registry) Option<N>);

impl<'de, N: FromName> Deserialize<'de> for NameEntry<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EntryVisitor(PhantomData))
    }
}

struct EntryVisitor<N>(PhantomData<N>);

impl<'de, N: FromName> Visitor<'de> for EntryVisitor<N> {
    type Value = NameEntry<N>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a name")
    }

    fn visit_str<E>(self, text: &str) -> Result<NameEntry<N>, E> {
        Ok(NameEntry(N::read(text)))
    }

    fn visit_unit<E>(self) -> Result<NameEntry<N>, E> {
        Ok(NameEntry(None))
    }

    fn visit_bool<E>(self, _: bool) -> Result<NameEntry<N>, E> {
        Ok(NameEntry(None))
    }

    fn visit_i64<E>(self, _: i64) -> Result<NameEntry<N>, E> {
        Ok(NameEntry(None))
    }

    fn visit_u64<E>(self, _: u64) -> Result<NameEntry<N>, E> {
        Ok(NameEntry(None))
    }

    fn visit_f64<E>(self, _: f64) -> Result<NameEntry<N>, E> {
        Ok(NameEntry(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<NameEntry<N>, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(NameEntry(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<NameEntry<N>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(NameEntry(None))
    }
}

use std::collections::BTreeMap;

use memchr::memchr3_iter;
use serde_json::Value;

use super::DocumentError;

/// The most values of a document: an index of 4,000 descriptors has some 50,000, any other far fewer.
///
/// A value of two bytes takes 32 in memory and more, so the cap on a body's bytes alone does not hold the memory.
const MOST_VALUES: usize = 65_536;

/// Parses a document of a registry, if it has no more values than any honest one.
///
/// # Errors
///
/// [`DocumentError::Invalid`] if the bytes are no JSON or have too many values.
pub(super) fn parse(bytes: &[u8]) -> Result<Value, DocumentError> {
    let invalid = |reason: String| DocumentError::Invalid { reason };
    // Each value but the first of a list or an object has a comma before it. Those in texts count as well.
    let separators = memchr3_iter(b',', b'[', b'{', bytes).count();
    if separators > MOST_VALUES {
        return Err(invalid(format!("it has more than {MOST_VALUES} values")));
    }
    serde_json::from_slice(bytes).map_err(|error| invalid(error.to_string()))
}

/// Returns a member that is a text and not empty.
pub(super) fn text<'v>(value: &'v Value, member: &str) -> Option<&'v str> {
    value
        .get(member)
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty())
}

/// Reads a list of texts; a single text is a list of one, as in old images.
pub(super) fn read_list(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(items)) => {
            let texts = items.iter().filter_map(Value::as_str);
            texts.map(Into::into).collect()
        }
        _ => Vec::new(),
    }
}

/// Reads a map of texts; members that are no text are passed over.
pub(super) fn read_texts(value: Option<&Value>) -> BTreeMap<String, String> {
    let members = value.and_then(Value::as_object).into_iter().flatten();
    members
        .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_string())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_of_more_values_than_any_honest_one_is_refused() {
        for unit in ["0,", "[],", "{},", "\"a\":1,"] {
            let most = (MOST_VALUES - 2) / unit.matches([',', '[', '{']).count();
            let document = |count: usize| {
                let values = unit.repeat(count);
                let values = values.trim_end_matches(',');
                if unit.starts_with('"') {
                    format!("{{{values}}}")
                } else {
                    format!("[{values}]")
                }
            };
            assert!(parse(document(most).as_bytes()).is_ok(), "{unit}");
            let refused = parse(document(most + 3).as_bytes()).unwrap_err();
            assert!(
                refused.to_string().ends_with("more than 65536 values"),
                "{refused}"
            );
        }
    }
}

use serde::Serialize;

/// Returns a document as JSON, indented, with a final line break.
pub fn json(document: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(document);
    text.expect("invariant: every key of a document is a string") + "\n"
}

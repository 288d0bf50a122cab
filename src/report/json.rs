use super::Report;

/// Returns the report as JSON, indented, with a final line break.
pub fn json(report: &Report) -> String {
    let mut text =
        serde_json::to_string_pretty(report).expect("invariant: every key of a report is a string");
    text.push('\n');
    text
}

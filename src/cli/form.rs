use clap::ValueEnum;
use serde::Serialize;

/// The output formats of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// Human-readable.
    Text,
    /// Machine-readable; `imagelock schema` prints the schemas.
    Json,
}

/// Returns a value as JSON for people and programs, with a line break at the end.
pub(super) fn json(value: &impl Serialize) -> String {
    // Values of ours have string keys and finite numbers, so that this cannot fail.
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}

use clap::ValueEnum;

/// The forms of what a command prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// For people.
    Text,
    /// For programs; `imagelock schema` prints the schemas.
    Json,
}

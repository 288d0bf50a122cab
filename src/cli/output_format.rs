use clap::ValueEnum;

/// The output formats of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// Human-readable.
    Text,
    /// Machine-readable; `imagelock schema` prints the schemas.
    Json,
}

use std::fmt;
use std::path::Path;

/// The notation that a text is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// TOML 1.1, `.toml`.
    Toml,
    /// YAML 1.2, `.yaml` or `.yml`.
    Yaml,
    /// JSON (RFC 8259), `.json`.
    Json,
}

impl Format {
    /// Returns the format that a file's extension names.
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "toml" => Some(Self::Toml),
            "yaml" | "yml" => Some(Self::Yaml),
            "json" => Some(Self::Json),
            _ => None,
        }
    }

    /// Returns the notation of one entry, as a user would write it in this format.
    pub(crate) fn entry(self, key: &str, value: &str) -> String {
        match self {
            Self::Toml => format!("{key} = {value}"),
            Self::Yaml => format!("{key}: {value}"),
            Self::Json => format!("\"{key}\": {value}"),
        }
    }

    /// Returns what this format calls a set of entries, with its article.
    pub(crate) fn table_noun(self) -> &'static str {
        match self {
            Self::Toml => "a table",
            Self::Yaml => "a mapping",
            Self::Json => "an object",
        }
    }

    /// Returns what this format calls a value that is none.
    pub(crate) fn null_noun(self) -> &'static str {
        match self {
            Self::Json => "null",
            Self::Toml | Self::Yaml => "nothing",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Toml => "TOML",
            Self::Yaml => "YAML",
            Self::Json => "JSON",
        })
    }
}

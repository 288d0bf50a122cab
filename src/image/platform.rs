use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::error::{Code, Fault};

/// An operating system and an architecture, normalised as containerd does: `linux/arm64`.
///
/// `linux/arm64/v8` and `linux/aarch64` are `linux/arm64`; `linux/arm` is `linux/arm/v7`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Platform {
    os: Box<str>,
    architecture: Box<str>,
    variant: Option<Box<str>>,
}

/// The text is not a platform.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{text}` is not a platform")]
pub struct PlatformError {
    /// The refused text, cut to 80 characters.
    pub text: String,
}

impl Fault for PlatformError {
    fn code(&self) -> Code {
        Code::BadPlatform
    }

    fn help(&self) -> Option<String> {
        Some("write `os/architecture` or `os/architecture/variant`, such as `linux/amd64` or `linux/arm/v7`".into())
    }
}

const SYSTEMS: &[&str] = &[
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "illumos",
    "ios",
    "js",
    "linux",
    "netbsd",
    "openbsd",
    "plan9",
    "solaris",
    "wasip1",
    "windows",
    "zos",
];
const ARCHITECTURES: &[&str] = &[
    "386", "amd64", "arm", "arm64", "loong64", "mips", "mips64", "mips64le", "mipsle", "ppc64",
    "ppc64le", "riscv64", "s390x", "wasm",
];

impl Platform {
    /// Reads `os/architecture[/variant]` and normalises it.
    ///
    /// # Errors
    ///
    /// [`PlatformError`] for another number of parts, or an operating system or an architecture that
    /// Go, and so every registry and builder, does not know.
    pub fn parse(text: &str) -> Result<Self, PlatformError> {
        let error = || PlatformError {
            text: text.chars().take(80).collect(),
        };
        let parts: Vec<&str> = text.split('/').collect();
        let platform = match parts[..] {
            [os, architecture] => Self::new(os, architecture, None),
            [os, architecture, variant] if is_word(variant) => {
                Self::new(os, architecture, Some(variant))
            }
            _ => return Err(error()),
        };
        let known =
            SYSTEMS.contains(&platform.os()) && ARCHITECTURES.contains(&platform.architecture());
        if known { Ok(platform) } else { Err(error()) }
    }

    /// Makes a platform of its parts, as a registry's document has them, and normalises it.
    pub fn new(os: &str, architecture: &str, variant: Option<&str>) -> Self {
        let os = match os.to_ascii_lowercase().as_str() {
            "macos" => "darwin".into(),
            other => other.into(),
        };
        let variant = variant.unwrap_or_default().to_ascii_lowercase();
        let (architecture, variant) =
            match (architecture.to_ascii_lowercase().as_str(), variant.as_str()) {
                ("amd64" | "x86_64" | "x86-64", "v1" | "") => ("amd64".into(), ""),
                ("amd64" | "x86_64" | "x86-64", variant) => ("amd64".into(), variant),
                ("arm64" | "aarch64", "8" | "v8" | "v8.0" | "") => ("arm64".into(), ""),
                ("arm64" | "aarch64", "9" | "9.0" | "v9.0") => ("arm64".into(), "v9"),
                ("arm64" | "aarch64", variant) => ("arm64".into(), variant),
                ("i386" | "386", _) => ("386".into(), ""),
                ("armhf", _) | ("arm", "" | "7") => ("arm".into(), "v7"),
                ("armel", _) | ("arm", "6") => ("arm".into(), "v6"),
                ("arm", "5") => ("arm".into(), "v5"),
                ("arm", "8") => ("arm".into(), "v8"),
                (other, variant) => (other.into(), variant),
            };
        let variant = Some(variant)
            .filter(|variant| !variant.is_empty())
            .map(Into::into);
        Self {
            os,
            architecture,
            variant,
        }
    }

    /// Returns the operating system.
    pub fn os(&self) -> &str {
        &self.os
    }

    /// Returns the architecture.
    pub fn architecture(&self) -> &str {
        &self.architecture
    }

    /// Returns the variant, where it is not the architecture's usual one.
    pub fn variant(&self) -> Option<&str> {
        self.variant.as_deref()
    }

    /// Says whether this is the `unknown/unknown` that attestations are filed under.
    pub fn is_unknown(&self) -> bool {
        &*self.os == "unknown" || &*self.architecture == "unknown"
    }
}

/// Says whether a text can stand in a platform's printed form and be read back.
pub(super) fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 32
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

impl fmt::Display for Platform {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.os, self.architecture)?;
        match &self.variant {
            Some(variant) => write!(formatter, "/{variant}"),
            None => Ok(()),
        }
    }
}

impl FromStr for Platform {
    type Err = PlatformError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Platform {
    type Error = PlatformError;

    /// Reads a platform that a lock or a document recorded: any words are taken, known or not.
    fn try_from(text: String) -> Result<Self, Self::Error> {
        let parts: Vec<&str> = text.split('/').collect();
        match parts[..] {
            [os, architecture] if is_word(os) && is_word(architecture) => {
                Ok(Self::new(os, architecture, None))
            }
            [os, architecture, variant]
                if is_word(os) && is_word(architecture) && is_word(variant) =>
            {
                Ok(Self::new(os, architecture, Some(variant)))
            }
            _ => Err(PlatformError { text }),
        }
    }
}

impl From<Platform> for String {
    fn from(platform: Platform) -> Self {
        platform.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalises_as_containerd_does() {
        for (text, normal) in [
            ("linux/amd64", "linux/amd64"),
            ("linux/x86_64", "linux/amd64"),
            ("linux/amd64/v1", "linux/amd64"),
            ("linux/amd64/v3", "linux/amd64/v3"),
            ("linux/arm64/v8", "linux/arm64"),
            ("linux/aarch64", "linux/arm64"),
            ("linux/arm64/v9.0", "linux/arm64/v9"),
            ("linux/arm", "linux/arm/v7"),
            ("linux/armhf", "linux/arm/v7"),
            ("linux/armel", "linux/arm/v6"),
            ("linux/arm/6", "linux/arm/v6"),
            ("Linux/i386", "linux/386"),
            ("macos/arm64", "darwin/arm64"),
            ("windows/amd64", "windows/amd64"),
        ] {
            let platform = Platform::parse(text).unwrap();
            assert_eq!(platform.to_string(), normal);
            assert_eq!(Platform::try_from(normal.to_string()), Ok(platform));
        }
    }

    #[test]
    fn refuses_what_no_builder_knows() {
        for text in [
            "",
            "linux",
            "amd64",
            "linux/",
            "/amd64",
            "linux/amd46",
            "linus/amd64",
            "linux/arm/v7/x",
            "a b/c",
        ] {
            assert!(Platform::parse(text).is_err(), "{text}");
        }
    }
}

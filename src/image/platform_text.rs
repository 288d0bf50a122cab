//! The text form of platforms: `os/architecture[/variant]`, and a Windows build in parentheses after the
//! system.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::Platform;
use super::platform_grammar::{is_version, is_word};
use crate::error::{Code, Fault};

/// The text is not a platform.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{text}` is not a platform")]
pub struct PlatformError {
    /// The rejected text, cut to 80 characters.
    pub text: String,
    /// The platform that was probably intended.
    pub meant: Option<String>,
}

impl Fault for PlatformError {
    fn code(&self) -> Code {
        Code::BadPlatform
    }

    fn help(&self) -> Option<String> {
        Some(match &self.meant {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "write `os/architecture` or `os/architecture/variant`, such as `linux/amd64` or `linux/arm/v7`; \
                     a Windows build as in `windows(10.0.20348)/amd64`"
                .into(),
        })
    }
}

/// The systems that Go and WASI know.
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
    "wasi",
    "wasip1",
    "wasip2",
    "windows",
    "zos",
];
/// The architectures that Go knows, with those that it has only reserved.
const ARCHITECTURES: &[&str] = &[
    "386", "amd64", "arm", "arm64", "loong64", "mips", "mips64", "mips64le", "mipsle", "ppc64",
    "ppc64le", "riscv", "riscv64", "s390", "s390x", "wasm",
];
/// Shorter words are near to each other by chance.
const SHORTEST_TYPO: usize = 4;

/// Whether words that look like misspelt ones are taken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Typos {
    Taken,
    Refused,
}

impl Platform {
    /// Parses the text form, `os[(version)]/architecture[/variant]`, and normalizes it.
    ///
    /// Any system and architecture is accepted, known or not, except one that differs by one letter from a
    /// known one.
    ///
    /// # Errors
    ///
    /// [`PlatformError`] for another number of parts, characters other than letters, digits, `.`, `_` and
    /// `-`, a version with a system other than Windows, or a likely misspelling.
    pub fn parse(text: &str) -> Result<Self, PlatformError> {
        read(text, Typos::Refused)
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

    /// Reads a platform that a lock or a document recorded: misspelt or not, it is what somebody published.
    fn try_from(text: String) -> Result<Self, Self::Error> {
        read(&text, Typos::Taken)
    }
}

impl From<Platform> for String {
    fn from(platform: Platform) -> Self {
        platform.to_string()
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.os())?;
        if let Some(version) = self.os_version() {
            write!(formatter, "({version})")?;
        }
        write!(formatter, "/{}", self.architecture())?;
        match self.variant() {
            Some(variant) => write!(formatter, "/{variant}"),
            None => Ok(()),
        }
    }
}

fn read(text: &str, typos: Typos) -> Result<Platform, PlatformError> {
    let error = |meant| PlatformError {
        text: text.chars().take(80).collect(),
        meant,
    };
    let mut parts = text.split('/');
    let (system, architecture) = (parts.next(), parts.next());
    let (variant, rest) = (parts.next(), parts.next());
    let (Some(system), Some(architecture), None) = (system, architecture, rest) else {
        return Err(error(None));
    };
    let (os, version) = split_version(system).ok_or_else(|| error(None))?;
    if !(is_word(os) && is_word(architecture) && variant.is_none_or(is_word)) {
        return Err(error(None));
    }
    // People know a release of Windows by its name, and images by its build.
    let build = version
        .filter(|_| typos == Typos::Refused)
        .and_then(build_of);
    if build.is_some() {
        let meant = Platform::new(os, architecture, variant).with_os_version(build);
        return Err(error(Some(meant.to_string())));
    }
    let plain = Platform::new(os, architecture, variant);
    let meant = correction(&plain).filter(|_| typos == Typos::Refused);
    let is_typo = meant.is_some();
    let platform = meant.unwrap_or(plain).with_os_version(version);
    // Only Windows has builds.
    if is_typo || platform.os_version() != version {
        return Err(error(Some(platform.to_string())));
    }
    Ok(platform)
}

/// The releases of Windows by the names in tags, and their builds, as Microsoft lists them for its base images.
const RELEASES: [(&str, &str); 6] = [
    ("ltsc2016", "10.0.14393"),
    ("1809", "10.0.17763"),
    ("ltsc2019", "10.0.17763"),
    ("20H2", "10.0.19042"),
    ("ltsc2022", "10.0.20348"),
    ("ltsc2025", "10.0.26100"),
];

fn build_of(release: &str) -> Option<&'static str> {
    let mut releases = RELEASES.iter();
    let found = releases.find(|(name, _)| name.eq_ignore_ascii_case(release));
    found.map(|(_, build)| *build)
}

/// Splits `windows(10.0.20348)` into its two parts; none if the parentheses are wrong.
fn split_version(system: &str) -> Option<(&str, Option<&str>)> {
    let Some((os, rest)) = system.split_once('(') else {
        return Some((system, None));
    };
    let version = rest.strip_suffix(')')?;
    is_version(version).then_some((os, Some(version)))
}

/// Returns the platform that was meant, if a word of it is a letter away from a known one.
fn correction(platform: &Platform) -> Option<Platform> {
    let os = nearest(platform.os(), SYSTEMS);
    let architecture = nearest(platform.architecture(), ARCHITECTURES);
    if os.is_none() && architecture.is_none() {
        return None;
    }
    let os = os.unwrap_or(platform.os());
    let architecture = architecture.unwrap_or(platform.architecture());
    Some(Platform::new(os, architecture, platform.variant()))
}

fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    if known.contains(&word) || word.len() < SHORTEST_TYPO {
        return None;
    }
    let mut known = known.iter().copied();
    known.find(|known| known.len() >= SHORTEST_TYPO && strsim::osa_distance(word, known) == 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn refuses_what_is_misspelt_and_says_what_was_meant() {
        for (text, meant) in [
            ("linux/amd46", "linux/amd64"),
            ("linus/amd64", "linux/amd64"),
            ("linux/arm46/v9", "linux/arm64/v9"),
            ("window/amd46", "windows/amd64"),
            ("windws(10.0.1)/amd64", "windows(10.0.1)/amd64"),
            ("linux(10.0.1)/amd64", "linux/amd64"),
            ("windows(ltsc2022)/amd64", "windows(10.0.20348)/amd64"),
            ("windows(1809)/amd64", "windows(10.0.17763)/amd64"),
        ] {
            let error = Platform::parse(text).unwrap_err();
            assert!(
                error.help().unwrap().contains(&format!("`{meant}`")),
                "{error:?}"
            );
        }
        let published = Platform::try_from("linux/amd46".to_string()).unwrap();
        assert_eq!(published.to_string(), "linux/amd46");
    }

    #[test]
    fn systems_and_architectures_that_nobody_knows_are_allowed() {
        for text in [
            "wasi/wasm",
            "wasip2/wasm",
            "linux/sparc64",
            "hurd/amd64",
            "linux/s390",
            "none/none",
            "uefi/amd64",
        ] {
            assert_eq!(Platform::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn refuses_what_has_another_form() {
        for text in [
            "",
            "linux",
            "amd64",
            "linux/",
            "/amd64",
            "linux/arm/v7/x",
            "a b/c",
            "windows()/amd64",
            "windows(10.0/amd64",
            "windows(10.0)x/amd64",
            "windows(10..0)/amd64",
            "windows/amd64:10.0.20348",
            "(10.0)/amd64",
        ] {
            assert!(Platform::parse(text).is_err(), "{text}");
            assert!(Platform::try_from(text.to_string()).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(
            os in "[a-z]{1,8}|windows|Linux|macos",
            version in proptest::option::of("[0-9]{1,5}(\\.[0-9]{1,5}){0,3}"),
            architecture in "[a-z0-9_-]{1,8}|amd64|aarch64|arm|x86_64",
            variant in proptest::option::of("v?[0-9](\\.[0-9])?"),
        ) {
            let platform = Platform::new(&os, &architecture, variant.as_deref());
            let platform = platform.with_os_version(version.as_deref());
            let printed = platform.to_string();
            prop_assert_eq!(Platform::try_from(printed), Ok(platform.clone()));
            prop_assert!(platform.admits(&platform) && platform.is_same_line(&platform));
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC*") {
            if let Ok(platform) = Platform::parse(&text) {
                prop_assert_eq!(Platform::parse(&platform.to_string()), Ok(platform));
            }
        }

        #[test]
        fn what_admits_a_build_admits_its_updates(
            build in "[0-9]{1,2}\\.[0-9]\\.[0-9]{5}", old in 0..9999_u32, new in 0..9999_u32,
        ) {
            let of = |version: String| Platform::parse(&format!("windows({version})/amd64")).unwrap();
            let line = of(build.clone());
            let (old, new) = (of(format!("{build}.{old}")), of(format!("{build}.{new}")));
            prop_assert!(line.admits(&old) && line.admits(&new) && old.is_same_line(&new));
            prop_assert_eq!(old.admits(&new), old == new);
        }
    }
}

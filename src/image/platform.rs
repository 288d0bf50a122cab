use serde::{Deserialize, Serialize};

use super::platform_grammar::is_version;

/// An operating system and an architecture, normalized as in containerd: `linux/arm64`.
///
/// `linux/arm64/v8` and `linux/aarch64` are `linux/arm64`; `linux/arm` is `linux/arm/v7`. A Windows platform
/// can include its build, `windows(10.0.20348.2582)/amd64`, or the first components of the build.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Platform {
    os: Box<str>,
    architecture: Box<str>,
    variant: Option<Box<str>>,
    // Last, so that platforms without one are in the order that locks have always had.
    os_version: Option<Box<str>>,
}

/// The system whose images run on one build of it alone, and so say which.
const VERSIONED: &str = "windows";

impl Platform {
    /// Creates a platform from its parts, as in a registry's document, and normalizes it.
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
            os_version: None,
        }
    }

    /// Adds the version of the operating system; ignored if the system is not Windows or the version is not
    /// usable.
    #[must_use]
    pub fn with_os_version(mut self, version: Option<&str>) -> Self {
        let version = version.filter(|version| self.has_builds() && is_version(version));
        self.os_version = version.map(Into::into);
        self
    }

    /// Returns the operating system.
    pub fn os(&self) -> &str {
        &self.os
    }

    /// Returns the architecture.
    pub fn architecture(&self) -> &str {
        &self.architecture
    }

    /// Returns the variant, if it is not the default variant of the architecture.
    pub fn variant(&self) -> Option<&str> {
        self.variant.as_deref()
    }

    /// Returns the version of the operating system, if it is Windows and the version is known.
    pub fn os_version(&self) -> Option<&str> {
        self.os_version.as_deref()
    }

    /// Returns `true` if images for this system are specific to one build of it.
    pub fn has_builds(&self) -> bool {
        &*self.os == VERSIONED
    }

    /// Returns `true` if an image for another platform satisfies this required platform.
    ///
    /// The versions are compared component by component: `windows(10.0.20348)/amd64` admits
    /// `windows(10.0.20348.2582)/amd64`, and `windows/amd64` admits both.
    pub fn admits(&self, other: &Self) -> bool {
        let version = match (&self.os_version, &other.os_version) {
            (None, _) => true,
            (Some(wanted), Some(found)) => {
                let mut found = found.split('.');
                wanted.split('.').all(|part| found.next() == Some(part))
            }
            (Some(_), None) => false,
        };
        version && self.is_alike(other)
    }

    /// Returns `true` if another platform is this one before or after a rebuild.
    ///
    /// The last component of a Windows version counts its monthly updates: `10.0.20348.2582` and
    /// `10.0.20348.2700` both belong to `ltsc2022`. A platform without a version may be any of them.
    pub fn is_same_line(&self, other: &Self) -> bool {
        let version = match (&self.os_version, &other.os_version) {
            (Some(one), Some(two)) => one.split('.').take(3).eq(two.split('.').take(3)),
            _ => true,
        };
        version && self.is_alike(other)
    }

    /// Returns `true` if all but the version is the same.
    fn is_alike(&self, other: &Self) -> bool {
        let own = (&self.os, &self.architecture, &self.variant);
        own == (&other.os, &other.architecture, &other.variant)
    }

    /// Returns `true` if this is `unknown/unknown`, the platform of attestations.
    pub fn is_unknown(&self) -> bool {
        &*self.os == "unknown" || &*self.architecture == "unknown"
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

    fn platform(text: &str) -> Platform {
        Platform::parse(text).unwrap()
    }

    #[test]
    fn a_required_build_is_a_prefix_by_components() {
        let found = platform("windows(10.0.20348.2582)/amd64");
        for (wanted, admits) in [
            ("windows/amd64", true),
            ("windows(10)/amd64", true),
            ("windows(10.0.20348)/amd64", true),
            ("windows(10.0.20348.2582)/amd64", true),
            ("windows(10.0.2034)/amd64", false),
            ("windows(10.0.20348.258)/amd64", false),
            ("windows(10.0.20348.2582.1)/amd64", false),
            ("windows(10.0.26100)/amd64", false),
            ("windows/arm64", false),
            ("linux/amd64", false),
        ] {
            assert_eq!(platform(wanted).admits(&found), admits, "{wanted}");
        }
        let unsaid = platform("windows/amd64");
        assert!(unsaid.admits(&unsaid));
        assert!(!found.admits(&unsaid), "nobody knows which build it is");
    }

    #[test]
    fn a_monthly_update_is_of_the_same_line() {
        let same = |one: &str, two: &str| platform(one).is_same_line(&platform(two));
        let old = "windows(10.0.20348.2582)/amd64";
        assert!(same(old, "windows(10.0.20348.2700)/amd64"));
        assert!(
            same(old, "windows/amd64"),
            "a lock of before builds were told"
        );
        assert!(!same(old, "windows(10.0.26100.1)/amd64"));
        assert!(!same(old, "windows(10.0.20348.2582)/arm64"));
        assert!(same("linux/amd64", "linux/amd64"));
        assert!(!same("linux/arm/v6", "linux/arm/v7"));
    }

    #[test]
    fn only_windows_has_builds() {
        let version = Some("10.0.1");
        let of = |os| {
            Platform::new(os, "amd64", None)
                .with_os_version(version)
                .to_string()
        };
        assert_eq!(of("windows"), "windows(10.0.1)/amd64");
        assert_eq!(of("linux"), "linux/amd64");
        for odd in ["", "10 0", "10..0", "10.0.", "(1)", "1\u{1b}"] {
            let platform = Platform::new("windows", "amd64", None).with_os_version(Some(odd));
            assert_eq!(platform.os_version(), None, "{odd:?}");
        }
    }

    #[test]
    fn platforms_without_a_build_keep_their_order() {
        let mut sorted = [
            "windows(9)/amd64",
            "windows/arm64",
            "windows/amd64",
            "linux/arm/v7",
            "linux/arm/v6",
        ]
        .map(platform);
        sorted.sort();
        let texts = sorted.map(|platform| platform.to_string());
        assert_eq!(
            texts,
            [
                "linux/arm/v6",
                "linux/arm/v7",
                "windows/amd64",
                "windows(9)/amd64",
                "windows/arm64"
            ]
        );
    }
}

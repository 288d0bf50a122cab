use super::Policy;

/// The names that stand at the end of a tag for one architecture, and for one operating system with it.
///
/// Sources: the architectures of Docker's official images (`arm32v7`, `arm64v8`, `i386`, `mips64le`, …), Go's
/// GOOS and GOARCH with the variants of OCI platforms (`linux-arm-v7`, `loong64`), `uname -m` (`x86_64`,
/// `aarch64`, `armv7l`), Debian's ports (`armhf`, `ppc64el`), and Microsoft's base images (`nanoserver`,
/// `windowsservercore`).
const NAMES: [&str; 82] = [
    // x86
    "amd64",
    "amd64-v1",
    "amd64-v2",
    "amd64-v3",
    "amd64-v4",
    "amd64v1",
    "amd64v2",
    "amd64v3",
    "amd64v4",
    "x86_64",
    "x86-64",
    "x86_64-v2",
    "x86_64-v3",
    "x86_64-v4",
    "x86-64-v2",
    "x86-64-v3",
    "x86-64-v4",
    "x64",
    "x86",
    "i386",
    "i686",
    "linux-386",
    "linux_386",
    // Arm
    "arm",
    "arm32",
    "arm6",
    "arm7",
    "arm32v5",
    "arm32v6",
    "arm32v7",
    "arm32-v6",
    "arm32-v7",
    "arm-v5",
    "arm-v6",
    "arm-v7",
    "armel",
    "armhf",
    "armv5",
    "armv5te",
    "armv6",
    "armv6l",
    "armv6hf",
    "armv7",
    "armv7l",
    "armv7hf",
    "armv8",
    "arm64",
    "arm64v8",
    "arm64-v8",
    "aarch64",
    // others
    "loong64",
    "loongarch64",
    "mips",
    "mipsle",
    "mips64",
    "mips64el",
    "mips64le",
    "ppc",
    "ppc64",
    "ppc64el",
    "ppc64le",
    "powerpc64le",
    "riscv",
    "riscv64",
    "s390x",
    "sparc64",
    // systems
    "linux",
    "linux-musl",
    "darwin",
    "freebsd",
    "windows",
    "win",
    "win10",
    "win64",
    "windowsservercore",
    "windows-servercore",
    "servercore",
    "nanoserver",
    "windowsltsc2019",
    "windowsltsc2022",
    "windows1809",
    "nanoserver1809",
];

/// The releases of Windows that stand behind one of its names.
const WINDOWS_RELEASES: [&str; 11] = [
    "1709", "1803", "1809", "1903", "1909", "2004", "20h2", "2016", "2019", "2022", "2025",
];

/// Returns a tag without the names of one architecture and system at its end, longest first: `1.0-linux` and
/// `1.0` of `1.0-linux-amd64`; none if it ends otherwise.
pub(super) fn stems(tag: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(stem(tag), |tag| stem(tag))
}

/// Tells whether the suffix, the extract or a pattern that must match names an architecture.
pub(super) fn is_named(policy: &Policy) -> bool {
    let suffix = policy.suffix.as_ref().map(super::Suffix::as_str);
    let extract = policy.extract.as_ref().map(super::Extract::pattern);
    let allowed = policy.allow_tags.iter().map(super::Pattern::as_str);
    allowed.chain(suffix).chain(extract).any(names_one)
}

/// Takes one name and the separator before it off the end of a tag.
fn stem(tag: &str) -> Option<&str> {
    // Most tags are plain numbers, and a long list is looked through tag by tag.
    let last = tag.bytes().next_back()?.to_ascii_lowercase();
    if !tag.bytes().any(|byte| byte.is_ascii_alphabetic()) {
        return None;
    }
    let names = NAMES.iter().filter(|name| name.ends_with(char::from(last)));
    let names = names.filter_map(|name| without(tag, name));
    let shortest = names.min_by_key(|stem| stem.len());
    shortest.or_else(|| without_windows_release(tag))
}

/// Takes a name off the end of a tag, whatever its case.
fn without<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let start = tag.len().checked_sub(name.len())?;
    let end = tag.get(start..)?;
    let before = &tag[..start];
    end.eq_ignore_ascii_case(name)
        .then(|| before.strip_suffix(['-', '_', '.']))
        .flatten()
        .filter(|stem| !stem.is_empty())
}

/// Takes a release of Windows off the end of a tag: `ltsc2022`, or `1809` behind the name of a base image.
fn without_windows_release(tag: &str) -> Option<&str> {
    let (stem, release) = tag.rsplit_once(['-', '_'])?;
    let year = release.strip_prefix("ltsc").unwrap_or_default();
    let is_long_term = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
    let is_release = || {
        let known = WINDOWS_RELEASES
            .iter()
            .any(|known| known.eq_ignore_ascii_case(release));
        known
            && ["windows", "server", "core", "win"]
                .iter()
                .any(|base| stem.ends_with(base))
    };
    (!stem.is_empty() && (is_long_term || is_release())).then_some(stem)
}

/// Tells whether a name stands in a text as a word of its own.
fn names_one(text: &str) -> bool {
    NAMES.iter().any(|name| {
        text.match_indices(name).any(|(start, _)| {
            let is_word = |letter: char| letter.is_ascii_alphanumeric();
            !text[..start].ends_with(is_word) && !text[start + name.len()..].starts_with(is_word)
        })
    }) || text.contains("ltsc")
}

#[cfg(test)]
mod tests {
    use super::super::Suffix;
    use super::*;
    use crate::version::Constraint;

    #[test]
    fn names_of_one_architecture_are_taken_off_the_end() {
        for (tag, expected) in [
            ("v1.30.1-k3s1-s390x", &["v1.30.1-k3s1"][..]),
            ("v2.3.0-rc.0-ppc64le", &["v2.3.0-rc.0"]),
            ("1.0-linux-amd64", &["1.0-linux", "1.0"]),
            ("1.0_linux_arm64", &["1.0_linux", "1.0"]),
            ("8.0.6-alpine3.20-arm64v8", &["8.0.6-alpine3.20"]),
            ("1.0-arm-v7", &["1.0"]),
            ("1.0-x86_64", &["1.0"]),
            ("1.0-AMD64", &["1.0"]),
            (
                "1.2-windowsservercore-ltsc2022",
                &["1.2-windowsservercore", "1.2"],
            ),
            ("1.2-nanoserver-1809", &["1.2-nanoserver", "1.2"]),
            (
                "1.2-windows-ltsc2022-amd64",
                &["1.2-windows-ltsc2022", "1.2-windows", "1.2"],
            ),
            ("latest-armv7", &["latest"]),
            ("1.0-linux-386", &["1.0"]),
            ("1.0-linux-musl-x64", &["1.0-linux-musl", "1.0"]),
            ("1.0-amd64v3", &["1.0"]),
            ("1.0.amd64", &["1.0"]),
            ("1.0-windowsltsc2022-amd64", &["1.0-windowsltsc2022", "1.0"]),
            ("1.0-win-ltsc2022", &["1.0-win", "1.0"]),
        ] {
            assert_eq!(stems(tag).collect::<Vec<_>>(), expected, "{tag}");
        }
        for tag in [
            "1.2.3",
            "1.2-alpine",
            "1.2-1809",
            "1.2-charm",
            "amd64",
            "-amd64",
            "1.2amd64",
            "1.2-386",
            "1.2-2022",
        ] {
            assert_eq!(stems(tag).next(), None, "{tag}");
        }
    }

    #[test]
    fn a_policy_names_an_architecture_by_a_word_of_its_own() {
        let suffixed = |suffix: &str| Policy {
            suffix: Some(Suffix::parse(suffix).unwrap()),
            ..Policy::semver(Constraint::any())
        };
        for suffix in [
            "-amd64",
            "-k3s*-arm64",
            "-windows-**",
            "-*-ltsc2022",
            "-alpine-x86_64",
        ] {
            assert!(is_named(&suffixed(suffix)), "{suffix}");
        }
        for suffix in ["-alpine", "-k3s*", "-charm", "-r[0-9]+"] {
            assert!(!is_named(&suffixed(suffix)), "{suffix}");
        }
        let mut allowed = Policy::semver(Constraint::any());
        allowed.allow_tags = vec![super::super::Pattern::parse("regexp:-(amd64|arm64)$").unwrap()];
        assert!(is_named(&allowed));
    }
}

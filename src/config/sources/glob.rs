use crate::error::{Code, TextError};

/// Which files below a folder are meant: `deploy/**/*.yaml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Glob {
    /// The parts between slashes; the last one is a name.
    pub(super) segments: Vec<GlobSegment>,
}

/// A part of a glob between slashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum GlobSegment {
    /// `**`: any number of folders.
    Deep,
    /// A name in which `*` stands for any letters and `?` for one.
    Name(String),
}

impl Glob {
    /// Reads a glob.
    ///
    /// # Errors
    ///
    /// [`TextError`] with the place if it leads out of the folder, or has what no glob has here.
    pub(super) fn parse(text: &str) -> Result<Self, TextError> {
        let refused = |message: &str, offset: usize, length: usize, help: &str| {
            Err(TextError::new(Code::BadValue, message, offset, length).help(help))
        };
        if text.is_empty() {
            return refused("it is empty", 0, 0, "write one such as `deploy/**/*.yaml`");
        }
        if let Some(at) = text.find(['\\', '[', ']', '{', '}']) {
            return match text.as_bytes()[at] {
                b'\\' => refused("a backslash separates nothing here", at, 1, "write `/`"),
                _ => refused(
                    "this has no meaning here",
                    at,
                    1,
                    "`*`, `?` and `**` are known; write several globs in a list",
                ),
            };
        }
        let has_drive = text.as_bytes().get(1) == Some(&b':');
        if text.starts_with('/') || has_drive {
            let help = "write a path from the config's folder, such as `deploy/*.yaml`";
            return refused("the path is absolute", 0, text.len(), help);
        }
        let mut segments = Vec::new();
        let mut offset = 0_usize;
        for part in text.split('/') {
            match part {
                "." => {}
                "" => {
                    let at = offset.saturating_sub(1);
                    return refused("a name is missing here", at, 1, "write a single `/`");
                }
                ".." => {
                    let help = "put the config into a folder above the manifests";
                    return refused("this leads out of the config's folder", offset, 2, help);
                }
                "**" if segments.last() == Some(&GlobSegment::Deep) => {}
                "**" => segments.push(GlobSegment::Deep),
                _ if part.contains("**") => {
                    let help = "`**` stands alone between slashes: write `**/*.yaml`";
                    return refused("`**` is part of a name", offset, part.len(), help);
                }
                _ => segments.push(GlobSegment::Name(part.to_string())),
            }
            offset += part.len() + 1;
        }
        match segments.last() {
            Some(GlobSegment::Name(_)) => {}
            Some(GlobSegment::Deep) => segments.push(GlobSegment::Name("*".to_string())),
            None => {
                let help = "name the files, such as `*.yaml`";
                return refused("this names no file", 0, text.len(), help);
            }
        }
        Ok(Self { segments })
    }
}

/// Says whether a name matches a pattern. As in a shell, `*` and `?` match no dot at the beginning.
pub(super) fn matches(pattern: &str, name: &str) -> bool {
    if name.starts_with('.') && !pattern.starts_with('.') {
        return false;
    }
    let (pattern, name): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), name.chars().collect());
    let (mut at, mut position) = (0, 0);
    // The last `*`, and where its text ends: further on if the rest does not match.
    let mut retry: Option<(usize, usize)> = None;
    while position < name.len() {
        match pattern.get(at) {
            Some('*') => {
                retry = Some((at, position));
                at += 1;
            }
            Some(letter) if *letter == '?' || *letter == name[position] => {
                at += 1;
                position += 1;
            }
            _ => match retry {
                Some((star, end)) => {
                    retry = Some((star, end + 1));
                    at = star + 1;
                    position = end + 1;
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|letter| *letter == '*')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_leads_out_or_means_nothing_is_refused_at_its_place() {
        for (text, mark, help) in [
            ("", "", "deploy/**/*.yaml"),
            ("/etc/*.yaml", "/etc/*.yaml", "from the config's folder"),
            ("C:/a.yaml", "C:/a.yaml", "from the config's folder"),
            ("a/../../b.yaml", "..", "a folder above"),
            ("..", "..", "a folder above"),
            ("a\\b.yaml", "\\", "`/`"),
            ("*.{yaml,yml}", "{", "several globs"),
            ("[ab].yaml", "[", "several globs"),
            ("a//b", "/", "single"),
            ("a/", "/", "single"),
            ("a/**.yaml", "**.yaml", "`**/*.yaml`"),
            (".", ".", "`*.yaml`"),
        ] {
            let error = Glob::parse(text).expect_err(text);
            let marked = &text[error.offset..error.offset + error.length];
            assert_eq!(marked, mark, "{text}");
            assert!(
                error.help.as_deref().unwrap().contains(help),
                "{text}: {error:?}"
            );
        }
    }

    #[test]
    fn globs_are_segments() {
        let name = |text: &str| GlobSegment::Name(text.into());
        for (text, segments) in [
            ("a.yaml", vec![name("a.yaml")]),
            ("./a/*.yaml", vec![name("a"), name("*.yaml")]),
            ("a/**/**/b?", vec![name("a"), GlobSegment::Deep, name("b?")]),
            ("a/**", vec![name("a"), GlobSegment::Deep, name("*")]),
        ] {
            assert_eq!(Glob::parse(text).unwrap().segments, segments, "{text}");
        }
    }

    #[test]
    fn names_match() {
        for (pattern, name, expected) in [
            ("*.yaml", "a.yaml", true),
            ("*.yaml", ".yaml", false),
            ("*.yaml", ".a.yaml", false),
            (".*.yaml", ".a.yaml", true),
            ("*.yaml", "a.yml", false),
            ("a*b*c", "aXbXbc", true),
            ("a*b*c", "aXbXb", false),
            ("?b", "ab", true),
            ("?b", "äb", true),
            ("?", "", false),
            ("*", "", true),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }

    proptest! {
        #[test]
        fn a_glob_matches_what_its_expression_does(pattern in "[ab*?]{0,6}", name in "[ab]{0,6}") {
            let expression = pattern.replace('*', ".*").replace('?', ".");
            let regex = regex::Regex::new(&format!("^{expression}$")).unwrap();
            prop_assert_eq!(matches(&pattern, &name), regex.is_match(&name));
        }
    }
}

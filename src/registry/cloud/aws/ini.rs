use std::collections::BTreeMap;

use crate::registry::auth::Secret;

/// One section of a file: its settings by lower-case name.
pub(super) type IniSection = BTreeMap<String, Secret>;

/// The sections of `~/.aws/config` or `~/.aws/credentials`, by name.
///
/// The format is that of "Format of the configuration files" in the AWS SDKs' reference guide.
#[derive(Debug, Default)]
pub(super) struct Sections {
    sections: BTreeMap<String, IniSection>,
}

impl Sections {
    /// Reads a file's text.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut sections = BTreeMap::<String, IniSection>::new();
        let mut current = None;
        for (index, line) in text.lines().enumerate() {
            let trimmed = line.trim();
            // An indented line belongs to the value above it: settings of other services.
            let inner = line.starts_with([' ', '\t']);
            if trimmed.is_empty() || trimmed.starts_with(['#', ';']) || inner {
                continue;
            }
            let wrong = |what: &str| format!("line {} {what}", index + 1);
            if let Some(rest) = trimmed.strip_prefix('[') {
                let (name, _) = rest
                    .split_once(']')
                    .ok_or_else(|| wrong("has a `[` without a `]`"))?;
                let name = words(name);
                sections.entry(name.clone()).or_default();
                current = Some(name);
                continue;
            }
            let (key, value) = trimmed
                .split_once('=')
                .ok_or_else(|| wrong("is neither a section nor a setting"))?;
            let section = current
                .as_ref()
                .and_then(|name| sections.get_mut(name))
                .ok_or_else(|| wrong("stands before the first section"))?;
            let value = Secret::new(without_comment(value.trim()));
            section.insert(key.trim().to_ascii_lowercase(), value);
        }
        Ok(Self { sections })
    }

    pub(super) fn section(&self, name: &str) -> Option<&IniSection> {
        self.sections.get(name)
    }
}

/// Returns the words of a section's name with one blank between them, and without quotes.
fn words(name: &str) -> String {
    let name = name.trim();
    let (kind, rest) = name.split_once([' ', '\t']).unwrap_or(("", name));
    let rest = rest.trim().trim_matches(['"', '\'']);
    if kind.is_empty() {
        return rest.into();
    }
    format!("{kind} {rest}")
}

/// Cuts a comment off, which begins with a blank.
fn without_comment(value: &str) -> &str {
    let mut before = ' ';
    for (index, character) in value.char_indices() {
        if matches!(character, '#' | ';') && before.is_whitespace() {
            return value[..index].trim_end();
        }
        before = character;
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_settings_and_comments_are_read() {
        let text = "\u{23} head\n[default]\nregion = eu-west-1 ; near\r\nAWS_Secret_Access_Key=a#b;c=d==\n\
                    s3 =\n  max = 3\n\n[ profile  \"my one\" ]\nrole_arn= arn:x\n[sso-session a]\n; x\nsso_region =\n";
        let file = Sections::parse(text).unwrap();
        let value = |section: &str, key: &str| {
            let section = file.section(section).unwrap();
            section.get(key).map(|value| value.reveal().to_string())
        };
        assert_eq!(value("default", "region").as_deref(), Some("eu-west-1"));
        let secret = value("default", "aws_secret_access_key");
        assert_eq!(secret.as_deref(), Some("a#b;c=d=="));
        assert_eq!(value("default", "max"), None);
        let role = value("profile my one", "role_arn");
        assert_eq!(role.as_deref(), Some("arn:x"));
        assert_eq!(value("sso-session a", "sso_region").as_deref(), Some(""));
        assert!(file.section("other").is_none());
    }

    #[test]
    fn broken_lines_are_named_and_not_quoted() {
        for text in ["canary = 1", "[a]\ncanary", "[canary"] {
            let error = Sections::parse(text).unwrap_err();
            assert!(error.starts_with("line "), "{error}");
            assert!(!error.contains("canary"), "{error}");
        }
    }
}

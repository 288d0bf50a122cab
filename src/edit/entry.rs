use std::fmt::{self, Write as _};

use crate::image::Repository;
use crate::import::{CollectedImage, Proposal};
use crate::policy::{OptionValue, Options, PolicyOption};

/// An image that is to be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The entry's name.
    pub name: &'a str,
    /// The repository, without tag and digest.
    pub image: &'a str,
    /// The options.
    pub options: &'a Options,
}

impl<'a> From<&'a CollectedImage> for Entry<'a> {
    fn from(image: &'a CollectedImage) -> Self {
        Self {
            name: &image.name,
            image: &image.image,
            options: &image.options,
        }
    }
}

impl<'a> From<&'a Proposal> for Entry<'a> {
    fn from(proposal: &'a Proposal) -> Self {
        Self {
            name: &proposal.name,
            image: &proposal.image,
            options: &proposal.options,
        }
    }
}

impl Entry<'_> {
    /// Says whether the name alone tells which image it is.
    fn is_named_alike(&self) -> bool {
        match (Repository::parse(self.name), Repository::parse(self.image)) {
            (Ok(name), Ok(image)) => name == image,
            _ => self.name == self.image,
        }
    }

    /// Returns the key, in quotes if it needs some.
    pub(super) fn key(&self) -> String {
        let is_bare = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if !self.name.is_empty() && self.name.bytes().all(is_bare) {
            self.name.to_string()
        } else {
            string(self.name)
        }
    }

    /// Returns the value: a constraint, or a table in one line.
    pub(super) fn value(&self) -> String {
        let is_alike = self.is_named_alike();
        let mut options = self.options.iter();
        match (options.next(), options.next()) {
            (None, _) if is_alike => return string("*"),
            (Some((PolicyOption::Constraint, OptionValue::Text(text))), None) if is_alike => {
                return string(text);
            }
            _ => {}
        }
        let image = (!is_alike).then(|| format!("image = {}", string(self.image)));
        let options = self
            .options
            .iter()
            .map(|(key, value)| format!("{key} = {}", option(value)));
        let parts: Vec<String> = image.into_iter().chain(options).collect();
        format!("{{ {} }}", parts.join(", "))
    }
}

impl fmt::Display for Entry<'_> {
    /// Writes the entry as a line of the table `[images]`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} = {}", self.key(), self.value())
    }
}

fn option(value: &OptionValue) -> String {
    match value {
        OptionValue::Text(text) => string(text),
        OptionValue::Bool(value) => value.to_string(),
        OptionValue::List(items) => {
            let items: Vec<String> = items.iter().map(|item| string(&item.value)).collect();
            format!("[{}]", items.join(", "))
        }
        OptionValue::Extract(parts) => {
            let parts: Vec<String> = parts
                .iter()
                .map(|(part, text)| format!("{part} = {}", string(&text.value)))
                .collect();
            format!("{{ {} }}", parts.join(", "))
        }
    }
}

/// Writes a string as a reader would: with `'` where `"` would need escapes, on one line.
fn string(text: &str) -> String {
    let needs_escapes = text.contains(['"', '\\']);
    if needs_escapes && !text.contains('\'') && !text.chars().any(char::is_control) {
        return format!("'{text}'");
    }
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            letter if letter.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(letter));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(name: &str, image: &str, values: &[(PolicyOption, OptionValue)]) -> String {
        let mut options = Options::default();
        for (option, value) in values {
            options.set(*option, value.clone());
        }
        let options = &options;
        Entry {
            name,
            image,
            options,
        }
        .to_string()
    }

    #[test]
    fn lines_are_short_where_they_can_be() {
        let text = |text: &str| OptionValue::Text(text.into());
        let constraint = [(PolicyOption::Constraint, text("^1"))];
        assert_eq!(line("nginx", "nginx", &constraint), r#"nginx = "^1""#);
        assert_eq!(
            line("nginx", "docker.io/library/nginx", &[]),
            r#"nginx = "*""#
        );
        assert_eq!(
            line("a.b", "ghcr.io/a/b", &constraint),
            r#""a.b" = { image = "ghcr.io/a/b", constraint = "^1" }"#
        );
        let options = [
            (PolicyOption::AllowTags, text(r"regexp:^\d")),
            (
                PolicyOption::Extract,
                OptionValue::extract(r"^(\d+)'$", "$1"),
            ),
            (PolicyOption::IgnoreTags, OptionValue::list(["a", "b"])),
            (PolicyOption::Immutable, OptionValue::Bool(true)),
        ];
        assert_eq!(
            line("x", "x", &options),
            r#"x = { allow-tags = 'regexp:^\d', extract = { pattern = "^(\\d+)'$", value = "$1" }, ignore-tags = ["a", "b"], immutable = true }"#
        );
    }

    proptest! {
        #[test]
        fn strings_are_read_back(text in "\\PC{0,8}|[\"'\\\\\\n\\r\\t\\u{0}-\\u{1f}\\u{7f}a]{0,8}") {
            let written = format!("a = {}", string(&text));
            let document = toml_edit::Document::parse(&written).unwrap();
            prop_assert_eq!(document.as_table()["a"].as_str(), Some(&*text));
            prop_assert_eq!(written.lines().count(), 1);
        }
    }
}

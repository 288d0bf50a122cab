use std::ops::Range;

use toml_edit::{Document, Item};

use super::place::{Insertion, find};
use super::{Entry, meaning};
use crate::error::{Code, TextError};

/// The text of a config without images, to which the first ones are added.
pub const FIRST_CONFIG: &str = "\
# Which images, and which of their tags are allowed. `imagelock lock` pins them in images.lock.
# Every option: images.toml.example in the repository of imagelock, or `imagelock schema config`.
version = 1

# [defaults]
# platforms = [\"linux/amd64\", \"linux/arm64\"]   # required of every image

[images]
";

/// A config with new entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    /// The new text: the old one with lines in between.
    pub text: String,
    /// The lines of the new entries, as they stand in it, without line breaks.
    pub added: Vec<String>,
    /// The names of entries that were there already and mean the same.
    pub unchanged: Vec<String>,
    /// The names of entries that were there already and mean something else, with the bytes of their keys.
    pub different: Vec<(String, Range<usize>)>,
}

/// Adds entries to the table `[images]`, each on a line of its own behind the last one.
///
/// An entry whose name is taken is not added. Where there is no such table, one is added at the end.
/// Blanks before keys, `=` in one column and the line break are those of the file.
///
/// # Errors
///
/// [`TextError`] if the text is not TOML, or its `images` is not a table with lines of its own.
pub fn add(text: &str, entries: &[Entry<'_>]) -> Result<Edited, TextError> {
    let document = Document::parse(text).map_err(|error| {
        let span = error.span().unwrap_or_default();
        let message = format!("this is not TOML: {}", error.message());
        TextError::new(Code::ConfigSyntax, message, span.start, span.len())
    })?;
    let images = document.as_table().get("images");
    let Some(insertion) = find(text, &document) else {
        let span = images.and_then(Item::span).unwrap_or_default();
        let message = "lines cannot be added to this `images`";
        let error = TextError::new(Code::WrongType, message, span.start, span.len());
        return Err(error.help("write it as a table with a header: `[images]`"));
    };
    let mut edited = Edited {
        text: text.to_string(),
        added: Vec::new(),
        unchanged: Vec::new(),
        different: Vec::new(),
    };
    for entry in entries {
        match images.and_then(|images| images.get(entry.name)) {
            None => edited.added.push(insertion.line(entry)),
            Some(item) if meaning::is_same(entry, item) => {
                edited.unchanged.push(entry.name.to_string());
            }
            Some(item) => {
                let table = images.and_then(Item::as_table);
                let key = table.and_then(|table| table.key(entry.name)?.span());
                let span = key.or_else(|| item.span()).unwrap_or_default();
                edited.different.push((entry.name.to_string(), span));
            }
        }
    }
    if !edited.added.is_empty() {
        let lines = edited
            .added
            .iter()
            .map(|line| format!("{line}{}", insertion.line_break));
        let new = format!("{}{}", insertion.head, lines.collect::<String>());
        edited.text.insert_str(insertion.at, &new);
    }
    Ok(edited)
}

impl Insertion {
    fn line(&self, entry: &Entry<'_>) -> String {
        let key = entry.key();
        let filling = self.column.saturating_sub(key.len()).max(1);
        format!(
            "{}{key}{}= {}",
            self.prefix,
            " ".repeat(filling),
            entry.value()
        )
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::config::{Format, SourceFile, parse};
    use crate::policy::{Options, PolicyOption};

    fn added(text: &str) -> String {
        let mut options = Options::default();
        options.set_text(PolicyOption::Constraint, "^2");
        let api = Entry {
            name: "api",
            image: "api",
            options: &options,
        };
        let edited = add(text, &[api]).unwrap();
        let source = SourceFile::new("images.toml", &edited.text, Format::Toml);
        let config = parse(&source).unwrap();
        assert!(config.images.iter().any(|image| image.name == "api"));
        edited.text
    }

    #[test]
    fn entries_go_behind_the_last_one() {
        for (text, wanted) in [
            ("version = 1\n", "version = 1\n\n[images]\n+\n"),
            ("version = 1", "version = 1\n\n[images]\n+\n"),
            ("version = 1\r\n", "version = 1\r\n\r\n[images]\r\n+\r\n"),
            (
                "version = 1\n[images]\n# a = \"1\"\n\n[defaults]\n",
                "version = 1\n[images]\n# a = \"1\"\n+\n\n[defaults]\n",
            ),
            (
                "version = 1\n[images] # ours\nb = \"1\" # b\n# end\n[defaults]\n",
                "version = 1\n[images] # ours\nb = \"1\" # b\n+\n# end\n[defaults]\n",
            ),
            (
                "version = 1\n[images]\nb = \"1\"",
                "version = 1\n[images]\nb = \"1\"\n+\n",
            ),
            (
                "version = 1\n[images]\nb = { allow-tags = [\n\"1\",\n] }\n[images.c]\n",
                "version = 1\n[images]\nb = { allow-tags = [\n\"1\",\n] }\n+\n[images.c]\n",
            ),
            (
                "version = 1\n[images.c]\nconstraint = \"1\"\n",
                "version = 1\n[images.c]\nconstraint = \"1\"\n\n[images]\n+\n",
            ),
            (
                "version = 1\n[images]\nb.constraint = \"1\"\n",
                "version = 1\n[images]\nb.constraint = \"1\"\n+\n",
            ),
            (
                "images.b = \"1\"\nversion = 1\n",
                "images.b = \"1\"\nimages.+\nversion = 1\n",
            ),
            (
                "version = 1\n[images]\n  b = \"1\"\n",
                "version = 1\n[images]\n  b = \"1\"\n  +\n",
            ),
        ] {
            assert_eq!(added(text), wanted.replace('+', "api = \"^2\""), "{text}");
        }
    }

    #[test]
    fn a_column_of_equals_signs_is_kept() {
        let text = "version = 1\n[images]\nb       = \"1\"\nlongest = \"2\"\n";
        assert_eq!(added(text), format!("{text}api     = \"^2\"\n"));
        let uneven = "version = 1\n[images]\nb  = \"1\"\nlongest = \"2\"\n";
        assert_eq!(added(uneven), format!("{uneven}api = \"^2\"\n"));
    }

    #[test]
    fn names_that_are_there_are_left_alone() {
        let text = "version = 1\n[images]\nnginx = \"^1\"\nredis = \"7\"\n";
        let mut options = Options::default();
        options.set_text(PolicyOption::Constraint, "^1");
        let entry = |name, image| Entry {
            name,
            image,
            options: &options,
        };
        let edited = add(text, &[entry("nginx", "nginx"), entry("redis", "redis")]).unwrap();
        assert_eq!(edited.text, text);
        assert_eq!(edited.unchanged, ["nginx"]);
        assert_eq!(edited.different, [("redis".to_string(), 34..39)]);
        assert_eq!(edited.added, [""; 0]);
    }

    #[test]
    fn what_cannot_be_added_to_is_refused() {
        let entry = Entry {
            name: "a",
            image: "a",
            options: &Options::default(),
        };
        let inline = "version = 1\nimages = { b = \"1\" }\n";
        let error = add(inline, &[entry]).unwrap_err();
        assert_eq!((error.code, error.offset), (Code::WrongType, 21));
        assert_eq!(add("a = [", &[entry]).unwrap_err().code, Code::ConfigSyntax);
    }

    /// The lines of a table, or of several, in any layout that TOML allows.
    fn a_config() -> impl Strategy<Value = String> {
        let entry = prop_oneof![
            "(n[0-9]{1,2}) {0,3}= {0,2}\"1\"( # .{0,4})?",
            "(n[0-9]{1,2})\\.constraint = '1'",
            "\"n[0-9]{1,2}\" = \\{ tag = \"x\" \\}",
            "(n[0-9]{1,2}) = \\{ allow-tags = \\[ # c\n'a',\n'b'\n\\] \\}",
            "# .{0,6}",
            "",
        ];
        let section = (
            prop_oneof![
                Just("[images]".to_string()),
                "\\[images\\.m[0-9]\\]\nconstraint = '1'".prop_map(String::from),
                Just("[defaults]".to_string()),
                Just("[registries.\"ghcr.io\"]".to_string()),
            ],
            proptest::collection::vec(entry, 0..5),
        );
        let sections = proptest::collection::vec(section, 0..4);
        (sections, any::<bool>(), any::<bool>()).prop_map(|(sections, windows, ends)| {
            let mut lines = vec!["version = 1".to_string()];
            for (header, entries) in sections {
                let is_images = header == "[images]";
                lines.push(header);
                let is_kept =
                    |entry: &String| is_images || entry.is_empty() || entry.starts_with('#');
                lines.extend(entries.into_iter().filter(is_kept));
            }
            let mut text = lines.join("\n");
            if ends {
                text.push('\n');
            }
            if windows {
                text.replace('\n', "\r\n")
            } else {
                text
            }
        })
    }

    proptest! {
        #[test]
        fn every_line_stays_and_the_config_stays_valid(text in a_config(), name in "[a-z][a-z.]{0,5}") {
            let valid = |text: &str| parse(&SourceFile::new("images.toml", text, Format::Toml));
            let before = valid(&text);
            prop_assume!(before.is_ok());
            let entries = [Entry { name: &name, image: "ghcr.io/acme/x", options: &Options::default() }];
            let edited = add(&text, &entries).unwrap();
            let after = valid(&edited.text);
            prop_assert!(after.is_ok(), "{:?}", edited.text);
            prop_assert_eq!(after.unwrap().images.len(), before.unwrap().images.len() + edited.added.len());
            let rest = edited.added.iter().fold(edited.text.clone(), |rest, line| rest.replacen(line, "", 1));
            let lines = |text: &str| -> Vec<String> {
                text.lines().filter(|line| !line.trim().is_empty()).map(str::to_string).collect()
            };
            let mut new_lines = lines(&rest);
            for line in lines(&text) {
                let at = new_lines.iter().position(|new| *new == line);
                prop_assert!(at.is_some(), "{line:?} is lost in {:?}", edited.text);
                new_lines.remove(at.unwrap());
            }
            prop_assert!(new_lines.is_empty() || new_lines == ["[images]"], "{new_lines:?}");
            let again = add(&edited.text, &entries).unwrap();
            prop_assert_eq!(again.text, edited.text);
        }
    }
}

use crate::error::Code;
use crate::policy::{Options, PolicyOption};

/// What one object of another tool says about images.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// The images, in the order of the object.
    pub images: Vec<ImportedImage>,
    /// What belongs to no image, or to one that could not be imported.
    pub warnings: Vec<Warning>,
}

/// The policy of one image, in the words of the config.
///
/// The options are those of an entry of `[images]` and are checked by the config's reader, as if a
/// user had written them. `image` is not among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedImage {
    /// A name that an entry can have: the other tool's name for it, or the last part of the repository.
    pub name: String,
    /// The repository as it was written, without tag and digest: `nginx`, `ghcr.io/acme/api`.
    pub image: String,
    /// The options, in the order in which they are written.
    pub options: Options,
    /// Where the image is named.
    pub spot: Spot,
    /// What of its policy has no equal, or means something else here.
    pub warnings: Vec<Warning>,
}

/// Something to know about what was imported. The import itself went on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// [`Code::NotImported`], or [`Code::UnknownAnnotation`] for a key that is not known.
    pub code: Code,
    /// What it is, in one lowercase fragment.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// What it is about.
    pub spot: Spot,
}

/// A part of a value in an object of another tool.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spot {
    /// The keys that lead to the value; items of lists are numbered from 0. For annotations, one: the
    /// annotation's whole key.
    pub path: Vec<String>,
    /// Whether the last key is meant rather than its value.
    pub at_key: bool,
    /// The first byte that is meant, from 0, in the value's text.
    pub offset: usize,
    /// How many bytes are meant.
    pub length: usize,
}

/// A text in an object of another tool, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The text, or a part of it: an item of a list with commas.
    pub text: String,
    /// The keys that lead to the value.
    pub path: Vec<String>,
    /// Where the text begins in the value, in bytes.
    pub offset: usize,
}

impl Setting {
    /// Makes a setting of a whole value.
    pub fn new(path: &[&str], text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            path: path.iter().map(ToString::to_string).collect(),
            offset: 0,
        }
    }

    /// Returns the items between commas, without blanks around them; empty ones are left out.
    pub fn items(&self) -> Vec<Self> {
        let mut start = 0;
        let mut items = Vec::new();
        for item in self.text.split(',') {
            let trimmed = item.trim();
            if !trimmed.is_empty() {
                let blanks = item.len() - item.trim_start().len();
                items.push(self.part(start + blanks, trimmed.len()));
            }
            start += item.len() + 1;
        }
        items
    }

    /// Returns the text without blanks and line breaks around it.
    pub(super) fn trimmed(&self) -> Self {
        let blanks = self.text.len() - self.text.trim_start().len();
        self.part(blanks, self.text.trim().len())
    }

    /// Returns some bytes of the text; none if they are not there.
    pub(super) fn part(&self, offset: usize, length: usize) -> Self {
        Self {
            text: self
                .text
                .get(offset..offset + length)
                .unwrap_or_default()
                .to_string(),
            path: self.path.clone(),
            offset: self.offset + offset,
        }
    }

    /// Returns where the text stands.
    pub fn spot(&self) -> Spot {
        Spot {
            path: self.path.clone(),
            at_key: false,
            offset: self.offset,
            length: self.text.len(),
        }
    }
}

impl Warning {
    /// Makes a warning that something was not imported.
    pub(super) fn new(message: impl Into<String>, spot: Spot) -> Self {
        Self {
            code: Code::NotImported,
            message: message.into(),
            help: None,
            spot,
        }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl ImportedImage {
    /// Makes an image without options.
    pub(super) fn new(name: &str, image: &str, spot: Spot) -> Self {
        Self {
            name: entry_name(name),
            image: image.to_string(),
            options: Options::default(),
            spot,
            warnings: Vec::new(),
        }
    }

    pub(super) fn warn(&mut self, warning: Warning) {
        self.warnings.push(warning);
    }
}

/// Says what to write in place of an entry that chooses nothing.
pub(super) fn instead(what: &str) -> String {
    format!("{what}, and remove `{}`", PolicyOption::IgnoreTags)
}

/// Makes a name for an entry: letters, digits, `.`, `_`, `-`, the first one a letter or a digit.
pub(super) fn entry_name(text: &str) -> String {
    let name: String = text
        .trim()
        .chars()
        .map(|letter| match letter {
            letter if letter.is_ascii_alphanumeric() || "._-".contains(letter) => letter,
            _ => '-',
        })
        .collect();
    let name = name.trim_matches(['.', '_', '-']);
    let name = &name[..name.len().min(128)];
    if name.is_empty() {
        "image".to_string()
    } else {
        name.to_string()
    }
}

/// Returns the word that is nearest to a misspelt one, if one is near.
pub(super) fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .min()
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len() / 6)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_keep_their_place() {
        let setting = Setting::new(&["k"], " *-rc* ,, nightly,");
        let items = setting.items();
        let found: Vec<_> = items
            .iter()
            .map(|item| (item.text.as_str(), item.offset))
            .collect();
        assert_eq!(found, [("*-rc*", 1), ("nightly", 10)]);
    }

    #[test]
    fn names_can_stand_in_a_config() {
        for (text, name) in [
            ("api", "api"),
            ("team/api", "team-api"),
            ("-x é", "x"),
            ("..", "image"),
        ] {
            assert_eq!(entry_name(text), name);
        }
    }

    #[test]
    fn near_words_are_found_and_far_ones_not() {
        let known = ["allow-tags", "ignore-tags", "image-list"];
        assert_eq!(nearest("alow-tags", known), Some("allow-tags"));
        assert_eq!(nearest("image-lst", known), Some("image-list"));
        assert_eq!(nearest("colour", known), None);
    }
}

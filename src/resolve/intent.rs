use std::collections::BTreeSet;

use crate::config::Config;
use crate::error::{Code, Diagnostic};
use crate::image::Tag;

/// What a run is to bring about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intent {
    /// The lock satisfies the config, with the fewest changes.
    Lock,
    /// The named images move to what their policies choose now; all if none is named.
    Update {
        /// The names; empty for all.
        names: BTreeSet<String>,
    },
    /// One image moves to a tag that its policy allows but might not choose.
    Precise {
        /// The image.
        name: String,
        /// The tag.
        tag: Tag,
    },
}

impl Intent {
    /// Returns `true` if the pin of an image is to move.
    pub(super) fn moves(&self, name: &str) -> bool {
        match self {
            Self::Lock => false,
            Self::Update { names } => names.is_empty() || names.contains(name),
            Self::Precise { name: moved, .. } => moved == name,
        }
    }

    /// Checks that the config has every image that is named.
    pub(super) fn check_names(&self, config: &Config) -> Result<(), Vec<Diagnostic>> {
        let names: Vec<&str> = match self {
            Self::Lock => Vec::new(),
            Self::Update { names } => names.iter().map(String::as_str).collect(),
            Self::Precise { name, .. } => vec![name],
        };
        let known = || config.images.iter().map(|spec| spec.name.as_str());
        let unknown: Vec<_> = names
            .into_iter()
            .filter(|name| !known().any(|known| known == *name))
            .map(|name| unknown_image(name, known()))
            .collect();
        if unknown.is_empty() {
            Ok(())
        } else {
            Err(unknown)
        }
    }
}

/// Returns the error for a name that is not known, with the nearest one that is.
pub fn unknown_image<'k>(name: &str, known: impl Iterator<Item = &'k str>) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::UnknownImage, format!("there is no image `{name}`"));
    let nearest = known
        .map(|known| (strsim::damerau_levenshtein(name, known), known))
        .min()
        .filter(|(distance, _)| *distance <= name.len().div_ceil(3));
    match nearest {
        Some((_, known)) => diagnostic.help(format!("did you mean `{known}`?")),
        None => diagnostic.help("`imagelock list` shows the images and their names"),
    }
}

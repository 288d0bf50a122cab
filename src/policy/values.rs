use std::ops::Range;

use super::{Policy, Rule};
use crate::image::Tag;

/// The texts that a strategy reads, for each tag of a list.
pub(super) enum Values {
    /// The tags themselves.
    Tags,
    /// What `extract` took from them, one after the other.
    Extracted {
        text: String,
        places: Vec<Option<Range<usize>>>,
    },
}

/// The parts of a text that a strategy reads.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cut<'k> {
    /// What the key is read from.
    pub(super) value: &'k str,
    /// The suffix that was taken off.
    pub(super) tail: &'k str,
}

impl Values {
    pub(super) fn of<'q>(policy: &Policy, tags: impl Iterator<Item = &'q Tag>) -> Self {
        let Some(extract) = &policy.extract else {
            return Self::Tags;
        };
        let mut locations = extract.locations();
        let mut text = String::new();
        let places = tags
            .map(|tag| {
                let start = text.len();
                let found = extract.append(tag.as_str(), &mut locations, &mut text);
                found.then_some(start..text.len())
            })
            .collect();
        Self::Extracted { text, places }
    }

    /// Returns the text of the tag at a place of the list.
    pub(super) fn get<'k>(&'k self, place: usize, tag: &'k Tag) -> Result<&'k str, Rule> {
        match self {
            Self::Tags => Ok(tag.as_str()),
            Self::Extracted { text, places } => {
                let found = places.get(place).cloned().flatten();
                found.and_then(|found| text.get(found)).ok_or(Rule::Extract)
            }
        }
    }

    /// Returns the text of the tag at a place of the list, without the policy's suffix.
    pub(super) fn cut<'k>(
        &'k self,
        policy: &Policy,
        place: usize,
        tag: &'k Tag,
    ) -> Result<Cut<'k>, Rule> {
        let text = self.get(place, tag)?;
        let (value, tail) = match &policy.suffix {
            None => (text, ""),
            Some(suffix) => suffix.split(text).ok_or(Rule::Suffix)?,
        };
        Ok(Cut { value, tail })
    }
}

use super::guess::Guess;
use super::{tag_form, tag_version};
use crate::image::Tag;

/// Returns what a tag looks like. The guess always allows the tag.
pub(super) fn guess(tag: &Tag) -> Guess {
    let guess = tag_version::guess(tag.as_str()).or_else(|| tag_form::guess(tag.as_str()));
    // How a tag is split here is a guess as well; what its reader makes of it decides.
    guess
        .filter(|guess| guess.policy().is_some_and(|policy| policy.allows(tag)))
        .unwrap_or_else(|| Guess::Same { tag: tag.clone() })
}

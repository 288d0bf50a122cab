use crate::image::Tag;
use crate::policy::{Namesakes, VersionKey};

/// What was chosen for an image.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ChosenTag {
    pub(super) tag: Tag,
    /// The better versions that the image's group keeps it from, the best first, each with the name of
    /// a member that lacks it.
    pub(super) lacked: Vec<(VersionKey, String)>,
    /// The prereleases that the tag may be another name of, if it is a new one.
    pub(super) namesakes: Namesakes,
}

impl From<Tag> for ChosenTag {
    fn from(tag: Tag) -> Self {
        Self {
            tag,
            lacked: Vec::new(),
            namesakes: Namesakes::default(),
        }
    }
}

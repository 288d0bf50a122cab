use crate::image::Index;
use crate::tag::ImageFacts;

/// What is known of a changed image beyond the locks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChangeFacts {
    /// The facts of the first pin.
    pub before: ImageFacts,
    /// The facts of the second pin.
    pub after: ImageFacts,
    /// The indexes of both pins, first the first pin's, if both are known.
    pub indexes: Option<(Index, Index)>,
}

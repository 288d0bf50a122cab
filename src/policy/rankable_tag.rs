use super::sort_key::SortKey;
use crate::image::Tag;

/// A tag that a strategy can order.
#[derive(Clone, Copy, Debug)]
pub(super) struct RankableTag<'q, 'k> {
    pub(super) tag: &'q Tag,
    pub(super) key: SortKey<'k>,
    /// The suffix that was taken off.
    pub(super) tail: &'k str,
}

//! Lists with pages: tags and repositories.

pub(super) mod catalog;
pub(super) mod link;
pub(super) mod names;
pub(super) mod paging;
pub(super) mod tags;

//! Texts as trees, whose values know where they are written.

mod spanned;

pub use spanned::Spanned;

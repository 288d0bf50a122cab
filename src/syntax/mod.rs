//! Text of YAML, TOML and JSON as one tree, in which every value knows where it is written.

mod spanned;

pub use spanned::Spanned;

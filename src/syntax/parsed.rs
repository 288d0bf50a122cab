use super::duplicates::DuplicateKey;
use super::tree::Node;

/// A text that has been read, not yet looked at.
#[derive(Debug)]
pub struct Parsed {
    /// The whole value.
    pub root: Node,
    /// Keys that stand twice: wrong, but no hindrance to check the rest.
    pub duplicates: Vec<DuplicateKey>,
}

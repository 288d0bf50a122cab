use std::ops::Range;

/// A text is not of its format.
#[derive(Debug)]
pub struct SyntaxError {
    /// What is wrong, in one lower-case fragment.
    pub message: String,
    /// The bytes that are at fault.
    pub span: Range<usize>,
    /// What to write instead, if that is known.
    pub help: Option<String>,
}

use std::ops::Range;

/// A value with the bytes of the text that it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it is written, in bytes from the start of the text.
    pub span: Range<usize>,
}

use crate::error::{Code, TextError};

/// Says what is wrong with a part of a pattern.
pub(super) fn bad_pattern(message: impl Into<String>, offset: usize, length: usize) -> TextError {
    TextError::new(Code::BadPattern, message, offset, length)
}

use crate::error::{Code, TextError};

pub(super) fn bad_constraint(
    message: impl Into<String>,
    offset: usize,
    length: usize,
) -> TextError {
    TextError::new(Code::BadConstraint, message, offset, length)
}

//! The character rules of the words in a platform.

/// Returns `true` if a text can stand in a platform's printed form and be read back.
pub(super) fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 32
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

/// Returns `true` if a text can be the version of a system: words with full stops between them.
pub(super) fn is_version(text: &str) -> bool {
    is_word(text) && text.split('.').all(|part| !part.is_empty())
}

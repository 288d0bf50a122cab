use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr;

/// What the name of a secret has in it.
const WORDS: [&str; 15] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "auth",
    "header",
    "api-key",
    "apikey",
    "access-key",
    "private-key",
    "credential",
    "bearer",
    "cookie",
    "pwd",
];
/// Names that have such a word, and stand for no secret.
const OPEN: [&str; 2] = ["token-realms", "kubernetes-secret-file"];

/// Returns `true` if a key is named as one of a secret is.
pub(crate) fn is_secret_name(key: &str) -> bool {
    // Each key of a config is looked at, so nothing is copied.
    let has = |word: &&str| {
        let mut parts = key.as_bytes().windows(word.len());
        parts.any(|part| is_word(part, word))
    };
    WORDS.iter().any(has) && !OPEN.iter().any(|open| is_word(key.as_bytes(), open))
}

/// Returns `true` if a key has no other name than a secret's, as that of an image may: `oauth2-proxy`.
pub(crate) fn is_secret_itself(key: &str) -> bool {
    let known = WORDS.iter().find(|word| is_word(key.as_bytes(), word));
    known.is_some_and(|word| !matches!(*word, "auth" | "header" | "credential"))
}

/// Returns `true` if bytes spell a word, in any case and with `_` for `-`.
fn is_word(bytes: &[u8], word: &str) -> bool {
    let plain = |byte: &u8| match byte {
        b'_' => b'-',
        byte => byte.to_ascii_lowercase(),
    };
    bytes.len() == word.len() && bytes.iter().map(plain).eq(word.bytes())
}

/// Returns the parts of a text that are a user and a password before an `@`.
pub(crate) fn users(text: &str) -> Vec<Range<usize>> {
    let mut users = Vec::new();
    if memchr(b'@', text.as_bytes()).is_none() {
        return users;
    }
    let mut word = 0;
    // Whether what the word has so far may be a user and a password.
    let mut is_pair = false;
    for (index, character) in text.char_indices() {
        match character {
            '@' => {
                let rest = &text[index + 1..];
                if is_pair && !rest.starts_with("sha256:") && !rest.starts_with("sha512:") {
                    users.push(word..index);
                }
            }
            ':' => is_pair = true,
            '/' if text[..index].ends_with('/') => (word, is_pair) = (index + 1, true),
            '"' | '\'' => (word, is_pair) = (index + 1, false),
            _ if character.is_whitespace() => {
                (word, is_pair) = (index + character.len_utf8(), false);
            }
            _ => {}
        }
    }
    users
}

/// Puts a star for each byte of some parts of a text, so that all else stays where it is.
pub(crate) fn cover(text: &str, mut parts: Vec<Range<usize>>) -> Cow<'_, str> {
    if parts.is_empty() {
        return text.into();
    }
    parts.sort_by_key(|part| part.start);
    let mut shown = String::with_capacity(text.len());
    let mut parts = parts.into_iter().peekable();
    let mut end = 0;
    for (index, character) in text.char_indices() {
        while let Some(part) = parts.next_if(|part| part.start <= index) {
            end = end.max(part.end);
        }
        if index < end && !character.is_whitespace() {
            shown.extend(std::iter::repeat_n('*', character.len_utf8()));
        } else {
            shown.push(character);
        }
    }
    shown.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_known() {
        for name in [
            "password",
            "API_KEY",
            "x-auth-token",
            "httpHeaders",
            "client-secret",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in [
            "image",
            "token-realms",
            "client-key",
            "kubernetes-secret-file",
        ] {
            assert!(!is_secret_name(name), "{name}");
        }
        assert!(is_secret_itself("password") && !is_secret_itself("oauth2-proxy"));
    }

    #[test]
    fn users_are_covered_and_digests_are_not() {
        for (text, shown) in [
            ("\"https://me:p@w@r.io\"", "\"https://******@r.io\""),
            (
                "'me:pw@r.io/x', https://tok@r",
                "'*****@r.io/x', https://***@r",
            ),
            (
                "nginx@sha256:00, r.io:5000/a@sha512:00",
                "nginx@sha256:00, r.io:5000/a@sha512:00",
            ),
            ("somebody@example.com", "somebody@example.com"),
        ] {
            assert_eq!(cover(text, users(text)), shown);
        }
    }

    #[test]
    fn what_is_covered_keeps_its_width() {
        assert_eq!(cover("a \u{e4} b c", vec![2..6, 0..3]), "* ** * c");
        assert_eq!(cover("abc", vec![]), "abc");
    }
}

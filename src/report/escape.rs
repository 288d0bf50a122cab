//! Makes text from outside inert: on a terminal, in Markdown, in links.
//!
//! Tags, labels and error messages are written by whoever runs a registry or pushes to it. Every form
//! of a report passes them through here, and nowhere else.

use std::fmt::Write;

use url::Url;

use crate::error::inert;

/// Returns the text for a terminal: one line, nothing that steers it.
///
/// Control characters become their pictures (`␛`); characters that turn or hide text (bidirectional
/// controls, zero-width characters, tags) become `�`.
///
/// ```
/// assert_eq!(imagelock::report::escape::terminal("\x1b[2Jgone\n"), "␛[2Jgone␊");
/// ```
pub fn terminal(text: &str) -> String {
    inert(text)
}

/// Returns the text as a Markdown code span that fits anywhere, also into the cell of a table.
///
/// In a code span there are no mentions, references, links, HTML or emphasis, on GitHub as on GitLab;
/// the two characters that could end the span or the cell become look-alikes. Backslash escapes would
/// not do: GitHub finds mentions in the rendered text.
///
/// ```
/// assert_eq!(imagelock::report::escape::code("a|b`@all"), "`a¦b'@all`");
/// ```
pub fn code(text: &str) -> String {
    let inner = inert(text).replace('`', "'").replace('|', "¦");
    // A span of blanks, or none at all, would not be a span.
    let inner = inner.trim();
    if inner.is_empty() {
        "–".into()
    } else {
        format!("`{inner}`")
    }
}

/// Returns the address in a form that is safe as the target of a Markdown link.
///
/// Only `https` with a host and without credentials passes; what could end the link is
/// percent-encoded.
///
/// ```
/// use imagelock::report::escape::https_url;
///
/// assert_eq!(https_url("https://example.com/a(b)").as_deref(), Some("https://example.com/a%28b%29"));
/// assert_eq!(https_url("javascript:alert(1)"), None);
/// ```
pub fn https_url(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let plain = url.scheme() == "https"
        && url.host_str().is_some()
        && url.username().is_empty()
        && url.password().is_none();
    if !plain || text.len() > 1024 {
        return None;
    }
    let mut safe = String::with_capacity(url.as_str().len());
    for character in url.as_str().chars() {
        match character {
            '(' | ')' | '<' | '>' | '[' | ']' | '\\' | '|' | '`' | '*' | '"' | '\'' | '^' | '{'
            | '}' => {
                safe.push('%');
                let _ = write!(safe, "{:02X}", u32::from(character));
            }
            other => safe.push(other),
        }
    }
    Some(safe)
}

/// Returns at most `limit` characters of the text, with `…` in place of what was cut.
pub fn clip(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_string();
    }
    let mut cut: String = text.chars().take(limit.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOSTILE: &str = "| @everyone <img src=x> \x1b[2J";

    #[test]
    fn a_terminal_is_not_steered() {
        assert_eq!(terminal(HOSTILE), "| @everyone <img src=x> ␛[2J");
        assert_eq!(
            terminal("a\u{202e}b\u{200b}c\u{9b}31m\r\u{7f}"),
            "a�b�c�31m␍␡"
        );
        assert_eq!(terminal("naïve – 東京"), "naïve – 東京");
    }

    #[test]
    fn markdown_is_not_steered() {
        assert_eq!(code(HOSTILE), "`¦ @everyone <img src=x> ␛[2J`");
        assert_eq!(code("``` \n# title"), "`''' ␊# title`");
        assert_eq!(code("ends in \\"), "`ends in \\`");
        assert_eq!(code(" "), "–");
    }

    #[test]
    fn only_https_links_pass() {
        assert_eq!(
            https_url("https://example.com/a)[x](b|c`*").as_deref(),
            Some("https://example.com/a%29%5Bx%5D%28b%7Cc%60%2A")
        );
        for text in [
            "http://example.com",
            "javascript:alert(1)",
            "https://user@example.com",
            "https://:secret@example.com",
            "//example.com",
            "",
        ] {
            assert_eq!(https_url(text), None, "{text}");
        }
    }

    #[test]
    fn clipping_counts_characters() {
        assert_eq!(clip("東京都", 3), "東京都");
        assert_eq!(clip("東京都庁", 3), "東京…");
    }

    proptest! {
        #[test]
        fn a_code_span_is_one_span(text in any::<String>()) {
            let span = code(&text);
            prop_assert!(!span.contains('|') && !span.contains(char::is_control));
            let inner = span.strip_prefix('`').and_then(|rest| rest.strip_suffix('`'));
            prop_assert!(span == "–" || inner.is_some_and(|inner| !inner.is_empty() && !inner.contains('`')));
        }

        #[test]
        fn a_terminal_line_is_one_line(text in any::<String>()) {
            prop_assert!(!terminal(&text).contains(char::is_control));
        }
    }
}

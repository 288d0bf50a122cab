/// Returns `true` if a character steers whatever shows it, or hides text from who reads it.
///
/// That are control characters, soft hyphens, bidirectional controls, zero-width characters, line
/// separators and tags, whatever alphabet they come from. A text from outside is shown without them.
pub(crate) fn steers(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

/// Returns a text from outside on one line, with a visible character for each that steers.
///
/// Control characters become their pictures (`␛`, `␊`), others that turn or hide text `�`.
pub(crate) fn inert(text: &str) -> String {
    text.chars().map(visible).collect()
}

fn visible(character: char) -> char {
    match character {
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + u32::from(character)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        other if steers(other) => '\u{fffd}',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_or_hides_is_told_from_text() {
        let hidden = "\0\n\u{7f}\u{9b}\u{ad}\u{61c}\u{180e}\u{200b}\u{200e}\u{2028}\u{202e}\u{2060}\u{2066}\u{feff}\u{fffb}\u{e0001}\u{e0041}\u{e0100}";
        for character in hidden.chars() {
            assert!(steers(character), "{character:?}");
        }
        for character in "aé東 \u{a0}–…\u{fe0f}\u{fffd}😀".chars() {
            assert!(!steers(character), "{character:?}");
        }
    }

    #[test]
    fn a_text_from_outside_is_one_visible_line() {
        assert_eq!(
            inert("a\x1b[2J\n::error::\u{202e}b"),
            "a␛[2J␊::error::\u{fffd}b"
        );
    }
}

use std::borrow::Cow;

use crate::error::{inert, steers};

/// Returns lines for people so that nothing in them steers a terminal or the log of a CI run.
///
/// This is the last step before a text is written, whatever its parts went through: control characters other
/// than line breaks become visible, and a line cannot begin with a command of GitHub Actions (`::error::`, after
/// blanks too) or Azure Pipelines (`##vso[…]`). With `colored`, the sequences that set colours stay.
pub(super) fn for_people(text: &str, colored: bool) -> Cow<'_, str> {
    let is_harmless = |line: &str| !line.chars().any(steers) && command(line).is_none();
    if text.split('\n').all(is_harmless) {
        return text.into();
    }
    let lines = text.split('\n').map(|line| harmless_line(line, colored));
    lines.collect::<Vec<_>>().join("\n").into()
}

fn harmless_line(line: &str, colored: bool) -> String {
    let mut shown = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(character) = rest.chars().next() {
        let colors = if colored { color_length(rest) } else { 0 };
        if colors > 0 {
            shown.push_str(&rest[..colors]);
            rest = &rest[colors..];
        } else {
            let (first, others) = rest.split_at(character.len_utf8());
            shown.push_str(&inert(first));
            rest = others;
        }
    }
    // A space within the mark of a command takes its meaning away, and hardly the reader's.
    if let Some(place) = command(&shown) {
        shown.insert(place + 1, ' ');
    }
    shown
}

/// Returns where the mark of a CI command begins, if a line starts with one after blanks and colours.
fn command(line: &str) -> Option<usize> {
    let mut place = 0;
    loop {
        let rest = &line[place..];
        let blanks = rest.len() - rest.trim_start().len();
        let skipped = blanks.max(color_length(rest));
        if skipped == 0 {
            let is_command = ["::", "##[", "##vso["]
                .iter()
                .any(|mark| rest.starts_with(mark));
            return is_command.then_some(place);
        }
        place += skipped;
    }
}

/// Returns the length of a sequence that sets colours, at the beginning of a text; zero if there is none.
fn color_length(text: &str) -> usize {
    let Some(parameters) = text.strip_prefix("\x1b[") else {
        return 0;
    };
    let length = parameters
        .bytes()
        .take_while(|byte| byte.is_ascii_digit() || *byte == b';')
        .count();
    match parameters.as_bytes().get(length) {
        Some(b'm') => "\x1b[".len() + length + "m".len(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_for_people_give_no_commands() {
        for (text, colored, expected) in [
            ("a\n  b: c\n", false, "a\n  b: c\n"),
            ("::error::x", false, ": :error::x"),
            (
                "a\n  \x1b[1m::add-mask::x\n",
                true,
                "a\n  \x1b[1m: :add-mask::x\n",
            ),
            ("##vso[task.setvariable]", false, "# #vso[task.setvariable]"),
            ("a ::b", false, "a ::b"),
            ("\x1b[31ma\x1b[0m", false, "␛[31ma␛[0m"),
            (
                "\x1b[31ma\x1b[0m\x1b[2J\x1b]0;x\x07",
                true,
                "\x1b[31ma\x1b[0m␛[2J␛]0;x␇",
            ),
            ("a\r::b\tc", false, "a␍::b␉c"),
        ] {
            assert_eq!(for_people(text, colored), expected, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_shown_steers_nothing(text in "[:#a \\[\\]m0;\n\r\u{1b}\u{202e}]{0,24}", colored: bool) {
            let shown = for_people(&text, colored);
            for line in shown.split('\n') {
                prop_assert_eq!(command(line), None);
                let mut rest = line;
                while let Some(character) = rest.chars().next() {
                    let colors = color_length(rest);
                    prop_assert!(colors == 0 || colored);
                    prop_assert!(colors > 0 || !steers(character));
                    rest = &rest[colors.max(character.len_utf8())..];
                }
            }
        }
    }
}

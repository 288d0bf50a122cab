use std::ops::Range;

/// Bytes of a text and what is written in their place; no bytes where something is put in between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextEdit {
    /// The bytes that are replaced.
    pub span: Range<usize>,
    /// What stands there afterwards.
    pub text: String,
}

/// An edit that cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpliceError {
    /// The bytes are not in the text, or cut a letter in two.
    #[error("bytes {} to {} are no part of the text", .0.start, .0.end)]
    OutOfText(Range<usize>),
    /// Two edits change the same bytes.
    #[error("two edits change bytes {} to {}", .0.start, .0.end)]
    Overlap(Range<usize>),
}

impl TextEdit {
    /// Makes an edit that replaces some bytes.
    pub fn replace(span: Range<usize>, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { span, text }
    }

    /// Makes an edit that puts a text before a byte.
    pub fn insert(at: usize, text: impl Into<String>) -> Self {
        Self::replace(at..at, text)
    }
}

/// Makes several edits of one text, whose places are all those of the text before any of them.
///
/// What is put in at one place stands there in the order of the edits. Every other byte stays as it is.
///
/// # Errors
///
/// [`SpliceError`] if bytes are not in the text, or are changed by two edits; then nothing is changed.
pub fn splice(text: &str, edits: &[TextEdit]) -> Result<String, SpliceError> {
    let mut edits: Vec<&TextEdit> = edits.iter().collect();
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut spliced = String::with_capacity(text.len());
    let mut end = 0;
    for edit in edits {
        let span = &edit.span;
        if text.get(span.clone()).is_none() {
            return Err(SpliceError::OutOfText(span.clone()));
        }
        // What is put in at the end of another edit's bytes changes none of them.
        let Some(between) = text.get(end..span.start) else {
            return Err(SpliceError::Overlap(span.clone()));
        };
        spliced += between;
        spliced += &edit.text;
        end = span.end;
    }
    spliced += &text[end..];
    Ok(spliced)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn edits_have_the_places_of_the_text_before_them() {
        let edits = [
            TextEdit::replace(6..7, "1.2"),
            TextEdit::insert(0, "# first\n"),
            TextEdit::insert(7, " # one"),
            TextEdit::insert(7, " # two"),
            TextEdit::replace(3..3, ""),
        ];
        let spliced = splice("tag = 1\n", &edits).unwrap();
        assert_eq!(spliced, "# first\ntag = 1.2 # one # two\n");
    }

    #[test]
    fn edits_that_do_not_fit_change_nothing() {
        let wrong = |edits: &[TextEdit]| splice("aäb", edits).unwrap_err();
        let overlap = [TextEdit::replace(0..3, "x"), TextEdit::insert(1, "y")];
        assert_eq!(wrong(&overlap), SpliceError::Overlap(1..1));
        for span in [2..3, 3..9, 9..9] {
            let edit = TextEdit::replace(span.clone(), "");
            assert_eq!(wrong(&[edit]), SpliceError::OutOfText(span));
        }
    }

    proptest! {
        #[test]
        fn every_byte_without_an_edit_stays(parts in proptest::collection::vec(("[aä]{0,3}", any::<bool>()), 0..6)) {
            let text: String = parts.iter().map(|(part, _)| part.as_str()).collect();
            let (mut at, mut edits, mut wanted) = (0, Vec::new(), String::new());
            for (part, is_replaced) in &parts {
                if *is_replaced {
                    edits.push(TextEdit::replace(at..at + part.len(), "x"));
                }
                wanted += if *is_replaced { "x" } else { part };
                at += part.len();
            }
            edits.reverse();
            // Several edits of no bytes at one place have an order of their own.
            prop_assume!(edits.iter().all(|edit| !edit.span.is_empty()));
            prop_assert_eq!(splice(&text, &edits).unwrap(), wanted);
        }
    }
}

use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Class, Code, Fault, inert};

/// One problem, ready to be displayed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The kind of problem.
    pub code: Code,
    /// What is wrong, in one lower-case fragment.
    pub message: String,
    /// The message for all images with this problem, if it concerns one host.
    pub shared: Option<String>,
    /// The image, if the problem concerns one image.
    pub subject: Option<String>,
    /// The location.
    pub place: Option<Place>,
    /// Further facts, one per item.
    pub notes: Vec<String>,
    /// What to do, one step per item.
    pub help: Vec<String>,
}

/// A marked location in a text file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file as the user would write it.
    pub file: String,
    /// The complete text of the file.
    pub text: Arc<str>,
    /// The marked bytes of `text`.
    pub span: Range<usize>,
    /// A few words next to the mark; may be empty.
    pub label: String,
}

impl Place {
    /// Returns line and column of the first marked character, both from 1, the column in characters.
    pub fn line_and_column(&self) -> (usize, usize) {
        let before = &self.text[..floor_boundary(&self.text, self.span.start)];
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (line, before[start..].chars().count() + 1)
    }

    /// Returns the lines that the mark is in, so that showing one place does not read the whole text.
    fn excerpt(&self) -> Excerpt<'_> {
        let start = floor_boundary(&self.text, self.span.start);
        let end = floor_boundary(&self.text, self.span.end.max(start));
        let begin = self.text[..start]
            .rfind('\n')
            .map_or(0, |newline| newline + 1);
        let stop = self.text[end..]
            .find('\n')
            .map_or(self.text.len(), |length| end + length);
        Excerpt {
            text: &self.text[begin..stop],
            line: self.text[..begin].matches('\n').count() + 1,
            span: start - begin..end - begin,
        }
    }

    /// Returns the line that holds the first marked character, without its line break.
    pub fn line_text(&self) -> &str {
        let start = floor_boundary(&self.text, self.span.start);
        let begin = self.text[..start]
            .rfind('\n')
            .map_or(0, |newline| newline + 1);
        let end = self.text[begin..]
            .find('\n')
            .map_or(self.text.len(), |length| begin + length);
        self.text[begin..end].trim_end_matches('\r')
    }
}

/// Some lines of a text, with a mark.
struct Excerpt<'t> {
    text: &'t str,
    /// The number of the first line, from 1.
    line: usize,
    /// The marked bytes of these lines.
    span: Range<usize>,
}

fn floor_boundary(text: &str, index: usize) -> usize {
    let mut index = index.min(text.len());
    while !text.is_char_boundary(index) {
        index -= 1;
    }
    index
}

impl Diagnostic {
    /// Creates a problem with a code and a message.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            shared: None,
            subject: None,
            place: None,
            notes: Vec::new(),
            help: Vec::new(),
        }
    }

    /// Creates a problem from an error that knows its code.
    pub fn of(fault: &(impl Fault + ?Sized)) -> Self {
        let mut diagnostic = Self::new(fault.code(), fault.to_string());
        diagnostic.shared = fault.shared();
        diagnostic.notes = fault.notes();
        diagnostic.help = fault.help().into_iter().collect();
        diagnostic
    }

    /// Sets the image that the problem concerns.
    #[must_use]
    pub fn subject(mut self, name: impl Into<String>) -> Self {
        self.subject = Some(name.into());
        self
    }

    /// Sets the location.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Adds a step to take.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Returns the problem as text in the style of `rustc`, with colors if `styled`.
    ///
    /// The text ends without a line break. Terminal control characters and line breaks in the parts are
    /// replaced with visible symbols, so that text from outside cannot form a line of its own.
    pub fn render(&self, styled: bool) -> String {
        let title = match &self.subject {
            Some(name) => format!("{name}: {}", self.message),
            None => self.message.clone(),
        };
        let title = inert(&title);
        let level = match self.code.class() {
            Class::Notice => Level::WARNING,
            _ => Level::ERROR,
        };
        let mut group = Group::with_title(level.primary_title(&title).id(self.code.as_str()));
        if let Some(place) = &self.place {
            let shown = place.excerpt();
            group = group.element(
                Snippet::source(shown.text)
                    .line_start(shown.line)
                    .path(inert(&place.file))
                    .fold(true)
                    .annotation(
                        AnnotationKind::Primary
                            .span(shown.span)
                            .label(inert(&place.label)),
                    ),
            );
        }
        for note in &self.notes {
            group = group.element(Level::NOTE.message(inert(note)));
        }
        for help in &self.help {
            group = group.element(Level::HELP.message(inert(help)));
        }
        let renderer = if styled {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        renderer.render(&[group]).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> Place {
        Place {
            file: "images.toml".into(),
            text: "version = 1\n[images]\nnginx = \"^1,27\"\n".into(),
            span: 29..36,
            label: "unexpected `,`".into(),
        }
    }

    #[test]
    fn shows_the_line_with_the_mark() {
        let problem = Diagnostic::new(Code::BadConstraint, "`^1,27` is no constraint")
            .at(place())
            .note("a note")
            .help("did you mean `^1.27`?");
        assert_eq!(
            problem.place.as_ref().map(Place::line_and_column),
            Some((3, 9))
        );
        assert_eq!(
            problem.place.as_ref().map(Place::line_text),
            Some("nginx = \"^1,27\"")
        );
        let text = problem.render(false);
        for part in [
            "error[bad-constraint]",
            "images.toml:3:9",
            "^^^^^^^ unexpected",
            "a note",
            "did you mean",
        ] {
            assert!(text.contains(part), "{part} is missing in:\n{text}");
        }
    }

    #[test]
    fn control_characters_are_replaced() {
        let text = Diagnostic::new(Code::RegistryFailed, "says \u{1b}[2Jboo\u{7}").render(false);
        assert!(
            !text.contains('\u{1b}') && !text.contains('\u{7}'),
            "{text:?}"
        );
    }
}

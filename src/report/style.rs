/// How text is dressed for a terminal.
///
/// The default has no colours and no limit to the width; colours only repeat what the words say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Whether to write colours, as ANSI escape sequences.
    pub color: bool,
    /// The terminal's columns; long lines of details are cut to it. `None` cuts nothing.
    pub width: Option<usize>,
}

/// What a piece of text is, which decides its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TextRole {
    Plain,
    Name,
    Old,
    New,
    Gone,
    Warning,
    Verb,
}

impl TextRole {
    /// The parameters of the `SGR` sequence (ECMA-48).
    fn parameters(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Name => "1",
            Self::Old => "2",
            Self::New => "32",
            Self::Gone => "31",
            Self::Warning => "33",
            Self::Verb => "1;32",
        }
    }
}

impl Style {
    pub(super) fn paint(self, role: TextRole, text: &str) -> String {
        if !self.color || text.is_empty() || role == TextRole::Plain {
            return text.to_string();
        }
        format!("\x1b[{}m{text}\x1b[0m", role.parameters())
    }

    /// Cuts a line of plain text to the width.
    pub(super) fn cut(self, line: &str) -> String {
        match self.width {
            Some(width) => super::escape::clip(line, width.max(20)),
            None => line.to_string(),
        }
    }
}

/// Returns blanks that fill up a column of `width` after `text`.
pub(super) fn pad(text: &str, width: usize) -> String {
    " ".repeat(width.saturating_sub(unicode_width::UnicodeWidthStr::width(text)))
}

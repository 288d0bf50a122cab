use super::super::ExtractPart;
use crate::syntax::Spanned;

/// The value of an option, as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OptionValue {
    /// A text.
    Text(String),
    /// `true` or `false`.
    Bool(bool),
    /// A list of texts.
    List(Vec<Spanned<String>>),
    /// The parts of an [`Extract`](super::super::Extract), in the order in which they are written.
    Extract(Vec<(ExtractPart, Spanned<String>)>),
}

impl OptionValue {
    /// Makes a list of texts that are written nowhere.
    pub fn list<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::List(texts.into_iter().map(unwritten).collect())
    }

    /// Makes an [`Extract`](super::super::Extract) of two texts that are written nowhere.
    pub fn extract(pattern: impl Into<String>, value: impl Into<String>) -> Self {
        Self::Extract(vec![
            (ExtractPart::Pattern, unwritten(pattern)),
            (ExtractPart::Value, unwritten(value)),
        ])
    }
}

fn unwritten(text: impl Into<String>) -> Spanned<String> {
    Spanned {
        value: text.into(),
        span: 0..0,
    }
}

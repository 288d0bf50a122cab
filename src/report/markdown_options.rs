use jiff::Timestamp;

/// Whose Markdown to write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Flavour {
    /// GitHub's, with alerts.
    #[default]
    GitHub,
    /// GitLab's.
    GitLab,
}

/// How [`markdown()`](super::markdown()) writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarkdownOptions {
    /// The most bytes; rows are left out where there would be more.
    pub max_bytes: usize,
    /// Whose Markdown.
    pub flavour: Flavour,
    /// The time now, for ages; without it dates are shown.
    pub now: Option<Timestamp>,
}

impl Default for MarkdownOptions {
    /// GitHub's Markdown in at most 60,000 bytes: a pull request's body may have 65,536 characters.
    fn default() -> Self {
        Self {
            max_bytes: 60_000,
            flavour: Flavour::GitHub,
            now: None,
        }
    }
}

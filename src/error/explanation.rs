use super::Code;

/// The pages: a heading `## code` for each code, and its text below.
const PAGES: [&str; 6] = [
    include_str!("explanations/files.md"),
    include_str!("explanations/config.md"),
    include_str!("explanations/lock.md"),
    include_str!("explanations/policy.md"),
    include_str!("explanations/registry.md"),
    include_str!("explanations/notices.md"),
];
/// What a heading begins with.
const HEADING: &str = "## ";

impl Code {
    /// Returns the code with a name.
    ///
    /// ```
    /// use imagelock::error::Code;
    ///
    /// assert_eq!(Code::named("no-tag-fits"), Some(Code::NoTagFits));
    /// assert_eq!(Code::named("no-such-code"), None);
    /// ```
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == text)
    }

    /// Returns a text for users: what happened, why it matters, what to do.
    ///
    /// It has several lines of up to 100 characters. The first line is a sentence, and the text ends without
    /// a line break.
    pub fn explanation(self) -> &'static str {
        let mut sections = PAGES.iter().copied().flat_map(sections);
        sections
            .find(|(heading, _)| *heading == self.as_str())
            .map_or("", |(_, text)| text)
    }

    /// Returns the first sentence of [`Code::explanation`].
    pub fn summary(self) -> &'static str {
        self.explanation().lines().next().unwrap_or_default()
    }
}

/// Returns the headings of a page with the texts below them.
fn sections(page: &str) -> impl Iterator<Item = (&str, &str)> {
    page.split("\n## ")
        .map(|section| section.strip_prefix(HEADING).unwrap_or(section))
        .map(|section| section.split_once('\n').unwrap_or((section, "")))
        .map(|(heading, text)| (heading, text.trim()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn every_code_has_one_explanation_and_every_heading_a_code() {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for (heading, _) in PAGES.iter().copied().flat_map(sections) {
            *counts.entry(heading).or_default() += 1;
        }
        for code in Code::ALL {
            let count = counts.remove(code.as_str()).unwrap_or(0);
            assert_eq!(count, 1, "explanations of `{code}`");
        }
        assert!(counts.is_empty(), "headings without a code: {counts:?}");
    }

    #[test]
    fn explanations_are_short_pages_that_begin_with_a_sentence() {
        for code in Code::ALL {
            let text = code.explanation();
            let count = text.lines().count();
            assert!((3..=24).contains(&count), "{code}: {count} lines");
            let summary = code.summary();
            assert!(
                summary.ends_with('.')
                    && summary.starts_with(|letter: char| !letter.is_lowercase()),
                "{code}: {summary}"
            );
            assert_eq!(text.lines().nth(1), Some(""), "{code}");
            let wide = text.lines().find(|line| line.chars().count() > 100);
            assert_eq!(wide, None, "{code}");
        }
    }
}

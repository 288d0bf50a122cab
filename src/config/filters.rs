//! The options that say which tags are considered, and which platforms must be there.

use super::options::{Reader, Scope, texts};
use super::values::{OneOrMany, PrereleaseChoice};
use crate::error::{Code, Diagnostic};
use crate::image::Platform;
use crate::policy::{Pattern, Prerelease, Suffix};

impl Reader<'_, '_> {
    /// Reads a suffix. The empty one is none; it is of use only where it turns a default off.
    pub(super) fn suffix(
        &mut self,
        scope: Scope<'_>,
        text: &str,
        has_default: bool,
    ) -> Option<Suffix> {
        if text.is_empty() && has_default {
            return None;
        }
        match Suffix::parse(text) {
            Ok(suffix) => Some(suffix),
            Err(error) => {
                let node = scope.value("suffix", None);
                self.report_text(scope, node, text, "a suffix", &error);
                None
            }
        }
    }

    pub(super) fn patterns(
        &mut self,
        scope: Scope<'_>,
        option: &str,
        written: Option<&OneOrMany>,
    ) -> Vec<Pattern> {
        let mut patterns = Vec::new();
        for (item, text) in texts(written) {
            if let Some(pattern) = self.patterns.get(text) {
                patterns.push(pattern.clone());
                continue;
            }
            match Pattern::parse(text) {
                Ok(pattern) => {
                    self.patterns.insert(text.to_string(), pattern.clone());
                    patterns.push(pattern);
                }
                Err(error) => {
                    let node = scope.value(option, item);
                    self.report_text(scope, node, text, "a tag pattern", &error);
                }
            }
        }
        patterns
    }

    pub(super) fn prerelease(
        &mut self,
        scope: Scope<'_>,
        written: &PrereleaseChoice,
    ) -> Option<Prerelease> {
        let texts = match written {
            PrereleaseChoice::Switch(true) => return Some(Prerelease::Always),
            PrereleaseChoice::Switch(false) => return Some(Prerelease::Never),
            PrereleaseChoice::Only(texts) => texts,
        };
        if texts.is_empty() {
            let diagnostic = Diagnostic::new(Code::BadValue, "`prerelease` lists no identifier")
                .help("write `false` to take none, or identifiers such as `rc`");
            self.report(scope, diagnostic, scope.value_span("prerelease", None), "");
        }
        let mut identifiers = Vec::new();
        for (index, text) in texts.iter().enumerate() {
            match Prerelease::identifier(text) {
                Ok(identifier) => identifiers.push(identifier),
                Err(error) => {
                    let node = scope.value("prerelease", Some(index));
                    self.report_text(scope, node, text, "an identifier of prereleases", &error);
                }
            }
        }
        // The order says nothing, and equal policies have equal texts.
        identifiers.sort();
        identifiers.dedup();
        (!identifiers.is_empty()).then_some(Prerelease::Only(identifiers))
    }

    /// Reads platforms, sorted and each once.
    pub(super) fn platforms(
        &mut self,
        scope: Scope<'_>,
        written: Option<&OneOrMany>,
    ) -> Vec<Platform> {
        let mut platforms = Vec::new();
        for (item, text) in texts(written) {
            match Platform::parse(text) {
                Ok(platform) => platforms.push(platform),
                Err(error) => {
                    let span = scope.value_span("platforms", item);
                    self.report(scope, Diagnostic::of(&error), span, "");
                }
            }
        }
        platforms.sort();
        platforms.dedup();
        platforms
    }
}

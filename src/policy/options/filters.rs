//! The options that say which tags are considered.

use super::written_options::owned;
use super::{OptionProblem, OptionReader, OptionValue, Options, PolicyOption};
use crate::policy::{
    Extract, ExtractPart, Pattern, Policy, Prerelease, Strategy, StrategyKind, Suffix,
};

/// What the options of one table mean; nothing where the table says nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct FilterOptions {
    suffix: Option<Suffix>,
    pub(super) extract: Option<Extract>,
    allow_tags: Vec<Pattern>,
    ignore_tags: Vec<Pattern>,
    prerelease: Option<Prerelease>,
}

impl FilterOptions {
    /// Makes the policy of an image, with the defaults that suit it in place of what its options do not say.
    pub(super) fn policy(
        &self,
        strategy: Strategy,
        kind: StrategyKind,
        options: &Options,
        defaults: &Self,
    ) -> Policy {
        let unset = Self::default();
        let of = |option: PolicyOption| {
            if options.value(option).is_some() {
                self
            } else if option.suits(kind) {
                defaults
            } else {
                &unset
            }
        };
        let suffix = of(PolicyOption::Suffix).suffix.as_ref();
        let suffix = suffix.filter(|_| PolicyOption::Suffix.suits(kind) && self.extract.is_none());
        let takes_prerelease = match &strategy {
            Strategy::Calver { scheme, .. } => scheme.has_modifier(),
            _ => PolicyOption::Prerelease.suits(kind),
        };
        let prerelease = of(PolicyOption::Prerelease).prerelease.as_ref();
        Policy {
            suffix: suffix.cloned(),
            extract: self.extract.clone(),
            allow_tags: of(PolicyOption::AllowTags).allow_tags.clone(),
            ignore_tags: of(PolicyOption::IgnoreTags).ignore_tags.clone(),
            prerelease: prerelease.filter(|_| takes_prerelease).cloned(),
            ..Policy::of(strategy)
        }
    }
}

impl OptionReader {
    pub(super) fn filters(
        &mut self,
        options: &Options,
        defaults: Option<&FilterOptions>,
    ) -> FilterOptions {
        let has_default_suffix = defaults.is_some_and(|defaults| defaults.suffix.is_some());
        FilterOptions {
            suffix: self.suffix(options, has_default_suffix),
            extract: self.extract(options),
            allow_tags: self.patterns(PolicyOption::AllowTags, options),
            ignore_tags: self.patterns(PolicyOption::IgnoreTags, options),
            prerelease: self.prerelease(options),
        }
    }

    /// Reads a suffix. The empty one is none; it is of use only where it turns a default off.
    fn suffix(&mut self, options: &Options, has_default: bool) -> Option<Suffix> {
        let text = options.text(PolicyOption::Suffix)?;
        if text.value.is_empty() && has_default {
            return None;
        }
        self.text(PolicyOption::Suffix, &text, Suffix::parse(text.value))
    }

    fn extract(&mut self, options: &Options) -> Option<Extract> {
        options.value(PolicyOption::Extract)?;
        let mut part = |part| {
            let text = options.extract_part(part);
            if text.is_none() {
                self.problem(OptionProblem::MissingPart { part });
            }
            text
        };
        let pattern = part(ExtractPart::Pattern);
        let value = part(ExtractPart::Value);
        let (pattern, value) = (pattern?, value?);
        let extract = Extract::parse(pattern.value, value.value);
        extract
            .map_err(|error| {
                let text = match error.part {
                    ExtractPart::Pattern => &pattern,
                    ExtractPart::Value => &value,
                };
                self.problem(OptionProblem::Malformed {
                    option: PolicyOption::Extract,
                    part: Some(error.part),
                    text: owned(text),
                    error: error.error,
                });
            })
            .ok()
    }

    fn patterns(&mut self, option: PolicyOption, options: &Options) -> Vec<Pattern> {
        let mut patterns = Vec::new();
        for text in options.texts(option) {
            if let Some(pattern) = self.patterns.get(text.value) {
                patterns.push(pattern.clone());
                continue;
            }
            if let Some(pattern) = self.text(option, &text, Pattern::parse(text.value)) {
                self.patterns
                    .insert(text.value.to_string(), pattern.clone());
                patterns.push(pattern);
            }
        }
        patterns
    }

    fn prerelease(&mut self, options: &Options) -> Option<Prerelease> {
        let option = PolicyOption::Prerelease;
        let written = options.value(option)?;
        match &written.value {
            OptionValue::Bool(true) => return Some(Prerelease::Always),
            OptionValue::Bool(false) => return Some(Prerelease::Never),
            OptionValue::List(texts) if texts.is_empty() => {
                let span = written.span.clone();
                self.problem(OptionProblem::EmptyList { option, span });
            }
            _ => {}
        }
        let mut identifiers = Vec::new();
        for text in options.texts(option) {
            let read = Prerelease::identifier(text.value);
            identifiers.extend(self.text(option, &text, read));
        }
        // The order says nothing, and equal policies have equal texts.
        identifiers.sort();
        identifiers.dedup();
        (!identifiers.is_empty()).then_some(Prerelease::Only(identifiers))
    }
}

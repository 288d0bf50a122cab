use std::collections::HashMap;

use super::filters::FilterOptions;
use super::guards::GuardOptions;
use super::written_options::owned;
use super::{OptionProblem, Options, PolicyOption};
use crate::image::Platform;
use crate::policy::{Guards, Pattern, Policy, StrategyKind};
use crate::syntax::Spanned;

/// Reads options.
///
/// It keeps the patterns that it has compiled: images tend to share them, and compiling takes time.
#[derive(Debug, Default)]
pub struct OptionReader {
    pub(super) patterns: HashMap<String, Pattern>,
    pub(super) problems: Vec<OptionProblem>,
}

/// What the options mean that hold for every image that does not set them itself.
#[derive(Clone, Debug, Default)]
pub struct DefaultOptions {
    pub(super) filters: FilterOptions,
    pub(super) guards: GuardOptions,
    platforms: Vec<Platform>,
}

/// What the options of one image mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImagePolicy {
    /// Which tags it may have, and which of them is taken.
    pub policy: Policy,
    /// When its pin may move.
    pub guards: Guards,
    /// The platforms that must be there, sorted; empty means all.
    pub platforms: Vec<Platform>,
}

impl OptionReader {
    /// Reads the options that hold for all images, with what is wrong with them.
    pub fn defaults(&mut self, options: &Options) -> (DefaultOptions, Vec<OptionProblem>) {
        let defaults = DefaultOptions {
            filters: self.filters(options, None),
            guards: self.guards(options),
            platforms: self.platforms(options),
        };
        (defaults, std::mem::take(&mut self.problems))
    }

    /// Reads the options of one image, with what is wrong with them.
    ///
    /// A default that does not suit the image's strategy, or contradicts its own options, is left out. There is no
    /// policy without a strategy, and none if what the strategy works on cannot be read.
    ///
    /// ```
    /// use imagelock::policy::{DefaultOptions, OptionReader, Options, PolicyOption};
    ///
    /// let mut options = Options::default();
    /// options.set_text(PolicyOption::Constraint, "^1.27");
    /// let (image, problems) = OptionReader::default().image(&options, &DefaultOptions::default());
    /// assert_eq!(image.unwrap().policy.to_string(), "semver ^1.27");
    /// assert_eq!(problems, []);
    /// ```
    pub fn image(
        &mut self,
        options: &Options,
        defaults: &DefaultOptions,
    ) -> (Option<ImagePolicy>, Vec<OptionProblem>) {
        let image = self.image_policy(options, defaults);
        (image, std::mem::take(&mut self.problems))
    }

    fn image_policy(
        &mut self,
        options: &Options,
        defaults: &DefaultOptions,
    ) -> Option<ImagePolicy> {
        let kind = self.kind(options);
        let scheme = kind
            .filter(|kind| *kind == StrategyKind::Calver)
            .and_then(|_| self.scheme(options));
        let strategy = kind.and_then(|kind| self.strategy(kind, scheme.as_ref(), options));
        let filters = self.filters(options, Some(&defaults.filters));
        let guards = self.guards(options);
        let own_platforms = self.platforms(options);
        if let Some(scheme) = scheme
            && options.value(PolicyOption::Prerelease).is_some()
            && !scheme.has_modifier()
        {
            self.problem(OptionProblem::PrereleaseWithoutModifier { scheme });
        }
        let (kind, strategy) = (kind?, strategy?);
        if options.value(PolicyOption::Extract).is_some() && filters.extract.is_none() {
            return None;
        }
        let platforms = match options.value(PolicyOption::Platforms) {
            Some(_) => own_platforms,
            None => defaults.platforms.clone(),
        };
        Some(ImagePolicy {
            policy: filters.policy(strategy, kind, options, &defaults.filters),
            guards: guards.with_defaults(&defaults.guards, kind),
            platforms,
        })
    }

    /// Decides on the strategy, and looks for options that have no effect with it.
    fn kind(&mut self, options: &Options) -> Option<StrategyKind> {
        let is_lost = |option| {
            let written = options.written(option);
            written.is_some_and(|written| written.value.is_none())
        };
        if is_lost(PolicyOption::Tag) || is_lost(PolicyOption::Strategy) {
            // What nobody could read would have decided.
            return None;
        }
        let strategy = match options.strategy() {
            Ok(strategy) => strategy,
            Err(problem) => {
                self.problem(problem);
                return None;
            }
        };
        for option in PolicyOption::all() {
            if options.written(option).is_some() && !option.suits(strategy) {
                self.problem(OptionProblem::NoEffect { option, strategy });
            }
        }
        let suffix = options.text(PolicyOption::Suffix);
        if options.value(PolicyOption::Extract).is_some()
            && suffix.is_some_and(|suffix| !suffix.value.is_empty())
        {
            self.problem(OptionProblem::SuffixBesideExtract);
        }
        Some(strategy)
    }

    /// Reads platforms, sorted and each once.
    fn platforms(&mut self, options: &Options) -> Vec<Platform> {
        let mut platforms = Vec::new();
        for text in options.texts(PolicyOption::Platforms) {
            match Platform::parse(text.value) {
                Ok(platform) => platforms.push(platform),
                Err(error) => self.problem(OptionProblem::BadPlatform {
                    span: text.span,
                    error,
                }),
            }
        }
        platforms.sort();
        platforms.dedup();
        platforms
    }

    /// Reads a text that must be one of some words.
    pub(super) fn word<T: Copy>(
        &mut self,
        option: PolicyOption,
        text: &Spanned<&str>,
        words: &[(&'static str, T)],
    ) -> Option<T> {
        let known = words.iter().find(|(word, _)| *word == text.value);
        if known.is_none() {
            self.problem(OptionProblem::UnknownWord {
                option,
                word: owned(text),
                known: words.iter().map(|(word, _)| *word).collect(),
            });
        }
        known.map(|(_, value)| *value)
    }

    pub(super) fn problem(&mut self, problem: OptionProblem) {
        self.problems.push(problem);
    }
}

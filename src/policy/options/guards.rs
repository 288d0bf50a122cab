//! The options that say when a pin may move.

use jiff::SignedDuration;

use super::{OptionProblem, OptionReader, OptionValue, Options, PolicyOption, parse_duration};
use crate::policy::{DigestUpdates, Guards, Level, MissingAge, StrategyKind};
use crate::tag::Evidence;

/// What the options of one table mean; `None` where the table says nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct GuardOptions {
    level: Option<Level>,
    allow_downgrade: Option<bool>,
    immutable: Option<bool>,
    digest_updates: Option<DigestUpdates>,
    /// Zero is none.
    cooldown: Option<SignedDuration>,
    age_evidence: Option<Vec<Evidence>>,
    on_missing_age: Option<MissingAge>,
}

impl GuardOptions {
    /// Adds the defaults that have an effect with a strategy and do not contradict what is there.
    pub(super) fn with_defaults(self, defaults: &Self, strategy: StrategyKind) -> Guards {
        let none = Guards::default();
        let has_immutable = self.immutable == Some(true);
        let has_digest_updates = self.digest_updates.is_some();
        let immutable = self
            .immutable
            .or(defaults.immutable.filter(|_| !has_digest_updates));
        let digest_updates = self
            .digest_updates
            .or(defaults.digest_updates.filter(|_| !has_immutable));
        let allow_downgrade = self.allow_downgrade.or(defaults.allow_downgrade);
        let is_on = |option: PolicyOption, switch| switch == Some(true) && option.suits(strategy);
        Guards {
            level: self
                .level
                .or(defaults.level)
                .filter(|_| PolicyOption::Level.suits(strategy)),
            allow_downgrade: is_on(PolicyOption::AllowDowngrade, allow_downgrade),
            immutable: is_on(PolicyOption::Immutable, immutable),
            digest_updates: digest_updates.unwrap_or(none.digest_updates),
            cooldown: self
                .cooldown
                .or(defaults.cooldown)
                .filter(|length| !length.is_zero()),
            age_evidence: self
                .age_evidence
                .or_else(|| defaults.age_evidence.clone())
                .unwrap_or(none.age_evidence),
            on_missing_age: self
                .on_missing_age
                .or(defaults.on_missing_age)
                .unwrap_or(none.on_missing_age),
        }
    }
}

impl OptionReader {
    pub(super) fn guards(&mut self, options: &Options) -> GuardOptions {
        let guards = GuardOptions {
            level: self.named(PolicyOption::Level, options, &Level::NAMES),
            allow_downgrade: options.switch(PolicyOption::AllowDowngrade),
            immutable: options.switch(PolicyOption::Immutable),
            digest_updates: self.named(PolicyOption::DigestUpdates, options, &DigestUpdates::NAMES),
            cooldown: self.cooldown(options),
            age_evidence: self.age_evidence(options),
            on_missing_age: self.named(PolicyOption::OnMissingAge, options, &MissingAge::NAMES),
        };
        if guards.immutable == Some(true) && options.value(PolicyOption::DigestUpdates).is_some() {
            self.problem(OptionProblem::DigestUpdatesBesideImmutable);
        }
        guards
    }

    fn named<T: Copy>(
        &mut self,
        option: PolicyOption,
        options: &Options,
        words: &[(&'static str, T)],
    ) -> Option<T> {
        let text = options.text(option)?;
        self.word(option, &text, words)
    }

    /// Reads a cooldown; zero is none.
    fn cooldown(&mut self, options: &Options) -> Option<SignedDuration> {
        let option = PolicyOption::Cooldown;
        let written = options.value(option)?;
        let length = match &written.value {
            OptionValue::Bool(true) => {
                let span = written.span.clone();
                self.problem(OptionProblem::CooldownWithoutLength { span });
                None
            }
            // Without a default too, so that removing the default breaks no entry.
            OptionValue::Bool(false) => None,
            _ => {
                let text = options.text(option)?;
                self.text(option, &text, parse_duration(text.value))
            }
        };
        Some(length.unwrap_or_default())
    }

    /// Reads kinds of evidence, in their order and each once.
    fn age_evidence(&mut self, options: &Options) -> Option<Vec<Evidence>> {
        let option = PolicyOption::AgeEvidence;
        let written = options.value(option)?;
        let mut kinds = Vec::new();
        for text in options.texts(option) {
            let kind = self.word(option, &text, &Evidence::NAMES);
            kinds.extend(kind.filter(|kind| !kinds.contains(kind)));
        }
        if matches!(&written.value, OptionValue::List(texts) if texts.is_empty()) {
            let span = written.span.clone();
            self.problem(OptionProblem::EmptyList { option, span });
        }
        Some(kinds)
    }
}

//! The options that say when a pin may move.

use jiff::SignedDuration;

use super::duration::parse_duration;
use super::model::{Defaults, Image};
use super::options::{Reader, Scope, texts};
use super::strategy::Way;
use super::values::{Cooldown, OneOrMany};
use crate::error::{Code, Diagnostic};
use crate::policy::{DigestUpdates, Guards, Level, MissingAge};
use crate::tag::Evidence;

/// The options as they stand in a table.
pub(super) struct WrittenGuards<'w> {
    level: Option<&'w str>,
    cooldown: Option<&'w Cooldown>,
    age_evidence: Option<&'w OneOrMany>,
    on_missing_age: Option<&'w str>,
    immutable: Option<bool>,
    digest_updates: Option<&'w str>,
    allow_downgrade: Option<bool>,
}

macro_rules! written_in {
    ($table:ty) => {
        impl<'w> From<&'w $table> for WrittenGuards<'w> {
            fn from(table: &'w $table) -> Self {
                Self {
                    level: table.level.as_deref(),
                    cooldown: table.cooldown.as_ref(),
                    age_evidence: table.age_evidence.as_ref(),
                    on_missing_age: table.on_missing_age.as_deref(),
                    immutable: table.immutable,
                    digest_updates: table.digest_updates.as_deref(),
                    allow_downgrade: table.allow_downgrade,
                }
            }
        }
    };
}

written_in!(Defaults);
written_in!(Image);

/// What the options of one table mean; `None` where the table says nothing.
#[derive(Debug, Default)]
pub(super) struct SomeGuards {
    level: Option<Level>,
    allow_downgrade: Option<bool>,
    immutable: Option<bool>,
    digest_updates: Option<DigestUpdates>,
    /// Zero is none.
    cooldown: Option<SignedDuration>,
    age_evidence: Option<Vec<Evidence>>,
    on_missing_age: Option<MissingAge>,
}

impl SomeGuards {
    /// Adds the defaults that have an effect with a strategy and do not contradict what is there.
    pub(super) fn with_defaults(self, defaults: &Self, way: Way) -> Guards {
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
        Guards {
            level: self.level.or(defaults.level).filter(|_| way.takes("level")),
            allow_downgrade: allow_downgrade == Some(true) && way.takes("allow-downgrade"),
            immutable: immutable == Some(true) && way.takes("immutable"),
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

impl Reader<'_, '_> {
    /// Reads the options of a table.
    pub(super) fn guards(&mut self, scope: Scope<'_>, written: &WrittenGuards<'_>) -> SomeGuards {
        let guards = SomeGuards {
            level: written
                .level
                .and_then(|text| self.word(scope, "level", None, text, &Level::NAMES)),
            on_missing_age: written.on_missing_age.and_then(|text| {
                self.word(scope, "on-missing-age", None, text, &MissingAge::NAMES)
            }),
            digest_updates: written.digest_updates.and_then(|text| {
                self.word(scope, "digest-updates", None, text, &DigestUpdates::NAMES)
            }),
            cooldown: written
                .cooldown
                .map(|cooldown| self.cooldown(scope, cooldown)),
            age_evidence: written
                .age_evidence
                .map(|evidence| self.age_evidence(scope, evidence)),
            immutable: written.immutable,
            allow_downgrade: written.allow_downgrade,
        };
        if written.immutable == Some(true) && written.digest_updates.is_some() {
            let message = "`digest-updates` does not go with `immutable`";
            let diagnostic = Diagnostic::new(Code::ContradictoryOptions, message)
                .help("an immutable tag names one digest for ever: remove one of the two");
            let span = scope.key_span("digest-updates");
            self.report(scope, diagnostic, span, "");
        }
        guards
    }

    /// Reads a cooldown; zero is none.
    fn cooldown(&mut self, scope: Scope<'_>, written: &Cooldown) -> SignedDuration {
        let off = SignedDuration::ZERO;
        let node = scope.value("cooldown", None);
        let problem = match written {
            Cooldown::Length(text) => match parse_duration(text) {
                Ok(length) => return length,
                Err(error) => {
                    self.report_text(scope, node, text, "a length of time", &error);
                    return off;
                }
            },
            // Without a default too, so that removing the default breaks no entry.
            Cooldown::Switch(false) => return off,
            Cooldown::Switch(true) => {
                let message = "`cooldown` is a length of time, not `true`";
                Diagnostic::new(Code::BadDuration, message)
                    .help("write how old a tag must be, such as `3 days`")
            }
        };
        self.report(scope, problem, scope.value_span("cooldown", None), "");
        off
    }

    /// Reads kinds of evidence, in their order and each once.
    fn age_evidence(&mut self, scope: Scope<'_>, written: &OneOrMany) -> Vec<Evidence> {
        let option = "age-evidence";
        let mut kinds = Vec::new();
        for (item, text) in texts(Some(written)) {
            let kind = self.word(scope, option, item, text, &Evidence::NAMES);
            kinds.extend(kind.filter(|kind| !kinds.contains(kind)));
        }
        if matches!(written, OneOrMany::Many(texts) if texts.is_empty()) {
            let message = "`age-evidence` is empty: no tag would have an age";
            let diagnostic = Diagnostic::new(Code::BadValue, message)
                .help("name whose word counts, such as `registry`, or remove it");
            self.report(scope, diagnostic, scope.value_span(option, None), "");
        }
        kinds
    }
}

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::super::context::Stop;
use super::{PolicyArgs, read};
use crate::error::{Code, Diagnostic};
use crate::image::Tag;
use crate::policy::{Candidates, Guards, Policy};

/// A policy with what goes beside it, as flags describe them.
pub(in crate::cli) struct FlagPolicy {
    pub(in crate::cli) policy: Policy,
    guards: Guards,
    current: Option<Tag>,
}

impl FlagPolicy {
    pub(in crate::cli) fn read(args: &PolicyArgs) -> Result<Self, Stop> {
        let image = read::policy(args)?;
        let current = args.current.as_deref().map(Tag::parse).transpose();
        Ok(Self {
            policy: image.policy,
            guards: image.guards,
            current: current.map_err(|error| Diagnostic::of(&error))?,
        })
    }

    /// Returns tags as the policy's candidates, with the dates that are known of them.
    pub(in crate::cli) fn candidates<'q>(
        &'q self,
        tags: &'q [Tag],
        dates: &'q BTreeMap<Tag, Timestamp>,
    ) -> Candidates<'q> {
        Candidates::of(tags)
            .dates(dates)
            .current(self.current.as_ref())
            .guards(&self.guards)
    }

    /// Returns what is odd about the policy, or about what it makes of these tags.
    pub(in crate::cli) fn notices(
        &self,
        candidates: &Candidates<'_>,
        chosen: Option<&Tag>,
    ) -> Vec<Diagnostic> {
        let lints = self.policy.quirks().into_iter();
        let namesake = chosen
            .filter(|chosen| self.current.as_ref() != Some(chosen))
            .and_then(|chosen| self.policy.namesakes(candidates, chosen).lint(chosen));
        lints
            .chain(self.policy.lint(candidates, chosen))
            .chain(namesake)
            .map(|lint| Diagnostic::new(lint.code, lint.message).help(lint.help))
            .collect()
    }

    /// Says that no tag fits, and what would.
    pub(in crate::cli) fn no_match(&self, candidates: &Candidates<'_>) -> Diagnostic {
        let policy = &self.policy;
        let message = format!("none of the tags satisfies `{policy}`");
        let nearest = policy.nearest(candidates);
        let mut diagnostic = Diagnostic::new(Code::NoTagFits, message);
        diagnostic.notes = nearest.notes();
        diagnostic.help.extend(nearest.help());
        diagnostic
    }
}

use std::collections::BTreeSet;

use super::date_guard::DateGuard;
use super::order::Order;
use super::{Outcome, Policy, Question, Rule, Strategy, Verdict};
use crate::image::Tag;
use crate::version::Constraint;

impl Policy {
    /// Returns a verdict on every distinct tag: allowed ones best first, then dropped ones in byte order.
    ///
    /// The first is the one that [`Policy::choose`] returns, if there is one and none is unfit.
    pub fn evaluate(&self, question: &Question<'_>) -> Vec<Verdict> {
        let distinct = question.distinct();
        match &self.strategy {
            Strategy::Semver { constraint } => {
                self.evaluate_versions(constraint, &distinct, question.current)
            }
            Strategy::Digest { tag: followed } => evaluate_names(followed, &distinct),
        }
    }

    fn evaluate_versions(
        &self,
        constraint: &Constraint,
        tags: &BTreeSet<&Tag>,
        current: Option<&Tag>,
    ) -> Vec<Verdict> {
        let mut guard = DateGuard::new(constraint);
        let judged: Vec<_> = tags
            .iter()
            .map(|tag| (*tag, self.admit(constraint, tag)))
            .collect();
        for candidate in judged.iter().filter_map(|(_, result)| result.as_ref().ok()) {
            guard.see(candidate.version);
        }

        let mut allowed = Vec::new();
        let mut dropped = Vec::new();
        for (tag, result) in judged {
            let rule = match result {
                Ok(candidate) if guard.is_active() && guard.suspects(candidate.version) => {
                    Rule::DateGuard
                }
                Ok(candidate) => {
                    allowed.push(candidate);
                    continue;
                }
                Err(rule) => rule,
            };
            dropped.push(Verdict {
                tag: tag.clone(),
                outcome: Outcome::Dropped,
                rule,
                reason: self.reason(constraint, tag, rule),
            });
        }

        let order = Order::new(self, current);
        allowed.sort_unstable_by(|left, right| order.compare(*right, *left));
        let mut verdicts = Vec::with_capacity(tags.len());
        for candidate in &allowed {
            let best = allowed[0];
            let (outcome, reason) = if verdicts.is_empty() {
                let reason = match allowed.len() {
                    1 => "the only tag that fits".into(),
                    count => format!("the highest of {count} tags that fit"),
                };
                (Outcome::Chosen, reason)
            } else {
                let (_, step) = order.explain(best, *candidate);
                (Outcome::Allowed, step.reason(best))
            };
            verdicts.push(Verdict {
                tag: candidate.tag.clone(),
                outcome,
                rule: Rule::Order,
                reason,
            });
        }
        verdicts.append(&mut dropped);
        verdicts
    }
}

fn evaluate_names(followed: &Tag, tags: &BTreeSet<&Tag>) -> Vec<Verdict> {
    let verdict = |tag: &Tag| {
        let (outcome, reason) = if tag == followed {
            (Outcome::Chosen, "the tag that the policy follows".into())
        } else {
            (Outcome::Dropped, format!("is not {followed}"))
        };
        Verdict {
            tag: tag.clone(),
            outcome,
            rule: Rule::Tag,
            reason,
        }
    };
    let mut verdicts: Vec<_> = tags.iter().map(|tag| verdict(tag)).collect();
    // Stable, so that the others stay in byte order.
    verdicts.sort_by_key(|verdict| verdict.outcome);
    verdicts
}

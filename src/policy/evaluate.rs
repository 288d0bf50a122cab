use super::classification::DistinctTags;
use super::neighbors::Neighbors;
use super::{Candidates, Outcome, Policy, Rule, Strategy, Verdict};
use crate::image::Tag;

impl Policy {
    /// Returns a verdict on every distinct tag: the chosen one, then allowed and held ones in the
    /// strategy's order, best first, then dropped ones in byte order.
    ///
    /// The chosen one is what [`Policy::choose`] returns. A held tag comes after it even where it is
    /// better: its reason says what holds it back.
    pub fn evaluate(&self, candidates: &Candidates<'_>) -> Vec<Verdict> {
        if let Strategy::Digest { tag: followed } = &self.strategy {
            return evaluate_names(followed, candidates);
        }
        let distinct = DistinctTags::of(self, candidates);
        let classification = self.classify(candidates, &distinct);
        let held = |tag| candidates.passed_over.get(tag);
        let mut verdicts = Vec::with_capacity(distinct.tags.len());
        let best = classification
            .fitting
            .iter()
            .find(|candidate| held(candidate.tag).is_none());
        for candidate in &classification.fitting {
            let verdict = |outcome, rule, reason| Verdict {
                tag: candidate.tag.clone(),
                outcome,
                rule,
                reason,
            };
            let (place, verdict) = match (held(candidate.tag), best) {
                (Some(held), _) => (
                    verdicts.len(),
                    verdict(Outcome::Held, held.rule, held.reason.clone()),
                ),
                (None, Some(best)) if candidate.tag != best.tag => (
                    verdicts.len(),
                    verdict(
                        Outcome::Allowed,
                        Rule::Order,
                        classification.order.reason(best, candidate),
                    ),
                ),
                _ => {
                    let fitting = classification.fitting.iter();
                    let count = fitting.filter(|other| held(other.tag).is_none()).count();
                    // The policy allows what is below the current tag as well.
                    let reason = classification
                        .order
                        .praise(candidate, count + classification.below);
                    (0, verdict(Outcome::Chosen, Rule::Order, reason))
                }
            };
            verdicts.insert(place, verdict);
        }
        let neighbors = Neighbors::new(self, candidates.tags);
        verdicts.extend(classification.dropped.iter().map(|(place, rule)| {
            let tag = distinct.tags[*place];
            let value = distinct.values.get(*place, tag).unwrap_or_default();
            Verdict {
                tag: tag.clone(),
                outcome: Outcome::Dropped,
                rule: *rule,
                reason: self.reason(candidates, &neighbors, tag, value, *rule),
            }
        }));
        verdicts
    }
}

fn evaluate_names(followed: &Tag, candidates: &Candidates<'_>) -> Vec<Verdict> {
    let verdict = |tag: &Tag| {
        let (outcome, rule, reason) = match candidates.passed_over.get(tag) {
            _ if tag != followed => (Outcome::Dropped, Rule::Tag, format!("is not {followed}")),
            Some(held) => (Outcome::Held, held.rule, held.reason.clone()),
            None => (
                Outcome::Chosen,
                Rule::Tag,
                "the tag that the policy follows".into(),
            ),
        };
        Verdict {
            tag: tag.clone(),
            outcome,
            rule,
            reason,
        }
    };
    let mut verdicts: Vec<_> = candidates.distinct().into_iter().map(verdict).collect();
    // Stable, so that the others stay in byte order.
    verdicts.sort_by_key(|verdict| verdict.outcome);
    verdicts
}

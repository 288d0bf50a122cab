use super::neighbors::Neighbors;
use super::survey::Sheet;
use super::{Outcome, Policy, Question, Rule, Strategy, Verdict};
use crate::image::Tag;

impl Policy {
    /// Returns a verdict on every distinct tag: the chosen one, then allowed and held ones in the
    /// strategy's order, best first, then dropped ones in byte order.
    ///
    /// The chosen one is what [`Policy::choose`] returns. A held tag comes after it even where it is
    /// better: its reason says what holds it back.
    pub fn evaluate(&self, question: &Question<'_>) -> Vec<Verdict> {
        if let Strategy::Digest { tag: followed } = &self.strategy {
            return evaluate_names(followed, question);
        }
        let sheet = Sheet::of(self, question);
        let survey = self.survey(question, &sheet);
        let held = |tag| question.passed_over.get(tag);
        let mut verdicts = Vec::with_capacity(sheet.tags.len());
        let best = survey
            .fitting
            .iter()
            .find(|candidate| held(candidate.tag).is_none());
        for candidate in &survey.fitting {
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
                        survey.order.reason(best, candidate),
                    ),
                ),
                _ => {
                    let fitting = survey.fitting.iter();
                    let count = fitting.filter(|other| held(other.tag).is_none()).count();
                    // The policy allows what is below the current tag as well.
                    let reason = survey.order.praise(candidate, count + survey.below);
                    (0, verdict(Outcome::Chosen, Rule::Order, reason))
                }
            };
            verdicts.insert(place, verdict);
        }
        let neighbors = Neighbors::new(self, question.tags);
        verdicts.extend(survey.dropped.iter().map(|(place, rule)| {
            let tag = sheet.tags[*place];
            let value = sheet.values.get(*place, tag).unwrap_or_default();
            Verdict {
                tag: tag.clone(),
                outcome: Outcome::Dropped,
                rule: *rule,
                reason: self.reason(question, &neighbors, tag, value, *rule),
            }
        }));
        verdicts
    }
}

fn evaluate_names(followed: &Tag, question: &Question<'_>) -> Vec<Verdict> {
    let verdict = |tag: &Tag| {
        let (outcome, rule, reason) = match question.passed_over.get(tag) {
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
    let mut verdicts: Vec<_> = question.distinct().into_iter().map(verdict).collect();
    // Stable, so that the others stay in byte order.
    verdicts.sort_by_key(|verdict| verdict.outcome);
    verdicts
}

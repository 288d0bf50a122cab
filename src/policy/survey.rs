use super::bounds::{Bounds, Current};
use super::date_guard::DateGuard;
use super::judge::Candidate;
use super::order::Order;
use super::values::Values;
use super::{Policy, Question, Rule};
use crate::image::Tag;

/// The distinct tags of a question with what each is read from.
pub(super) struct Sheet<'q> {
    pub(super) tags: Vec<&'q Tag>,
    pub(super) values: Values,
    current: Values,
}

/// What became of the distinct tags: those that fit, best first, and those that a rule dropped, in
/// byte order.
pub(super) struct Survey<'q, 'k> {
    pub(super) order: Order,
    pub(super) fitting: Vec<Candidate<'q, 'k>>,
    /// Tags by their place in the sheet.
    pub(super) dropped: Vec<(usize, Rule)>,
}

impl<'q> Sheet<'q> {
    pub(super) fn of(policy: &Policy, question: &Question<'q>) -> Self {
        let tags: Vec<_> = question.distinct().into_iter().collect();
        Self {
            values: Values::of(policy, tags.iter().copied()),
            current: Current::values(policy, question.current),
            tags,
        }
    }
}

impl Policy {
    /// Applies every rule to every tag of a sheet; not for `digest`.
    pub(super) fn survey<'q, 'k>(
        &self,
        question: &Question<'q>,
        sheet: &'k Sheet<'q>,
    ) -> Survey<'q, 'k>
    where
        'q: 'k,
    {
        let current = Current::read(self, question, &sheet.current);
        let order = Order::new(self, current.key);
        let bounds = Bounds::new(question, &current, order);
        let mut guard = DateGuard::new(self);
        if let Some(candidate) = current.candidate {
            guard.see(candidate.key);
        }
        let mut fitting = Vec::new();
        let mut dropped = Vec::new();
        for (place, tag) in sheet.tags.iter().copied().enumerate() {
            let cut = sheet.values.cut(self, place, tag);
            let judged = self.admit(tag, cut, question.dates).and_then(|candidate| {
                bounds.check(&candidate)?;
                Ok(candidate)
            });
            match judged {
                Ok(candidate) => {
                    guard.see(candidate.key);
                    fitting.push((place, candidate));
                }
                Err(rule) => dropped.push((place, rule)),
            }
        }
        if guard.is_active() {
            let all = fitting.len();
            fitting.retain(|(place, candidate)| {
                let is_suspect = guard.suspects(candidate.key);
                if is_suspect {
                    dropped.push((*place, Rule::DateGuard));
                }
                !is_suspect
            });
            if fitting.len() < all {
                dropped.sort_unstable_by_key(|(place, _)| *place);
            }
        }
        let mut fitting: Vec<_> = fitting
            .into_iter()
            .map(|(_, candidate)| candidate)
            .collect();
        fitting.sort_unstable_by(|left, right| order.compare(right, left));
        Survey {
            order,
            fitting,
            dropped,
        }
    }

    /// Says why a rule dropped the tag at a place of a sheet.
    pub(super) fn reason_in(
        &self,
        question: &Question<'_>,
        sheet: &Sheet<'_>,
        place: usize,
        rule: Rule,
    ) -> String {
        let tag = sheet.tags[place];
        let value = sheet.values.get(place, tag).unwrap_or_default();
        self.reason(question, tag, value, rule)
    }
}

use super::bounds::{Bounds, Current};
use super::date_guard::DateGuard;
use super::judge::Candidate;
use super::neighbors::Neighbors;
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
    /// How many tags only the rule about the current tag dropped.
    pub(super) below: usize,
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
        let neighbors = Neighbors::new(self, question.tags);
        let current = Current::read(&neighbors, question, &sheet.current);
        let order = Order::new(self, current.key);
        let bounds = Bounds::new(question, &current, order);
        let mut guard = DateGuard::new(self);
        let doubt = |guard: &DateGuard<'_>, key| guard.doubt(key, neighbors.is_lone(key));
        if let Some(candidate) = current.candidate {
            guard.see(candidate.key, doubt(&guard, candidate.key));
        }
        let mut fitting = Vec::new();
        let mut dropped = Vec::new();
        let mut below = Vec::new();
        for (place, tag) in sheet.tags.iter().copied().enumerate() {
            let cut = sheet.values.cut(self, place, tag);
            let judged = neighbors.judge(tag, cut, question.dates);
            let judged = judged.map(|candidate| (candidate, bounds.check(&candidate)));
            match judged {
                Ok((candidate, Ok(()))) => {
                    let doubt = doubt(&guard, candidate.key);
                    guard.see(candidate.key, doubt);
                    fitting.push((place, candidate, doubt));
                }
                Ok((candidate, Err(rule))) => {
                    if rule == Rule::Downgrade {
                        below.push(doubt(&guard, candidate.key));
                    }
                    dropped.push((place, rule));
                }
                Err(rule) => dropped.push((place, rule)),
            }
        }
        let (doubtful, fitting): (Vec<_>, Vec<_>) = fitting
            .into_iter()
            .partition(|(_, _, doubt)| guard.drops(*doubt));
        if !doubtful.is_empty() {
            dropped.extend(doubtful.iter().map(|(place, ..)| (*place, Rule::DateGuard)));
            dropped.sort_unstable_by_key(|(place, _)| *place);
        }
        let mut fitting: Vec<_> = fitting
            .into_iter()
            .map(|(_, candidate, _)| candidate)
            .collect();
        fitting.sort_unstable_by(|left, right| order.compare(right, left));
        Survey {
            order,
            fitting,
            dropped,
            below: below.iter().filter(|doubt| !guard.drops(**doubt)).count(),
        }
    }
}

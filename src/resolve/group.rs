use std::collections::BTreeMap;

use super::evaluate::Examined;
use super::pending_job::PendingJob;
use crate::error::{Code, Diagnostic};

/// Combines the outcomes of a group's members.
///
/// If one failed, all fail; if one is held back, the others wait and all choose again.
pub(super) fn together(mut answers: Vec<(PendingJob, Examined)>) -> Vec<(PendingJob, Examined)> {
    let mut troubles: BTreeMap<String, GroupTrouble> = BTreeMap::new();
    for (pending, examined) in &answers {
        let Some(group) = pending.job.spec.version_group() else {
            continue;
        };
        let trouble = match examined {
            Examined::Failed(_) => GroupTrouble::Failed(pending.job.spec.name.clone()),
            Examined::Held(_) => GroupTrouble::Held,
            Examined::Pinned { .. } | Examined::Waits => continue,
        };
        // Whichever came in first, the first name in byte order is told.
        let known = troubles.entry(group.to_owned()).or_insert(trouble.clone());
        *known = known.clone().min(trouble);
    }
    for (pending, examined) in &mut answers {
        let Some(group) = pending.job.spec.version_group() else {
            continue;
        };
        match troubles.get(group) {
            Some(GroupTrouble::Failed(name)) if !matches!(examined, Examined::Failed(_)) => {
                *examined = Examined::Failed(failed_with(group, name));
            }
            Some(GroupTrouble::Held) if matches!(examined, Examined::Pinned { .. }) => {
                *examined = Examined::Waits;
            }
            _ => {}
        }
    }
    answers
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum GroupTrouble {
    Failed(String),
    Held,
}

pub(super) fn failed_with(group: &str, name: &str) -> Diagnostic {
    let message = format!("the group `{group}` moves together, and `{name}` failed");
    Diagnostic::new(Code::GroupFailed, message)
}

/// Takes the images out of a batch that a problem is found for, and the members of their groups with them.
pub(super) fn exclude(
    batch: &mut Vec<PendingJob>,
    problem: impl Fn(&PendingJob) -> Option<Diagnostic>,
) -> Vec<(PendingJob, Diagnostic)> {
    let found: Vec<Option<Diagnostic>> = batch.iter().map(problem).collect();
    if found.iter().all(Option::is_none) {
        return Vec::new();
    }
    let answers = std::mem::take(batch).into_iter().zip(found);
    let answers = answers.map(|(pending, problem)| {
        let examined = problem.map_or(Examined::Waits, Examined::Failed);
        (pending, examined)
    });
    let mut failed = Vec::new();
    for (pending, examined) in together(answers.collect()) {
        match examined {
            Examined::Failed(diagnostic) => failed.push((pending, diagnostic)),
            _ => batch.push(pending),
        }
    }
    failed
}

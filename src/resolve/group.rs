use std::collections::BTreeMap;

use super::examine::Examined;
use super::open::Open;
use crate::config::ImageSpec;
use crate::error::{Code, Diagnostic};

/// Returns the name of the group whose version an image shares.
pub(super) fn of(spec: &ImageSpec) -> Option<&str> {
    let group = spec.group.as_ref().filter(|group| group.same_version);
    group.map(|group| group.name.as_str())
}

/// Makes one outcome of those of a group's members.
///
/// If one failed, all fail; if one is held back, the others wait and all choose again.
pub(super) fn together(mut answers: Vec<(Open, Examined)>) -> Vec<(Open, Examined)> {
    let mut troubles: BTreeMap<String, Trouble> = BTreeMap::new();
    for (open, examined) in &answers {
        let Some(group) = of(&open.job.spec) else {
            continue;
        };
        let trouble = match examined {
            Examined::Failed(_) => Trouble::Failed(open.job.spec.name.clone()),
            Examined::Held(_) => Trouble::Held,
            Examined::Pinned { .. } | Examined::Waits => continue,
        };
        // Whichever came in first, the first name in byte order is told.
        let known = troubles.entry(group.to_owned()).or_insert(trouble.clone());
        *known = known.clone().min(trouble);
    }
    for (open, examined) in &mut answers {
        let Some(group) = of(&open.job.spec) else {
            continue;
        };
        match troubles.get(group) {
            Some(Trouble::Failed(name)) if !matches!(examined, Examined::Failed(_)) => {
                *examined = Examined::Failed(failed_with(group, name));
            }
            Some(Trouble::Held) if matches!(examined, Examined::Pinned { .. }) => {
                *examined = Examined::Waits;
            }
            _ => {}
        }
    }
    answers
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Trouble {
    Failed(String),
    Held,
}

fn failed_with(group: &str, name: &str) -> Diagnostic {
    let message = format!("the group `{group}` moves together, and `{name}` failed");
    Diagnostic::new(Code::GroupFailed, message)
}

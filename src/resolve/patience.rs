use super::evaluate::Examined;
use super::no_choice::helps;
use super::pending_job::PendingJob;
use crate::error::{Code, Diagnostic};
use crate::policy::Rule;

/// How many incomplete tags of one image are passed over before giving up.
const MAX_INCOMPLETE: usize = 25;
/// How many tags of one image are held back in all before giving up.
const MAX_HELD: usize = 1_000;
/// How many of them are told.
const TOLD: usize = 10;

/// Notes a tag that is held back; the image fails where the rest is not worth asking for.
///
/// The members of its group must know of that before one outcome is made of theirs.
pub(super) fn held_back(pending: &mut PendingJob, examined: Examined) -> Examined {
    let Examined::Held(held) = &examined else {
        return examined;
    };
    pending.hold(held.clone());
    gave_up(pending).map_or(examined, Examined::Failed)
}

/// Says that too many tags of an image are held back for the rest to be worth asking for.
fn gave_up(pending: &PendingJob) -> Option<Diagnostic> {
    let spec = &pending.job.spec;
    let incomplete = pending
        .held
        .values()
        .filter(|held| held.rule == Rule::Platforms)
        .count();
    let (code, message) = if incomplete > MAX_INCOMPLETE {
        let message = format!(
            "the {incomplete} best tags of {} all lack a required platform",
            spec.repository
        );
        (Code::PlatformMissing, message)
    } else if pending.held.len() > MAX_HELD {
        let count = pending.held.len();
        let message = format!(
            "the {count} best tags of {} are all held back",
            spec.repository
        );
        (Code::TooYoung, message)
    } else {
        return None;
    };
    let mut diagnostic = Diagnostic::new(code, message);
    diagnostic.notes = pending
        .held
        .values()
        .take(TOLD)
        .map(|held| format!("{} {}", held.tag, held.words()))
        .collect();
    if pending.held.len() > TOLD {
        diagnostic = diagnostic.note(format!("and {} more", pending.held.len() - TOLD));
    }
    diagnostic.help.extend(helps(&pending.held));
    Some(diagnostic.help("check `platforms` and `cooldown` of this image in the config"))
}

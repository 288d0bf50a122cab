use super::pending_job::PendingJob;
use super::tag_lists::TagLists;
use super::{Options, group};
use crate::config::ImageSpec;
use crate::error::{Code, Diagnostic};

/// Fewer lost tags than this are no cause for alarm.
const FEWEST_LOST: usize = 5;

/// Returns a notice if the tag of a pin that was chosen for is no longer in its repository.
pub(super) fn gone(pending: &PendingJob, lists: &TagLists) -> Option<Diagnostic> {
    let spec = &pending.job.spec;
    let current = &pending.job.current()?.tag;
    let tags = lists.get(&spec.repository)?.as_ref().ok()?;
    if !pending.needs_tags() || tags.contains(current) {
        return None;
    }
    let message = format!(
        "the pinned tag {current} is no longer in {}",
        spec.repository
    );
    Some(
        Diagnostic::new(Code::PinnedTagGone, message)
            .subject(&spec.name)
            .help("its digest may be deleted as well: roll out the new pin soon"),
    )
}

/// Takes the images out of a batch whose tag list cannot be believed.
pub(super) fn untrusted(
    batch: &mut Vec<PendingJob>,
    lists: &TagLists,
    options: &Options,
) -> Vec<(PendingJob, Diagnostic)> {
    group::exclude(batch, |pending| {
        let spec = &pending.job.spec;
        // Without a pin there is nothing to go back from.
        pending.job.current()?;
        if options.accept_fewer_tags || !pending.needs_tags() {
            return None;
        }
        let tags = lists.get(&spec.repository)?.as_ref().ok()?;
        let then = options.ledger.tag_count(&spec.repository)?;
        lost(spec, then, tags.len())
    })
}

/// Returns a problem if a repository's tag list lost most of its tags since the lock was written.
///
/// A registry that lost its index, or a proxy that shows a part of it, would else lead to a downgrade.
fn lost(spec: &ImageSpec, then: usize, now: usize) -> Option<Diagnostic> {
    let lost = then.saturating_sub(now);
    if lost < FEWEST_LOST || lost * 2 <= then {
        return None;
    }
    let message = format!(
        "{} had {then} tags when the lock was written, and has {now} now",
        spec.repository
    );
    Some(
        Diagnostic::new(Code::TagsLost, message)
            .note("a choice from a part of the tags could go back to an old version, so the pin stays")
            .help("if the tags were deleted on purpose, run this again with --accept-fewer-tags"),
    )
}

#[cfg(test)]
mod tests {
    use super::super::sample::config;
    use super::*;

    #[test]
    fn most_tags_and_more_than_a_few_must_be_lost() {
        let spec = config("app = \"^1\"").images.remove(0);
        let lost = |then, now| lost(&spec, then, now).is_some();
        assert!(lost(100, 49) && lost(9, 4) && lost(5, 0));
        assert!(!lost(100, 50), "half of them are left");
        assert!(!lost(4, 0), "a few tags are soon deleted");
        assert!(!lost(10, 20) && !lost(0, 0));
    }
}

use super::choose::TagLists;
use super::open::Open;
use crate::error::{Code, Diagnostic};

/// Returns a notice if the tag of a pin that was chosen for is no longer in its repository.
pub(super) fn gone(open: &Open, lists: &TagLists) -> Option<Diagnostic> {
    let spec = &open.job.spec;
    let current = &open.job.current()?.tag;
    let tags = lists.get(&spec.repository)?.as_ref().ok()?;
    if !open.needs_tags() || tags.contains(current) {
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

use super::job::{Goal, Job};
use crate::error::{Diagnostic, Fault};
use crate::image::{DocumentError, Tag};
use crate::policy::{PolicyOption, Strategy};
use crate::registry::{ErrorKind, RegistryError, Target};

/// Says that the registry did not tell what a tag holds, and how to leave a tag out that it lists and cannot serve.
pub(super) fn unanswered(job: &Job, tag: &Tag, error: &RegistryError) -> Diagnostic {
    let diagnostic = Diagnostic::of(error);
    let is_useless = match error.kind() {
        ErrorKind::Schema1 => true,
        ErrorKind::ManifestNotFound => {
            matches!(error.target(), Some(Target::Tag(asked)) if asked == tag)
        }
        _ => false,
    };
    if is_useless {
        leave_out(job, tag, diagnostic)
    } else {
        diagnostic
    }
}

/// Says that what a tag holds cannot be read.
pub(super) fn unreadable(job: &Job, tag: &Tag, error: &DocumentError) -> Diagnostic {
    let repository = &job.spec.repository;
    let message = format!("{repository}:{tag} cannot be pinned: {error}");
    let mut diagnostic = Diagnostic::new(error.code(), message);
    diagnostic.help.extend(error.help());
    leave_out(job, tag, diagnostic)
}

/// Says that an index is of a shape that cannot be pinned, or that the registry did not answer for what is in it.
pub(super) fn unusable(job: &Job, tag: &Tag, error: &RegistryError) -> Diagnostic {
    let ErrorKind::Invalid { reason } = error.kind() else {
        return unanswered(job, tag, error);
    };
    let repository = &job.spec.repository;
    let message = format!("{repository}:{tag} cannot be pinned: {reason}");
    leave_out(job, tag, Diagnostic::new(error.code(), message))
}

/// Adds how to do without a tag, where the policy chose it among others.
fn leave_out(job: &Job, tag: &Tag, diagnostic: Diagnostic) -> Diagnostic {
    let is_chosen =
        job.goal == Goal::Choose && !matches!(job.spec.policy.strategy, Strategy::Digest { .. });
    if is_chosen {
        diagnostic.help(format!(
            "leave the tag out with `{} = \"{tag}\"`",
            PolicyOption::IgnoreTags
        ))
    } else {
        diagnostic
    }
}

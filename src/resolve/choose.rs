use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::plan::{Goal, Job};
use super::{Failure, Unfit};
use crate::config::ImageSpec;
use crate::error::{Code, Diagnostic};
use crate::image::{Repository, Tag};
use crate::policy::Strategy;
use crate::registry::RegistryError;

/// The tag lists of a run, by repository.
pub(super) type TagLists = BTreeMap<Repository, Result<Arc<[Tag]>, RegistryError>>;

/// A job with the tags that were found unfit so far.
#[derive(Clone, Debug)]
pub(super) struct Open {
    pub(super) job: Job,
    pub(super) unfit: BTreeMap<Tag, Unfit>,
}

impl Open {
    /// Says whether the choice needs the repository's tag list.
    pub(super) fn needs_tags(&self) -> bool {
        self.job.goal == Goal::Choose
            && !matches!(self.job.spec.policy.strategy, Strategy::Digest { .. })
    }
}

/// Lets every policy choose, over the whole batch at once.
///
/// This is pure computation; call it where blocking is allowed.
pub(super) fn choose_all(open: &[Open], lists: &TagLists) -> Vec<Result<Tag, Failure>> {
    open.par_iter().map(|open| choose(open, lists)).collect()
}

fn choose(open: &Open, lists: &TagLists) -> Result<Tag, Failure> {
    let Open { job, unfit } = open;
    let spec = &job.spec;
    let failed = |diagnostic| Err(Failure::new(&spec.name, diagnostic));
    match (&job.goal, &spec.policy.strategy) {
        (Goal::Platforms(tag, _), _) => Ok(tag.clone()),
        (Goal::Tag(tag), _) => match unfit.get(tag) {
            Some(reason) => failed(unfit_tag(spec, tag, reason)),
            None if allows(spec, tag) => Ok(tag.clone()),
            None => failed(refused(spec, tag)),
        },
        (Goal::Choose, Strategy::Digest { tag }) => match unfit.get(tag) {
            Some(reason) => failed(unfit_tag(spec, tag, reason)),
            None => Ok(tag.clone()),
        },
        (Goal::Choose, _) => {
            let tags = match lists.get(&spec.repository) {
                Some(Ok(tags)) => tags,
                Some(Err(error)) => return failed(Diagnostic::of(error)),
                None => &Arc::from([]),
            };
            let current = job.current.as_ref().map(|entry| &entry.tag);
            let passed_over: BTreeSet<Tag> = unfit.keys().cloned().collect();
            match spec.policy.choose(tags, current, &passed_over) {
                Some(tag) => Ok(tag.clone()),
                None => failed(none_fits(spec, tags, unfit)),
            }
        }
    }
}

fn allows(spec: &ImageSpec, tag: &Tag) -> bool {
    spec.policy
        .choose(std::slice::from_ref(tag), Some(tag), &BTreeSet::new())
        .is_some()
}

fn refused(spec: &ImageSpec, tag: &Tag) -> Diagnostic {
    let verdicts = spec.policy.evaluate(std::slice::from_ref(tag), None);
    let mut diagnostic = Diagnostic::new(
        Code::PreciseRefused,
        format!(
            "the policy `{}` does not allow the tag {tag}",
            spec.policy_text()
        ),
    );
    diagnostic.notes = verdicts
        .into_iter()
        .map(|verdict| format!("{tag}: {}", verdict.reason))
        .collect();
    diagnostic.help("widen the policy in the config first")
}

fn unfit_tag(spec: &ImageSpec, tag: &Tag, unfit: &Unfit) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::PlatformMissing,
        format!("{}:{tag} {unfit}", spec.repository),
    );
    diagnostic.help("take the platform off `platforms`, or wait for the publisher to add it")
}

fn none_fits(spec: &ImageSpec, tags: &[Tag], unfit: &BTreeMap<Tag, Unfit>) -> Diagnostic {
    let message = format!(
        "no tag of {} satisfies `{}`",
        spec.repository,
        spec.policy_text()
    );
    let mut diagnostic = Diagnostic::new(Code::NoTagFits, message);
    diagnostic.notes = spec.policy.nearest(tags).notes();
    diagnostic
        .notes
        .extend(unfit.iter().map(|(tag, unfit)| format!("{tag} {unfit}")));
    diagnostic.help(format!(
        "`imagelock why {}` shows every tag and the rule that dropped it",
        spec.name
    ))
}

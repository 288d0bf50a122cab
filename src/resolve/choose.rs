use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::plan::{Goal, Job};
use super::{Failure, Unfit};
use crate::config::ImageSpec;
use crate::error::{Code, Diagnostic};
use crate::image::{Repository, Tag};
use crate::policy::{PassedOver, Question, Rule, Strategy};
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
    /// Returns the job that is left where a tag was found unfit.
    ///
    /// A pinned digest that is unfit says nothing of its tag, which may have moved: the policy
    /// chooses afresh.
    pub(super) fn without(&self, tag: Tag, unfit: Unfit) -> Self {
        let mut next = self.clone();
        if matches!(self.job.goal, Goal::Platforms(..)) {
            next.job.goal = Goal::Choose;
        } else {
            next.unfit.insert(tag, unfit);
        }
        next
    }

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
            None if spec.policy.allows(tag) => Ok(tag.clone()),
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
            let current = job.current().map(|entry| &entry.tag);
            let passed_over = passed_over(unfit);
            let question = Question::of(tags)
                .current(current)
                .passed_over(&passed_over);
            match spec.policy.choose(&question) {
                Some(tag) => Ok(tag.clone()),
                None => failed(none_fits(spec, &question, unfit)),
            }
        }
    }
}

fn passed_over(unfit: &BTreeMap<Tag, Unfit>) -> BTreeMap<Tag, PassedOver> {
    let lacking = |(tag, unfit): (&Tag, &Unfit)| {
        let reason = PassedOver {
            rule: Rule::Platforms,
            reason: unfit.to_string(),
        };
        (tag.clone(), reason)
    };
    unfit.iter().map(lacking).collect()
}

fn refused(spec: &ImageSpec, tag: &Tag) -> Diagnostic {
    let verdicts = spec
        .policy
        .evaluate(&Question::of(std::slice::from_ref(tag)));
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

fn none_fits(
    spec: &ImageSpec,
    question: &Question<'_>,
    unfit: &BTreeMap<Tag, Unfit>,
) -> Diagnostic {
    let message = format!(
        "no tag of {} satisfies `{}`",
        spec.repository,
        spec.policy_text()
    );
    let mut diagnostic = Diagnostic::new(Code::NoTagFits, message);
    let nearest = spec.policy.nearest(question);
    diagnostic.notes = nearest.notes();
    diagnostic.help = nearest.help().into_iter().collect();
    diagnostic
        .notes
        .extend(unfit.iter().map(|(tag, unfit)| format!("{tag} {unfit}")));
    diagnostic.help(format!(
        "`imagelock why {}` shows every tag and the rule that dropped it",
        spec.name
    ))
}

#[cfg(test)]
mod tests {
    use super::super::plan::tests::{config, digest, entry};
    use super::*;
    use crate::error::Class;
    use crate::image::Platform;

    fn tag(text: &str) -> Tag {
        Tag::parse(text).unwrap()
    }

    fn lacking() -> Unfit {
        Unfit {
            missing: vec![Platform::parse("linux/arm64").unwrap()],
            present: vec![Platform::parse("linux/amd64").unwrap()],
        }
    }

    fn open(options: &str, goal: Goal, unfit: &[&str]) -> Open {
        Open {
            job: Job {
                spec: config(&format!("app = {options}")).images.remove(0),
                old: None,
                goal,
            },
            unfit: unfit.iter().map(|text| (tag(text), lacking())).collect(),
        }
    }

    fn lists(tags: &[&str]) -> TagLists {
        let repository = Repository::parse("app").unwrap();
        let tags: Vec<Tag> = tags.iter().map(|text| tag(text)).collect();
        [(repository, Ok(tags.into()))].into()
    }

    #[test]
    fn the_policy_chooses_and_passes_unfit_tags_over() {
        let lists = lists(&["1.0.0", "1.2.0", "1.1.0", "2.0.0"]);
        let of = |unfit| choose(&open("\"^1\"", Goal::Choose, unfit), &lists).unwrap();
        assert_eq!(of(&[]).as_str(), "1.2.0");
        assert_eq!(of(&["1.2.0"]).as_str(), "1.1.0");
        assert_eq!(of(&["1.2.0", "1.1.0"]).as_str(), "1.0.0");
    }

    #[test]
    fn when_none_is_left_the_reasons_are_told() {
        let open = open("\"^1\"", Goal::Choose, &["1.0.0"]);
        let failure = choose(&open, &lists(&["1.0.0", "2.0.0"])).unwrap_err();
        assert_eq!(failure.name, "app");
        assert_eq!(failure.diagnostic.subject.as_deref(), Some("app"));
        assert_eq!(failure.diagnostic.code, Code::NoTagFits);
        assert_eq!(failure.class(), Class::Policy);
        assert_eq!(
            failure.diagnostic.message,
            "no tag of docker.io/library/app satisfies `semver ^1`"
        );
        let notes = &failure.diagnostic.notes;
        assert!(
            notes.contains(&"1.0.0 lacks linux/arm64; it has linux/amd64".to_string()),
            "{notes:?}"
        );
        assert!(notes.iter().any(|note| note.contains("2.0.0")), "{notes:?}");
    }

    #[test]
    fn a_misspelt_suffix_is_helped_with() {
        let open = open("{ suffix = \"-alpin\" }", Goal::Choose, &[]);
        let failure = choose(&open, &lists(&["1.0.0-alpine"])).unwrap_err();
        let help = &failure.diagnostic.help;
        assert_eq!(help[0], "did you mean suffix = \"-alpine\"?");
        assert!(help[1].contains("imagelock why app"), "{help:?}");
    }

    #[test]
    fn a_followed_tag_needs_no_list() {
        let followed = |unfit| open("{ tag = \"edge\" }", Goal::Choose, unfit);
        assert!(!followed(&[]).needs_tags());
        assert!(open("\"^1\"", Goal::Choose, &[]).needs_tags());
        let none = TagLists::new();
        assert_eq!(choose(&followed(&[]), &none).unwrap().as_str(), "edge");
        let failure = choose(&followed(&["edge"]), &none).unwrap_err();
        assert_eq!(failure.diagnostic.code, Code::PlatformMissing);
        assert!(
            failure.diagnostic.message.contains("app:edge lacks"),
            "{failure:?}"
        );
    }

    #[test]
    fn a_precise_tag_must_be_allowed_but_need_not_be_the_best() {
        let precise = |text: &str, unfit| {
            choose(
                &open("\"^1\"", Goal::Tag(tag(text)), unfit),
                &TagLists::new(),
            )
        };
        assert_eq!(precise("1.0.0", &[]).unwrap().as_str(), "1.0.0");
        let refused = precise("2.0.0", &[]).unwrap_err().diagnostic;
        assert_eq!(refused.code, Code::PreciseRefused);
        assert!(refused.message.contains("`semver ^1`"), "{refused:?}");
        assert!(refused.notes[0].starts_with("2.0.0: "), "{refused:?}");
        let unfit = precise("1.0.0", &["1.0.0"]).unwrap_err().diagnostic;
        assert_eq!(unfit.code, Code::PlatformMissing);
    }

    #[test]
    fn the_current_spelling_of_a_version_stays() {
        let mut open = open("\"^1\"", Goal::Choose, &[]);
        let lists = lists(&["v1.2.0", "1.2.0"]);
        assert_eq!(choose(&open, &lists).unwrap().as_str(), "1.2.0");
        open.job.old = Some(entry("app", "semver ^1", "v1.1.0", &[]));
        assert_eq!(choose(&open, &lists).unwrap().as_str(), "v1.2.0");
        // Of another repository, it says nothing about this one.
        open.job.old.as_mut().unwrap().image = Repository::parse("ghcr.io/acme/app").unwrap();
        assert_eq!(choose(&open, &lists).unwrap().as_str(), "1.2.0");
    }

    #[test]
    fn an_unfit_pin_is_chosen_for_afresh() {
        let goal = Goal::Platforms(tag("1.0.0"), digest("index"));
        let pinned = open("\"^1\"", goal, &[]);
        assert!(!pinned.needs_tags());
        let next = pinned.without(tag("1.0.0"), lacking());
        assert_eq!(next.job.goal, Goal::Choose);
        assert!(next.unfit.is_empty(), "the tag may have moved");
        let next = next.without(tag("1.0.0"), lacking());
        assert_eq!(next.unfit.len(), 1);
    }

    #[test]
    fn a_whole_batch_is_chosen_for_in_its_order() {
        let lists = lists(&["1.0.0", "2.0.0", "3.0.0"]);
        let constraints = ["^1", "^2", "^9", "^3"];
        let batch =
            constraints.map(|constraint| open(&format!("\"{constraint}\""), Goal::Choose, &[]));
        let chosen = choose_all(&batch, &lists);
        let texts: Vec<_> = chosen
            .iter()
            .map(|chosen| chosen.as_ref().ok().map(Tag::as_str))
            .collect();
        assert_eq!(texts, [Some("1.0.0"), Some("2.0.0"), None, Some("3.0.0")]);
    }
}

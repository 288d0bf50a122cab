use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::chosen_tag::ChosenTag;
use super::job::Goal;
use super::no_choice::{held_tag, none_fits, refused};
use super::pending_job::PendingJob;
use super::tag_lists::TagLists;
use super::{Failure, Options, group_choice};
use crate::error::Diagnostic;
use crate::image::Tag;
use crate::policy::{Namesakes, Strategy};

/// Lets every policy choose, over the whole batch at once.
///
/// This is pure computation; call it where blocking is allowed.
pub(super) fn choose_all(
    pending: &[PendingJob],
    lists: &TagLists,
    options: &Options,
) -> Vec<Result<ChosenTag, Failure>> {
    let mut chosen: Vec<(usize, Result<ChosenTag, Failure>)> = units(pending)
        .into_par_iter()
        .flat_map_iter(|indexes| {
            let members: Vec<&PendingJob> = indexes.iter().map(|index| &pending[*index]).collect();
            let chosen = match &members[..] {
                [pending] if pending.job.spec.version_group().is_none() => {
                    vec![choose(pending, lists, options).map(ChosenTag::from)]
                }
                _ => group_choice::choose(&members, lists, options),
            };
            let chosen = members.into_iter().zip(chosen).map(|(pending, chosen)| {
                chosen.map(|choice| ChosenTag {
                    namesakes: namesakes(pending, &choice.tag, lists, options),
                    ..choice
                })
            });
            indexes.into_iter().zip(chosen.collect::<Vec<_>>())
        })
        .collect();
    chosen.sort_by_key(|(index, _)| *index);
    chosen.into_iter().map(|(_, chosen)| chosen).collect()
}

/// Returns who chooses with whom: the members of a group together, any other image alone.
fn units(pending: &[PendingJob]) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut units = Vec::new();
    for (index, pending) in pending.iter().enumerate() {
        match pending.job.spec.version_group() {
            Some(group) => groups.entry(group).or_default().push(index),
            None => units.push(vec![index]),
        }
    }
    units.extend(groups.into_values());
    units
}

fn choose(pending: &PendingJob, lists: &TagLists, options: &Options) -> Result<Tag, Failure> {
    let PendingJob { job, held, .. } = pending;
    let spec = &job.spec;
    let failed = |diagnostic| Err(Failure::new(&spec.name, diagnostic));
    match (&job.goal, &spec.policy.strategy) {
        (Goal::Platforms(tag, _), _) => Ok(tag.clone()),
        (Goal::Tag(tag), _) => match held.get(tag) {
            Some(held) => failed(held_tag(spec, held)),
            None if spec.policy.allows(tag) => Ok(tag.clone()),
            None => failed(refused(spec, tag)),
        },
        (Goal::Choose, Strategy::Digest { tag }) => match held.get(tag) {
            Some(held) => failed(held_tag(spec, held)),
            None => Ok(tag.clone()),
        },
        (Goal::Choose, _) => {
            let tags = match lists.get(&spec.repository) {
                Some(Ok(tags)) => tags,
                Some(Err(error)) => return failed(Diagnostic::of(error)),
                None => &Arc::from([]),
            };
            let candidates = pending.candidates(tags, options.level);
            match spec.policy.choose(&candidates) {
                Some(tag) => Ok(tag.clone()),
                None => failed(none_fits(spec, &candidates, held)),
            }
        }
    }
}

/// Returns the prereleases that a tag may be another name of, if the policy chose it anew.
fn namesakes(pending: &PendingJob, tag: &Tag, lists: &TagLists, options: &Options) -> Namesakes {
    let PendingJob { job, .. } = pending;
    let is_new = job.current().is_none_or(|entry| entry.tag != *tag);
    match lists.get(&job.spec.repository) {
        Some(Ok(tags)) if job.goal == Goal::Choose && is_new => {
            let candidates = pending.candidates(tags, options.level);
            job.spec.policy.namesakes(&candidates, tag)
        }
        _ => Namesakes::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::job::Job;
    use super::super::sample::{config, digest, entry};
    use super::super::{Held, MissingPlatforms};
    use super::*;
    use crate::error::{Class, Code};
    use crate::image::{Platform, Repository};

    fn tag(text: &str) -> Tag {
        Tag::parse(text).unwrap()
    }

    fn lacking() -> MissingPlatforms {
        MissingPlatforms::Lacking {
            missing: vec![Platform::parse("linux/arm64").unwrap()],
            present: vec![Platform::parse("linux/amd64").unwrap()],
        }
    }

    fn pending(options: &str, goal: Goal, missing_platforms: &[&str]) -> PendingJob {
        let mut pending = PendingJob::new(Job {
            spec: config(&format!("app = {options}")).images.remove(0),
            old: None,
            goal,
            stays: false,
            at_once: false,
        });
        for text in missing_platforms {
            pending.hold(Held::incomplete("app", &tag(text), &lacking()));
        }
        pending
    }

    fn options() -> Options {
        Options::new(jiff::Timestamp::UNIX_EPOCH)
    }

    fn choose(pending: &PendingJob, lists: &TagLists) -> Result<Tag, Failure> {
        super::choose(pending, lists, &options())
    }

    fn lists(tags: &[&str]) -> TagLists {
        let repository = Repository::parse("app").unwrap();
        let tags: Vec<Tag> = tags.iter().map(|text| tag(text)).collect();
        [(repository, Ok(tags.into()))].into()
    }

    #[test]
    fn the_policy_chooses_and_passes_unfit_tags_over() {
        let lists = lists(&["1.0.0", "1.2.0", "1.1.0", "2.0.0"]);
        let of = |missing_platforms| {
            choose(&pending("\"^1\"", Goal::Choose, missing_platforms), &lists).unwrap()
        };
        assert_eq!(of(&[]).as_str(), "1.2.0");
        assert_eq!(of(&["1.2.0"]).as_str(), "1.1.0");
        assert_eq!(of(&["1.2.0", "1.1.0"]).as_str(), "1.0.0");
    }

    #[test]
    fn when_none_is_left_the_reasons_are_told() {
        let pending = pending("\"^1\"", Goal::Choose, &["1.0.0"]);
        let failure = choose(&pending, &lists(&["1.0.0", "2.0.0"])).unwrap_err();
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
    fn what_is_held_above_a_vanished_pin_is_told() {
        let mut pending = pending("\"^1\"", Goal::Choose, &["1.3.0"]);
        pending.job.old = Some(entry("app", "semver ^1", "1.2.0", &[]));
        let failure = choose(&pending, &lists(&["1.1.0", "1.3.0"])).unwrap_err();
        assert_eq!(failure.diagnostic.code, Code::Downgrade);
        let notes = &failure.diagnostic.notes;
        assert_eq!(notes[0], "1.2.0 is no longer in docker.io/library/app");
        assert_eq!(notes[1], "1.3.0 lacks linux/arm64; it has linux/amd64");
    }

    #[test]
    fn a_misspelt_suffix_is_helped_with() {
        let pending = pending("{ suffix = \"-alpin\" }", Goal::Choose, &[]);
        let failure = choose(&pending, &lists(&["1.0.0-alpine"])).unwrap_err();
        let help = &failure.diagnostic.help;
        assert_eq!(help[0], "did you mean suffix = \"-alpine\"?");
        assert!(help[1].contains("imagelock why app"), "{help:?}");
    }

    #[test]
    fn a_followed_tag_needs_no_list() {
        let followed =
            |missing_platforms| pending("{ tag = \"edge\" }", Goal::Choose, missing_platforms);
        assert!(!followed(&[]).needs_tags());
        assert!(pending("\"^1\"", Goal::Choose, &[]).needs_tags());
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
        let precise = |text: &str, missing_platforms| {
            choose(
                &pending("\"^1\"", Goal::Tag(tag(text)), missing_platforms),
                &TagLists::new(),
            )
        };
        assert_eq!(precise("1.0.0", &[]).unwrap().as_str(), "1.0.0");
        let refused = precise("2.0.0", &[]).unwrap_err().diagnostic;
        assert_eq!(refused.code, Code::PreciseRefused);
        assert!(refused.message.contains("`semver ^1`"), "{refused:?}");
        assert!(refused.notes[0].starts_with("2.0.0: "), "{refused:?}");
        let missing_platforms = precise("1.0.0", &["1.0.0"]).unwrap_err().diagnostic;
        assert_eq!(missing_platforms.code, Code::PlatformMissing);
    }

    #[test]
    fn the_current_spelling_of_a_version_stays() {
        let mut pending = pending("\"^1\"", Goal::Choose, &[]);
        let lists = lists(&["v1.2.0", "1.2.0"]);
        assert_eq!(choose(&pending, &lists).unwrap().as_str(), "1.2.0");
        pending.job.old = Some(entry("app", "semver ^1", "v1.1.0", &[]));
        assert_eq!(choose(&pending, &lists).unwrap().as_str(), "v1.2.0");
        // Of another repository, it says nothing about this one.
        pending.job.old.as_mut().unwrap().image = Repository::parse("ghcr.io/acme/app").unwrap();
        assert_eq!(choose(&pending, &lists).unwrap().as_str(), "1.2.0");
    }

    #[test]
    fn an_unfit_pin_is_chosen_for_afresh() {
        let goal = Goal::Platforms(tag("1.0.0"), digest("index"));
        let mut pinned = pending("\"^1\"", goal, &[]);
        assert!(!pinned.needs_tags());
        let held = Held::incomplete("app", &tag("1.0.0"), &lacking());
        pinned.hold(held.clone());
        assert_eq!(pinned.job.goal, Goal::Choose);
        assert!(pinned.held.is_empty(), "the tag may have moved");
        pinned.hold(held);
        assert_eq!(pinned.held.len(), 1);
    }

    #[test]
    fn a_whole_batch_is_chosen_for_in_its_order() {
        let lists = lists(&["1.0.0", "2.0.0", "3.0.0"]);
        let constraints = ["^1", "^2", "^9", "^3"];
        let batch =
            constraints.map(|constraint| pending(&format!("\"{constraint}\""), Goal::Choose, &[]));
        let chosen = choose_all(&batch, &lists, &options());
        let texts: Vec<_> = chosen
            .iter()
            .map(|chosen| chosen.as_ref().ok().map(|choice| choice.tag.as_str()))
            .collect();
        assert_eq!(texts, [Some("1.0.0"), Some("2.0.0"), None, Some("3.0.0")]);
    }
}

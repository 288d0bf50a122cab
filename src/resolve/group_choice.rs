use std::collections::BTreeMap;

use super::chosen_tag::ChosenTag;
use super::job::Goal;
use super::no_choice::{held_tag, refused};
use super::pending_job::PendingJob;
use super::tag_lists::TagLists;
use super::{Failure, Options, group};
use crate::error::{Code, Diagnostic};
use crate::image::Tag;
use crate::policy::{Rule, VersionKey};

/// How many of a member's versions are told where the members have none in common.
const SHOWN: usize = 3;

/// The tags of one member, by version, the best first.
struct Versions<'t> {
    order: Vec<VersionKey>,
    tags: BTreeMap<VersionKey, &'t Tag>,
}

impl<'t> FromIterator<(VersionKey, &'t Tag)> for Versions<'t> {
    fn from_iter<I: IntoIterator<Item = (VersionKey, &'t Tag)>>(versions: I) -> Self {
        let versions: Vec<_> = versions.into_iter().collect();
        Self {
            order: versions
                .iter()
                .map(|(version, _)| version.clone())
                .collect(),
            tags: versions.into_iter().collect(),
        }
    }
}

/// Chooses for the members of one `same-version` group: the highest version that all have.
///
/// Members that stay keep their version if the others have it as well. The answers are in the order
/// of the members.
pub(super) fn choose(
    members: &[&PendingJob],
    lists: &TagLists,
    options: &Options,
) -> Vec<Result<ChosenTag, Failure>> {
    let versions: Vec<Result<Versions<'_>, Diagnostic>> = members
        .iter()
        .map(|pending| versions(pending, lists, options))
        .collect();
    let known: Vec<&Versions<'_>> = versions.iter().flatten().collect();
    let common = common(members, &known);
    let failed = members.iter().zip(&versions);
    let failed = failed.filter(|(_, versions)| versions.is_err());
    let missing = match failed.map(|(pending, _)| &pending.job.spec.name).min() {
        Some(name) => group::failed_with(group_of(members), name),
        None => no_common_version(members, &known),
    };
    members
        .iter()
        .zip(&versions)
        .map(|(pending, versions)| {
            let failed = |diagnostic| Failure::new(&pending.job.spec.name, diagnostic);
            match (versions, &common) {
                (Err(diagnostic), _) => Err(failed(diagnostic.clone())),
                (Ok(versions), Some(version)) => Ok(ChosenTag {
                    lacked: lacked(versions, version, members, &known),
                    ..ChosenTag::from(versions.tags[version].clone())
                }),
                (Ok(_), None) => Err(failed(missing.clone())),
            }
        })
        .collect()
}

fn versions<'t>(
    pending: &'t PendingJob,
    lists: &'t TagLists,
    options: &Options,
) -> Result<Versions<'t>, Diagnostic> {
    let spec = &pending.job.spec;
    if let Goal::Tag(tag) = &pending.job.goal {
        if let Some(held) = pending.held.get(tag) {
            return Err(held_tag(spec, held));
        }
        let version = spec.policy.version(tag);
        let version = version.filter(|_| spec.policy.allows(tag));
        return match version {
            Some(version) => Ok(Versions::from_iter([(version, tag)])),
            None => Err(refused(spec, tag)),
        };
    }
    let tags = match lists.get(&spec.repository) {
        Some(Ok(tags)) => &tags[..],
        Some(Err(error)) => return Err(Diagnostic::of(error)),
        None => &[],
    };
    let candidates = pending.candidates(tags, options.level);
    let mut versions: Versions<'_> = spec.policy.versions(&candidates).into_iter().collect();
    if let Some((version, tag)) = staying(pending) {
        // Of several tags of one version the pinned one, also where it is no longer listed.
        versions.tags.insert(version, tag);
    }
    Ok(versions)
}

/// Returns the pin of a member that stays where it is, unless it turned out unfit.
fn staying(pending: &PendingJob) -> Option<(VersionKey, &Tag)> {
    let current = pending.job.current().filter(|_| pending.job.stays)?;
    let tag = Some(&current.tag).filter(|tag| !pending.held.contains_key(*tag))?;
    Some((pending.job.spec.policy.version(tag)?, tag))
}

fn common(members: &[&PendingJob], known: &[&Versions<'_>]) -> Option<VersionKey> {
    if known.len() < members.len() {
        return None;
    }
    let all_have =
        |version: &&VersionKey| known.iter().all(|known| known.tags.contains_key(version));
    let pinned = members.iter().filter_map(|pending| staying(pending));
    let pinned: Vec<VersionKey> = pinned.map(|(version, _)| version).collect();
    let one_pinned = pinned
        .first()
        .filter(|first| pinned.iter().all(|version| version == *first));
    one_pinned
        .filter(all_have)
        .or_else(|| known.first()?.order.iter().find(all_have))
        .cloned()
}

/// Returns the versions of a member that are better than the common one, each with a member that lacks it.
fn lacked(
    versions: &Versions<'_>,
    common: &VersionKey,
    members: &[&PendingJob],
    known: &[&Versions<'_>],
) -> Vec<(VersionKey, String)> {
    // A member that was asked for by its tag has that one alone, and keeps no other from more.
    let is_by_tag = |pending: &&PendingJob| matches!(pending.job.goal, Goal::Tag(_));
    if members.iter().any(is_by_tag) {
        return Vec::new();
    }
    let better = versions
        .order
        .iter()
        .take_while(|version| *version != common);
    let lacks = |version: &VersionKey| {
        let mut others = members.iter().zip(known);
        let other = others.find(|(_, other)| !other.tags.contains_key(version));
        other.map(|(pending, _)| (version.clone(), pending.job.spec.name.clone()))
    };
    better.filter_map(lacks).collect()
}

fn group_of<'m>(members: &[&'m PendingJob]) -> &'m str {
    let first = members.first();
    first
        .and_then(|pending| pending.job.spec.version_group())
        .unwrap_or_default()
}

fn no_common_version(members: &[&PendingJob], known: &[&Versions<'_>]) -> Diagnostic {
    let group = group_of(members);
    let all_held = || members.iter().flat_map(|pending| pending.held.values());
    let too_young = all_held().any(|held| held.rule == Rule::Cooldown);
    let (code, message) = if too_young {
        let message = format!("every version that the group `{group}` has in common is held back");
        (Code::TooYoung, message)
    } else {
        let message = format!("the members of the group `{group}` have no version in common");
        (Code::NoCommonVersion, message)
    };
    let mut diagnostic = Diagnostic::new(code, message);
    for (pending, versions) in members.iter().zip(known) {
        let best = versions.order.iter().take(SHOWN);
        let best: Vec<&str> = best
            .map(|version| versions.tags[version].as_str())
            .collect();
        let rest = versions.order.len().saturating_sub(SHOWN);
        let more = if rest > 0 {
            format!(" and {rest} more")
        } else {
            String::new()
        };
        let text = if best.is_empty() {
            "no tag fits".to_owned()
        } else {
            best.join(", ")
        };
        diagnostic = diagnostic.note(format!("{}: {text}{more}", pending.job.spec.name));
    }
    for held in all_held() {
        let note = format!("{}: {} {}", held.name, held.tag, held.words());
        diagnostic = diagnostic.note(note);
    }
    diagnostic
        .help("wait until every member has the new version, or take the odd one out of the group")
}

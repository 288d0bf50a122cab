//! Why a policy can choose nothing, in words.

use std::collections::{BTreeMap, BTreeSet};

use super::Held;
use super::missing_platforms::WAIT_FOR_PLATFORM;
use crate::config::ImageSpec;
use crate::error::{Code, Diagnostic};
use crate::image::Tag;
use crate::policy::{Candidates, PolicyOption, Rule};

/// Says that the policy does not allow the tag that was asked for.
pub(super) fn refused(spec: &ImageSpec, tag: &Tag) -> Diagnostic {
    let verdicts = spec
        .policy
        .evaluate(&Candidates::of(std::slice::from_ref(tag)));
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

/// Says that the one tag that may be taken is held back.
pub(super) fn held_tag(spec: &ImageSpec, held: &Held) -> Diagnostic {
    let message = format!("{}:{} {}", spec.repository, held.tag, held.words());
    match held.rule {
        Rule::Platforms => Diagnostic::new(Code::PlatformMissing, message)
            .help(held.help.as_deref().unwrap_or(WAIT_FOR_PLATFORM)),
        _ => Diagnostic::new(Code::TooYoung, message).help(too_young_help()),
    }
}

fn too_young_help() -> &'static str {
    "wait, or shorten the `cooldown` of this image for as long as it takes"
}

/// Says that no tag fits, and what comes nearest.
pub(super) fn none_fits(
    spec: &ImageSpec,
    candidates: &Candidates<'_>,
    held: &BTreeMap<Tag, Held>,
) -> Diagnostic {
    let below = candidates.without_floor();
    if let (Some(current), Some(best)) = (candidates.current, spec.policy.choose(&below)) {
        let mut diagnostic = only_below(spec, candidates, current, best);
        let held = held.values();
        diagnostic
            .notes
            .extend(held.map(|held| format!("{} {}", held.tag, held.words())));
        return diagnostic;
    }
    let too_young = held.values().any(|held| held.rule == Rule::Cooldown);
    let (code, message) = if too_young {
        let message = format!(
            "every tag of {} that satisfies `{}` is held back",
            spec.repository,
            spec.policy_text()
        );
        (Code::TooYoung, message)
    } else {
        let message = format!(
            "no tag of {} satisfies `{}`",
            spec.repository,
            spec.policy_text()
        );
        (Code::NoTagFits, message)
    };
    let mut diagnostic = Diagnostic::new(code, message);
    let nearest = spec.policy.nearest(candidates);
    diagnostic.notes = nearest.notes();
    diagnostic.help = nearest.help().into_iter().chain(helps(held)).collect();
    diagnostic.notes.extend(
        held.values()
            .map(|held| format!("{} {}", held.tag, held.words())),
    );
    if too_young {
        diagnostic = diagnostic.help(too_young_help());
    }
    diagnostic.help(format!(
        "`imagelock why {}` shows every tag and the rule that dropped it",
        spec.name
    ))
}

/// Returns what to change about the tags that are held back, each thing once.
pub(super) fn helps(held: &BTreeMap<Tag, Held>) -> BTreeSet<String> {
    held.values().filter_map(|held| held.help.clone()).collect()
}

/// Says that the policy would have to go back.
fn only_below(
    spec: &ImageSpec,
    candidates: &Candidates<'_>,
    current: &Tag,
    best: &Tag,
) -> Diagnostic {
    let message = format!("all tags that fit are below the pinned {current}; the best is {best}");
    let mut diagnostic = Diagnostic::new(Code::Downgrade, message);
    if !candidates.tags.contains(current) {
        let repository = &spec.repository;
        diagnostic = diagnostic.note(format!("{current} is no longer in {repository}"));
    }
    diagnostic
        .help(format!(
            "to go back, write `{} = true` for this image",
            PolicyOption::AllowDowngrade
        ))
        .help(format!(
            "or move it this once: `imagelock update {} --precise {best}`",
            spec.name
        ))
}

//! What joins images, and what must be alike where they have one version.

use std::collections::BTreeMap;

use super::images::{NAME_HELP, is_name};
use super::option_messages::OptionTable;
use super::options::{Reader, shortened};
use super::settings::{Group, ImageSpec};
use crate::error::{Code, Diagnostic};
use crate::policy::{PolicyOption, Strategy};

impl Reader<'_, '_> {
    /// Reads which group an image is in.
    pub(super) fn group(&mut self, table: &OptionTable<'_>) -> Option<Group> {
        let (scope, options) = (table.scope, table.options);
        let same_version = options.switch(PolicyOption::SameVersion);
        let Some(name) = options.text(PolicyOption::Group) else {
            if same_version.is_some() && table.is_whole {
                let message = "`same-version` has no effect without `group`";
                let notation = self.notation(scope, PolicyOption::Group, "\"…\"");
                let diagnostic = Diagnostic::new(Code::ContradictoryOptions, message)
                    .help(format!("name the group: `{notation}`"));
                let span = table.key_of(PolicyOption::SameVersion);
                self.report(scope, diagnostic, span, "");
            }
            return None;
        };
        if !is_name(name.value) {
            let message = format!("`{}` is not a name for a group", shortened(name.value));
            let diagnostic = Diagnostic::new(Code::BadName, message).help(NAME_HELP);
            self.report(scope, diagnostic, name.span, "");
            return None;
        }
        Some(Group {
            name: name.value.to_string(),
            same_version: same_version == Some(true),
        })
    }
}

/// Returns what is wrong with groups whose members have one version.
pub(super) fn check(images: &[ImageSpec]) -> Vec<Diagnostic> {
    let mut groups: BTreeMap<&str, Vec<(&ImageSpec, bool)>> = BTreeMap::new();
    for image in images {
        if let Some(group) = &image.group {
            let members = groups.entry(&group.name).or_default();
            members.push((image, group.same_version));
        }
    }
    let mut problems = Vec::new();
    for (name, members) in groups {
        let of = |same_version| members.iter().find(move |member| member.1 == same_version);
        match (of(true), of(false)) {
            (Some((with, _)), Some((without, _))) => {
                let message =
                    format!("the group `{name}` has `same-version` for some members only");
                problems.push(
                    bad_group(message, without)
                        .note(format!("{} has it", named(with)))
                        .help("write `same-version = true` for all members, or for none"),
                );
            }
            (Some((first, _)), None) => problems.extend(strategies_differ(name, first, &members)),
            (None, _) => {}
        }
    }
    problems
}

fn strategies_differ(
    name: &str,
    first: &ImageSpec,
    members: &[(&ImageSpec, bool)],
) -> Vec<Diagnostic> {
    let strategy = |spec: &ImageSpec| how_versions_are_read(&spec.policy.strategy);
    let others = members
        .iter()
        .filter(|(member, _)| strategy(member) != strategy(first));
    others
        .map(|(member, _)| {
            let message = format!(
                "members of the group `{name}` have one version, but not one strategy: this one has `{}`",
                strategy(member)
            );
            bad_group(message, member)
                .note(format!("{} has `{}`", named(first), strategy(first)))
                .help("give all members one strategy, or take this one out of the group")
        })
        .collect()
}

/// Returns what must be alike for versions to be the same: the strategy, a scheme, an order.
fn how_versions_are_read(strategy: &Strategy) -> String {
    match strategy {
        Strategy::Calver { scheme, .. } => format!("{} {scheme}", strategy.name()),
        Strategy::Numerical { order } | Strategy::Alphabetical { order } => {
            format!("{} {order}", strategy.name())
        }
        _ => strategy.name().to_string(),
    }
}

fn bad_group(message: String, member: &ImageSpec) -> Diagnostic {
    Diagnostic::new(Code::BadGroup, message)
        .subject(&member.name)
        .at(member.place.clone())
}

/// Returns an image's name and where it stands.
fn named(spec: &ImageSpec) -> String {
    let (line, column) = spec.place.line_and_column();
    format!("`{}` at {}:{line}:{column}", spec.name, spec.place.file)
}

use std::fmt::Write;

use unicode_width::UnicodeWidthStr;

use super::escape::terminal;
use super::style::{TextRole, pad};
use super::words::{self, ShownChange};
use super::{ChangeReport, Report, Style, age};
use crate::diff::{ChangeKind, ChangeLevel, ContentChange};

/// Columns are aligned up to this width; what is longer pushes its own line only.
const WIDEST: usize = 48;

/// Returns the report for a terminal: a line a change, details below it, and the numbers at the end.
///
/// ```text
/// images.lock: HEAD -> working tree
///   ~ nginx  1.27.4-alpine -> 1.27.5-alpine   patch
///       digest    sha256:4ff102c5d78d -> 65645c7bb6a0
/// 1 updated, 0 added, 0 removed, 39 unchanged
/// ```
pub fn text(report: &Report, style: Style) -> String {
    let (before, after) = (words::side(&report.before), words::side(&report.after));
    let mut text = terminal(&report.lockfile);
    if before != after {
        let _ = write!(text, ": {before} -> {after}");
    }
    text.push('\n');
    let lines: Vec<ChangeLine> = report.changes.iter().filter_map(ChangeLine::of).collect();
    let held = report.held.iter().map(|held| terminal(&held.name));
    let linted = report.lints.iter().filter_map(|lint| lint.name.as_deref());
    let others: Vec<String> = held.chain(linted.map(terminal)).collect();
    let names = lines.iter().map(|line| &line.name).chain(&others);
    let names = width(names.map(String::as_str));
    // Only lines with a level have something to align.
    let leveled = lines.iter().filter(|line| !line.level.is_empty());
    let steps = width(leveled.map(|line| line.step.as_str()));
    for line in &lines {
        line.write(&mut text, names, steps, style);
    }
    for held in &report.held {
        let name = terminal(&held.name);
        let words = held.words();
        let line = format!(
            "  = {name}{}  {} {words}",
            pad(&name, names),
            terminal(&held.tag)
        );
        text.push_str(&style.cut(&line));
        text.push('\n');
    }
    for failure in &report.failed {
        let name = terminal(failure.name.as_deref().unwrap_or("-"));
        let message = terminal(&format!("{} ({})", failure.message, failure.code));
        let plain = style.cut(&format!("  ! {name}{}  {message}", pad(&name, names)));
        text.push_str(&style.paint(TextRole::Gone, &plain));
        text.push('\n');
    }
    for lint in &report.lints {
        let name = terminal(lint.name.as_deref().unwrap_or("-"));
        let message = terminal(&format!("{} ({})", lint.message, lint.code));
        text.push_str(&style.cut(&format!("  i {name}{}  {message}", pad(&name, names))));
        text.push('\n');
    }
    let summary = &report.summary;
    let _ = write!(
        text,
        "{} updated, {} added, {} removed, {} unchanged",
        summary.updated, summary.added, summary.removed, summary.unchanged
    );
    if summary.held > 0 {
        let _ = write!(text, ", {} held back", summary.held);
    }
    if summary.failed > 0 {
        let _ = write!(text, ", {} failed", summary.failed);
    }
    text.push('\n');
    text
}

struct ChangeLine<'r> {
    sign: &'static str,
    sign_role: TextRole,
    name: String,
    step: String,
    painted: Vec<(TextRole, String)>,
    level: String,
    change: &'r ChangeReport,
}

impl<'r> ChangeLine<'r> {
    fn of(change: &'r ChangeReport) -> Option<Self> {
        let arrow = |old: &str, new: &str| {
            vec![
                (TextRole::Old, old.to_string()),
                (TextRole::Plain, " -> ".into()),
                (TextRole::New, new.to_string()),
            ]
        };
        let painted = match ShownChange::of(change)? {
            ShownChange::Added(pin) => vec![(TextRole::New, pin.tag.clone())],
            ShownChange::Removed(pin) => vec![(TextRole::Old, pin.tag.clone())],
            ShownChange::Retagged(before, after) | ShownChange::Relocated(before, after) => {
                arrow(&before.tag, &after.tag)
            }
            ShownChange::Moved(_, after) => {
                vec![(TextRole::Plain, format!("{} (unchanged tag)", after.tag))]
            }
            ShownChange::Kept(pin) => {
                vec![(TextRole::Plain, format!("{} (unchanged pin)", pin.tag))]
            }
        };
        let (sign, sign_role) = match change.kind {
            ChangeKind::Added => ("+", TextRole::New),
            ChangeKind::Removed => ("-", TextRole::Gone),
            ChangeKind::Updated => ("~", TextRole::Warning),
        };
        Some(Self {
            sign,
            sign_role,
            name: terminal(&change.name),
            step: painted.iter().map(|(_, part)| part.as_str()).collect(),
            painted,
            level: words::level(change),
            change,
        })
    }

    fn write(&self, text: &mut String, names: usize, steps: usize, style: Style) {
        text.push_str("  ");
        text.push_str(&style.paint(self.sign_role, self.sign));
        text.push(' ');
        text.push_str(&style.paint(TextRole::Name, &self.name));
        text.push_str(&pad(&self.name, names));
        text.push_str("  ");
        for (role, part) in &self.painted {
            text.push_str(&style.paint(*role, part));
        }
        if !self.level.is_empty() {
            text.push_str(&pad(&self.step, steps));
            text.push_str("   ");
            let alarming = self.change.downgrade || self.change.level == Some(ChangeLevel::Major);
            let role = if alarming {
                TextRole::Warning
            } else {
                TextRole::Plain
            };
            text.push_str(&style.paint(role, &self.level));
        }
        text.push('\n');
        for detail in details(self.change) {
            text.push_str(&style.cut(&format!("      {detail}")));
            text.push('\n');
        }
    }
}

fn width<'t>(texts: impl Iterator<Item = &'t str>) -> usize {
    texts
        .map(UnicodeWidthStr::width)
        .filter(|width| *width <= WIDEST)
        .max()
        .unwrap_or(0)
}

/// Returns the lines below a change: what differs, each beside its field's name.
fn details(change: &ChangeReport) -> Vec<String> {
    let (Some(before), Some(after)) = (&change.before, &change.after) else {
        return Vec::new();
    };
    let mut lines = Vec::new();
    let mut differs = |field: &str, old: &str, new: &str| {
        if old != new {
            lines.push(format!("{field:<9} {} -> {}", terminal(old), terminal(new)));
        }
    };
    differs("image", &before.image, &after.image);
    differs("policy", &before.policy, &after.policy);
    if before.digest != after.digest {
        let same_algorithm = before.digest.split(':').next() == after.digest.split(':').next();
        let new = if same_algorithm {
            words::short(&after.digest)
        } else {
            words::short_digest(&after.digest)
        };
        let class = change
            .content
            .filter(|content| {
                change.level == Some(ChangeLevel::Digest) || *content != ContentChange::Rebuilt
            })
            .filter(|content| *content != ContentChange::Unknown)
            .map(|content| format!("    {}", content.as_str()));
        lines.push(format!(
            "{:<9} {} -> {new}{}",
            "digest",
            words::short_digest(&before.digest),
            class.unwrap_or_default()
        ));
    }
    match (before.created, after.created) {
        (Some(old), Some(new)) if old != new => {
            lines.push(format!(
                "{:<9} {} -> {}",
                "created",
                age::day(old),
                age::day(new)
            ));
        }
        (None, Some(new)) => lines.push(format!("{:<9} {}", "created", age::day(new))),
        _ => {}
    }
    lines.extend(words::platforms(change).map(|words| terminal(&words)));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn a_diff_in_words() {
        insta::assert_snapshot!(text(&sample::report(), Style::default()), @r"
        images.lock: HEAD -> working tree
          ~ controller  2.4.7 (unchanged tag)            digest
              digest    sha256:2e7d2c03a950 -> 6b23c0d5f35d    rebuilt
              created   2026-06-30 -> 2026-08-02
              amd64 changed, arm64 changed
          ~ debian      12-slim (unchanged tag)          digest
              digest    sha256:18ac3e7343f0 -> 3f39d5c348e5    rebuilt
              amd64 changed, arm64 same
          ~ grafana     11.6.0 -> 12.1.0                 major
              digest    sha256:cd0aa9856147 -> 333e0a1e2781
          ~ keycloak    26.3.2 (unchanged pin)           policy
              policy    semver ^26.0 -> semver ^26.3
          - legacy      0.9.1
          ~ memcached   1.6.30 -> 1.6.29                 patch, downgrade
              policy    semver ~1.6 -> semver ~1.6 <1.6.30
              digest    sha256:62c66a7a5dd7 -> 08f271887ce9
          ~ nginx       1.27.4-alpine -> 1.27.5-alpine   patch
              digest    sha256:1b16b1df538b -> 8ce86a6ae65d
              created   2026-07-02 -> 2026-08-11
          ~ postgres    16.4.0 (unchanged tag)           digest
              digest    sha256:148de9c5a7a4 -> 5c62e091b8c0    attestation-only
              amd64 same, arm64 same
          + redis       8.0.3-alpine
          = grafana     12.1.1 is 2 days old by registry, and the cooldown is 7 days; eligible 2026-08-27
          = nginx       1.27.6-alpine lacks linux/arm64; it has linux/amd64
          ! vault       registry.example.com refused the credentials for team/vault (denied)
          i caddy       2.11 looks newer than 2.10.2 and is skipped: stands for a prerelease, such as 2.11.0-beta.1 (newer-tag-skipped)
        7 updated, 1 added, 1 removed, 39 unchanged, 2 held back, 1 failed
        ");
    }

    #[test]
    fn colours_only_repeat_the_words() {
        let style = Style {
            color: true,
            width: None,
        };
        let colored = text(&sample::report(), style);
        assert!(colored.contains("\x1b[32m1.27.5-alpine\x1b[0m"));
        assert_eq!(
            sample::without_colors(&colored),
            text(&sample::report(), Style::default())
        );
    }

    #[test]
    fn details_are_cut_to_the_terminal() {
        let style = Style {
            color: false,
            width: Some(40),
        };
        let text = text(&sample::report(), style);
        let details = text.lines().filter(|line| line.starts_with("      "));
        assert!(details.clone().all(|line| line.chars().count() <= 40));
        assert!(details.clone().any(|line| line.ends_with('…')));
    }

    #[test]
    fn hostile_words_are_inert() {
        let text = text(&sample::hostile(), Style::default());
        assert!(
            !text.replace('\n', "").contains(char::is_control),
            "{text:?}"
        );
        assert!(text.contains("␛[2J"));
    }
}

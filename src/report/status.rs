use std::fmt::Write;

use jiff::Timestamp;
use unicode_width::UnicodeWidthStr;

use super::escape::terminal;
use super::style::{TextRole, pad};
use super::words::{self, ShownChange};
use super::{ChangeReport, Report, Style, age};

/// How [`status_lines`] speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Whether nothing is written: verbs stand in the infinitive then.
    pub dry_run: bool,
    /// The time now, for ages; without it none are shown.
    pub now: Option<Timestamp>,
    /// How to dress the lines.
    pub style: Style,
}

/// Returns a line a change in the manner of Cargo, for the progress of `lock` and `update`; below them
/// a line a tag that is held back.
///
/// ```text
///     Updating nginx       1.27.4-alpine -> 1.27.5-alpine   patch   built 11 days ago
///        Moved controller  2.4.7   sha256:aa0c0ee5d5f0 -> 0b1d5c1c0f7f   rebuilt
/// ```
pub fn status_lines(report: &Report, status: Status) -> String {
    let changes: Vec<_> = report
        .changes
        .iter()
        .filter_map(|change| Some((change, ShownChange::of(change)?)))
        .collect();
    let names = changes
        .iter()
        .map(|(change, _)| change.name.as_str())
        .chain(report.held.iter().map(|held| held.name.as_str()))
        .map(|name| terminal(name).width())
        .filter(|width| *width <= 40)
        .max()
        .unwrap_or(0);
    let mut text = String::new();
    for (change, step) in changes {
        let style = status.style;
        let verb = verb(change, step, status.dry_run);
        let role = match step {
            ShownChange::Removed(_) => TextRole::Gone,
            _ if !change.notices.is_empty() => TextRole::Warning,
            _ => TextRole::Verb,
        };
        let name = terminal(&change.name);
        text.push_str(&" ".repeat(12_usize.saturating_sub(verb.len())));
        text.push_str(&style.paint(role, verb));
        text.push(' ');
        text.push_str(&style.paint(TextRole::Name, &name));
        text.push_str(&pad(&name, names));
        text.push_str("  ");
        text.push_str(&columns(change, step, status.now).join("   "));
        text.push('\n');
    }
    for held in &report.held {
        let name = terminal(&held.name);
        text.push_str("        ");
        text.push_str(&status.style.paint(TextRole::Warning, "Held"));
        text.push(' ');
        text.push_str(&status.style.paint(TextRole::Name, &name));
        text.push_str(&pad(&name, names));
        let _ = writeln!(text, "  {} {}", terminal(&held.tag), held.words());
    }
    text
}

fn verb(change: &ChangeReport, step: ShownChange, dry_run: bool) -> &'static str {
    let (done, planned) = match step {
        ShownChange::Added(_) => ("Adding", "Add"),
        ShownChange::Removed(_) => ("Removing", "Remove"),
        ShownChange::Moved(..) => ("Moved", "Move"),
        _ if change.downgrade => ("Downgrading", "Downgrade"),
        _ => ("Updating", "Update"),
    };
    if dry_run { planned } else { done }
}

fn columns(change: &ChangeReport, step: ShownChange, now: Option<Timestamp>) -> Vec<String> {
    let built = now
        .zip(change.after.as_ref().and_then(|pin| pin.created))
        .map(|(now, created)| format!("built {}", age::ago(created, now)));
    let mut columns = match step {
        ShownChange::Added(pin) => vec![pin.tag.clone(), words::short_digest(&pin.digest).into()],
        ShownChange::Removed(pin) => vec![pin.tag.clone()],
        ShownChange::Relocated(before, after) => vec![
            format!(
                "{}:{} -> {}:{}",
                before.image, before.tag, after.image, after.tag
            ),
            words::level(change),
        ],
        ShownChange::Retagged(before, after) => vec![
            format!("{} -> {}", before.tag, after.tag),
            words::level(change),
        ],
        ShownChange::Moved(before, after) => {
            let digests = format!(
                "{} -> {}",
                words::short_digest(&before.digest),
                words::short(&after.digest)
            );
            let class = change.content.map(|content| match content {
                crate::diff::ContentChange::Unknown => "digest".to_string(),
                known => known.as_str().to_string(),
            });
            let mut columns = vec![after.tag.clone(), digests];
            columns.extend(class);
            columns
        }
        ShownChange::Kept(pin) => {
            vec![format!("{} (unchanged pin)", pin.tag), words::level(change)]
        }
    };
    if !matches!(step, ShownChange::Removed(_) | ShownChange::Kept(_)) {
        columns.extend(built);
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn what_was_done() {
        let status = Status {
            now: Some(sample::now()),
            ..Status::default()
        };
        insta::assert_snapshot!(status_lines(&sample::report(), status), @r"
              Moved controller  2.4.7   sha256:2e7d2c03a950 -> 6b23c0d5f35d   rebuilt   built 20 days ago
              Moved debian      12-slim   sha256:18ac3e7343f0 -> 3f39d5c348e5   rebuilt
           Updating grafana     11.6.0 -> 12.1.0   major
           Updating keycloak    26.3.2 (unchanged pin)   policy
           Removing legacy      0.9.1
        Downgrading memcached   1.6.30 -> 1.6.29   patch, downgrade
           Updating nginx       1.27.4-alpine -> 1.27.5-alpine   patch   built 10 days ago
              Moved postgres    16.4.0   sha256:148de9c5a7a4 -> 5c62e091b8c0   attestation-only
             Adding redis       8.0.3-alpine   sha256:454349e422f0   built 40 days ago
               Held grafana     12.1.1 is 2 days old by registry, and the cooldown is 7 days; eligible 2026-08-27
               Held nginx       1.27.6-alpine lacks linux/arm64; it has linux/amd64
        ");
    }

    #[test]
    fn a_dry_run_speaks_in_the_infinitive() {
        let status = Status {
            dry_run: true,
            ..Status::default()
        };
        insta::assert_snapshot!(status_lines(&sample::report(), status), @r"
             Move controller  2.4.7   sha256:2e7d2c03a950 -> 6b23c0d5f35d   rebuilt
             Move debian      12-slim   sha256:18ac3e7343f0 -> 3f39d5c348e5   rebuilt
           Update grafana     11.6.0 -> 12.1.0   major
           Update keycloak    26.3.2 (unchanged pin)   policy
           Remove legacy      0.9.1
        Downgrade memcached   1.6.30 -> 1.6.29   patch, downgrade
           Update nginx       1.27.4-alpine -> 1.27.5-alpine   patch
             Move postgres    16.4.0   sha256:148de9c5a7a4 -> 5c62e091b8c0   attestation-only
              Add redis       8.0.3-alpine   sha256:454349e422f0
             Held grafana     12.1.1 is 2 days old by registry, and the cooldown is 7 days; eligible 2026-08-27
             Held nginx       1.27.6-alpine lacks linux/arm64; it has linux/amd64
        ");
    }

    #[test]
    fn colours_only_repeat_the_words() {
        let style = Style {
            color: true,
            width: None,
        };
        let colored = status_lines(
            &sample::report(),
            Status {
                style,
                ..Status::default()
            },
        );
        assert!(colored.contains("\x1b[1;32mUpdating\x1b[0m"));
        assert_eq!(
            sample::without_colors(&colored),
            status_lines(&sample::report(), Status::default())
        );
    }

    #[test]
    fn hostile_words_are_inert() {
        let text = status_lines(&sample::hostile(), Status::default());
        assert!(
            !text.replace('\n', "").contains(char::is_control),
            "{text:?}"
        );
    }
}

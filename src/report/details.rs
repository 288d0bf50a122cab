use url::Url;

use super::cells::{name, step};
use super::escape::{clip, code};
use super::sections::ReportSection;
use super::{ChangeReport, PinReport, Report, age};
use crate::diff::PlatformChange;
use crate::image::Platform;

/// Returns the tags that pins are kept from.
pub(super) fn held(report: &Report) -> ReportSection {
    let rows = report.held.iter().map(|held| {
        let eligible = held.eligible_at.map_or("–".into(), age::day);
        let reason = code(&clip(&held.reason, 300));
        let tag = name(&held.tag);
        format!("| {} | {tag} | {reason} | {eligible} |\n", name(&held.name))
    });
    let head = "| Image | Tag | Why | Eligible |\n|---|---|---|---|\n";
    fold("Held back", head, rows.collect(), 5)
}

/// Returns the digests before and after, platform by platform.
pub(super) fn digests(changes: &[&ChangeReport]) -> ReportSection {
    let mut rows = Vec::new();
    for change in changes {
        let image = name(&change.name);
        let mut row = |platform: &str, before: Option<&String>, after: Option<&String>| {
            let cell = |digest: Option<&String>| digest.map_or("–".into(), |digest| code(digest));
            let (before, after) = (cell(before), cell(after));
            rows.push(format!("| {image} | {platform} | {before} | {after} |\n"));
        };
        let (before, after) = (change.before.as_ref(), change.after.as_ref());
        let digest = |pin: Option<&PinReport>| pin.map(|pin| pin.digest.clone());
        let (old, new) = (digest(before), digest(after));
        if old != new {
            row("pin", old.as_ref(), new.as_ref());
        }
        for (platform, what) in &change.platforms {
            let before = before.and_then(|pin| digest_before(pin, after, platform));
            let after = after.and_then(|pin| pin.platforms.get(platform));
            if *what != PlatformChange::Same {
                row(&code(platform), before, after);
            }
        }
    }
    fold(
        "Digests and platforms",
        "| Image | Platform | Before | After |\n|---|---|---|---|\n",
        rows,
        4,
    )
}

/// Returns the digest that a platform had, which may have had the name of an earlier Windows build.
fn digest_before<'r>(
    before: &'r PinReport,
    after: Option<&PinReport>,
    platform: &str,
) -> Option<&'r String> {
    let same = before.platforms.get(platform);
    same.or_else(|| {
        let now = Platform::try_from(platform.to_string()).ok()?;
        let is_gone = |name: &str| after.is_some_and(|pin| !pin.platforms.contains_key(name));
        let mut earlier = before.platforms.iter().filter(|(name, _)| is_gone(name));
        let earlier = earlier.find(|(name, _)| {
            let old = Platform::try_from((*name).clone());
            old.is_ok_and(|old| old.is_same_line(&now))
        });
        earlier.map(|(_, digest)| digest)
    })
}

/// Returns links to the sources of what changed.
pub(super) fn sources(changes: &[&ChangeReport]) -> ReportSection {
    let link = |words: &str, url: &str| {
        let host = Url::parse(url).ok()?.host_str().map(code)?;
        Some(format!("[{words} on {host}]({url})"))
    };
    let rows = changes.iter().filter_map(|change| {
        let link = match (&change.links.compare, &change.links.source) {
            (Some(compare), _) => link("compare", compare),
            (None, Some(source)) => link("source", source),
            (None, None) => None,
        }?;
        Some(format!(
            "- {} {}: {link}\n",
            name(&change.name),
            step(change)
        ))
    });
    fold("Source changes", "", rows.collect(), 3)
}

/// Creates a section that a reader unfolds; it says how many rows it has.
fn fold(title: &str, head: &str, rows: Vec<String>, rank: u8) -> ReportSection {
    ReportSection {
        open: format!(
            "\n<details><summary>{title} ({})</summary>\n\n{head}",
            rows.len()
        ),
        rows,
        close: "\n</details>\n".into(),
        more: |count| format!("\n… and {count} more\n"),
        limit: usize::MAX,
        rank,
    }
}

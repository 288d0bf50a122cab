use std::cmp::Reverse;
use std::fmt::Write;

use super::alerts::{failures, lints, warnings};
use super::cells::{name, step};
use super::details::{digests, held, sources};
use super::markdown_options::MarkdownOptions;
use super::sections::{ReportSection, join};
use super::words;
use super::{ChangeReport, Report, age};
use crate::diff::ContentChange;

/// The first line, by which a bot finds its own text again.
const MARKER: &str = "<!-- imagelock:pr v1 -->\n";

/// Returns the report as the body of a pull request, or a job's summary.
///
/// A line of numbers, a table of the changes with the highest level first, warnings, and below folds
/// the digests and the links to the sources. All that comes from outside stands in code spans.
pub fn markdown(report: &Report, options: &MarkdownOptions) -> String {
    let mut changes: Vec<&ChangeReport> = report.changes.iter().collect();
    changes.sort_by_key(|change| (Reverse(change.level), &change.name));
    let sections = [
        table(&changes, options),
        warnings(&changes, options),
        failures(report, options),
        lints(report, options),
        held(report),
        digests(&changes),
        sources(&changes),
    ];
    let head = format!("{MARKER}{}\n", headline(report));
    join(&head, &sections, &foot(&changes), options.max_bytes)
}

fn headline(report: &Report) -> String {
    let summary = &report.summary;
    let counts = match words::counts(summary) {
        counts if counts.is_empty() => "No changes".to_string(),
        counts => counts,
    };
    let mut line = format!("**{counts}** in {}", name(&report.lockfile));
    if let Some(level) = summary.highest {
        let _ = write!(line, " · highest change **{}**", level.as_str());
    }
    if summary.warnings > 0 {
        let _ = write!(line, " · {}", words::plural(summary.warnings, "warning"));
    }
    if summary.failed > 0 {
        let _ = write!(line, " · {} failed", summary.failed);
    }
    line
}

fn table(changes: &[&ChangeReport], options: &MarkdownOptions) -> ReportSection {
    // A column that would be empty is left out.
    let built = changes
        .iter()
        .any(|change| built(change, options).is_some());
    let content = changes.iter().any(|change| content(change).is_some());
    let row = |cells: [String; 5]| {
        let shown = [true, true, true, built, content];
        let cells: Vec<String> = cells
            .into_iter()
            .zip(shown)
            .filter_map(|(cell, shown)| shown.then_some(cell))
            .collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let or_dash = |cell: Option<String>| cell.unwrap_or_else(|| "–".into());
    let head = ["Image", "Change", "Level", "Built", "Content"];
    let rows = changes.iter().map(|change| {
        row([
            name(&change.name),
            step(change),
            level(change),
            or_dash(self::built(change, options)),
            or_dash(self::content(change).map(String::from)),
        ])
    });
    ReportSection {
        open: format!(
            "\n{}{}",
            row(head.map(String::from)),
            row(["---"; 5].map(String::from))
        ),
        rows: rows.collect(),
        close: String::new(),
        more: |count| format!("\n… and {count} more\n"),
        limit: usize::MAX,
        rank: 2,
    }
}

fn level(change: &ChangeReport) -> String {
    let mut words = change.level.map_or("–", |level| level.as_str()).to_string();
    if change.downgrade {
        words.push_str(", downgrade");
    }
    if !change.notices.is_empty() {
        words.push_str(" ⚠️");
    }
    words
}

fn built(change: &ChangeReport, options: &MarkdownOptions) -> Option<String> {
    let created = change.after.as_ref()?.created?;
    Some(match options.now {
        Some(now) => age::ago(created, now),
        None => age::day(created),
    })
}

fn content(change: &ChangeReport) -> Option<&'static str> {
    change
        .content
        .filter(|content| *content != ContentChange::Unknown)
        .map(ContentChange::as_str)
}

fn foot(changes: &[&ChangeReport]) -> String {
    let example = changes
        .iter()
        .find(|change| change.after.is_some())
        .map_or("NAME", |change| &change.name);
    let command = name(&format!("imagelock why {example}"));
    format!("\n---\nMade by imagelock · {command} explains a choice\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Flavour, sample};

    fn options() -> MarkdownOptions {
        MarkdownOptions {
            now: Some(sample::now()),
            ..MarkdownOptions::default()
        }
    }

    fn is_balanced(text: &str) -> bool {
        let plain: String = text.lines().map(outside_of_code).collect();
        plain.matches("<details>").count() == plain.matches("</details>").count()
    }

    #[test]
    fn a_pull_request() {
        insta::assert_snapshot!(markdown(&sample::report(), &options()), @r"
        <!-- imagelock:pr v1 -->
        **7 updated, 1 added, 1 removed** in `images.lock` · highest change **major** · 2 warnings · 1 failed

        | Image | Change | Level | Built | Content |
        | --- | --- | --- | --- | --- |
        | `grafana` | `11.6.0` → `12.1.0` | major | – | rebuilt |
        | `memcached` | `1.6.30` → `1.6.29` | patch, downgrade ⚠️ | – | rebuilt |
        | `nginx` | `1.27.4-alpine` → `1.27.5-alpine` | patch | 10 days ago | rebuilt |
        | `controller` | `2.4.7`, digest only | digest ⚠️ | 20 days ago | rebuilt |
        | `debian` | `12-slim`, digest only | digest | – | rebuilt |
        | `postgres` | `16.4.0`, digest only | digest | – | attestation-only |
        | `keycloak` | `26.3.2`, policy only | – | – | – |
        | `legacy` | removed `0.9.1` | – | – | – |
        | `redis` | added `8.0.3-alpine` | – | 40 days ago | – |

        > [!WARNING]
        > - **`memcached` goes back** from `1.6.30` to `1.6.29`.
        > - **`controller`: tag `2.4.7` was pushed again with different content.** Full version tags normally stay. Compare the two builds before merging: `sha256:2e7d2c03a950` (2026-06-30) → `sha256:6b23c0d5f35d` (2026-08-02).

        > [!CAUTION]
        > The lock keeps what it had of what failed.
        >
        > - `vault`: `registry.example.com refused the credentials for team/vault` (`denied`)

        > [!NOTE]
        > - `caddy`: `2.11 looks newer than 2.10.2 and is skipped: stands for a prerelease, such as 2.11.0-beta.1` (`newer-tag-skipped`)

        <details><summary>Held back (2)</summary>

        | Image | Tag | Why | Eligible |
        |---|---|---|---|
        | `grafana` | `12.1.1` | `is 2 days old by registry, and the cooldown is 7 days` | 2026-08-27 |
        | `nginx` | `1.27.6-alpine` | `lacks linux/arm64; it has linux/amd64` | – |

        </details>

        <details><summary>Digests and platforms (17)</summary>

        | Image | Platform | Before | After |
        |---|---|---|---|
        | `grafana` | pin | `sha256:cd0aa9856147b6c5b4ff2b7dfee5da20aa38253099ef1b4a64aced233c9afe29` | `sha256:333e0a1e27815d0ceee55c473fe3dc93d56c63e3bee2b3b4aee8eed6d70191a3` |
        | `grafana` | `linux/amd64` | `sha256:711430f6164e93803d93428bc1fab80f41e213bb197689307de8606d437c3038` | `sha256:7b778e4c1d1f33c90c619ed9bda321bbc5f05cf9f131a326c57fda87359d3b0b` |
        | `grafana` | `linux/arm64` | `sha256:4d2f4b668cfc48e6059d36e91326bf87de39ba819f35450477bc1ce614a63bbd` | `sha256:48c6e3d042649ef6adcadb471794e27c341bcf5ff551cb790d2e875f2a5bd83c` |
        | `memcached` | pin | `sha256:62c66a7a5dd70c3146618063c344e531e6d4b59e379808443ce962b3abd63c5a` | `sha256:08f271887ce94707da822d5263bae19d5519cb3614e0daedc4c7ce5dab7473f1` |
        | `memcached` | `linux/amd64` | `sha256:ca0df2c95aa144c1d0ff2ff3c8f967fdc1de9ef0c4120b3726416701b519d619` | `sha256:2d214ca69b86c255be416d42cca977a59b34a7492873105522c35015fab806f0` |
        | `memcached` | `linux/arm64` | `sha256:29c1b289e7522195b362e44f54e05470b69ad20540ab60a18a05e5bf6951f13d` | `sha256:0892a10ece1f933ee98f5d554601b28f8437801d1aa1b77799e4035ddcb6950c` |
        | `nginx` | pin | `sha256:1b16b1df538ba12dc3f97edbb85caa7050d46c148134290feba80f8236c83db9` | `sha256:8ce86a6ae65d3692e7305e2c58ac62eebd97d3d943e093f577da25c36988246b` |
        | `nginx` | `linux/amd64` | `sha256:676b8bb84ce7267dd520deca4811c8f10a53e636352f06987f42fe425acedd80` | `sha256:b79f477f6d435116155b1121455748240bb5e7c81f7043519980df21a8167ca1` |
        | `nginx` | `linux/arm64` | `sha256:0480a93d2e9b094b89e08e01976089ac18193af802c66b631cc8d2dc1bae8c88` | `sha256:2a5f06422d35ac8977cbf311a3178de243428e2c1ca836ed16477cac024360ec` |
        | `controller` | pin | `sha256:2e7d2c03a9507ae265ecf5b5356885a53393a2029d241394997265a1a25aefc6` | `sha256:6b23c0d5f35d1b11f9b683f0b0a617355deb11277d91ae091d399c655b87940d` |
        | `controller` | `linux/amd64` | `sha256:d0f631ca1ddba8db3bcfcb9e057cdc98d0379f1bee00e75a545147a27dadd982` | `sha256:ab861dc170dc2e43224e45278d3d31a675b9ebc34c9b0f48c066ca1eeaed8ee6` |
        | `controller` | `linux/arm64` | `sha256:9c0abe51c6e6655d81de2d044d4fb194931f058c0426c67c7285d8f5657ed64a` | `sha256:9685eb765661ea3b95f31e1bb3c3b5501d0c2acdf353feeaa4d8fe32f95f77fb` |
        | `debian` | pin | `sha256:18ac3e7343f016890c510e93f935261169d9e3f565436429830faf0934f4f8e4` | `sha256:3f39d5c348e5b79d06e842c114e6cc571583bbf44e4b0ebfda1a01ec05745d43` |
        | `debian` | `linux/amd64` | `sha256:8b53639f152c8fc6ef30802fde462ba0be9cf085f7580dc69efd72e002abbb35` | `sha256:33a123e5d474e8f3495a7c304f17184276715204ccb2887317f37bcb216b4681` |
        | `postgres` | pin | `sha256:148de9c5a7a44d19e56cd9ae1a554bf67847afb0c58f6e12fa29ac7ddfca9940` | `sha256:5c62e091b8c0565f1bafad0dad5934276143ae2ccef7a5381e8ada5b1a8d26d2` |
        | `legacy` | pin | `sha256:acac86c0e609ca906f632b0e2dacccb2b77d22b0621f20ebece1a4835b93f6f0` | – |
        | `redis` | pin | – | `sha256:454349e422f05297191ead13e21d3db520e5abef52055e4964b82fb213f593a1` |

        </details>

        <details><summary>Source changes (2)</summary>

        - `nginx` `1.27.4-alpine` → `1.27.5-alpine`: [compare on `github.com`](https://github.com/nginx/docker-nginx/compare/4bf0763f4977fff7e9648add59e0540088f3ca9f...97b0112180d2ab0a9d3f8e6d5c4b3a2918273645)
        - `redis` added `8.0.3-alpine`: [source on `github.com`](https://github.com/redis/redis)

        </details>

        ---
        Made by imagelock · `imagelock why grafana` explains a choice
        ");
    }

    #[test]
    fn nothing_to_tell() {
        insta::assert_snapshot!(markdown(&sample::empty(), &MarkdownOptions::default()), @r"
        <!-- imagelock:pr v1 -->
        **No changes** in `images.lock`

        ---
        Made by imagelock · `imagelock why NAME` explains a choice
        ");
    }

    #[test]
    fn gitlab_has_no_alerts() {
        let options = MarkdownOptions {
            flavour: Flavour::GitLab,
            ..options()
        };
        let text = markdown(&sample::report(), &options);
        assert!(
            text.contains("\n> **Warning**\n>\n> - **`memcached` goes back**")
                && !text.contains("[!")
        );
    }

    #[test]
    fn hostile_words_are_inert() {
        let text = markdown(&sample::hostile(), &options());
        assert!(
            !text.replace('\n', "").contains(char::is_control),
            "{text:?}"
        );
        assert!(!text.contains('\u{202e}') && is_balanced(&text));
        // Outside of code spans and link targets nothing hostile is left.
        let plain: String = text
            .lines()
            .map(outside_of_code)
            .collect::<Vec<_>>()
            .join("\n");
        for word in ["@", "<img", "#1", "# title", "␛", "<b>"] {
            assert!(!plain.contains(word), "{word} in\n{plain}");
        }
        let rows: Vec<&str> = text.lines().filter(|line| line.starts_with('|')).collect();
        let widths = |rows: &[&str]| {
            rows.iter()
                .map(|row| row.matches('|').count())
                .collect::<Vec<_>>()
        };
        assert_eq!(widths(&rows), [6, 6, 6, 5, 5, 5, 5, 5, 5, 5, 5], "{text}");
    }

    fn outside_of_code(line: &str) -> String {
        assert_eq!(line.matches('`').count() % 2, 0, "{line}");
        let outside: String = line.split('`').step_by(2).collect();
        match outside.split_once("](") {
            Some((before, after)) => format!("{before}]({}", after.split_once(')').unwrap().1),
            None => outside,
        }
    }

    #[test]
    fn a_huge_report_is_cut_and_well_formed() {
        let report = sample::large(2_000);
        for max_bytes in [60_000, 10_000, 1_000, 100, 10] {
            let text = markdown(
                &report,
                &MarkdownOptions {
                    max_bytes,
                    ..options()
                },
            );
            assert!(text.len() <= max_bytes, "{} > {max_bytes}", text.len());
            assert!(is_balanced(&text));
            for line in text.lines() {
                assert!(!line.starts_with('|') || line.ends_with('|'), "{line}");
            }
        }
        let text = markdown(&report, &options());
        assert!(text.len() > 50_000 && text.contains("\n… and "));
        assert!(text.contains("> - … and ") && text.ends_with("explains a choice\n"));
        let small = markdown(&sample::large(20), &options());
        assert!(!small.contains("… and "));
    }
}

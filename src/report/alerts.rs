use super::cells::name;
use super::escape::{clip, code};
use super::markdown_options::{Flavour, MarkdownOptions};
use super::sections::ReportSection;
use super::words;
use super::{ChangeReport, Notice, PinReport, Report, age};

/// Returns what a reviewer should look at first.
pub(super) fn warnings(changes: &[&ChangeReport], options: &MarkdownOptions) -> ReportSection {
    let rows = changes.iter().flat_map(|change| {
        let notices = change.notices.iter();
        notices.map(|notice| format!("> - {}\n", warning(change, *notice)))
    });
    ReportSection {
        open: quote("WARNING", "Warning", options),
        rows: rows.collect(),
        close: String::new(),
        more: |count| format!("> - … and {count} more\n"),
        limit: options.max_bytes / 4,
        rank: 0,
    }
}

fn quote(alert: &str, word: &str, options: &MarkdownOptions) -> String {
    match options.flavour {
        Flavour::GitHub => format!("\n> [!{alert}]\n"),
        Flavour::GitLab => format!("\n> **{word}**\n>\n"),
    }
}

fn warning(change: &ChangeReport, notice: Notice) -> String {
    let image = name(&change.name);
    let (Some(before), Some(after)) = (&change.before, &change.after) else {
        return image;
    };
    let build = |pin: &PinReport| {
        let digest = code(words::short_digest(&pin.digest));
        match pin.created {
            Some(created) => format!("{digest} ({})", age::day(created)),
            None => digest,
        }
    };
    let tag = name(&after.tag);
    match notice {
        Notice::RepositoryChanged => format!(
            "**{image} comes from another repository:** {} → {}.",
            code(&before.image),
            code(&after.image)
        ),
        Notice::Downgrade => format!("**{image} goes back** from {} to {tag}.", name(&before.tag)),
        Notice::TagMoved => format!(
            "**{image}: tag {tag} was pushed again with different content.** Full version tags normally stay. \
             Compare the two builds before merging: {} → {}.",
            build(before),
            build(after)
        ),
        Notice::OlderBuild => format!(
            "**{image}: tag {tag} names an older build now:** {} → {}.",
            build(before),
            build(after)
        ),
    }
}

/// Returns what could not be resolved.
pub(super) fn failures(report: &Report, options: &MarkdownOptions) -> ReportSection {
    let rows = report.failed.iter().map(|failure| {
        let subject = failure
            .name
            .as_deref()
            .map(|text| format!("{}: ", name(text)));
        format!(
            "> - {}{} ({})\n",
            subject.unwrap_or_default(),
            code(&clip(&failure.message, 300)),
            name(&failure.code)
        )
    });
    let open = quote("CAUTION", "Not everything was resolved", options);
    ReportSection {
        open: format!("{open}> The lock keeps what it had of what failed.\n>\n"),
        rows: rows.collect(),
        close: String::new(),
        more: |count| format!("> - … and {count} more\n"),
        limit: options.max_bytes / 4,
        rank: 1,
    }
}

/// Returns what a reviewer should know of the policies and of what they chose or skipped.
pub(super) fn lints(report: &Report, options: &MarkdownOptions) -> ReportSection {
    let rows = report.lints.iter().map(|lint| {
        let subject = lint.name.as_deref().map(|text| format!("{}: ", name(text)));
        format!(
            "> - {}{} ({})\n",
            subject.unwrap_or_default(),
            code(&clip(&lint.message, 300)),
            name(&lint.code)
        )
    });
    ReportSection {
        open: quote("NOTE", "About the choices", options),
        rows: rows.collect(),
        close: String::new(),
        more: |count| format!("> - … and {count} more\n"),
        limit: options.max_bytes / 4,
        rank: 3,
    }
}

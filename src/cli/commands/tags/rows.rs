use super::super::super::table::{TextTable, lines};
use crate::report::escape;
use crate::report::tags::ListedTag;
use crate::tag::Age;

/// What is shown beside the tags.
#[derive(Clone, Copy)]
pub(super) struct Columns {
    pub(super) digests: bool,
    pub(super) dates: bool,
    pub(super) verdicts: bool,
}

/// Returns the tags one a line, with what else is shown in columns.
pub(super) fn text(rows: &[ListedTag<'_>], columns: Columns) -> String {
    if !columns.digests && !columns.dates && !columns.verdicts {
        return lines(rows.iter().map(|row| row.tag));
    }
    let mut table = TextTable::bare();
    if columns.verdicts {
        // Only then it is not for programs that read a tag a line.
        let mut header = vec!["TAG"];
        header.extend(columns.digests.then_some("DIGEST"));
        header.extend(columns.dates.then_some("SINCE"));
        header.extend(["VERDICT", "RULE", "REASON"]);
        table.add(header.into_iter().map(Into::into).collect());
    }
    for row in rows {
        let mut cells = vec![row.tag.to_string()];
        if columns.digests {
            cells.push(row.digest.map_or("gone".into(), ToString::to_string));
        }
        if columns.dates {
            let since = |age: Age| format!("{} ({})", age.since, age.evidence);
            cells.push(row.age.map_or("unknown".into(), since));
        }
        if let Some(verdict) = row.verdict.as_ref().filter(|_| columns.verdicts) {
            cells.push(verdict.outcome.to_string());
            cells.push(verdict.rule.to_string());
            cells.push(escape::terminal(verdict.reason));
        }
        table.add(cells);
    }
    table.to_string()
}

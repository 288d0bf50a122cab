use serde::Serialize;

use super::super::super::table::{Table, lines};
use crate::image::{Digest, Repository, Tag};
use crate::policy::{Outcome, Rule};
use crate::report::hostile;
use crate::tag::Age;

/// The tags of a repository: the JSON contract `imagelock.tags/v1`.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Listing<'t> {
    /// The contract this document follows.
    pub(super) schema: &'static str,
    /// The repository, with its registry.
    #[cfg_attr(test, schemars(with = "String"))]
    pub(super) repository: &'t Repository,
    /// The canonical text of the policy; `null` if there is none.
    pub(super) policy: Option<String>,
    /// The number of tags in the repository, shown or not.
    pub(super) count: usize,
    /// The shown tags, in the requested order.
    pub(super) tags: Vec<Row<'t>>,
}

/// One tag.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Row<'t> {
    /// The tag.
    #[cfg_attr(test, schemars(with = "String"))]
    pub(super) tag: &'t Tag,
    /// The digest, with `--digests`.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) digest: Option<&'t Digest>,
    /// The date, with `--dates`, if it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) age: Option<Age>,
    /// The policy's decision, with a policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) verdict: Option<Decision<'t>>,
}

/// The decision of a policy about a tag.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Decision<'t> {
    /// Whether the tag is chosen, allowed or dropped (rejected).
    pub(super) outcome: Outcome,
    /// The rule that decided.
    pub(super) rule: Rule,
    /// The reason, in a few words.
    pub(super) reason: &'t str,
}

/// The JSON schema of a tag list.
pub(in crate::cli) const SCHEMA: &str = include_str!("../../../../schema/tags.schema.json");

/// What is shown beside the tags.
#[derive(Clone, Copy)]
pub(super) struct Columns {
    pub(super) digests: bool,
    pub(super) dates: bool,
    pub(super) verdicts: bool,
}

/// Returns the tags one a line, with what else is shown in columns.
pub(super) fn text(rows: &[Row<'_>], columns: Columns) -> String {
    if !columns.digests && !columns.dates && !columns.verdicts {
        return lines(rows.iter().map(|row| row.tag));
    }
    let mut table = Table::bare();
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
            cells.push(hostile::terminal(verdict.reason));
        }
        table.add(cells);
    }
    table.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_that_of_the_types() {
        crate::generated::assert_schema::<Listing<'static>>(
            "schema/tags.schema.json",
            SCHEMA,
            "tags",
        );
    }
}

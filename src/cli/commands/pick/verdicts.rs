use serde::Serialize;

use super::super::super::table::Table;
use crate::image::Tag;
use crate::policy::{Outcome, Verdict};
use crate::report::hostile;

/// Every tag with the policy's decision: the JSON contract `imagelock.verdicts/v1`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::cli) struct Verdicts<'v> {
    /// The contract this document follows.
    schema: &'static str,
    /// The canonical text of the policy.
    policy: String,
    /// The chosen tag; `null` if no tag matches.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    chosen: Option<&'v Tag>,
    /// Every distinct tag: the chosen one, then allowed and held ones best first, then dropped (rejected)
    /// ones in byte order.
    tags: &'v [Verdict],
}

/// The JSON schema of verdicts.
pub(in crate::cli) const SCHEMA: &str = include_str!("../../../../schema/verdicts.schema.json");

impl<'v> Verdicts<'v> {
    pub(in crate::cli) fn new(policy: String, tags: &'v [Verdict]) -> Self {
        let chosen = tags
            .iter()
            .find(|verdict| verdict.outcome == Outcome::Chosen);
        Self {
            schema: "imagelock.verdicts/v1",
            policy,
            chosen: chosen.map(|verdict| &verdict.tag),
            tags,
        }
    }
}

/// Returns verdicts as a table.
pub(in crate::cli) fn table<'v>(verdicts: impl Iterator<Item = &'v Verdict>) -> Table {
    let mut table = Table::new(["TAG", "VERDICT", "RULE", "REASON"]);
    for verdict in verdicts {
        table.row([
            verdict.tag.as_str(),
            verdict.outcome.as_str(),
            verdict.rule.as_str(),
            // It may tell what a registry says of a tag.
            &hostile::terminal(&verdict.reason),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Rule;

    #[test]
    fn words_of_a_registry_cannot_steer_the_terminal() {
        let verdict = Verdict {
            tag: Tag::parse("1.0.0").unwrap(),
            outcome: Outcome::Held,
            rule: Rule::Platforms,
            reason: "lacks linux/arm64; it has \u{1b}[2J/amd64".into(),
        };
        let text = table([verdict].iter()).to_string();
        assert!(text.contains("it has ␛[2J/amd64"), "{text:?}");
    }

    #[test]
    fn the_schema_is_that_of_the_types() {
        crate::generated::assert_schema::<Verdicts<'static>>(
            "schema/verdicts.schema.json",
            SCHEMA,
            "verdicts",
        );
    }
}

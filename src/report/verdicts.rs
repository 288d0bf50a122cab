//! What a policy says of every tag: the JSON contract `imagelock.verdicts/v1`.

use serde::Serialize;

use crate::image::Tag;
use crate::policy::{Outcome, Verdict};

/// Every tag with the policy's decision: the JSON contract `imagelock.verdicts/v1`.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Verdicts"))]
pub struct VerdictsDocument<'v> {
    /// The contract this document follows.
    pub schema: &'static str,
    /// The canonical text of the policy.
    pub policy: String,
    /// The chosen tag; `null` if no tag matches.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub chosen: Option<&'v Tag>,
    /// Every distinct tag: the chosen one, then allowed and held ones best first, then dropped (rejected)
    /// ones in byte order.
    pub tags: &'v [Verdict],
}

/// The JSON schema of verdicts.
pub const SCHEMA: &str = include_str!("../../schema/verdicts.schema.json");

impl<'v> VerdictsDocument<'v> {
    /// Makes the document of a policy's canonical text and its verdicts.
    pub fn new(policy: String, tags: &'v [Verdict]) -> Self {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_that_of_the_types() {
        crate::generated::assert_schema::<VerdictsDocument<'static>>(
            "schema/verdicts.schema.json",
            SCHEMA,
            "verdicts",
        );
    }
}

//! The tags of a repository: the JSON contract `imagelock.tags/v1`.

use serde::Serialize;

use crate::image::{Digest, Repository, Tag};
use crate::policy::{Outcome, Rule, Verdict};
use crate::tag::Age;

/// The JSON schema of a tag list.
pub const SCHEMA: &str = include_str!("../../schema/tags.schema.json");

/// The tags of a repository: the JSON contract `imagelock.tags/v1`.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Listing"))]
pub struct TagsDocument<'t> {
    /// The contract this document follows.
    pub schema: &'static str,
    /// The repository, with its registry.
    #[cfg_attr(test, schemars(with = "String"))]
    pub repository: &'t Repository,
    /// The canonical text of the policy; `null` if there is none.
    pub policy: Option<String>,
    /// The number of tags in the repository, shown or not.
    pub count: usize,
    /// The shown tags, in the requested order.
    pub tags: Vec<ListedTag<'t>>,
}

/// One tag.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Row"))]
pub struct ListedTag<'t> {
    /// The tag.
    #[cfg_attr(test, schemars(with = "String"))]
    pub tag: &'t Tag,
    /// The digest, with `--digests`.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<&'t Digest>,
    /// The date, with `--dates`, if it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age: Option<Age>,
    /// The policy's decision, with a policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<TagVerdict<'t>>,
}

/// The decision of a policy about a tag.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Decision"))]
pub struct TagVerdict<'t> {
    /// Whether the tag is chosen, allowed or dropped (rejected).
    pub outcome: Outcome,
    /// The rule that decided.
    pub rule: Rule,
    /// The reason, in a few words.
    pub reason: &'t str,
}

impl<'t> TagsDocument<'t> {
    /// Makes the document of the tags that are shown, out of `count`; `policy` is the canonical text of one.
    pub fn new(
        repository: &'t Repository,
        policy: Option<String>,
        count: usize,
        tags: Vec<ListedTag<'t>>,
    ) -> Self {
        Self {
            schema: "imagelock.tags/v1",
            repository,
            policy,
            count,
            tags,
        }
    }
}

impl<'t> TagVerdict<'t> {
    /// Makes it of what a policy decided.
    pub fn of(verdict: &'t Verdict) -> Self {
        Self {
            outcome: verdict.outcome,
            rule: verdict.rule,
            reason: &verdict.reason,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_that_of_the_types() {
        crate::generated::assert_schema::<TagsDocument<'static>>(
            "schema/tags.schema.json",
            SCHEMA,
            "tags",
        );
    }
}

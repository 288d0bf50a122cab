use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::HeldReport;
use crate::diff::{ChangeKind, ChangeLevel, ContentChange, Field, PlatformChange, Transition};
use crate::error::Diagnostic;
#[cfg(test)]
use crate::generated::every_key_is_required;
use crate::tag::Origin;

/// The JSON schema of a report.
pub const SCHEMA: &str = include_str!("../../schema/diff.schema.json");

/// The name and version of the JSON contract.
///
/// Within a version, keys and enum values are only added, so readers should ignore unknown ones. Removing a
/// key or changing its meaning creates a new version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Contract {
    /// The first version.
    #[default]
    #[serde(rename = "imagelock.diff/v1")]
    DiffV1,
}

/// The changes between two locks: the JSON contract `imagelock.diff/v1`, and the source of the other formats.
///
/// Every key is always present; unknown values are `null`. Texts are unchanged from their authors: escape
/// them before you show them.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(title = "imagelock diff", transform = every_key_is_required))]
#[serde(rename_all = "kebab-case")]
pub struct Report {
    /// The contract this document follows.
    pub schema: Contract,
    /// The lockfile, as the user would write its path.
    pub lockfile: String,
    /// The source of the first lock.
    pub before: Side,
    /// The source of the second lock.
    pub after: Side,
    /// Totals.
    pub summary: Summary,
    /// The changes, sorted by name.
    pub changes: Vec<ChangeReport>,
    /// The tags that are held back, sorted by name and tag.
    pub held: Vec<HeldReport>,
    /// The images that could not be resolved; their pins in the lock are kept.
    pub failed: Vec<FailureReport>,
    /// Findings about the policies and the tags that they chose or skipped, sorted by name. Empty if no
    /// registry was contacted.
    pub lints: Vec<LintReport>,
}

/// The source of a lock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// A git revision, as the user wrote it.
    GitRev(String),
    /// A file.
    Path(String),
    /// The lockfile in the working tree.
    WorkingTree(String),
}

/// Totals of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(transform = every_key_is_required))]
#[serde(rename_all = "kebab-case")]
pub struct Summary {
    /// The number of images in the second lock.
    pub total: usize,
    /// The number of added images.
    pub added: usize,
    /// The number of removed images.
    pub removed: usize,
    /// The number of changed images.
    pub updated: usize,
    /// The number of unchanged images.
    pub unchanged: usize,
    /// The number of tags that are held back.
    pub held: usize,
    /// The number of images that could not be resolved.
    pub failed: usize,
    /// The highest level of a change. From low to high: digest, patch, minor, other (not comparable), major.
    pub highest: Option<ChangeLevel>,
    /// The number of downgrades.
    pub downgrades: usize,
    /// The number of notices.
    pub warnings: usize,
    /// The number of lints.
    pub lints: usize,
}

/// One changed image.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(transform = every_key_is_required))]
#[serde(rename_all = "kebab-case")]
pub struct ChangeReport {
    /// The image's name in the config.
    pub name: String,
    /// The kind of change.
    pub kind: ChangeKind,
    /// What the pin went through; for the forms for people.
    #[serde(skip)]
    pub transition: Transition,
    /// The size of the step; `null` if the image was added or removed, or if tag and digest did not change.
    pub level: Option<ChangeLevel>,
    /// Whether the new tag is a lower version.
    pub downgrade: bool,
    /// The fields that differ.
    pub fields: Vec<Field>,
    /// The class of a digest change within one repository.
    pub content: Option<ContentChange>,
    /// The change to each platform of an updated image.
    pub platforms: BTreeMap<String, PlatformChange>,
    /// The pin in the first lock; `null` if the image was added.
    pub before: Option<PinReport>,
    /// The pin in the second lock; `null` if the image was removed.
    pub after: Option<PinReport>,
    /// Links to further information.
    pub links: ChangeLinks,
    /// The current pinned reference; `null` if the image was removed.
    pub reference: Option<String>,
    /// Points for a reviewer to check.
    pub notices: Vec<Notice>,
}

/// One pin, and what its publisher says about the image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(transform = every_key_is_required))]
#[serde(rename_all = "kebab-case")]
pub struct PinReport {
    /// The repository, with its registry.
    pub image: String,
    /// The canonical text of the effective policy.
    pub policy: String,
    /// The tag.
    pub tag: String,
    /// The digest; that of the index, if there is one.
    pub digest: String,
    /// The digests of the platforms.
    pub platforms: BTreeMap<String, String>,
    /// When the image was built, according to its publisher.
    #[cfg_attr(test, schemars(with = "Option<String>", extend("format" = "date-time")))]
    pub created: Option<Timestamp>,
    /// The source of `created`.
    pub created_from: Option<Origin>,
    /// The source revision, according to the publisher.
    pub revision: Option<String>,
}

/// Links to further information about a change; only `https`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Links"))]
#[cfg_attr(test, schemars(transform = every_key_is_required))]
#[serde(rename_all = "kebab-case")]
pub struct ChangeLinks {
    /// The source code, according to the publisher.
    pub source: Option<String>,
    /// The changes to the source code between the two pins.
    pub compare: Option<String>,
}

/// A point for a reviewer to check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Notice {
    /// The image comes from another repository.
    RepositoryChanged,
    /// The new tag is a lower version.
    Downgrade,
    /// A tag with a complete version points to different images than before.
    TagMoved,
    /// The tag points to an older build than before.
    OlderBuild,
}

/// An image that could not be resolved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Failure"))]
#[cfg_attr(test, schemars(transform = every_key_is_required))]
#[serde(rename_all = "kebab-case")]
pub struct FailureReport {
    /// The image's name, if the failure concerns one image.
    pub name: Option<String>,
    /// The error code; see `imagelock explain`.
    pub code: String,
    /// The error message.
    pub message: String,
}

impl FailureReport {
    /// Creates a failure from a problem.
    pub fn of(problem: &Diagnostic) -> Self {
        Self {
            name: problem.subject.clone(),
            code: problem.code.to_string(),
            message: problem.message.clone(),
        }
    }
}

/// A finding about a policy or its choice; neither a change nor a failure.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(transform = every_key_is_required))]
#[serde(rename_all = "kebab-case")]
pub struct LintReport {
    /// The image's name, if the finding concerns one image.
    pub name: Option<String>,
    /// The code; see `imagelock explain`.
    pub code: String,
    /// The finding.
    pub message: String,
    /// What to do, one step per item.
    pub help: Vec<String>,
}

impl LintReport {
    /// Creates a lint from a problem that is a notice.
    pub fn of(problem: &Diagnostic) -> Self {
        Self {
            name: problem.subject.clone(),
            code: problem.code.to_string(),
            message: problem.message.clone(),
            help: problem.help.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn the_schema_is_that_of_the_types() {
        crate::generated::assert_schema::<Report>("schema/diff.schema.json", SCHEMA, "diff");
    }

    #[test]
    fn every_report_follows_the_schema() {
        let validator = jsonschema::validator_for(&serde_json::from_str(SCHEMA).unwrap()).unwrap();
        for report in [
            sample::report(),
            sample::empty(),
            sample::hostile(),
            sample::large(50),
        ] {
            let value = serde_json::from_str(&crate::report::json(&report)).unwrap();
            let errors: Vec<_> = validator
                .iter_errors(&value)
                .map(|error| format!("{}: {error}", error.instance_path()))
                .collect();
            assert_eq!(errors, Vec::<String>::new());
        }
        assert!(!validator.is_valid(&serde_json::json!({"schema": "imagelock.diff/v2"})));
    }
}

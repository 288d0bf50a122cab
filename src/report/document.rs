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
/// Within a version keys and the words of enumerations are only added, so a reader passes over those it
/// does not know; a removed key, or one with another meaning, makes a new version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Contract {
    /// The first version.
    #[default]
    #[serde(rename = "imagelock.diff/v1")]
    DiffV1,
}

/// What changed between two locks: the JSON contract `imagelock.diff/v1`, and what the other forms are made of.
///
/// Every key is always there; what is not known is `null`. Texts are as their authors wrote them: a
/// program that shows them has to escape them.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(title = "imagelock diff", transform = every_key_is_required))]
#[serde(rename_all = "kebab-case")]
pub struct Report {
    /// The contract this document follows.
    pub schema: Contract,
    /// The lockfile it is about, as the user would write it.
    pub lockfile: String,
    /// Where the first lock was read.
    pub before: Side,
    /// Where the second lock was read.
    pub after: Side,
    /// The numbers.
    pub summary: Summary,
    /// The changes, sorted by name.
    pub changes: Vec<ChangeReport>,
    /// The tags that pins are kept from for now, sorted by name and tag.
    pub held: Vec<HeldReport>,
    /// The images that could not be resolved; the lock keeps what it had of them.
    pub failed: Vec<FailureReport>,
    /// What a reviewer should know of the policies, and of the tags that they chose or skipped; sorted by
    /// name. Empty where no registry was asked.
    pub lints: Vec<LintReport>,
}

/// Where a lock was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// A revision in git, as the user wrote it.
    GitRev(String),
    /// A file.
    Path(String),
    /// The lockfile as it is in the working tree.
    WorkingTree(String),
}

/// A report in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(transform = every_key_is_required))]
#[serde(rename_all = "kebab-case")]
pub struct Summary {
    /// How many images the second lock has.
    pub total: usize,
    /// How many are new.
    pub added: usize,
    /// How many are gone.
    pub removed: usize,
    /// How many differ.
    pub updated: usize,
    /// How many are the same.
    pub unchanged: usize,
    /// How many tags are held back.
    pub held: usize,
    /// How many could not be resolved.
    pub failed: usize,
    /// The highest level of a change; from low to high: digest, patch, minor, other, major.
    pub highest: Option<ChangeLevel>,
    /// How many went to a lower version.
    pub downgrades: usize,
    /// How many notices there are.
    pub warnings: usize,
    /// How many lints there are.
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
    /// What happened.
    pub kind: ChangeKind,
    /// What the pin went through; for the forms for people.
    #[serde(skip)]
    pub transition: Transition,
    /// How far the pin went; `null` where it is new or gone, or stayed.
    pub level: Option<ChangeLevel>,
    /// Whether the new tag is the lower version.
    pub downgrade: bool,
    /// The fields that differ.
    pub fields: Vec<Field>,
    /// The class of a digest change within one repository.
    pub content: Option<ContentChange>,
    /// What happened to each platform of an updated image.
    pub platforms: BTreeMap<String, PlatformChange>,
    /// The pin in the first lock; `null` where the image is new.
    pub before: Option<PinReport>,
    /// The pin in the second lock; `null` where the image is gone.
    pub after: Option<PinReport>,
    /// Where to read more.
    pub links: ChangeLinks,
    /// The pinned reference now; `null` where the image is gone.
    pub reference: Option<String>,
    /// What a reviewer should look at.
    pub notices: Vec<Notice>,
}

/// One pin and what its publisher says of it.
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
    /// The digest, of the index where there is one.
    pub digest: String,
    /// The digests of the platforms.
    pub platforms: BTreeMap<String, String>,
    /// When the image was built, as its publisher says.
    #[cfg_attr(test, schemars(with = "Option<String>", extend("format" = "date-time")))]
    pub created: Option<Timestamp>,
    /// Where `created` was read.
    pub created_from: Option<Origin>,
    /// The source's revision, as the image's publisher says.
    pub revision: Option<String>,
}

/// Where to read more of a change; `https` only.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Links"))]
#[cfg_attr(test, schemars(transform = every_key_is_required))]
#[serde(rename_all = "kebab-case")]
pub struct ChangeLinks {
    /// The source, as the image's publisher says.
    pub source: Option<String>,
    /// The changes to the source between the two pins.
    pub compare: Option<String>,
}

/// Something a reviewer should look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Notice {
    /// The image comes from another repository.
    RepositoryChanged,
    /// The new tag is the lower version.
    Downgrade,
    /// A tag that is a full version names other images than before.
    TagMoved,
    /// A tag names an older build than before.
    OlderBuild,
}

/// An image that could not be resolved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Failure"))]
#[cfg_attr(test, schemars(transform = every_key_is_required))]
#[serde(rename_all = "kebab-case")]
pub struct FailureReport {
    /// The image's name, if it is about one image.
    pub name: Option<String>,
    /// The code of the error, which `imagelock explain` takes.
    pub code: String,
    /// What went wrong.
    pub message: String,
}

impl FailureReport {
    /// Makes a failure of a problem.
    pub fn of(problem: &Diagnostic) -> Self {
        Self {
            name: problem.subject.clone(),
            code: problem.code.to_string(),
            message: problem.message.clone(),
        }
    }
}

/// Something about a policy or its choice that a reviewer should know; no change and no failure.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(transform = every_key_is_required))]
#[serde(rename_all = "kebab-case")]
pub struct LintReport {
    /// The image's name, if it is about one image.
    pub name: Option<String>,
    /// The code, which `imagelock explain` takes.
    pub code: String,
    /// What was found.
    pub message: String,
    /// What to do about it, one step each.
    pub help: Vec<String>,
}

impl LintReport {
    /// Makes it of a problem that is a notice.
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

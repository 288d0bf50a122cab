use serde::Serialize;

use super::config_table::table;
use crate::error::Fault as _;
use crate::image::Repository;
use crate::registry::doctor::{Diagnosis, Family, Step};

/// The JSON schema of a diagnosis.
pub const SCHEMA: &str = include_str!("../../../schema/doctor.schema.json");

/// The diagnosis of a registry: the JSON contract `imagelock.doctor/v1`.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Report"))]
pub struct DoctorDocument<'d> {
    /// The contract this document follows.
    pub schema: &'static str,
    /// The examined repository, with its registry.
    #[cfg_attr(test, schemars(with = "String"))]
    pub repository: &'d Repository,
    /// The registry family; `null` if it is not recognized.
    pub family: Option<Family>,
    /// Whether the repository can be used with `lock`.
    pub lockable: bool,
    /// Why not; `null` if it can.
    pub failure: Option<DoctorFailure>,
    /// The steps, in the order in which `lock` runs them.
    pub steps: &'d [Step],
    /// The table to write into the config, in TOML; `null` if none is needed.
    pub table: Option<String>,
}

/// Why a repository cannot be used with `lock`.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Failure"))]
pub struct DoctorFailure {
    /// The error code; see `imagelock explain CODE`.
    pub code: &'static str,
    /// What went wrong.
    pub message: String,
    /// Further facts.
    pub notes: Vec<String>,
    /// What to do.
    pub help: Option<String>,
}

impl<'d> DoctorDocument<'d> {
    /// Makes the document of a diagnosis.
    pub fn new(diagnosis: &'d Diagnosis) -> Self {
        let failure = diagnosis.failure.as_ref().map(|error| DoctorFailure {
            code: error.code().as_str(),
            message: error.to_string(),
            notes: error.notes(),
            help: error.help(),
        });
        let repository = &diagnosis.repository;
        Self {
            schema: "imagelock.doctor/v1",
            repository,
            family: diagnosis.family,
            lockable: diagnosis.is_lockable(),
            failure,
            steps: &diagnosis.steps,
            table: table(repository.registry(), &diagnosis.advice),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_that_of_the_types() {
        crate::generated::assert_schema::<DoctorDocument<'static>>(
            "schema/doctor.schema.json",
            SCHEMA,
            "doctor",
        );
    }
}

//! What a reference points to: the JSON contract `imagelock.inspect/v1`.

use serde::Serialize;

use crate::inspect::Inspection;

/// The JSON schema of an inspection.
pub const SCHEMA: &str = include_str!("../../schema/inspect.schema.json");

/// What a reference points to: the JSON contract `imagelock.inspect/v1`.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Document"))]
pub struct InspectionDocument<'i> {
    /// The contract this document follows.
    pub schema: &'static str,
    /// What was found; its keys are the document's own.
    #[serde(flatten)]
    pub inspection: &'i Inspection,
}

impl<'i> InspectionDocument<'i> {
    /// Makes the document of an inspection.
    pub fn new(inspection: &'i Inspection) -> Self {
        Self {
            schema: "imagelock.inspect/v1",
            inspection,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_that_of_the_types() {
        crate::generated::assert_schema::<InspectionDocument<'static>>(
            "schema/inspect.schema.json",
            SCHEMA,
            "inspect",
        );
    }
}

use std::collections::BTreeSet;

use super::diagnostics::Diagnostics;
use super::model::ConfigFile;
use super::schema_check;
use super::schema_violation::SchemaViolation;
use crate::error::{Code, Diagnostic};
use crate::syntax::Node;

/// What the first pass has left of a config.
pub(super) struct FirstPass {
    pub(super) file: ConfigFile,
    /// The names of the images that lost a part.
    pub(super) damaged: BTreeSet<String>,
    /// What the second pass should report in its own words.
    pub(super) deferred: Vec<SchemaViolation>,
}

/// Holds a config against the schema; nothing if nothing of it can be used.
pub(super) fn first_pass(root: &Node, diagnostics: &mut Diagnostics<'_>) -> Option<FirstPass> {
    let checked = schema_check::check(root, diagnostics);
    match serde_json::from_value(checked.value?) {
        Ok(file) => Some(FirstPass {
            file,
            damaged: checked.damaged,
            deferred: checked.deferred,
        }),
        Err(error) => {
            diagnostics.add(Diagnostic::new(Code::BadValue, error.to_string()), 0..0, "");
            None
        }
    }
}

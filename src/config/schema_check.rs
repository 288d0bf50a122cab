use std::collections::BTreeSet;

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::paths::{Location, LocationSegment};
use jsonschema::{JsonType, ValidationError};
use serde_json::Value;

use super::diagnostics::Diagnostics;
use super::messages;
use super::schema::VALIDATOR;
use super::schema_violation::{SchemaProblem, SchemaViolation};
use crate::syntax::Node;

/// What is left of a config after the first pass.
pub(super) struct CheckedConfig {
    /// The config without the parts that have the wrong shape; none if nothing is left.
    pub(super) value: Option<Value>,
    /// The names of the images that lost a part.
    pub(super) damaged: BTreeSet<String>,
    /// Violations that the second pass should report in its own words.
    pub(super) deferred: Vec<SchemaViolation>,
}

/// Holds a config against the schema and reports every violation.
pub(super) fn check(root: &Node, diagnostics: &mut Diagnostics<'_>) -> CheckedConfig {
    let mut value = root.to_value();
    if VALIDATOR.is_valid(&value) {
        return CheckedConfig {
            value: Some(value),
            damaged: BTreeSet::new(),
            deferred: Vec::new(),
        };
    }
    let mut violations = BTreeSet::new();
    for error in VALIDATOR.iter_errors(&value) {
        collect(&error, &mut violations);
    }
    let (deferred, shape): (Vec<_>, Vec<_>) = violations
        .into_iter()
        .partition(|violation| matches!(violation.problem, SchemaProblem::Deferred(_)));
    let mut damaged = BTreeSet::new();
    let mut is_usable = true;
    for violation in &shape {
        messages::report(violation, root, diagnostics);
        if let [first, name, ..] = &violation.path[..]
            && first == "images"
        {
            damaged.insert(name.clone());
        }
        is_usable &= prune(&mut value, violation);
    }
    CheckedConfig {
        value: is_usable.then_some(value),
        damaged,
        deferred,
    }
}

/// Takes the part that violates the schema out of the config; false if that is all of it.
fn prune(value: &mut Value, violation: &SchemaViolation) -> bool {
    let path = &violation.path;
    match &violation.problem {
        SchemaProblem::UnknownKey(key) => {
            let mut path = path.clone();
            path.push(key.clone());
            remove(value, &path)
        }
        SchemaProblem::MissingKey(_) if path.is_empty() => {
            // Only the version is required there, and this release knows one.
            if let Value::Object(map) = value {
                map.insert("version".into(), 1.into());
            }
            true
        }
        _ if path[..] == ["version"] => {
            if let Value::Object(map) = value {
                map.insert("version".into(), 1.into());
            }
            true
        }
        _ => remove(value, path),
    }
}

fn remove(value: &mut Value, path: &[String]) -> bool {
    let Some((first, rest)) = path.split_first() else {
        return false;
    };
    // Nothing to do where a part around it is gone already.
    if let Value::Object(map) = value {
        match map.get_mut(first) {
            Some(child @ Value::Object(_)) if !rest.is_empty() => return remove(child, rest),
            // The items of a list keep their numbers: the whole list goes.
            _ => map.remove(first),
        };
    }
    true
}

fn collect(error: &ValidationError<'_>, found: &mut BTreeSet<SchemaViolation>) {
    let path = steps(error.instance_path());
    let problem = match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            for key in unexpected {
                found.insert(SchemaViolation {
                    path: path.clone(),
                    problem: SchemaProblem::UnknownKey(key.clone()),
                });
            }
            return;
        }
        ValidationErrorKind::Required { property } => {
            SchemaProblem::MissingKey(property.as_str().unwrap_or_default().to_string())
        }
        ValidationErrorKind::Type { kind } => SchemaProblem::WrongType(type_names(kind)),
        ValidationErrorKind::AnyOf { context } => {
            collect_branches(error.instance_path(), context, found);
            return;
        }
        ValidationErrorKind::Minimum { limit } => {
            SchemaProblem::OutOfRange(format!("must be at least {limit}"))
        }
        ValidationErrorKind::Maximum { limit } => {
            SchemaProblem::OutOfRange(format!("must be at most {limit}"))
        }
        ValidationErrorKind::Constant { expected_value } if path == ["version"] => {
            SchemaProblem::OutOfRange(format!("must be {expected_value}"))
        }
        // The second pass looks at every name.
        ValidationErrorKind::PropertyNames { .. } => return,
        _ => SchemaProblem::Deferred(error.to_string()),
    };
    // A value of the wrong type breaks other rules too; those are no news.
    let of_wrong_type = |violation: &SchemaViolation| {
        violation.path == path && matches!(violation.problem, SchemaProblem::WrongType(_))
    };
    match problem {
        SchemaProblem::WrongType(_) => {
            found.retain(|violation| {
                violation.path != path || !matches!(violation.problem, SchemaProblem::OutOfRange(_))
            });
        }
        _ if found.iter().any(of_wrong_type) => return,
        _ => {}
    }
    found.insert(SchemaViolation { path, problem });
}

/// Reports the one branch whose type fits, or the types of all branches if none does.
fn collect_branches(
    location: &Location,
    branches: &[Vec<ValidationError<'static>>],
    found: &mut BTreeSet<SchemaViolation>,
) {
    let mut expected = Vec::new();
    for branch in branches {
        let wrong_type = branch.iter().find_map(|error| match error.kind() {
            ValidationErrorKind::Type { kind } if error.instance_path() == location => {
                Some(type_names(kind))
            }
            _ => None,
        });
        let Some(names) = wrong_type else {
            for error in branch {
                collect(error, found);
            }
            return;
        };
        expected.extend(names);
    }
    found.insert(SchemaViolation {
        path: steps(location),
        problem: SchemaProblem::WrongType(expected),
    });
}

fn type_names(kind: &TypeKind) -> Vec<&'static str> {
    match kind {
        TypeKind::Single(json_type) => vec![type_name(*json_type)],
        TypeKind::Multiple(json_types) => json_types.into_iter().map(type_name).collect(),
    }
}

fn type_name(json_type: JsonType) -> &'static str {
    match json_type {
        JsonType::Null => "null",
        JsonType::Boolean => "boolean",
        JsonType::Integer => "integer",
        JsonType::Number => "number",
        JsonType::String => "string",
        JsonType::Array => "array",
        JsonType::Object => "object",
    }
}

fn steps(location: &Location) -> Vec<String> {
    location
        .into_iter()
        .map(|segment| match segment {
            LocationSegment::Property(name) => name.into_owned(),
            LocationSegment::Index(index) => index.to_string(),
        })
        .collect()
}

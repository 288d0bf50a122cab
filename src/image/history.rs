use serde::Serialize;
use serde_json::Value;

use super::json::text;

/// One step of an image's build, from its config.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct HistoryLine {
    /// The time of the step, as written in the config.
    pub created: Option<String>,
    /// The command.
    pub created_by: Option<String>,
    /// The author.
    pub author: Option<String>,
    /// The builder's comment.
    pub comment: Option<String>,
    /// Whether the step created no layer.
    pub empty_layer: bool,
}

/// Reads the steps, lowest layer first; what is no object is passed over.
pub(super) fn read_history(value: Option<&Value>) -> Vec<HistoryLine> {
    let steps = value.and_then(Value::as_array).into_iter().flatten();
    let owned = |step, member| text(step, member).map(Into::into);
    steps
        .filter(|step| step.is_object())
        .map(|step| HistoryLine {
            created: owned(step, "created"),
            created_by: owned(step, "created_by"),
            author: owned(step, "author"),
            comment: owned(step, "comment"),
            empty_layer: step.get("empty_layer").and_then(Value::as_bool) == Some(true),
        })
        .collect()
}

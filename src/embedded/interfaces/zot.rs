use http::StatusCode;
use serde_json::{Value, json};

use super::answer::{Ask, not_found};
use super::rows::rows;
use crate::embedded::answer::Answer;
use crate::embedded::operation::Operation;

/// Answers the list of extensions, or a search for the images of a repository (zot, `ImageList`).
pub(super) fn answer(ask: &Ask<'_>) -> Answer {
    if ask.route.operation == Operation::Probe {
        let search = json!({
            "name": "_zot",
            "url": "https://github.com/project-zot/zot/blob/main/pkg/extensions/_zot.md",
            "description": "zot registry extensions",
            "endpoints": ["/v2/_zot/ext/search"],
        });
        let body = json!({"extensions": [search]});
        return Answer::json(StatusCode::OK, &body);
    }
    let query = ask.field("query").unwrap_or_default();
    let Some(rows) = rows(ask.store, &ask.route.repository) else {
        return not_found();
    };
    let images: Value = rows
        .iter()
        .map(|row| {
            let all = [
                ("Tag", row.tag.clone().into()),
                ("Digest", row.digest.clone().into()),
                ("PushTimestamp", row.time()),
                ("TaggedTimestamp", row.time()),
            ];
            let asked = all.into_iter().filter(|(name, _)| query.contains(name));
            Value::Object(
                asked
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect(),
            )
        })
        .collect();
    let body = json!({"data": {"ImageList": {"Results": images}}});
    Answer::json(StatusCode::OK, &body)
}

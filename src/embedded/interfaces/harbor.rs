use std::collections::BTreeMap;

use http::StatusCode;
use http::header::{HeaderName, LINK};
use serde_json::{Value, json};

use super::answer::Ask;
use super::rows::{TagRow, page, rows, wanted};
use crate::embedded::answer::Answer;

/// Answers a page of artifacts with their tags (Harbor API 2.0, `listArtifacts`).
pub(super) fn answer(ask: &Ask<'_>) -> Answer {
    let repository = &ask.route.repository;
    let Some(rows) = rows(ask.store, repository) else {
        let message = format!("repository {repository} not found");
        return Answer::error(StatusCode::NOT_FOUND, "NOT_FOUND", &message);
    };
    let number = ask.number("page").unwrap_or(1);
    let size = ask.size(ask.number("page_size"), 10, 100);
    let rows = wanted(rows, &ask.route.reference);
    let count = rows.len();
    let (rows, more) = page(rows, number, size);
    let mut artifacts: BTreeMap<&str, Vec<&TagRow>> = BTreeMap::new();
    for row in &rows {
        artifacts.entry(&row.digest).or_default().push(row);
    }
    let artifacts: Vec<_> = artifacts
        .iter()
        .map(|(digest, rows)| artifact(digest, rows))
        .collect();
    let total = HeaderName::from_static("x-total-count");
    let answer = Answer::json(StatusCode::OK, &Value::Array(artifacts));
    let answer = answer.header(total, count.to_string());
    if !more {
        return answer;
    }
    let path = ask.parts.uri.path();
    let next = number + 1;
    let query = format!("page={next}&page_size={size}&q=tags%3D%2A&with_tag=true");
    answer.header(LINK, format!("<{path}?{query}>; rel=\"next\""))
}

fn artifact(digest: &str, rows: &[&TagRow]) -> Value {
    let tags: Vec<_> = rows
        .iter()
        .map(|row| json!({"id": 1, "name": row.tag, "push_time": row.time(), "immutable": false}))
        .collect();
    let pushed = rows.iter().filter_map(|row| row.pushed).min();
    json!({
        "id": 1,
        "type": "IMAGE",
        "digest": digest,
        "size": 1,
        "push_time": pushed.map(|time| time.to_string()),
        "pull_time": "0001-01-01T00:00:00.000Z",
        "extra_attrs": {"architecture": "amd64", "os": "linux", "created": null},
        "references": null,
        "tags": tags,
        "labels": null,
    })
}

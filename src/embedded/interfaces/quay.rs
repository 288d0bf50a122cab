use http::StatusCode;
use serde_json::json;

use super::answer::{Ask, not_found};
use super::rows::{page, rows, wanted};
use crate::embedded::answer::Answer;

/// Answers a page of active tags (Quay API, `listRepoTags`).
pub(super) fn answer(ask: &Ask<'_>) -> Answer {
    let Some(rows) = rows(ask.store, &ask.route.repository) else {
        return not_found();
    };
    let number = ask.number("page").unwrap_or(1);
    let size = ask.size(ask.number("limit"), 50, 100);
    let (rows, more) = page(wanted(rows, &ask.route.reference), number, size);
    let tags: Vec<_> = rows
        .iter()
        .map(|row| {
            let pushed = row.pushed;
            json!({
                "name": row.tag,
                "reversion": false,
                "start_ts": pushed.map(jiff::Timestamp::as_second),
                "manifest_digest": row.digest,
                "is_manifest_list": false,
                "size": 1,
                "last_modified": pushed.map(|time| time.strftime("%a, %d %b %Y %T -0000").to_string()),
            })
        })
        .collect();
    let body = json!({"tags": tags, "page": number, "has_additional": more});
    Answer::json(StatusCode::OK, &body)
}

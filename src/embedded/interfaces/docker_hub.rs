use http::StatusCode;
use serde_json::json;

use super::answer::Ask;
use super::rows::{page, rows};
use crate::embedded::answer::Answer;
use crate::embedded::hub;

/// Answers a page of tags (Docker Hub API, `GET …/tags`).
pub(super) fn answer(ask: &Ask<'_>) -> Answer {
    let Some(rows) = rows(ask.store, &ask.route.repository) else {
        let body = json!({"message": "object not found", "errinfo": {"namespace": "x"}});
        return Answer::json(StatusCode::NOT_FOUND, &body);
    };
    let count = rows.len();
    let number = ask.number("page").unwrap_or(1);
    let size = ask.size(ask.number("page_size"), 10, 100);
    let (rows, more) = page(rows, number, size);
    let tags = rows.iter().filter_map(|row| {
        let route = ask.route.of_tag(&row.tag);
        hub::document(ask.store, &route)
    });
    let tags: Vec<_> = tags.collect();
    let link = |number: usize| {
        let path = ask.parts.uri.path();
        format!(
            "http://{}{path}?page={number}&page_size={size}",
            ask.address
        )
    };
    let body = json!({
        "count": count,
        "next": more.then(|| link(number + 1)),
        "previous": (number > 1).then(|| link(number - 1)),
        "results": tags,
    });
    Answer::json(StatusCode::OK, &body)
}

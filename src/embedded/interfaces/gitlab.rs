use http::StatusCode;
use serde_json::{Value, json};

use super::answer::{Ask, not_found};
use super::rows::{TagRow, rows, wanted};
use crate::embedded::answer::Answer;
use crate::embedded::operation::Operation;
use crate::embedded::page::{NamesPage, Query};
use crate::embedded::paging::Paging;

/// Answers that the interface is there, or a page of tags (container registry, "List Repository Tags").
pub(super) fn answer(ask: &Ask<'_>) -> Answer {
    if ask.route.operation == Operation::Probe {
        return Answer::json(StatusCode::OK, &json!({}));
    }
    let Some(rows) = rows(ask.store, &ask.route.repository) else {
        return not_found();
    };
    let rows = wanted(rows, &ask.route.reference);
    let paging = Paging::new().page_size(100).at_most(1000);
    let paging = paging
        .link("http://{address}{path}?{query}")
        .link_to_previous();
    let paging = paging.and(&ask.script.paging());
    let names = rows.iter().map(|row| row.tag.clone()).collect();
    let page = match NamesPage::of(&Query::of(&ask.parts.uri, ask.script), names, &paging) {
        Ok(page) => page,
        Err(refusal) => return *refusal,
    };
    let shown = rows.iter().filter(|row| page.names.contains(&row.tag));
    let body: Value = shown.map(tag).collect();
    let answer = Answer::json(StatusCode::OK, &body);
    page.linked(answer, ask.parts, ask.route, &paging, ask.address)
}

fn tag(row: &TagRow) -> Value {
    json!({
        "name": row.tag,
        "digest": row.digest,
        "media_type": "application/vnd.oci.image.manifest.v1+json",
        "size_bytes": 1,
        "created_at": row.time(),
        "published_at": row.time(),
    })
}

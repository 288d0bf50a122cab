use http::StatusCode;
use serde_json::{Value, json};

use super::answer::{Ask, not_found};
use super::rows::{TagRow, rows};
use crate::embedded::answer::Answer;
use crate::embedded::page::{NamesPage, Query};
use crate::embedded::paging::Paging;

/// Answers a page of tags, or one tag (Azure Container Registry API, `Tag`).
pub(super) fn answer(ask: &Ask<'_>) -> Answer {
    let route = ask.route;
    let Some(rows) = rows(ask.store, &route.repository) else {
        return not_found();
    };
    let mut body = json!({"registry": "acme.azurecr.io", "imageName": route.repository});
    if !route.reference.is_empty() {
        let Some(row) = rows.iter().find(|row| row.tag == route.reference) else {
            let message = "the specified tag does not exist";
            return Answer::error(StatusCode::NOT_FOUND, "TAG_UNKNOWN", message);
        };
        body["tag"] = tag(row);
        return Answer::json(StatusCode::OK, &body);
    }
    let paging = Paging::new().page_size(100).at_most(1000);
    let paging = paging.link("{path}?{query}&orderby=");
    let paging = paging.and(&ask.script.paging());
    let names = rows.iter().map(|row| row.tag.clone()).collect();
    let page = match NamesPage::of(&Query::of(&ask.parts.uri, ask.script), names, &paging) {
        Ok(page) => page,
        Err(refusal) => return *refusal,
    };
    let shown = rows.iter().filter(|row| page.names.contains(&row.tag));
    body["tags"] = shown.map(tag).collect();
    let answer = Answer::json(StatusCode::OK, &body);
    page.linked(answer, ask.parts, route, &paging, ask.address)
}

fn tag(row: &TagRow) -> Value {
    json!({
        "name": row.tag,
        "digest": row.digest,
        "createdTime": row.time(),
        "lastUpdateTime": row.time(),
        "signed": false,
        "changeableAttributes":
            {"deleteEnabled": true, "writeEnabled": true, "listEnabled": true, "readEnabled": true},
    })
}

//! Lists of tags and repositories.

use http::StatusCode;
use http::request::Parts;
use serde_json::{Value, json};

use super::answer::Answer;
use super::content::name_unknown;
use super::google;
use super::operation::ApiRoute;
use super::page::{NamesPage, Query};
use super::paging::{Habit, ListOrder};
use super::script::Script;
use super::store::Store;

/// Answers the list of a repository's tags.
pub(super) fn tags(
    store: &Store,
    parts: &Parts,
    route: &ApiRoute,
    script: &Script,
    address: &str,
) -> Answer {
    let paging = script.paging();
    let order = paging.order.unwrap_or(ListOrder::Bytes);
    let Some(tags) = store.tags_in(&route.repository, order) else {
        return name_unknown();
    };
    let page = match NamesPage::of(&Query::of(&parts.uri, script), tags, &paging) {
        Ok(page) => page,
        Err(refusal) => return *refusal,
    };
    let names = page.names.iter().map(|name| Some(name.clone()));
    let tags: Vec<_> = names.chain(paging.also.iter().cloned()).collect();
    let mut body = json!({"name": route.repository, "tags": tags});
    if tags.is_empty() && paging.has(Habit::NullIfEmpty) {
        body["tags"] = Value::Null;
    }
    if paging.has(Habit::Manifests) {
        body["child"] = json!([]);
        body["manifest"] = google::manifests(store, &route.repository);
    }
    let answer = Answer::json(StatusCode::OK, &body);
    page.linked(answer, parts, route, &paging, address)
}

/// Answers the list of all repositories.
pub(super) fn catalog(
    store: &Store,
    parts: &Parts,
    route: &ApiRoute,
    script: &Script,
    address: &str,
) -> Answer {
    let paging = script.paging();
    let query = Query::of(&parts.uri, script);
    let page = match NamesPage::of(&query, store.repositories(), &paging) {
        Ok(page) => page,
        Err(refusal) => return *refusal,
    };
    let body = json!({"repositories": page.names});
    let answer = Answer::json(StatusCode::OK, &body);
    page.linked(answer, parts, route, &paging, address)
}

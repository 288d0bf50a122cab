//! What refers to an image: the index of end-12a and end-12b, and the tag in place of it.

use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderName};
use http::request::Parts;
use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::operation::ApiRoute;
use super::page::{NamesPage, Query};
use super::script::Script;
use super::store::{Store, StoredManifest};
use crate::image::{Digest, media_type};

const FILTERS_APPLIED: HeaderName = HeaderName::from_static("oci-filters-applied");

/// Answers the list of referrers; one that is empty for whatever is not there.
pub(super) fn answer(
    store: &Store,
    parts: &Parts,
    route: &ApiRoute,
    script: &Script,
    address: &str,
) -> Answer {
    let Ok(subject) = Digest::parse(&route.reference) else {
        let message = "provided digest is not valid";
        return Answer::error(StatusCode::BAD_REQUEST, "DIGEST_INVALID", message);
    };
    let query = Query::of(&parts.uri, script);
    let wanted = query.field("artifactType");
    let mut all: Vec<_> = store
        .referrers(&route.repository, &subject)
        .iter()
        .map(referrer)
        .collect();
    if let Some(wanted) = wanted {
        all.retain(|referrer| referrer["artifactType"] == wanted);
    }
    let names = all
        .iter()
        .map(|referrer| text(referrer, "digest"))
        .collect();
    let paging = script.paging();
    let page = match NamesPage::of(&query, names, &paging) {
        Ok(page) => page,
        Err(refusal) => return *refusal,
    };
    all.retain(|referrer| page.names.contains(&text(referrer, "digest")));
    let mut answer =
        Answer::json(StatusCode::OK, &index(&all)).header(CONTENT_TYPE, media_type::OCI_INDEX);
    if wanted.is_some() {
        answer = answer.header(FILTERS_APPLIED, "artifactType");
    }
    page.linked(answer, parts, route, &paging, address)
}

/// Returns the index that stands under the tag of [`tag`], for registries without this API.
pub(super) fn fallback(referrers: &[StoredManifest]) -> Value {
    let all: Vec<_> = referrers.iter().map(referrer).collect();
    index(&all)
}

/// Returns the tag that takes the place of the API (OCI distribution spec, "Referrers Tag Schema").
pub(super) fn tag(subject: &Digest) -> String {
    let (algorithm, hex) = subject.as_str().split_once(':').unwrap_or_default();
    let cut = |text: &str, length: usize| text.chars().take(length).collect::<String>();
    format!("{}-{}", cut(algorithm, 32), cut(hex, 64))
}

fn index(referrers: &[Map<String, Value>]) -> Value {
    json!({"schemaVersion": 2, "mediaType": media_type::OCI_INDEX, "manifests": referrers})
}

/// Returns the descriptor of a referrer: with its type, and with all its annotations.
fn referrer(manifest: &StoredManifest) -> Map<String, Value> {
    let document: Value = serde_json::from_slice(&manifest.bytes).unwrap_or_default();
    let mut fields = super::parts::descriptor(&manifest.media_type, &manifest.bytes);
    let kinds = [&document["artifactType"], &document["config"]["mediaType"]];
    if let Some(kind) = kinds.into_iter().find_map(Value::as_str) {
        fields.insert("artifactType".into(), kind.into());
    }
    if document["annotations"].is_object() {
        fields.insert("annotations".into(), document["annotations"].clone());
    }
    fields
}

fn text(fields: &Map<String, Value>, key: &str) -> String {
    let value = fields.get(key).and_then(Value::as_str);
    value.unwrap_or_default().to_owned()
}

//! Manifests and blobs: what is asked for by name.

use http::header::{ACCEPT, CONTENT_TYPE, ETAG, HeaderName, IF_NONE_MATCH, LOCATION};
use http::request::Parts;
use http::{Method, StatusCode};
use serde_json::Value;

use super::answer::Answer;
use super::artifact::subject_of;
use super::operation::ApiRoute;
use super::store::{Store, StoredManifest};
use crate::image::{Digest, Tag, media_type};

const SUBJECT: HeaderName = HeaderName::from_static("oci-subject");
pub(super) const CONTENT_DIGEST: HeaderName = HeaderName::from_static("docker-content-digest");

/// Answers `GET` and `HEAD` of a manifest, with the rules of `distribution` for `Accept`.
pub(super) fn manifest(store: &Store, parts: &Parts, route: &ApiRoute) -> Answer {
    let Some(found) = store.manifest(&route.repository, &route.reference) else {
        return missing(store, route);
    };
    let accepted = accepted(parts);
    let accepts = |media_type: &str| accepted.iter().any(|accepted| accepted == media_type);
    let by_digest = Digest::parse(&route.reference).is_ok();
    let found = match found.media_type.as_str() {
        media_type::OCI_MANIFEST if !accepts(media_type::OCI_MANIFEST) => {
            return refused("OCI manifest found, but accept header does not support OCI manifests");
        }
        media_type::OCI_INDEX if !accepts(media_type::OCI_INDEX) => {
            return refused("OCI index found, but accept header does not support OCI indexes");
        }
        media_type::DOCKER_LIST if !by_digest && !accepts(media_type::DOCKER_LIST) => {
            match default_platform(store, &route.repository, &found) {
                Some(child) => child,
                None => return refused("manifest unknown"),
            }
        }
        _ => found,
    };
    let etag = format!("\"{}\"", found.digest);
    let known = parts.headers.get_all(IF_NONE_MATCH).iter();
    if { known }.any(|value| value == etag.as_str() || value == found.digest.as_str()) {
        return Answer::new(StatusCode::NOT_MODIFIED).header(ETAG, etag);
    }
    Answer::new(StatusCode::OK)
        .header(CONTENT_TYPE, &found.media_type)
        .header(CONTENT_DIGEST, found.digest.as_str())
        .header(ETAG, etag)
        .body(found.bytes)
}

fn accepted(parts: &Parts) -> Vec<String> {
    let lines = parts.headers.get_all(ACCEPT).iter();
    lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(media_type::essence)
        .collect()
}

fn refused(message: &str) -> Answer {
    Answer::error(StatusCode::NOT_FOUND, "MANIFEST_UNKNOWN", message)
}

fn missing(store: &Store, route: &ApiRoute) -> Answer {
    if !store.has(&route.repository) {
        return name_unknown();
    }
    refused("manifest unknown")
}

pub(super) fn name_unknown() -> Answer {
    let message = "repository name not known to registry";
    Answer::error(StatusCode::NOT_FOUND, "NAME_UNKNOWN", message)
}

/// Returns the child for `linux/amd64`, which clients get that know no lists.
fn default_platform(
    store: &Store,
    repository: &str,
    list: &StoredManifest,
) -> Option<StoredManifest> {
    let list: Value = serde_json::from_slice(&list.bytes).ok()?;
    let child = list["manifests"].as_array()?.iter().find(|child| {
        child["platform"]["os"] == "linux" && child["platform"]["architecture"] == "amd64"
    })?;
    store.manifest(repository, child["digest"].as_str()?)
}

/// Answers `PUT` and `DELETE` of a manifest.
pub(super) fn write_manifest(
    store: &Store,
    parts: &Parts,
    route: &ApiRoute,
    body: bytes::Bytes,
) -> Answer {
    let (repository, reference) = (&route.repository, &route.reference);
    if parts.method == Method::DELETE {
        let removed = match Digest::parse(reference) {
            Ok(digest) => store.remove_manifest(repository, &digest),
            Err(_) => store.remove_tag(repository, reference),
        };
        return if removed {
            Answer::new(StatusCode::ACCEPTED)
        } else {
            missing(store, route)
        };
    }
    let invalid = |code: &str, message: &str| Answer::error(StatusCode::BAD_REQUEST, code, message);
    let content_type = parts.headers.get(CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok());
    let content_type = media_type::essence(content_type.unwrap_or_default());
    if !media_type::is_index(&content_type) && !media_type::is_manifest(&content_type) {
        return invalid("MANIFEST_INVALID", "the media type is not supported");
    }
    let Ok(document) = serde_json::from_slice::<Value>(&body) else {
        return invalid("MANIFEST_INVALID", "the manifest is not JSON");
    };
    if let Some(digest) = first_missing(store, repository, &document) {
        let message = format!("{digest} is unknown to the repository");
        return invalid("MANIFEST_BLOB_UNKNOWN", &message);
    }
    let wanted = Digest::parse(reference).ok();
    let digest = match &wanted {
        Some(wanted) if !wanted.verify(&body) => {
            let message = "provided digest did not match uploaded content";
            return invalid("DIGEST_INVALID", message);
        }
        Some(wanted) => wanted.clone(),
        None if Tag::parse(reference).is_err() => {
            return invalid("TAG_INVALID", "the tag is not valid");
        }
        None => Digest::sha256_of(&body),
    };
    store.keep_manifest(
        repository,
        StoredManifest {
            digest: digest.clone(),
            media_type: content_type,
            bytes: body,
        },
    );
    if wanted.is_none() {
        store.tag(repository, reference, &digest);
    }
    let created = Answer::new(StatusCode::CREATED)
        .header(LOCATION, format!("/v2/{repository}/manifests/{digest}"))
        .header(CONTENT_DIGEST, digest.as_str());
    match subject_of(&document) {
        Some(subject) => created.header(SUBJECT, subject),
        None => created,
    }
}

/// Returns the first digest that a manifest needs and the repository does not have.
fn first_missing(store: &Store, repository: &str, document: &Value) -> Option<String> {
    let digest = |descriptor: &Value| descriptor["digest"].as_str().map(ToOwned::to_owned);
    let list = |key: &str| document[key].as_array().cloned().unwrap_or_default();
    let blobs = list("layers")
        .into_iter()
        .chain([document["config"].clone()]);
    let blobs = blobs
        .filter_map(|descriptor| digest(&descriptor))
        .find(|text| {
            let digest = Digest::parse(text).ok();
            digest.is_none_or(|digest| store.blob(repository, &digest).is_none())
        });
    let mut children = list("manifests").into_iter();
    let children = || {
        children
            .by_ref()
            .filter_map(|descriptor| digest(&descriptor))
            .find(|text| store.manifest(repository, text).is_none())
    };
    blobs.or_else(children)
}

/// Answers `GET` and `HEAD` of a blob.
pub(super) fn blob(store: &Store, route: &ApiRoute) -> Answer {
    let Ok(digest) = Digest::parse(&route.reference) else {
        let message = "provided digest is not valid";
        return Answer::error(StatusCode::BAD_REQUEST, "DIGEST_INVALID", message);
    };
    match store.blob(&route.repository, &digest) {
        Some(bytes) => Answer::new(StatusCode::OK)
            .header(CONTENT_TYPE, "application/octet-stream")
            .header(CONTENT_DIGEST, digest.as_str())
            .header(ETAG, format!("\"{digest}\""))
            .body(bytes),
        None if !store.has(&route.repository) => name_unknown(),
        None => Answer::error(
            StatusCode::NOT_FOUND,
            "BLOB_UNKNOWN",
            "blob unknown to registry",
        ),
    }
}

//! Uploading blobs: in one request, in two, and in pieces.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use http::header::{HeaderName, LOCATION, RANGE};
use http::request::Parts;
use http::{Method, StatusCode};
use url::form_urlencoded;

use super::answer::Answer;
use super::content::CONTENT_DIGEST;
use super::operation::ApiRoute;
use super::store::Store;
use crate::image::Digest;

const UPLOAD_ID: HeaderName = HeaderName::from_static("docker-upload-uuid");

/// The uploads that have begun and not ended.
#[derive(Debug, Default)]
pub(super) struct Uploads {
    open: Mutex<OpenUpload>,
}

#[derive(Debug, Default)]
struct OpenUpload {
    begun: u64,
    pieces: BTreeMap<String, Vec<u8>>,
}

impl Uploads {
    pub(super) fn answer(
        &self,
        store: &Store,
        parts: &Parts,
        route: &ApiRoute,
        body: &Bytes,
    ) -> Answer {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let query = parts.uri.query().unwrap_or_default().as_bytes();
        let query: BTreeMap<_, _> = form_urlencoded::parse(query).into_owned().collect();
        let digest = query.get("digest").map(|text| Digest::parse(text));
        let id = &route.reference;
        match parts.method {
            Method::POST => {
                if let Some(mounted) = mount(store, route, &query) {
                    return created(route, &mounted);
                }
                match digest {
                    Some(digest) => finish(store, route, digest.ok(), body.to_vec()),
                    None => open.begin(route),
                }
            }
            Method::PATCH => match open.pieces.get_mut(id) {
                Some(pieces) => {
                    pieces.extend_from_slice(body);
                    progress(StatusCode::ACCEPTED, route, id, pieces.len())
                }
                None => unknown(),
            },
            Method::PUT => match open.pieces.remove(id) {
                Some(mut pieces) => {
                    pieces.extend_from_slice(body);
                    finish(store, route, digest.and_then(Result::ok), pieces)
                }
                None => unknown(),
            },
            Method::GET => match open.pieces.get(id) {
                Some(pieces) => progress(StatusCode::NO_CONTENT, route, id, pieces.len()),
                None => unknown(),
            },
            Method::DELETE => match open.pieces.remove(id) {
                Some(_) => Answer::new(StatusCode::NO_CONTENT),
                None => unknown(),
            },
            _ => Answer::new(StatusCode::METHOD_NOT_ALLOWED),
        }
    }
}

impl OpenUpload {
    fn begin(&mut self, route: &ApiRoute) -> Answer {
        self.begun += 1;
        let id = format!("upload-{}", self.begun);
        self.pieces.insert(id.clone(), Vec::new());
        progress(StatusCode::ACCEPTED, route, &id, 0)
    }
}

/// Takes a blob over from another repository, if the request asks for it and it is there.
fn mount(store: &Store, route: &ApiRoute, query: &BTreeMap<String, String>) -> Option<Digest> {
    let digest = Digest::parse(query.get("mount")?).ok()?;
    let bytes = store.blob(query.get("from")?, &digest)?;
    store.keep_blob(&route.repository, digest.clone(), bytes);
    Some(digest)
}

fn progress(status: StatusCode, route: &ApiRoute, id: &str, length: usize) -> Answer {
    let location = format!("/v2/{}/blobs/uploads/{id}", route.repository);
    Answer::new(status)
        .header(LOCATION, location)
        .header(RANGE, format!("0-{}", length.saturating_sub(1)))
        .header(UPLOAD_ID, id)
}

fn finish(store: &Store, route: &ApiRoute, digest: Option<Digest>, bytes: Vec<u8>) -> Answer {
    match digest {
        Some(digest) if digest.verify(&bytes) => {
            store.keep_blob(&route.repository, digest.clone(), bytes.into());
            created(route, &digest)
        }
        _ => Answer::error(
            StatusCode::BAD_REQUEST,
            "DIGEST_INVALID",
            "provided digest did not match uploaded content",
        ),
    }
}

fn created(route: &ApiRoute, digest: &Digest) -> Answer {
    let location = format!("/v2/{}/blobs/{digest}", route.repository);
    Answer::new(StatusCode::CREATED)
        .header(LOCATION, location)
        .header(CONTENT_DIGEST, digest.as_str())
}

fn unknown() -> Answer {
    Answer::error(
        StatusCode::NOT_FOUND,
        "BLOB_UPLOAD_UNKNOWN",
        "blob upload unknown to registry",
    )
}

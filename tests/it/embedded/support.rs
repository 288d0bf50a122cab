//! What the tests of the embedded registry share.

use imagelock::embedded::{Registry, TestImage};
use imagelock::image::{Digest, media_type};
use reqwest::Response;
use reqwest::header::{ACCEPT, HeaderMap};
use serde_json::Value;

use crate::support::distribution::client;

pub(super) async fn get(registry: &Registry, path: &str) -> Response {
    let request = client().get(registry.url(path));
    let request = request.header(ACCEPT, media_type::ACCEPT);
    request.send().await.expect("an answer")
}

pub(super) async fn status(registry: &Registry, path: &str) -> u16 {
    get(registry, path).await.status().as_u16()
}

pub(super) async fn json_of(response: Response) -> Value {
    let body = response.bytes().await.expect("a body");
    serde_json::from_slice(&body).expect("JSON")
}

pub(super) fn text<'headers>(headers: &'headers HeaderMap, name: &str) -> Option<&'headers str> {
    headers
        .get(name)
        .map(|value| value.to_str().expect("ASCII"))
}

pub(super) fn error_code(body: &Value) -> &str {
    body["errors"][0]["code"].as_str().unwrap_or_default()
}

/// A registry with `team/app:1.0`, an index.
pub(super) async fn with_app() -> (Registry, Digest) {
    let registry = Registry::start().await.expect("a registry");
    let image = TestImage::new("app 1.0").platforms(["linux/amd64", "linux/arm64"]);
    let digest = registry.store().publish("team/app", "1.0", &image);
    (registry, digest)
}

use std::collections::HashMap;
use std::sync::Mutex;

use bytes::Bytes;
use http::{Request, Response};

/// What the registry answered before, byte for byte: the registry's own work is then not part of a figure.
#[derive(Default)]
pub(super) struct Memory {
    answers: Mutex<HashMap<String, Response<Bytes>>>,
}

impl Memory {
    /// Returns what an answer depends on.
    pub(super) fn key<B>(request: &Request<B>) -> String {
        let path = request.uri().path_and_query();
        let path = path.map_or("/", |path| path.as_str());
        let accept = request.headers().get_all("accept");
        let accept: Vec<_> = accept.iter().collect();
        format!("{} {path} {accept:?}", request.method())
    }

    pub(super) fn get(&self, key: &str) -> Option<Response<Bytes>> {
        self.answers.lock().expect("memory").get(key).cloned()
    }

    pub(super) fn keep(&self, key: String, answer: Response<Bytes>) {
        self.answers.lock().expect("memory").insert(key, answer);
    }
}

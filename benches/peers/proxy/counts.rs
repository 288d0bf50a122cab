use std::collections::BTreeMap;
use std::sync::Mutex;

/// Requests by kind, how many were under way at once, and the connections that they came over.
#[derive(Default)]
pub(super) struct Counts {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    kinds: BTreeMap<&'static str, usize>,
    under_way: usize,
    most: usize,
    refused: usize,
    connections: usize,
}

/// Returns the kind of a request.
pub(super) fn kind(method: &http::Method, path: &str) -> &'static str {
    let is_head = method == http::Method::HEAD;
    match path {
        "/token" => "token",
        "/v2/" | "/v2" => "ping",
        _ if path.starts_with("/api/") => "inventory",
        _ if path.ends_with("/tags/list") => "tags",
        _ if path.contains("/manifests/") && is_head => "manifest HEAD",
        _ if path.contains("/manifests/") => "manifest GET",
        _ if path.contains("/blobs/") => "blob",
        _ => "other",
    }
}

impl Counts {
    pub(super) fn begin(&self, kind: &'static str) {
        let mut state = self.state.lock().expect("counts");
        *state.kinds.entry(kind).or_default() += 1;
        state.under_way += 1;
        state.most = state.most.max(state.under_way);
    }

    pub(super) fn refuse(&self) {
        self.state.lock().expect("counts").refused += 1;
    }

    pub(super) fn end(&self) {
        self.state.lock().expect("counts").under_way -= 1;
    }

    pub(super) fn connect(&self) {
        self.state.lock().expect("counts").connections += 1;
    }

    /// Returns the counts as JSON, and begins anew.
    pub(super) fn take(&self) -> String {
        let mut state = self.state.lock().expect("counts");
        let told = serde_json::json!({
            "kinds": state.kinds,
            "total": state.kinds.values().sum::<usize>(),
            "most at once": state.most,
            "refused": state.refused,
            "connections": state.connections,
        });
        let under_way = state.under_way;
        *state = State {
            under_way,
            most: under_way,
            ..State::default()
        };
        told.to_string()
    }
}

use std::collections::BTreeSet;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::request::Parts;
use http::{Method, Response, StatusCode};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;

use super::answer::{Answer, AnswerBody};
use super::auth::AuthMode;
use super::behaviour::Behaviour;
use super::guard::Guard;
use super::interfaces::{self, Ask, Interface};
use super::log::{InFlight, Log, LoggedRequest};
use super::operation::{ApiRoute, Operation};
use super::script::Script;
use super::serve::{LARGEST_UPLOAD, Serving, listen};
use super::store::Store;
use super::upload::Uploads;
use super::{content, hub, listing, referrers};

/// A registry inside this process, on a free port of the loopback interface.
///
/// It speaks HTTP/1.1 and, to clients that begin with it, HTTP/2, both without TLS. It stops when it
/// is dropped: the port is closed, requests that are being answered are cut off.
#[derive(Debug)]
pub struct Registry {
    shared: Arc<ServerState>,
    behind: Option<Box<Self>>,
    _serving: Serving,
}

#[derive(Debug)]
struct ServerState {
    address: String,
    store: Store,
    log: Log,
    /// What it does differently by nature, whatever else is asked of it.
    manners: Mutex<Vec<Behaviour>>,
    behaviours: Mutex<Vec<Behaviour>>,
    guard: Mutex<Option<Guard>>,
    interfaces: Mutex<BTreeSet<Interface>>,
    uploads: Uploads,
}

impl Registry {
    /// Starts an empty registry.
    ///
    /// It must be called within a Tokio runtime that drives input and output.
    ///
    /// # Errors
    ///
    /// If no port of the loopback interface can be had.
    pub async fn start() -> io::Result<Self> {
        Self::serving(Store::new()).await
    }

    /// Starts a registry that serves this store.
    ///
    /// # Errors
    ///
    /// If no port of the loopback interface can be had.
    pub async fn serving(store: Store) -> io::Result<Self> {
        let listener = listen().await?;
        let shared = Arc::new(ServerState {
            address: listener.local_addr()?.to_string(),
            store,
            log: Log::default(),
            manners: Mutex::default(),
            behaviours: Mutex::default(),
            guard: Mutex::default(),
            interfaces: Mutex::new(BTreeSet::from([Interface::DockerHub])),
            uploads: Uploads::default(),
        });
        let served = Arc::clone(&shared);
        let serving = Serving::new(listener, move |request| {
            answer(Arc::clone(&served), request)
        });
        Ok(Self {
            shared,
            behind: None,
            _serving: serving,
        })
    }

    /// Returns host and port as they stand in a reference: `127.0.0.1:34567`.
    pub fn address(&self) -> &str {
        &self.shared.address
    }

    /// Returns the URL of a path: `http://127.0.0.1:34567` and the path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.shared.address)
    }

    /// Returns what it serves.
    pub fn store(&self) -> &Store {
        &self.shared.store
    }

    /// Adds a behaviour, after those that are there.
    pub fn behave(&self, behaviour: Behaviour) {
        lock(&self.shared.behaviours).push(behaviour);
    }

    /// Ends all behaviours that were added.
    pub fn behave_well(&self) {
        lock(&self.shared.behaviours).clear();
    }

    /// Adds what it does by nature: [`Registry::behave_well`] does not end it.
    pub(super) fn by_nature(&self, behaviour: Behaviour) {
        lock(&self.shared.manners).push(behaviour);
    }

    /// Keeps another registry running as long as this one.
    pub(super) fn before(mut self, behind: Self) -> Self {
        self.behind = Some(Box::new(behind));
        self
    }

    /// Returns the registry that this one redirects to by nature, if it does.
    pub fn behind(&self) -> Option<&Self> {
        self.behind.as_deref()
    }

    /// Lets in only who proves to be allowed; tokens given out before are void.
    pub fn require(&self, auth: AuthMode) {
        *lock(&self.shared.guard) = Some(Guard::new(auth, &self.shared.address));
    }

    /// Has an interface of a registry's own, beside those that it has already; Docker Hub's is always there.
    pub fn offer(&self, interface: Interface) {
        lock(&self.shared.interfaces).insert(interface);
    }

    /// Lets all tokens given out so far expire.
    pub fn revoke_tokens(&self) {
        if let Some(guard) = lock(&self.shared.guard).as_mut() {
            guard.revoke();
        }
    }

    /// Returns every request since the start or [`Registry::forget_requests`], in order of arrival.
    pub fn requests(&self) -> Vec<LoggedRequest> {
        self.shared.log.requests()
    }

    /// Returns how many requests of an operation there were.
    pub fn count(&self, operation: Operation) -> usize {
        self.shared.log.count(operation)
    }

    /// Waits until there were this many requests of an operation.
    pub async fn received(&self, operation: Operation, count: usize) {
        self.shared.log.received(operation, count).await;
    }

    /// Returns the greatest number of requests that were being answered at one time.
    pub fn most_in_flight(&self) -> usize {
        self.shared.log.most_in_flight()
    }

    /// Forgets the requests so far.
    pub fn forget_requests(&self) {
        self.shared.log.reset();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn answer(
    shared: Arc<ServerState>,
    request: http::Request<Incoming>,
) -> io::Result<Response<AnswerBody>> {
    let (parts, body) = request.into_parts();
    let gives_tokens = lock(&shared.guard)
        .as_ref()
        .is_some_and(|guard| guard.gives_tokens_at(parts.uri.path()));
    let mut route = if gives_tokens {
        ApiRoute::token()
    } else {
        ApiRoute::of(&parts.method, &parts.uri)
    };
    if route.interface == Some(Interface::AmazonEcr) && interfaces::is_login(&parts) {
        route.operation = Operation::Token;
    }
    let in_flight = shared.log.arrive(&parts, &route);
    let head = parts.method == Method::HEAD;
    let admitted = match lock(&shared.guard).as_mut() {
        Some(guard) => guard.admit(&parts, &route, &shared.store),
        None => Ok(()),
    };
    let answer = match admitted {
        Err(refusal) => Some(refusal),
        Ok(()) => scripted(&shared, &in_flight, &parts, &route, body).await,
    };
    let Some(answer) = answer else {
        return Err(io::Error::other("a behaviour hangs up"));
    };
    in_flight.answered(answer.status.as_u16());
    Ok(answer.into_response(head))
}

/// Returns the answer as the behaviours want it, or nothing if they hang up.
async fn scripted(
    shared: &ServerState,
    in_flight: &InFlight<'_>,
    parts: &Parts,
    route: &ApiRoute,
    body: Incoming,
) -> Option<Answer> {
    let script = {
        let mut manners = lock(&shared.manners);
        let mut behaviours = lock(&shared.behaviours);
        Script::take(&mut manners, &mut behaviours, route, &shared.store)
    };
    script.wait().await;
    if script.hangs_up() {
        return None;
    }
    let mut answer = match script.replacement() {
        Some(answer) => answer,
        None => match Limited::new(body, LARGEST_UPLOAD).collect().await {
            Ok(body) => normal(shared, in_flight, parts, route, &script, body.to_bytes()),
            Err(_) => Answer::new(StatusCode::PAYLOAD_TOO_LARGE),
        },
    };
    let manifest = matches!(
        route.operation,
        Operation::ManifestHead | Operation::ManifestGet
    );
    if let Some(limit) = script.pull_limit().filter(|_| manifest) {
        answer = limit.apply(answer, shared.log.pulls());
    }
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    Some(script.change(answer, &shared.address, path))
}

/// Returns what a good registry answers.
fn normal(
    shared: &ServerState,
    in_flight: &InFlight<'_>,
    parts: &Parts,
    route: &ApiRoute,
    script: &Script,
    body: Bytes,
) -> Answer {
    let store = &shared.store;
    if let Some(interface) = route.interface {
        in_flight.form(&body);
        if !lock(&shared.interfaces).contains(&interface) {
            return nothing_here();
        }
        let ask = Ask {
            store,
            parts,
            route,
            script,
            address: &shared.address,
            body: &body,
        };
        return interfaces::answer(interface, &ask);
    }
    match route.operation {
        Operation::Ping => Answer::json(StatusCode::OK, &serde_json::json!({})),
        Operation::Catalog => listing::catalog(store, parts, route, script, &shared.address),
        Operation::Tags => listing::tags(store, parts, route, script, &shared.address),
        Operation::ManifestHead | Operation::ManifestGet => content::manifest(store, parts, route),
        Operation::ManifestWrite => content::write_manifest(store, parts, route, body),
        Operation::BlobHead | Operation::BlobGet => content::blob(store, route),
        Operation::BlobWrite => shared.uploads.answer(store, parts, route, &body),
        Operation::HubTag => hub::tag(store, route),
        Operation::Token => {
            in_flight.form(&body);
            match lock(&shared.guard).as_mut() {
                Some(guard) => guard.token(parts, &body, store),
                None => Answer::new(StatusCode::NOT_FOUND),
            }
        }
        Operation::Referrers => referrers::answer(store, parts, route, script, &shared.address),
        Operation::TagMetadata | Operation::TagRecord | Operation::Probe | Operation::Other => {
            nothing_here()
        }
    }
}

/// Answers as routers do that do not know a path.
fn nothing_here() -> Answer {
    Answer::new(StatusCode::NOT_FOUND)
        .header(http::header::CONTENT_TYPE, "text/plain; charset=utf-8")
        .body("404 page not found\n")
}

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::{Method, Response, StatusCode};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;

use super::answer::{Answer, AnswerBody};
use super::behaviour::Behaviour;
use super::log::{Log, LoggedRequest};
use super::operation::{ApiRoute, Operation};
use super::script::Script;
use super::serve::{LARGEST_UPLOAD, Serving, listen};
use super::store::Store;

/// A server that is no registry, on a free port of the loopback interface: it says what it is told to say.
///
/// It stands in for token servers, metadata servers and whatever else a client may meet. Each answer
/// is a [`Behaviour`] for a method and a path; without a status it is 200. What nothing was said about
/// is 404. Every request is kept, with its body, as a [`LoggedRequest`] of [`Operation::Other`]. The server
/// stops when it is dropped.
///
/// ```
/// use imagelock::embedded::{Answers, Behaviour};
///
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// let server = Answers::start().await?;
/// server.on("POST", "/token", Behaviour::always().times(1).status(503));
/// server.on("POST", "/token", Behaviour::always().json(r#"{"token":"t"}"#));
///
/// let client = reqwest::Client::builder().no_proxy().build()?;
/// for status in [503, 200] {
///     let answer = client.post(server.url("/token?a=b")).body("scope=x").send().await?;
///     assert_eq!(answer.status().as_u16(), status);
/// }
/// assert_eq!(server.requests()[1].path, "/token?a=b");
/// assert_eq!(server.requests()[1].form, "scope=x");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Answers {
    shared: Arc<AnswersInner>,
    _serving: Serving,
}

#[derive(Debug)]
struct AnswersInner {
    address: String,
    log: Log,
    rules: Mutex<Vec<Rule>>,
}

/// An answer and what it is for.
#[derive(Debug)]
struct Rule {
    method: String,
    /// A path, or the beginning of one and a `*`.
    path: String,
    behaviour: Behaviour,
}

impl Answers {
    /// Starts a server that knows no answer yet.
    ///
    /// It must be called within a Tokio runtime that drives input and output.
    ///
    /// # Errors
    ///
    /// If no port of the loopback interface can be had.
    pub async fn start() -> io::Result<Self> {
        let listener = listen().await?;
        let shared = Arc::new(AnswersInner {
            address: listener.local_addr()?.to_string(),
            log: Log::default(),
            rules: Mutex::default(),
        });
        let served = Arc::clone(&shared);
        let serving = Serving::new(listener, move |request| {
            answer(Arc::clone(&served), request)
        });
        Ok(Self {
            shared,
            _serving: serving,
        })
    }

    /// Returns host and port: `127.0.0.1:34567`.
    pub fn address(&self) -> &str {
        &self.shared.address
    }

    /// Returns the URL of a path: `http://127.0.0.1:34567` and the path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.shared.address)
    }

    /// Adds an answer, after those that are there.
    ///
    /// The path is without the query; one that ends with `*` stands for all that begin so. Of several
    /// answers the first counts that has not ended (see [`Behaviour::times`]).
    pub fn on(&self, method: &str, path: &str, behaviour: Behaviour) {
        self.shared.rules().push(Rule {
            method: method.to_owned(),
            path: path.to_owned(),
            behaviour,
        });
    }

    /// Forgets all answers.
    pub fn forget_answers(&self) {
        self.shared.rules().clear();
    }

    /// Returns every request since the start or [`Answers::forget_requests`], in order of arrival.
    pub fn requests(&self) -> Vec<LoggedRequest> {
        self.shared.log.requests()
    }

    /// Waits until there were this many requests.
    pub async fn received(&self, count: usize) {
        self.shared.log.received(Operation::Other, count).await;
    }

    /// Forgets the requests so far.
    pub fn forget_requests(&self) {
        self.shared.log.reset();
    }
}

impl AnswersInner {
    fn rules(&self) -> MutexGuard<'_, Vec<Rule>> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, method: &Method, path: &str, route: &ApiRoute) -> Option<Script> {
        let nothing = Store::new();
        let mut rules = self.rules();
        let mut fitting = rules.iter_mut().filter(|rule| rule.fits(method, path));
        let rule = fitting.find_map(|rule| {
            let taken = rule.behaviour.take(route, &nothing);
            taken.then_some(&rule.behaviour)
        });
        rule.cloned().map(Script::of)
    }
}

impl Rule {
    fn fits(&self, method: &Method, path: &str) -> bool {
        let same = match self.path.strip_suffix('*') {
            Some(beginning) => path.starts_with(beginning),
            None => path == self.path,
        };
        same && method.as_str() == self.method
    }
}

async fn answer(
    shared: Arc<AnswersInner>,
    request: http::Request<Incoming>,
) -> io::Result<Response<AnswerBody>> {
    let (parts, body) = request.into_parts();
    let route = ApiRoute {
        operation: Operation::Other,
        repository: String::new(),
        reference: String::new(),
        interface: None,
    };
    let in_flight = shared.log.arrive(&parts, &route);
    let script = shared.take(&parts.method, parts.uri.path(), &route);
    let Ok(body) = Limited::new(body, LARGEST_UPLOAD).collect().await else {
        return Err(io::Error::other("the body is too large or broke off"));
    };
    in_flight.form(&body.to_bytes());
    let answer = match script {
        None => Answer::new(StatusCode::NOT_FOUND),
        Some(script) => {
            script.wait().await;
            if script.hangs_up() {
                return Err(io::Error::other("a behaviour hangs up"));
            }
            let answer = script.replacement();
            let answer = answer.unwrap_or_else(|| Answer::new(StatusCode::OK));
            let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
            script.change(answer, &shared.address, path)
        }
    };
    in_flight.answered(answer.status.as_u16());
    Ok(answer.into_response(parts.method == Method::HEAD))
}

use bytes::Bytes;
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderName, LOCATION};

use super::gate::Gate;
use super::operation::{ApiRoute, Operation};
use super::paging::Paging;
use super::pulls::PullLimit;
use super::store::Store;

/// A departure of an embedded registry from what a good registry does.
///
/// It says which requests it is for, how many of them, and what is different. With
/// [`status`](Self::status), [`redirect`](Self::redirect) or [`hang_up`](Self::hang_up) it takes the
/// place of the normal answer, without one it changes the normal answer. In the values of headers
/// `{address}` stands for the registry's address, `{path}` for the path and query of the request,
/// `{bare path}` for its path alone.
///
/// ```
/// use imagelock::embedded::{Behaviour, Operation};
///
/// let busy = Behaviour::on(Operation::Tags)
///     .repository("a/b")
///     .times(2)
///     .status(429)
///     .header("retry-after", "0");
/// let wrong = Behaviour::on(Operation::ManifestGet).body("not what the digest says");
/// # let _ = (busy, wrong);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Behaviour {
    operations: Vec<Operation>,
    repository: Option<String>,
    reference: Option<String>,
    missing: Option<Missing>,
    skip: usize,
    times: Option<usize>,
    pub(super) wait: Option<Wait>,
    pub(super) hang_up: bool,
    pub(super) status: Option<StatusCode>,
    pub(super) headers: Vec<(HeaderName, Option<String>)>,
    pub(super) content: Option<Alteration>,
    pub(super) paging: Option<Paging>,
    pub(super) ignored: Vec<String>,
    pub(super) pull_limit: Option<PullLimit>,
}

/// What is not there of what a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Missing {
    Repository,
    Manifest,
}

#[derive(Clone, Debug)]
pub(super) enum Wait {
    At(Gate),
    Forever,
}

#[derive(Clone, Debug)]
pub(super) enum Alteration {
    AnswerBody(Bytes),
    Cut(usize),
    Stalled(usize),
    Oversized(u64),
}

impl Behaviour {
    /// Begins a behaviour for one operation.
    pub fn on(operation: Operation) -> Self {
        Self {
            operations: vec![operation],
            ..Self::default()
        }
    }

    /// Begins a behaviour for several operations.
    pub fn on_any(operations: impl IntoIterator<Item = Operation>) -> Self {
        Self {
            operations: operations.into_iter().collect(),
            ..Self::default()
        }
    }

    /// Begins a behaviour for every request.
    pub fn always() -> Self {
        Self::default()
    }

    /// Keeps it to one repository, such as `library/nginx`.
    #[must_use]
    pub fn repository(mut self, path: &str) -> Self {
        self.repository = Some(path.to_owned());
        self
    }

    /// Keeps it to one tag or digest.
    #[must_use]
    pub fn reference(mut self, reference: &str) -> Self {
        self.reference = Some(reference.to_owned());
        self
    }

    /// Keeps it to requests for repositories that are not there.
    #[must_use]
    pub fn if_no_repository(mut self) -> Self {
        self.missing = Some(Missing::Repository);
        self
    }

    /// Keeps it to requests for manifests that are not there, in a repository that is.
    #[must_use]
    pub fn if_no_manifest(mut self) -> Self {
        self.missing = Some(Missing::Manifest);
        self
    }

    /// Lets the first requests that fit have the normal answer.
    #[must_use]
    pub fn after(mut self, count: usize) -> Self {
        self.skip = count;
        self
    }

    /// Ends it after this many requests; without it, it stays.
    #[must_use]
    pub fn times(mut self, count: usize) -> Self {
        self.times = Some(count);
        self
    }

    /// Holds requests at a gate before they are answered.
    #[must_use]
    pub fn wait_at(mut self, gate: &Gate) -> Self {
        self.wait = Some(Wait::At(gate.clone()));
        self
    }

    /// Never answers; the connection stays open.
    #[must_use]
    pub fn never_answer(mut self) -> Self {
        self.wait = Some(Wait::Forever);
        self
    }

    /// Closes the connection without an answer.
    #[must_use]
    pub fn hang_up(mut self) -> Self {
        self.hang_up = true;
        self
    }

    /// Answers with this status.
    ///
    /// For 400 and above the body is the usual error envelope unless a body is given, else empty.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        let status = StatusCode::from_u16(status);
        self.status = Some(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
        self
    }

    /// Sets a header; one that HTTP does not allow is left out.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let Ok(name) = HeaderName::from_bytes(name.as_bytes()) {
            self.headers.push((name, Some(value.to_owned())));
        }
        self
    }

    /// Takes a header away.
    #[must_use]
    pub fn without_header(mut self, name: &str) -> Self {
        if let Ok(name) = HeaderName::from_bytes(name.as_bytes()) {
            self.headers.push((name, None));
        }
        self
    }

    /// Sends these bytes as the body; the headers stay what they are.
    #[must_use]
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.content = Some(Alteration::AnswerBody(body.into()));
        self
    }

    /// Sends this text as the body, as JSON, valid or not.
    #[must_use]
    pub fn json(self, text: &str) -> Self {
        self.header(CONTENT_TYPE.as_str(), "application/json")
            .body(text.to_owned())
    }

    /// Sends this text as the body, as HTML.
    #[must_use]
    pub fn html(self, text: &str) -> Self {
        self.header(CONTENT_TYPE.as_str(), "text/html; charset=utf-8")
            .body(text.to_owned())
    }

    /// Sends this text as the body, as plain text.
    #[must_use]
    pub fn text(self, text: &str) -> Self {
        self.header(CONTENT_TYPE.as_str(), "text/plain; charset=utf-8")
            .body(text.to_owned())
    }

    /// Breaks the connection after this many bytes of the body.
    #[must_use]
    pub fn truncated(mut self, sent: usize) -> Self {
        self.content = Some(Alteration::Cut(sent));
        self
    }

    /// Sends this many bytes of the body and then nothing, while the connection stays open.
    #[must_use]
    pub fn stalled(mut self, sent: usize) -> Self {
        self.content = Some(Alteration::Stalled(sent));
        self
    }

    /// Sends this many blanks as the body, without announcing a length.
    #[must_use]
    pub fn oversized(mut self, bytes: u64) -> Self {
        self.content = Some(Alteration::Oversized(bytes));
        self
    }

    /// Redirects with status 307, for example to `http://localhost:5000{path}`.
    #[must_use]
    pub fn redirect(self, location: &str) -> Self {
        self.status(307).header(LOCATION.as_str(), location)
    }

    /// Divides lists in another way into pages.
    #[must_use]
    pub fn paging(mut self, paging: Paging) -> Self {
        self.paging = Some(match self.paging.take() {
            Some(before) => before.and(&paging),
            None => paging,
        });
        self
    }

    /// Puts at most this many names on a page of a list, whatever the client asks for.
    #[must_use]
    pub fn page_size(self, names: usize) -> Self {
        self.paging(Paging::new().at_most(names))
    }

    /// Names the next page by its absolute URL.
    #[must_use]
    pub fn absolute_links(self) -> Self {
        self.paging(Paging::new().link("http://{address}{path}?{query}"))
    }

    /// Names the next page at another origin, such as `http://localhost:5000`.
    #[must_use]
    pub fn links_to(self, origin: &str) -> Self {
        self.paging(Paging::new().link(&format!("{origin}{{path}}?{{query}}")))
    }

    /// Names each page as its own next page.
    #[must_use]
    pub fn link_loop(self) -> Self {
        self.paging(Paging::new().link_loop())
    }

    /// Always has another page, with another name on it.
    #[must_use]
    pub fn endless_pages(self) -> Self {
        self.paging(Paging::new().endless())
    }

    /// Does as if the query had no fields of these names.
    #[must_use]
    pub fn ignore_query<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.ignored.extend(names.into_iter().map(Into::into));
        self
    }

    /// Allows so many pulls in so many seconds, and tells how many are left, as Docker Hub does.
    ///
    /// A pull is a `GET` of a manifest that is not refused, a `HEAD` is none.
    #[must_use]
    pub fn pull_limit(mut self, pulls: usize, seconds: u64) -> Self {
        self.pull_limit = Some(PullLimit { pulls, seconds });
        self
    }

    fn fits(&self, route: &ApiRoute, store: &Store) -> bool {
        let same = |wanted: &Option<String>, is: &str| wanted.as_deref().is_none_or(|w| w == is);
        let missing = || {
            if route.repository.is_empty() {
                return None;
            }
            if !store.has(&route.repository) {
                return Some(Missing::Repository);
            }
            let found = store.manifest(&route.repository, &route.reference);
            found.is_none().then_some(Missing::Manifest)
        };
        (self.operations.is_empty() || self.operations.contains(&route.operation))
            && same(&self.repository, &route.repository)
            && same(&self.reference, &route.reference)
            && self.times != Some(0)
            && (self.missing.is_none() || self.missing == missing())
    }

    /// Returns `true` if the request gets this behaviour, and counts it.
    pub(super) fn take(&mut self, route: &ApiRoute, store: &Store) -> bool {
        if !self.fits(route, store) {
            return false;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        if let Some(times) = &mut self.times {
            *times -= 1;
        }
        true
    }

    pub(super) fn replaces(&self) -> bool {
        self.status.is_some() || self.hang_up
    }
}

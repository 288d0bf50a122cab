//! Lists of tags and repositories, with pages.

use http::header::LINK;
use http::request::Parts;
use http::{StatusCode, Uri};
use serde_json::json;
use url::form_urlencoded;

use super::answer::Answer;
use super::behaviour::Links;
use super::content::name_unknown;
use super::operation::Route;
use super::script::Script;
use super::store::Store;

/// Answers the list of a repository's tags.
pub(super) fn tags(
    store: &Store,
    parts: &Parts,
    route: &Route,
    script: &Script,
    address: &str,
) -> Answer {
    let Some(tags) = store.tags(&route.repository) else {
        return name_unknown();
    };
    let query = Query::of(&parts.uri, script);
    let page = match Page::of(&query, tags, script) {
        Ok(page) => page,
        Err(refusal) => return *refusal,
    };
    let body = json!({"name": route.repository, "tags": page.names});
    page.linked(Answer::json(StatusCode::OK, &body), parts, script, address)
}

/// Answers the list of all repositories.
pub(super) fn catalog(store: &Store, parts: &Parts, script: &Script, address: &str) -> Answer {
    let query = Query::of(&parts.uri, script);
    let page = match Page::of(&query, store.repositories(), script) {
        Ok(page) => page,
        Err(refusal) => return *refusal,
    };
    let body = json!({"repositories": page.names});
    page.linked(Answer::json(StatusCode::OK, &body), parts, script, address)
}

/// The fields of a query that the registry looks at.
pub(super) struct Query {
    fields: Vec<(String, String)>,
}

impl Query {
    pub(super) fn of(uri: &Uri, script: &Script) -> Self {
        let query = uri.query().unwrap_or_default().as_bytes();
        let mut fields: Vec<_> = form_urlencoded::parse(query).into_owned().collect();
        fields.retain(|(name, _)| !script.ignores(name));
        Self { fields }
    }

    pub(super) fn field(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Returns the query of the next page: what was asked for, from another place on.
    fn after(&self, last: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("last", last);
        let others = self.fields.iter().filter(|(name, _)| name != "last");
        query.extend_pairs(others);
        query.finish()
    }
}

/// One page of a list of names in byte order.
pub(super) struct Page {
    pub(super) names: Vec<String>,
    /// The query of the next page.
    next: Option<String>,
}

impl Page {
    pub(super) fn of(
        query: &Query,
        names: Vec<String>,
        script: &Script,
    ) -> Result<Self, Box<Answer>> {
        let last = query.field("last");
        if script.links() == Links::Endless {
            return Ok(Self::endless(query, last));
        }
        let asked = match query.field("n").map(str::parse::<usize>) {
            Some(Ok(n)) => Some(n),
            None => None,
            Some(Err(_)) => {
                return Err(Box::new(Answer::error(
                    StatusCode::BAD_REQUEST,
                    "PAGINATION_NUMBER_INVALID",
                    "invalid number of results requested",
                )));
            }
        };
        let mut left = names;
        if let Some(last) = last {
            left.retain(|name| name.as_str() > last);
        }
        let size = match (asked, script.page_size()) {
            (Some(asked), Some(cap)) => Some(asked.min(cap)),
            (asked, cap) => asked.or(cap),
        };
        let Some(size) = size.filter(|size| *size < left.len()) else {
            return Ok(Self {
                names: left,
                next: None,
            });
        };
        left.truncate(size);
        let next = left.last().map(|last| query.after(last));
        Ok(Self { names: left, next })
    }

    fn endless(query: &Query, last: Option<&str>) -> Self {
        let number: usize = last
            .and_then(|last| last.strip_prefix("endless-"))
            .and_then(|number| number.parse().ok())
            .map_or(0, |number: usize| number + 1);
        let name = format!("endless-{number}");
        Self {
            next: Some(query.after(&name)),
            names: vec![name],
        }
    }

    pub(super) fn linked(
        self,
        answer: Answer,
        parts: &Parts,
        script: &Script,
        address: &str,
    ) -> Answer {
        let path = parts.uri.path();
        let links = script.links();
        let target = match (self.next, links) {
            (_, Links::Loop) => {
                let whole = parts.uri.path_and_query();
                whole.map(ToString::to_string).unwrap_or_default()
            }
            (None, _) => return answer,
            (Some(next), Links::Relative | Links::Endless) => format!("{path}?{next}"),
            (Some(next), Links::Absolute) => format!("http://{address}{path}?{next}"),
            (Some(next), Links::To(origin)) => format!("{origin}{path}?{next}"),
        };
        answer.header(LINK, format!("<{target}>; rel=\"next\""))
    }
}

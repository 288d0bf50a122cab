//! One page of a list, as the query and the registry's paging have it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::LINK;
use http::request::Parts;
use http::{StatusCode, Uri};
use serde_json::json;
use url::form_urlencoded;

use super::answer::Answer;
use super::operation::ApiRoute;
use super::paging::{Habit, ListOrder, PageLinks, Paging};
use super::script::Script;

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

    /// Returns the name after which the page begins.
    fn last(&self, paging: &Paging) -> Option<String> {
        let Some(field) = &paging.cursor else {
            return self.field("last").map(ToOwned::to_owned);
        };
        let decoded = URL_SAFE_NO_PAD.decode(self.field(field)?).ok()?;
        String::from_utf8(decoded).ok()
    }

    /// Returns a query with another place in it, and all else as it was asked for.
    fn at(&self, field: &str, place: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair(field, place);
        let others = self.fields.iter().filter(|(name, _)| name != field);
        query.extend_pairs(others);
        query.finish()
    }

    fn after(&self, last: &str, paging: &Paging) -> String {
        match &paging.cursor {
            Some(field) => self.at(field, &URL_SAFE_NO_PAD.encode(last)),
            None => self.at("last", last),
        }
    }
}

/// One page of a list of names.
pub(super) struct NamesPage {
    pub(super) names: Vec<String>,
    /// The query of the next page.
    next: Option<String>,
    /// The query of the page before.
    previous: Option<String>,
}

impl NamesPage {
    pub(super) fn of(
        query: &Query,
        mut names: Vec<String>,
        paging: &Paging,
    ) -> Result<Self, Box<Answer>> {
        let last = query.last(paging);
        if paging.links == Some(PageLinks::Endless) {
            return Ok(Self::endless(query, last.as_deref(), paging));
        }
        let size = size_of(query, paging)?;
        let previous = last.is_some().then(|| {
            let first = names.first().map_or("", String::as_str);
            query.at("before", first)
        });
        if let Some(last) = last {
            match (names.iter().position(|name| *name == last), paging.order) {
                (Some(place), _) => drop(names.drain(..=place)),
                (None, None | Some(ListOrder::Bytes)) => names.retain(|name| *name > last),
                (None, Some(_)) => names.clear(),
            }
        }
        let more = size.is_some_and(|size| size < names.len());
        names.truncate(size.unwrap_or(usize::MAX));
        let next = names
            .last()
            .filter(|_| more || paging.has(Habit::LinkAtEnd));
        Ok(Self {
            next: next.map(|last| query.after(last, paging)),
            previous: previous.filter(|_| paging.has(Habit::LinkToPrevious)),
            names,
        })
    }

    fn endless(query: &Query, last: Option<&str>, paging: &Paging) -> Self {
        let number: usize = last
            .and_then(|last| last.strip_prefix("endless-"))
            .and_then(|number| number.parse().ok())
            .map_or(0, |number: usize| number + 1);
        let name = format!("endless-{number}");
        Self {
            next: Some(query.after(&name, paging)),
            previous: None,
            names: vec![name],
        }
    }

    /// Adds the links to an answer.
    pub(super) fn linked(
        self,
        answer: Answer,
        parts: &Parts,
        route: &ApiRoute,
        paging: &Paging,
        address: &str,
    ) -> Answer {
        let path = parts.uri.path();
        let template = match paging.links.clone().unwrap_or_default() {
            PageLinks::Not => return answer,
            PageLinks::Loop => {
                let whole = parts.uri.path_and_query();
                let target = whole.map(ToString::to_string).unwrap_or_default();
                return answer.header(LINK, format!("<{target}>; rel=\"next\""));
            }
            PageLinks::Endless => "{path}?{query}".into(),
            PageLinks::To(template) => template,
        };
        let tail = route.repository.split_once('/');
        let link = |query: &str, relation: &str| {
            let target = template
                .replace("{address}", address)
                .replace("{path}", path)
                .replace("{tail}", tail.map_or(&*route.repository, |(_, tail)| tail))
                .replace("{query}", query);
            format!("<{target}>; rel=\"{relation}\"")
        };
        let previous = self.previous.map(|query| link(&query, "previous"));
        let next = self.next.map(|query| link(&query, "next"));
        let links: Vec<_> = [previous, next].into_iter().flatten().collect();
        if links.is_empty() {
            return answer;
        }
        answer.header(LINK, links.join(", "))
    }
}

/// Returns how many names go on the page, at most; all of them if nobody says anything.
fn size_of(query: &Query, paging: &Paging) -> Result<Option<usize>, Box<Answer>> {
    let asked = match query.field("n").map(str::parse::<usize>) {
        Some(Ok(asked)) => asked,
        Some(Err(_)) => {
            return Err(Box::new(Answer::error(
                StatusCode::BAD_REQUEST,
                "PAGINATION_NUMBER_INVALID",
                "invalid number of results requested",
            )));
        }
        None if paging.refusal.is_some() => return Ok(paging.page_size),
        None => return Ok(paging.page_size.or(paging.most)),
    };
    match (paging.most, &paging.refusal) {
        (Some(most), Some(refusal)) if asked > most => {
            let error = json!({
                "code": refusal.code,
                "message": refusal.message,
                "detail": {"n": asked},
            });
            let body = json!({"errors": [error]});
            Err(Box::new(Answer::json(refusal.status, &body)))
        }
        (Some(most), _) => Ok(Some(asked.min(most))),
        (None, _) => Ok(Some(asked)),
    }
}

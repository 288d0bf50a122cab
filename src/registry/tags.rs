use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use http::StatusCode;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use url::Url;

use super::call::{Answer, Call};
use super::client::Shared;
use super::error::ErrorKind;
use super::host::Host;
use super::link::{self, Pages};
use super::refusal::{Missing, refusal};
use super::trouble::{Trouble, clean};
use crate::image::{Repository, Tag};

const PAGE_SIZE: &str = "1000";
/// So many pages in a row may add no tag.
const MOST_BARREN_PAGES: usize = 3;

impl Shared {
    /// Lists the tags of a repository, all of them, in the registry's order, each once.
    pub(super) async fn list_tags(&self, repository: &Repository) -> Result<Arc<[Tag]>, Trouble> {
        let host = self.hosts.of(repository.registry(), &self.exchange.gates)?;
        let mut listing = Listing::default();
        let (mut answer, first) = self.first_page(&host, repository).await?;
        let mut pages = Pages::new(first, self.limits.tag_pages);
        loop {
            let barren = listing.add(&answer)?;
            if listing.tags.len() > self.limits.tags {
                let reason = format!("it has more than {} tags", self.limits.tags);
                return Err(ErrorKind::Pagination { reason }.into());
            }
            let Some(link) = link::next(&answer.headers) else {
                return Ok(listing.tags.into());
            };
            if barren > MOST_BARREN_PAGES {
                let reason = format!("{barren} pages in a row have no new tag and lead on");
                return Err(ErrorKind::Pagination { reason }.into());
            }
            let url = pages
                .follow(&link, &answer.url)
                .map_err(|reason| Trouble::new(ErrorKind::Pagination { reason }))?;
            answer = self.page(&host, repository, url).await?;
            expect_page(&answer)?;
        }
    }

    /// Asks for the first page, and for one of the registry's own size if it dislikes ours.
    async fn first_page(
        &self,
        host: &Host,
        repository: &Repository,
    ) -> Result<(Answer, Url), Trouble> {
        let plain = host.url(repository, "tags/list");
        let mut sized = plain.clone();
        sized.query_pairs_mut().append_pair("n", PAGE_SIZE);
        let answer = self.page(host, repository, sized.clone()).await?;
        let disliked = matches!(
            answer.status,
            StatusCode::BAD_REQUEST
                | StatusCode::METHOD_NOT_ALLOWED
                | StatusCode::PAYLOAD_TOO_LARGE
        );
        let (answer, url) = if disliked {
            (self.page(host, repository, plain.clone()).await?, plain)
        } else {
            (answer, sized)
        };
        expect_page(&answer)?;
        Ok((answer, url))
    }

    async fn page(
        &self,
        host: &Host,
        repository: &Repository,
        url: Url,
    ) -> Result<Answer, Trouble> {
        let mut call = Call::get(url, &host.name, self.limits.tag_page_bytes);
        call.accept = Some("application/json");
        Box::pin(self.ask(host, repository.path(), call)).await
    }
}

fn expect_page(answer: &Answer) -> Result<(), Trouble> {
    if answer.status == StatusCode::OK {
        return Ok(());
    }
    Err(refusal(answer, Missing::Repository))
}

#[derive(Default)]
struct Listing {
    tags: Vec<Tag>,
    seen: HashSet<Tag>,
    barren: usize,
}

impl Listing {
    /// Adds a page; returns how many pages in a row had nothing new.
    fn add(&mut self, answer: &Answer) -> Result<usize, Trouble> {
        let page = read_page(answer)?;
        let before = self.tags.len();
        for Entry(tag) in page.tags.into_iter().flatten() {
            if let Some(tag) = tag.filter(|tag| self.seen.insert(tag.clone())) {
                self.tags.push(tag);
            }
        }
        self.barren = if self.tags.len() == before {
            self.barren + 1
        } else {
            0
        };
        Ok(self.barren)
    }
}

fn read_page(answer: &Answer) -> Result<Page, Trouble> {
    Page::read(&answer.body).map_err(|reason| {
        let reason = if answer.is_html() {
            "it answered with a web page".into()
        } else {
            reason
        };
        Trouble {
            status: Some(answer.status.as_u16()),
            ..Trouble::invalid(reason)
        }
    })
}

/// A page: old registries write `null` for no tags, or leave the member out.
#[derive(Deserialize)]
struct Page {
    name: Option<IgnoredAny>,
    tags: Option<Vec<Entry>>,
}

impl Page {
    fn read(body: &[u8]) -> Result<Self, String> {
        // Something else than a list must not pass for an empty one.
        let other = || "its answer is not a list of tags".to_string();
        if !body.trim_ascii_start().starts_with(b"{") {
            return Err(other());
        }
        let page: Self = serde_json::from_slice(body).map_err(|error| {
            let error = clean(&error.to_string(), 200);
            format!("its list of tags is not valid JSON: {error}")
        })?;
        if page.name.is_none() && page.tags.is_none() {
            return Err(other());
        }
        Ok(page)
    }
}

/// One element: a tag, or something that is none (`null`, a digest) and is passed over.
struct Entry(Option<Tag>);

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EntryVisitor)
    }
}

struct EntryVisitor;

impl<'de> Visitor<'de> for EntryVisitor {
    type Value = Entry;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a tag")
    }

    fn visit_str<E>(self, text: &str) -> Result<Entry, E> {
        Ok(Entry(Tag::parse(text).ok()))
    }

    fn visit_unit<E>(self) -> Result<Entry, E> {
        Ok(Entry(None))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Entry, E> {
        Ok(Entry(None))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Entry, E> {
        Ok(Entry(None))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Entry, E> {
        Ok(Entry(None))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Entry, E> {
        Ok(Entry(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Entry, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Entry(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entry, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Entry(None))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(body: &str) -> Option<Vec<String>> {
        let page = Page::read(body.as_bytes()).ok()?;
        let tags = page.tags.into_iter().flatten().filter_map(|Entry(tag)| tag);
        Some(tags.map(|tag| tag.to_string()).collect())
    }

    #[test]
    fn entries_that_are_no_tags_are_passed_over() {
        let body = r#"{"name":"a","tags":["1","sha256:x",null,7,-7,1.5,true,["2"],{"x":"3"},"4"]}"#;
        assert_eq!(tags(body).unwrap(), ["1", "4"]);
        assert_eq!(tags(r#"{"name":"a","tags":null}"#).unwrap().len(), 0);
        assert_eq!(tags(r#"{"name":"a"}"#).unwrap().len(), 0);
        assert_eq!(tags(r#"{"tags":"1"}"#), None);
        for other in ["[]", "{}", r#"{"error":"x"}"#, "null", "", "<html>"] {
            assert_eq!(tags(other), None, "{other}");
        }
    }
}

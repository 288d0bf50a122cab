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

/// As many as every registry that has a limit allows.
const PAGE_SIZE: usize = 1000;
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
            let page = listing.add(&answer)?;
            if listing.tags.len() > self.limits.tags {
                let reason = format!("it has more than {} tags", self.limits.tags);
                return Err(ErrorKind::Pagination { reason }.into());
            }
            let wrong = |reason| Trouble::new(ErrorKind::Pagination { reason });
            let Some(link) = link::next(&answer.headers) else {
                // A full page that leads nowhere may be one of a registry that leaves out its links.
                let (true, Some(last)) = (page.is_full && listing.barren == 0, page.last) else {
                    return Ok(listing.tags.into());
                };
                let url = pages.after(&last).map_err(wrong)?;
                answer = self.page(&host, repository, url).await?;
                if matches!(answer.status.as_u16(), 400 | 404 | 405) {
                    return Ok(listing.tags.into());
                }
                expect_page(&answer)?;
                continue;
            };
            if listing.barren > MOST_BARREN_PAGES {
                let barren = listing.barren;
                let reason = format!("{barren} pages in a row have no new tag and lead on");
                return Err(wrong(reason));
            }
            let url = pages.follow(&link, &answer.url).map_err(wrong)?;
            answer = self.page(&host, repository, url).await?;
            expect_page(&answer)?;
        }
    }

    /// Asks for the first page, and for one of the registry's own size if it dislikes ours.
    ///
    /// A registry that disliked it once is not asked for it again.
    async fn first_page(
        &self,
        host: &Host,
        repository: &Repository,
    ) -> Result<(Answer, Url), Trouble> {
        let plain = host.url(repository, "tags/list");
        if !host.dislikes_page_size() {
            let mut sized = plain.clone();
            let size = PAGE_SIZE.to_string();
            sized.query_pairs_mut().append_pair("n", &size);
            let answer = self.page(host, repository, sized.clone()).await?;
            if !matches!(answer.status.as_u16(), 400 | 405 | 413) {
                expect_page(&answer)?;
                return Ok((answer, sized));
            }
        }
        let answer = self.page(host, repository, plain.clone()).await?;
        expect_page(&answer)?;
        host.dislike_page_size();
        Ok((answer, plain))
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
    /// How many pages in a row had nothing new.
    barren: usize,
}

/// What one page was like.
struct Added {
    /// Whether it has exactly as many tags as are asked for.
    is_full: bool,
    last: Option<Tag>,
}

impl Listing {
    /// Adds a page, and counts how many pages in a row had nothing new.
    fn add(&mut self, answer: &Answer) -> Result<Added, Trouble> {
        let page = read_page(answer)?;
        let before = self.tags.len();
        let tags = page.tags.into_iter().flatten().filter_map(|Entry(tag)| tag);
        let tags: Vec<Tag> = tags.collect();
        let added = Added {
            is_full: tags.len() == PAGE_SIZE,
            last: tags.last().cloned(),
        };
        for tag in tags {
            if self.seen.insert(tag.clone()) {
                self.tags.push(tag);
            }
        }
        self.barren = if self.tags.len() == before {
            self.barren + 1
        } else {
            0
        };
        Ok(added)
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

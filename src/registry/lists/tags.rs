use std::sync::{Arc, Mutex, PoisonError};

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::names::{self, FromName, NameEntry, unreadable};
use super::paging::{Caps, ListItem, NAME_BYTES, PagedList};
use crate::image::{Repository, Tag};
use crate::observe::RequestKind;
use crate::registry::client::ClientInner;
use crate::registry::inventory::{Api, Manifests};
use crate::registry::mirror::{Endpoint, FailoverLog};
use crate::registry::refusal::{MissingKind, refusal};
use crate::registry::request_error::RequestError;
use crate::registry::transport::request::HttpResponse;

impl ClientInner {
    /// Lists the tags of a repository, all of them, in the registry's order, each once.
    ///
    /// Mirrors that are believed about tags are asked first.
    pub(in crate::registry) async fn list_tags(
        &self,
        repository: &Repository,
    ) -> Result<Arc<[Tag]>, RequestError> {
        let plan = self.plan(repository)?;
        let mut failover = FailoverLog::of_tags(&plan);
        for endpoint in plan.for_tags() {
            match self.list_tags_at(endpoint).await {
                Ok(tags) => return Ok(tags),
                Err(error) => failover.over(self, endpoint, error)?,
            }
        }
        Err(failover.end())
    }

    async fn list_tags_at(&self, endpoint: &Endpoint) -> Result<Arc<[Tag]>, RequestError> {
        let list = self.tag_list(endpoint);
        let first = self.first_page(&list).await?;
        if self.api_of(&endpoint.repository) != Api::Google || endpoint.is_mirror() {
            let tags = self.all_pages(&list, first, read_page).await?;
            return Ok(tags.into());
        }
        let manifests = Mutex::new(Manifests::default());
        let lock = || manifests.lock().unwrap_or_else(PoisonError::into_inner);
        let read = |response: &HttpResponse| {
            lock().add(&response.body);
            read_page(response)
        };
        let tags = self.all_pages(&list, first, read).await?;
        self.note_manifests(&endpoint.repository, std::mem::take(&mut *lock()));
        Ok(tags.into())
    }

    /// Says how the tags of a repository are listed at one place.
    pub(in crate::registry) fn tag_list<'l>(&self, endpoint: &'l Endpoint) -> PagedList<'l> {
        PagedList {
            kind: RequestKind::TagList,
            host: &endpoint.host,
            path: &endpoint.path,
            scope: pull_scope(&endpoint.path),
            url: endpoint.url("tags/list"),
            accept: "application/json",
            nouns: ["tag", "tags"],
            caps: Caps {
                page_bytes: self.limits.tag_page_bytes,
                bytes: self.limits.list_bytes,
                pages: self.limits.tag_pages,
                items: self.limits.tags,
            },
            refuse: |response| refusal(response, MissingKind::Repository),
        }
    }
}

impl ListItem for Tag {
    type Key = Self;

    fn key(&self) -> &Self {
        self
    }

    fn name(&self) -> Option<String> {
        Some(self.to_string())
    }

    fn bytes(&self) -> usize {
        self.as_str().len() + NAME_BYTES
    }
}

impl FromName for Tag {
    fn read(text: &str) -> Option<Self> {
        Self::parse(text).ok()
    }
}

/// Returns what a token for reading a repository is asked for.
pub(in crate::registry) fn pull_scope(path: &str) -> String {
    format!("repository:{path}:pull")
}

fn read_page(response: &HttpResponse) -> Result<Vec<Option<Tag>>, RequestError> {
    let tags = TagsBody::read(&response.body).map_err(|reason| unreadable(response, reason))?;
    Ok(tags.into_tags())
}

/// A page: old registries write `null` for no tags, or leave the member out.
#[derive(Deserialize)]
struct TagsBody {
    name: Option<IgnoredAny>,
    tags: Option<Vec<NameEntry<Tag>>>,
}

impl TagsBody {
    fn read(body: &[u8]) -> Result<Self, String> {
        let page: Self = names::parse(body, "tags")?;
        if page.name.is_none() && page.tags.is_none() {
            return Err(names::no_list("tags"));
        }
        Ok(page)
    }

    fn into_tags(self) -> Vec<Option<Tag>> {
        let entries = self.tags.into_iter().flatten();
        entries.map(|NameEntry(tag)| tag).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(body: &str) -> Option<Vec<String>> {
        let tags = TagsBody::read(body.as_bytes()).ok()?.into_tags();
        Some(tags.iter().flatten().map(ToString::to_string).collect())
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

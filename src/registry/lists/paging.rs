use std::hash::{BuildHasher, Hash, RandomState};

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use http::StatusCode;
use tokio::time::timeout;
use url::Url;

use super::link::{self, Pages};
use crate::observe::RequestKind;
use crate::registry::client::ClientInner;
use crate::registry::error::{ErrorKind, seconds};
use crate::registry::host::Host;
use crate::registry::memory::items_bytes;
use crate::registry::request_error::RequestError;
use crate::registry::transport::request::{HttpRequest, HttpResponse};

/// As many as every registry that has a limit allows.
pub(in crate::registry) const PAGE_SIZE: usize = 1000;
/// So many pages in a row may add nothing.
const MOST_BARREN_PAGES: usize = 3;

/// What a list takes of the run's memory for nothing: about 10,000 tags.
const FREE_LIST: usize = 512 << 10;
/// What reading a page takes of it for nothing: more than a page of [`PAGE_SIZE`] tags.
const FREE_PAGE: usize = 256 << 10;

/// What a name takes in memory beside its text: where it stands, in the list and in the table of what was seen.
pub(in crate::registry) const NAME_BYTES: usize = 48;

/// A list that a registry gives page by page, in the manner of the OCI distribution spec 1.1.
pub(in crate::registry) struct PagedList<'l> {
    pub(in crate::registry) kind: RequestKind,
    pub(in crate::registry) host: &'l Host,
    /// The repository's path, for credentials; empty if it is the registry's own list.
    pub(in crate::registry) path: &'l str,
    /// What a token is asked for.
    pub(in crate::registry) scope: String,
    /// The first page, without its size.
    pub(in crate::registry) url: Url,
    pub(in crate::registry) accept: &'static str,
    /// What the list is of, one and many, for messages.
    pub(in crate::registry) nouns: [&'static str; 2],
    pub(in crate::registry) caps: Caps,
    /// Creates an error from a response that is not a page.
    pub(in crate::registry) refuse: fn(&HttpResponse) -> RequestError,
}

/// How much of a list there may be.
#[derive(Clone, Copy)]
pub(in crate::registry) struct Caps {
    pub(in crate::registry) page_bytes: usize,
    /// Bytes of all pages together.
    pub(in crate::registry) bytes: usize,
    pub(in crate::registry) pages: usize,
    pub(in crate::registry) items: usize,
}

/// A page with the URL that was asked for.
pub(in crate::registry) struct ListPage {
    pub(in crate::registry) response: HttpResponse,
    pub(in crate::registry) url: Url,
}

/// What a list is made of.
pub(in crate::registry) trait ListItem {
    /// What two of the same have in common.
    type Key: Eq + Hash;

    fn key(&self) -> &Self::Key;

    /// Returns the name that the next page is asked for by; nothing if the list has no such names.
    fn name(&self) -> Option<String>;

    /// Returns about how much memory it takes.
    fn bytes(&self) -> usize;
}

impl ClientInner {
    /// Asks for the first page, and for one of the registry's own size if it dislikes ours.
    ///
    /// A registry that disliked it once is not asked for it again.
    pub(in crate::registry) async fn first_page(
        &self,
        list: &PagedList<'_>,
    ) -> Result<ListPage, RequestError> {
        if !list.host.dislikes_page_size() {
            let mut url = list.url.clone();
            let size = PAGE_SIZE.to_string();
            url.query_pairs_mut().append_pair("n", &size);
            let page = self.page(list, url).await?;
            if !matches!(page.response.status.as_u16(), 400 | 405 | 413) {
                return Ok(page);
            }
        }
        let page = self.page(list, list.url.clone()).await?;
        if page.response.status == StatusCode::OK {
            list.host.dislike_page_size();
        }
        Ok(page)
    }

    /// Asks for one page, whatever the answer.
    pub(in crate::registry) async fn page(
        &self,
        list: &PagedList<'_>,
        url: Url,
    ) -> Result<ListPage, RequestError> {
        let mut request = HttpRequest::get(
            list.kind,
            url.clone(),
            &list.host.name,
            list.caps.page_bytes,
        );
        request.accept = Some(list.accept);
        request.optional = list.host.is_mirror;
        let ask = self.send_authorized_for(list.host, list.path, list.scope.clone(), request);
        let response = Box::pin(ask).await?;
        Ok(ListPage { response, url })
    }

    /// Reads a first page and all that follow it: the items in the registry's order, each once.
    pub(in crate::registry) async fn all_pages<I: ListItem>(
        &self,
        list: &PagedList<'_>,
        first: ListPage,
        read: impl Fn(&HttpResponse) -> Result<Vec<Option<I>>, RequestError>,
    ) -> Result<Vec<I>, RequestError> {
        let most = self.exchange.timeouts.list;
        let pages = Box::pin(self.pages(list, first, read));
        timeout(most, pages).await.unwrap_or_else(|_| {
            let reason = format!("its pages took longer than {}", seconds(most));
            Err(ErrorKind::Pagination { reason }.into())
        })
    }

    async fn pages<I: ListItem>(
        &self,
        list: &PagedList<'_>,
        first: ListPage,
        read: impl Fn(&HttpResponse) -> Result<Vec<Option<I>>, RequestError>,
    ) -> Result<Vec<I>, RequestError> {
        let [one, many] = list.nouns;
        let wrong = |reason, response: &HttpResponse| RequestError {
            credential: response.credential(),
            ..RequestError::new(ErrorKind::Pagination { reason })
        };
        let mut collected = Collected::default();
        let mut memory = self.memory.reserve(FREE_LIST);
        let mut bytes = 0_usize;
        let mut pages = Pages::new(first.url, list.caps.pages);
        let mut response = first.response;
        loop {
            if response.status != StatusCode::OK {
                return Err((list.refuse)(&response));
            }
            bytes = bytes.saturating_add(response.body.len());
            if bytes > list.caps.bytes {
                let limit = list.caps.bytes;
                return Err(ErrorKind::TooLarge { limit }.into());
            }
            let mut reading = self.memory.reserve(FREE_PAGE);
            reading.grow_by(items_bytes(&response.body))?;
            let page = read(&response)?;
            memory.grow_by(page.iter().flatten().map(ListItem::bytes).sum())?;
            let end = collected.add(page);
            drop(reading);
            if collected.items.len() > list.caps.items {
                let most = list.caps.items;
                let reason = format!("it has more than {most} {many}");
                return Err(wrong(reason, &response));
            }
            let Some(link) = link::next(&response.headers) else {
                // A full page that leads nowhere may be one of a registry that leaves out its links.
                let Some(end) = end.filter(|_| collected.barren == 0) else {
                    memory.keep();
                    return Ok(collected.items);
                };
                let url = pages.after(&end);
                let url = url.map_err(|reason| wrong(reason, &response))?;
                response = self.page(list, url).await?.response;
                if matches!(response.status.as_u16(), 400 | 404 | 405) {
                    memory.keep();
                    return Ok(collected.items);
                }
                continue;
            };
            if collected.barren > MOST_BARREN_PAGES {
                let barren = collected.barren;
                let reason = format!("{barren} pages in a row have no new {one} and lead on");
                return Err(wrong(reason, &response));
            }
            let url = pages.follow(&link, &response.url);
            let url = url.map_err(|reason| wrong(reason, &response))?;
            response = self.page(list, url).await?.response;
        }
    }
}

struct Collected<I: ListItem> {
    items: Vec<I>,
    /// Where the item of a key stands: so each name is in memory once.
    seen: HashTable<usize>,
    hasher: RandomState,
    /// How many pages in a row had nothing new.
    barren: usize,
}

impl<I: ListItem> Default for Collected<I> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            seen: HashTable::new(),
            hasher: RandomState::new(),
            barren: 0,
        }
    }
}

impl<I: ListItem> Collected<I> {
    /// Adds a page, and counts how many pages in a row had nothing new. What is no item counts for the
    /// length of a page alone.
    ///
    /// Returns the last name of a page that has exactly as many as are asked for.
    fn add(&mut self, page: Vec<Option<I>>) -> Option<String> {
        // Some count what is no item, such as `null`, and some add it.
        let items = page.iter().flatten().count();
        let is_full = page.len() == PAGE_SIZE || items == PAGE_SIZE;
        let last = page.iter().flatten().next_back().filter(|_| is_full);
        let last = last.and_then(ListItem::name);
        let before = self.items.len();
        for item in page.into_iter().flatten() {
            self.push(item);
        }
        self.barren = if self.items.len() == before {
            self.barren + 1
        } else {
            0
        };
        last
    }

    /// Adds an item if no other has its key.
    fn push(&mut self, item: I) {
        let Self { items, hasher, .. } = self;
        let hash = |item: &I| hasher.hash_one(item.key());
        let entry = self.seen.entry(
            hash(&item),
            |at| items[*at].key() == item.key(),
            |at| hash(&items[*at]),
        );
        if let Entry::Vacant(place) = entry {
            place.insert(items.len());
            items.push(item);
        }
    }
}

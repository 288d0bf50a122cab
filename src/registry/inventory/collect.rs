use http::StatusCode;
use tokio::time::timeout;
use url::Url;

use super::model::TagMetadata;
use super::page::MetadataPage;
use crate::observe::RequestKind;
use crate::registry::client::ClientInner;
use crate::registry::error::{ErrorKind, seconds};
use crate::registry::limits::Limits;
use crate::registry::lists::link::{self, Pages};
use crate::registry::lists::names::unreadable;
use crate::registry::memory::{Memory, Reservation, items_bytes};
use crate::registry::mirror::Endpoint;
use crate::registry::refusal::{MissingKind, refusal};
use crate::registry::request_error::RequestError;
use crate::registry::transport::request::{HttpRequest, HttpResponse};

/// So many pages in a row may add nothing.
const MOST_BARREN_PAGES: usize = 3;
/// What an inventory takes of the run's memory for nothing: about 5,000 tags. Reading a page of it takes no more.
pub(super) const FREE_INVENTORY: usize = 1 << 20;
/// What is told of a tag takes so much in memory.
pub(super) const INVENTORY_TAG_BYTES: usize = 208;

/// How an interface is asked for tags.
pub(super) struct MetadataSource {
    /// The first page, or the only one.
    pub(super) url: Url,
    /// The host's name for events.
    pub(super) label: String,
    pub(super) way: ApiAccess,
    pub(super) read: fn(&[u8]) -> Result<MetadataPage, String>,
}

/// What an interface is shown.
pub(super) enum ApiAccess {
    /// Nothing: it knows no credential of the registry.
    Anonymous,
    /// What the registry itself asks for, of this scope.
    Registry(String),
    /// A user and a password, once it refuses to do without.
    Password,
}

/// What was read so far, within limits.
pub(super) struct PageCollector {
    inventory: TagMetadata,
    limits: Limits,
    memory: Reservation,
    bytes: usize,
    barren: usize,
}

impl PageCollector {
    pub(super) fn new(limits: Limits, memory: &Memory) -> Self {
        Self {
            inventory: TagMetadata::default(),
            limits,
            memory: memory.reserve(FREE_INVENTORY),
            bytes: 0,
            barren: 0,
        }
    }

    /// Adds a page of so many bytes, and returns where the body says that the next one is.
    pub(super) fn add(
        &mut self,
        bytes: usize,
        sheet: MetadataPage,
    ) -> Result<Option<String>, RequestError> {
        self.bytes = self.bytes.saturating_add(bytes);
        let limit = self.limits.list_bytes;
        if self.bytes > limit {
            return Err(ErrorKind::TooLarge { limit }.into());
        }
        let names = sheet.tags.iter().map(|(tag, _)| tag.as_str().len());
        let taken = names.map(|length| length + INVENTORY_TAG_BYTES).sum();
        self.memory.grow_by(taken)?;
        let before = self.inventory.len();
        for (tag, told) in sheet.tags {
            self.inventory.add(tag, told);
        }
        if self.inventory.len() > self.limits.tags {
            let most = self.limits.tags;
            return Err(pagination_error(format!("it has more than {most} tags")));
        }
        self.barren = if self.inventory.len() == before {
            self.barren + 1
        } else {
            0
        };
        Ok(sheet.next)
    }

    /// Refuses to go on where pages have nothing new any more.
    pub(super) fn check(&self) -> Result<(), RequestError> {
        if self.barren > MOST_BARREN_PAGES {
            let barren = self.barren;
            let reason = format!("{barren} pages in a row have no new tag and lead on");
            return Err(pagination_error(reason));
        }
        Ok(())
    }

    pub(super) fn finish(self) -> TagMetadata {
        self.memory.keep();
        self.inventory
    }
}

/// Creates an error from pages that lead nowhere.
pub(super) fn pagination_error(reason: String) -> RequestError {
    ErrorKind::Pagination { reason }.into()
}

impl ClientInner {
    /// Reads all pages of an interface; never a part of them.
    pub(super) async fn collect(
        &self,
        endpoint: &Endpoint,
        source: &MetadataSource,
    ) -> Result<TagMetadata, RequestError> {
        self.in_list_time(self.fetch_pages(endpoint, source)).await
    }

    /// Runs what reads a list, for as long as a list may take.
    pub(super) async fn in_list_time<T>(
        &self,
        reading: impl Future<Output = Result<T, RequestError>>,
    ) -> Result<T, RequestError> {
        let most = self.exchange.timeouts.list;
        let reading = timeout(most, Box::pin(reading)).await;
        let too_long =
            |_| pagination_error(format!("its pages took longer than {}", seconds(most)));
        reading.map_err(too_long)?
    }

    async fn fetch_pages(
        &self,
        endpoint: &Endpoint,
        source: &MetadataSource,
    ) -> Result<TagMetadata, RequestError> {
        let mut collector = PageCollector::new(self.limits, &self.memory);
        let mut pages = Pages::new(source.url.clone(), self.limits.tag_pages);
        let mut url = source.url.clone();
        let mut shows_password = false;
        loop {
            let (sheet, response) = self
                .sheet(endpoint, source, url, &mut shows_password)
                .await?;
            let told = collector.add(response.body.len(), sheet)?;
            let Some(next) = told.or_else(|| link::next(&response.headers)) else {
                return Ok(collector.finish());
            };
            collector.check()?;
            url = pages
                .follow(&next, &response.url)
                .map_err(pagination_error)?;
        }
    }

    /// Reads one page.
    pub(super) async fn sheet(
        &self,
        endpoint: &Endpoint,
        source: &MetadataSource,
        url: Url,
        shows_password: &mut bool,
    ) -> Result<(MetadataPage, HttpResponse), RequestError> {
        let limit = self.limits.tag_page_bytes;
        let mut request = HttpRequest::get(RequestKind::TagMetadata, url, &source.label, limit);
        request.accept = Some("application/json");
        request.optional = true;
        let response = match &source.way {
            ApiAccess::Anonymous => self.exchange.send_following_redirects(&request).await?,
            ApiAccess::Registry(scope) => {
                let ask = self.send_authorized_for(
                    &endpoint.host,
                    &endpoint.path,
                    scope.clone(),
                    request,
                );
                Box::pin(ask).await?
            }
            ApiAccess::Password => {
                self.ask_with_password(endpoint, request, shows_password)
                    .await?
            }
        };
        if response.status != StatusCode::OK {
            return Err(refusal(&response, MissingKind::Repository));
        }
        let mut reading = self.memory.reserve(FREE_INVENTORY);
        reading.grow_by(items_bytes(&response.body))?;
        let sheet =
            (source.read)(&response.body).map_err(|reason| unreadable(&response, reason))?;
        Ok((sheet, response))
    }

    /// Asks whether a registry has an interface, in the registry's own way; `has` says so of a good answer.
    pub(super) async fn probe_at(
        &self,
        endpoint: &Endpoint,
        url: Url,
        has: fn(&[u8]) -> bool,
    ) -> Result<(), RequestError> {
        let limit = self.limits.answer_bytes;
        let mut request =
            HttpRequest::get(RequestKind::TagMetadata, url, &endpoint.host.name, limit);
        request.optional = true;
        let response =
            Box::pin(self.send_authorized(&endpoint.host, &endpoint.path, request)).await?;
        match response.status {
            StatusCode::OK if has(&response.body) => Ok(()),
            StatusCode::OK | StatusCode::NOT_FOUND => Err(ErrorKind::Unsupported.into()),
            _ => Err(refusal(&response, MissingKind::Repository)),
        }
    }

    /// Sends a request to an interface at the registry's own origin that takes no tokens.
    ///
    /// The password is looked up once the interface refuses to do without, and goes by the rules of the
    /// registry's own.
    async fn ask_with_password(
        &self,
        endpoint: &Endpoint,
        mut request: HttpRequest,
        shows_password: &mut bool,
    ) -> Result<HttpResponse, RequestError> {
        let mut refused = None;
        if !*shows_password {
            let response = self.exchange.send_following_redirects(&request).await?;
            // Some hide what strangers may not see.
            let hides = matches!(response.status.as_u16(), 401 | 403 | 404);
            let from_registry = response.url.origin() == request.url.origin();
            if !hides || !from_registry || endpoint.host.is_anonymous(&endpoint.path) {
                return Ok(response);
            }
            refused = Some(response);
        }
        let found = self
            .authenticator
            .credentials(&self.exchange, &endpoint.host, &endpoint.path)
            .await
            .map_err(ErrorKind::Credentials)?;
        let password = found
            .iter()
            .find_map(|one| Some((one, one.basic_header()?)));
        match (password, refused) {
            (None, Some(refused)) => Ok(refused),
            (None, None) => Err(ErrorKind::Denied { source: None }.into()),
            (Some((credential, header)), _) => {
                *shows_password = true;
                request.authorize(Some(&header))?;
                let ask = self.try_to_send(&endpoint.host, &request, credential);
                let response = Box::pin(ask).await;
                response.map_err(|error| error.with_credential(credential.source()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Tag;
    use crate::registry::inventory::TagRecord;

    fn sheet(names: &[&str]) -> MetadataPage {
        let told = |name: &&str| (Tag::parse(name).unwrap(), TagRecord::default());
        MetadataPage {
            tags: names.iter().map(told).collect(),
            next: Some("?page=2".into()),
        }
    }

    #[test]
    fn what_a_server_sends_without_end_is_cut_off() {
        let limits = Limits {
            list_bytes: 100,
            tags: 3,
            ..Limits::default()
        };
        let mut collector = PageCollector::new(limits, &Memory::new(1 << 20));
        assert!(collector.add(90, sheet(&["1"])).is_ok());
        let error = collector.add(20, sheet(&["2"])).unwrap_err();
        assert_eq!(error.kind, ErrorKind::TooLarge { limit: 100 });
        let mut collector = PageCollector::new(limits, &Memory::new(1 << 20));
        let error = collector.add(1, sheet(&["1", "2", "3", "4"])).unwrap_err();
        assert!(error.in_brief().contains("more than 3 tags"));
        let mut collector = PageCollector::new(limits, &Memory::new(1 << 20));
        for _ in 0..=MOST_BARREN_PAGES + 1 {
            collector.add(1, sheet(&["1"])).unwrap();
        }
        assert!(collector.check().is_err());
        collector.add(1, sheet(&["2"])).unwrap();
        assert!(collector.check().is_ok());
    }
}

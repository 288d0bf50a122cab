use std::sync::Arc;

use http::StatusCode;
use serde::Deserialize;
use serde::de::Deserializer;

use super::names::{self, FromName, NameEntry, unreadable};
use super::paging::{Caps, ListItem, NAME_BYTES, PagedList};
use crate::image::Repository;
use crate::observe::RequestKind;
use crate::registry::client::{Client, ClientInner};
use crate::registry::error::{Context, ErrorKind, RegistryError};
use crate::registry::refusal::{MissingKind, refusal};
use crate::registry::request_error::{RequestError, ServerWords};
use crate::registry::transport::request::HttpResponse;

/// What a token for the list is asked for (Docker's token specification, "Resource Scopes").
pub(in crate::registry) const SCOPE: &str = "registry:catalog:*";

/// A registry whose paths are like those of all, but of Docker Hub, which has no such list.
const ANY_REGISTRY: &str = "localhost";

impl Client {
    /// Lists the repositories of a registry: all that it returns, in its order, without duplicates.
    ///
    /// The list is not part of the OCI specification. `distribution`, Harbor, Nexus, Artifactory and zot
    /// support it. Most public registries do not, or provide it only to administrators.
    ///
    /// # Errors
    ///
    /// [`RegistryError`], of kind [`Unsupported`](ErrorKind::Unsupported) if the registry has no such list,
    /// and [`Denied`](ErrorKind::Denied) if access is not allowed; never a part of the list.
    pub async fn catalog(&self, registry: &str) -> Result<Arc<[Repository]>, RegistryError> {
        let list = async {
            let outcome = Box::pin(self.inner.list_repositories(registry)).await;
            outcome.map_err(|error| {
                self.inner.secrets.redact_error(
                    error,
                    &Context::of_registry(registry, "list", "its repositories"),
                )
            })
        };
        self.inner.catalogs.get(registry.into(), list).await
    }
}

impl ClientInner {
    async fn list_repositories(&self, registry: &str) -> Result<Arc<[Repository]>, RequestError> {
        // Any path would do: only the host is looked at.
        if Repository::new(registry, "a/a").is_err() {
            let reason = "it is not a host with an optional port";
            return Err(RequestError::invalid(reason));
        }
        self.check_unblocked(registry)?;
        let host = self.hosts.of(registry, &self.exchange.limiters)?;
        let list = PagedList {
            kind: RequestKind::Catalog,
            host: &host,
            path: "",
            scope: SCOPE.into(),
            url: host.api("_catalog"),
            accept: "application/json",
            nouns: ["repository", "repositories"],
            caps: Caps {
                page_bytes: self.limits.tag_page_bytes,
                bytes: self.limits.list_bytes,
                pages: self.limits.tag_pages,
                items: self.limits.repositories,
            },
            refuse,
        };
        let first = self.first_page(&list).await?;
        let paths = self.all_pages(&list, first, read_page).await?;
        let repositories = paths.iter();
        Ok(repositories
            .filter_map(|Path(path)| Repository::new(registry, path).ok())
            .collect())
    }
}

/// Creates an error from a response that is not a page; a response without a list is reported as such.
pub(in crate::registry) fn refuse(response: &HttpResponse) -> RequestError {
    let words = ServerWords::read(&response.body);
    let is_missing = matches!(
        response.status,
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED | StatusCode::NOT_IMPLEMENTED
    );
    let mut error = refusal(response, MissingKind::Repository);
    if is_missing || words.code.as_deref() == Some("UNSUPPORTED") {
        error.kind = ErrorKind::Unsupported;
    }
    error
}

/// A repository's path.
struct Path(Arc<str>);

impl ListItem for Path {
    type Key = Arc<str>;

    fn key(&self) -> &Arc<str> {
        &self.0
    }

    fn name(&self) -> Option<String> {
        Some(self.0.to_string())
    }

    fn bytes(&self) -> usize {
        self.0.len() + NAME_BYTES
    }
}

impl FromName for Path {
    /// Takes what is the path of a repository, which has an end: a list is kept until its last page.
    fn read(text: &str) -> Option<Self> {
        Repository::new(ANY_REGISTRY, text).ok()?;
        Some(Self(text.into()))
    }
}

fn read_page(response: &HttpResponse) -> Result<Vec<Option<Path>>, RequestError> {
    let read = || {
        let page: CatalogPage = names::parse(&response.body, "repositories")?;
        page.repositories
            .ok_or_else(|| names::no_list("repositories"))
    };
    let entries = read().map_err(|reason| unreadable(response, reason))?;
    let paths = entries.into_iter();
    Ok(paths.map(|NameEntry(path)| path).collect())
}

/// A page; `null` is an empty list, no member is none.
#[derive(Deserialize)]
struct CatalogPage {
    #[serde(default, deserialize_with = "list")]
    repositories: Option<Vec<NameEntry<Path>>>,
}

fn list<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Vec<NameEntry<Path>>>, D::Error> {
    let list: Option<Vec<_>> = Option::deserialize(deserializer)?;
    Ok(Some(list.unwrap_or_default()))
}

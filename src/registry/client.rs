use std::sync::Arc;

use bytes::Bytes;

use super::auth::{CredentialError, CredentialStatus};
use super::authn::authenticator::Authenticator;
use super::authn::secrets::Secrets;
use super::builder::ClientBuilder;
use super::cache::CacheReader;
use super::error::{Context, RegistryError};
use super::host::Hosts;
use super::inventory::{ApiAvailability, HubTag, TagMetadata, TagRecord};
use super::limits::Limits;
use super::lists::tags::pull_scope;
use super::memory::Memory;
use super::mirror::{FirstAsked, Routes};
use super::once::Once;
use super::referrers::Referrers;
use super::request_error::RequestError;
use super::target::Target;
use super::transport::exchange::Exchange;
use crate::image::{Descriptor, Digest, RawManifest, Repository, Tag};

/// A client for registries. A clone is the same client.
///
/// A client is for one run: it does not request a tag list, a manifest or a token again, nor repeat a failed
/// request. Create a new client to see changes.
#[derive(Clone)]
pub struct Client {
    pub(super) inner: Arc<ClientInner>,
}

pub(super) struct ClientInner {
    pub(super) exchange: Exchange,
    pub(super) hosts: Hosts,
    /// Where repositories are to be had; what comes first goes before.
    pub(super) routes: Vec<Routes>,
    pub(super) authenticator: Authenticator,
    pub(super) limits: Limits,
    pub(super) memory: Memory,
    pub(super) secrets: Secrets,
    /// What earlier runs read.
    pub(super) kept: CacheReader,
    pub(super) tags: Once<Repository, Result<Arc<[Tag]>, RegistryError>>,
    pub(super) digests: Once<(Repository, Target), Result<Digest, RegistryError>>,
    pub(super) manifests: Once<(Repository, Target), Result<RawManifest, RequestError>>,
    pub(super) blobs: Once<(Repository, Digest), Result<Bytes, RegistryError>>,
    pub(super) catalogs: Once<String, Result<Arc<[Repository]>, RegistryError>>,
    pub(super) referrers: Once<ReferrersKey, Result<Referrers, RegistryError>>,
    pub(super) hub_tags: Once<(Repository, Tag), Result<Option<HubTag>, RegistryError>>,
    /// Whether registries have an interface of their own, where they are asked for that first.
    pub(super) probes: Once<String, Result<(), RequestError>>,
    pub(super) inventories: Once<Repository, Result<Option<Arc<TagMetadata>>, RegistryError>>,
    pub(super) inventory_tags: Once<(Repository, Tag), Result<Option<TagRecord>, RegistryError>>,
    /// What lists of tags told besides.
    pub(super) told_with_tags: Once<Repository, Arc<TagMetadata>>,
    pub(super) availability: ApiAvailability,
}

/// A repository, a digest in it, and the type of what refers to that.
type ReferrersKey = (Repository, Digest, Option<Box<str>>);

impl Client {
    /// Creates the builder of a client.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    pub(super) fn new(inner: ClientInner) -> Self {
        Self {
            inner: Arc::new(inner),
        }
    }

    /// Returns the credential that a registry would receive for a repository's path, without contacting the
    /// registry.
    ///
    /// An empty path means the registry as a whole. Files are read and credential helpers are run.
    ///
    /// # Errors
    ///
    /// [`CredentialError`] if a file or helper that must be used is broken.
    pub async fn credential_status(
        &self,
        registry: &str,
        path: &str,
    ) -> Result<CredentialStatus, CredentialError> {
        self.inner.authenticator.status(registry, path).await
    }

    /// Returns the hosts that would be contacted first for a repository, without contacting them.
    ///
    /// # Errors
    ///
    /// [`RegistryError`] if the settings of mirrors block the registry, or cannot be read.
    pub fn first_asked(&self, repository: &Repository) -> Result<FirstAsked, RegistryError> {
        let plan = self.inner.plan(repository);
        plan.map(|plan| plan.first()).map_err(|error| {
            let context = Context::of_repository(repository, "list the tags of");
            self.inner.secrets.redact_error(error, &context)
        })
    }

    /// Announces the repositories of the following requests, so that one token can cover several of them, if
    /// their registry grants such tokens.
    pub fn expect<'r>(&self, repositories: impl IntoIterator<Item = &'r Repository>) {
        for repository in repositories {
            let scope = pull_scope(repository.path());
            let scope_batcher = &self.inner.authenticator.scope_batcher;
            scope_batcher.expect(repository.registry(), scope);
        }
    }

    /// Lists a repository's tags: all of them, in the registry's order, without duplicates.
    ///
    /// Entries that are not valid tags are omitted.
    ///
    /// # Errors
    ///
    /// [`RegistryError`] if the complete list cannot be read; never a part of it.
    pub async fn tags(&self, repository: &Repository) -> Result<Arc<[Tag]>, RegistryError> {
        let list = async {
            let outcome = Box::pin(self.inner.list_tags(repository)).await;
            outcome.map_err(|error| {
                self.inner.secrets.redact_error(
                    error,
                    &Context::of_repository(repository, "list the tags of"),
                )
            })
        };
        self.inner.tags.get(repository.clone(), list).await
    }

    /// Returns the digest that a tag points to now, or confirms that a digest exists.
    ///
    /// Sends a HEAD request, which Docker Hub does not count as a pull, or a GET request if HEAD does not
    /// return the digest.
    ///
    /// # Errors
    ///
    /// [`RegistryError`], of kind [`ManifestNotFound`](super::ErrorKind::ManifestNotFound) if it does not
    /// exist.
    pub async fn head(
        &self,
        repository: &Repository,
        target: &Target,
    ) -> Result<Digest, RegistryError> {
        let key = (repository.clone(), target.clone());
        if let Some(Ok(manifest)) = self.inner.manifests.peek(&key) {
            return Ok(manifest.digest);
        }
        let look_up = async {
            let outcome = Box::pin(self.inner.look_up(repository, target)).await;
            outcome.map_err(|error| {
                self.inner
                    .secrets
                    .redact_error(error, &context("look up", repository, target))
            })
        };
        self.inner.digests.get(key, look_up).await
    }

    /// Fetches a manifest or an index as the bytes that hash to its digest.
    ///
    /// By digest, it comes from the cache if it is there.
    ///
    /// # Errors
    ///
    /// [`RegistryError`], of kind [`ManifestNotFound`](super::ErrorKind::ManifestNotFound) if it does not
    /// exist, and [`DigestMismatch`](super::ErrorKind::DigestMismatch) if the bytes do not match the
    /// announced digest.
    pub async fn manifest(
        &self,
        repository: &Repository,
        target: &Target,
    ) -> Result<RawManifest, RegistryError> {
        let outcome = Box::pin(self.inner.manifest(repository, target)).await;
        outcome.map_err(|error| {
            self.inner
                .secrets
                .redact_error(error, &context("read the manifest of", repository, target))
        })
    }

    /// Fetches a manifest or an index that the registry has now, and verifies it.
    ///
    /// [Cached](super::ContentCache) content counts only after the registry confirms its digest by HEAD: an
    /// image may have been deleted since, or access to it withdrawn. Without the network, only the cache is
    /// used.
    ///
    /// # Errors
    ///
    /// [`RegistryError`] as for [`manifest`](Self::manifest).
    pub async fn manifest_there(
        &self,
        repository: &Repository,
        target: &Target,
    ) -> Result<RawManifest, RegistryError> {
        let outcome = Box::pin(self.inner.manifest_there(repository, target)).await;
        outcome.map_err(|error| {
            self.inner
                .secrets
                .redact_error(error, &context("read the manifest of", repository, target))
        })
    }

    /// Fetches a small blob, such as an image's config, and verifies it.
    ///
    /// It comes from the cache if it is there.
    ///
    /// # Errors
    ///
    /// [`RegistryError`] if it does not exist, is too large, or does not match its descriptor.
    pub async fn blob(
        &self,
        repository: &Repository,
        descriptor: &Descriptor,
    ) -> Result<Bytes, RegistryError> {
        let key = (repository.clone(), descriptor.digest.clone());
        let target = Target::Digest(descriptor.digest.clone());
        let fetch = async {
            let outcome = Box::pin(self.inner.blob(repository, descriptor)).await;
            outcome.map_err(|error| {
                self.inner
                    .secrets
                    .redact_error(error, &context("read a blob of", repository, &target))
            })
        };
        self.inner.blobs.get(key, fetch).await
    }

    /// Requests a tag from Docker Hub's own API; `None` if it returns nothing, or for other registries.
    ///
    /// # Errors
    ///
    /// [`RegistryError`] only if the network is not allowed.
    pub async fn hub_tag(
        &self,
        repository: &Repository,
        tag: &Tag,
    ) -> Result<Option<HubTag>, RegistryError> {
        let key = (repository.clone(), tag.clone());
        let target = Target::Tag(tag.clone());
        let ask = async {
            let outcome = Box::pin(self.inner.ask_hub(repository, tag)).await;
            outcome.map_err(|error| {
                self.inner
                    .secrets
                    .redact_error(error, &context("look up", repository, &target))
            })
        };
        self.inner.hub_tags.get(key, ask).await
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Client(…)")
    }
}

/// Says what a request for a manifest, or for something of it, is for.
pub(super) fn context(
    operation: &'static str,
    repository: &Repository,
    target: &Target,
) -> Context {
    Context {
        object: target.of(repository),
        target: Some(target.clone()),
        ..Context::of_repository(repository, operation)
    }
}

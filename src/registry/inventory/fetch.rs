use std::sync::Arc;

use super::api::Api;
use super::collect::MetadataSource;
use super::model::{TagMetadata, TagRecord};
use super::{azure_acr, gitlab, harbor, quay};
use crate::image::{Repository, Tag};
use crate::registry::client::ClientInner;
use crate::registry::error::ErrorKind;
use crate::registry::mirror::Endpoint;
use crate::registry::request_error::RequestError;

impl ClientInner {
    /// Returns the interface of its own that the registry of a repository has: by its settings, else by its
    /// name.
    ///
    /// A registry that others stand for is not asked for what they would be believed about; Docker Hub has
    /// its interface on another host.
    pub(in crate::registry) fn api_of(&self, repository: &Repository) -> Api {
        let registry = repository.registry();
        let settings = self.hosts.settings.get(registry);
        let api = settings.and_then(|settings| settings.api);
        let api = api.unwrap_or_else(|| Api::by_host(registry));
        if matches!(api, Api::None | Api::DockerHub) {
            return api;
        }
        let Ok(plan) = self.plan(repository) else {
            return Api::None;
        };
        let is_resolved_elsewhere = plan.for_tags().any(Endpoint::is_mirror);
        let origin = plan.into_origin();
        let is_itself = origin.host.name == registry && origin.path == repository.path();
        // Amazon's takes signatures alone.
        #[cfg(feature = "aws")]
        let can_sign = self.ecr_of(repository).is_some();
        #[cfg(not(feature = "aws"))]
        let can_sign = false;
        if is_resolved_elsewhere || !is_itself || (api == Api::AmazonEcr && !can_sign) {
            return Api::None;
        }
        api
    }

    /// Returns `true` if the registry tells when a tag was pushed, as far as this run knows.
    pub(in crate::registry) fn publishes_push_times(&self, repository: &Repository) -> bool {
        match self.api_of(repository) {
            Api::None => false,
            _ if self.availability.is_down(repository.registry()) => false,
            // Single tags are asked for in another way than all.
            Api::DockerHub => true,
            _ => self.availability.is_wanted(repository),
        }
    }

    /// Reads the inventory of a repository; nothing if the registry has none or does not give it.
    pub(super) async fn ask_inventory(
        &self,
        repository: &Repository,
    ) -> Result<Option<Arc<TagMetadata>>, RequestError> {
        let api = self.api_of(repository);
        let is_of_use = !self.availability.is_down(repository.registry());
        if api == Api::None || !is_of_use || !self.availability.is_wanted(repository) {
            return Ok(None);
        }
        let outcome = self.read_inventory(api, repository).await;
        self.taken(repository, outcome)
    }

    /// Asks for one tag in the way that an interface has for that; nothing if it has none.
    pub(super) async fn ask_inventory_tag(
        &self,
        repository: &Repository,
        tag: &Tag,
    ) -> Result<Option<TagRecord>, RequestError> {
        if !self.publishes_push_times(repository) {
            return Ok(None);
        }
        let outcome = self
            .read_tag(self.api_of(repository), repository, tag)
            .await;
        Ok(self.taken(repository, outcome)?.flatten())
    }

    /// Returns what the interface tells of one tag, by whichever way it has; nothing if it does not.
    pub(in crate::registry) async fn look_at_tag(
        &self,
        repository: &Repository,
        tag: &Tag,
    ) -> Option<TagRecord> {
        match self.api_of(repository) {
            Api::DockerHub => {
                let told = self.ask_hub(repository, tag).await.ok()??;
                Some(told.into())
            }
            Api::Google | Api::Zot => {
                let inventory = self.ask_inventory(repository).await.ok()??;
                inventory.get(tag).cloned()
            }
            _ => self.ask_inventory_tag(repository, tag).await.ok()?,
        }
    }

    /// Takes an answer, and anything else for none: the ordinary way remains, unless the network may not be
    /// used or there is no time left.
    fn taken<T>(
        &self,
        repository: &Repository,
        outcome: Result<T, RequestError>,
    ) -> Result<Option<T>, RequestError> {
        match outcome {
            Ok(told) => Ok(Some(told)),
            Err(error) => match error.kind {
                ErrorKind::Offline | ErrorKind::Deadline { .. } | ErrorKind::TooSlow { .. } => {
                    Err(error)
                }
                _ => {
                    let observer = &*self.exchange.observer;
                    self.availability.pass_over(observer, repository, &error);
                    Ok(None)
                }
            },
        }
    }

    async fn read_inventory(
        &self,
        api: Api,
        repository: &Repository,
    ) -> Result<Arc<TagMetadata>, RequestError> {
        let endpoint = self.origin(repository)?;
        self.probe(api, &endpoint).await?;
        let inventory = match api {
            Api::None => return Err(ErrorKind::Unsupported.into()),
            Api::Google => {
                let told = self.told_with_tags.peek(repository);
                return told
                    .ok_or_else(|| RequestError::invalid("its list of tags has no manifests"));
            }
            Api::Zot => self.collect_zot(&endpoint).await?,
            #[cfg(feature = "aws")]
            Api::AmazonEcr => self.collect_ecr(repository).await?,
            _ => {
                let source = self.source(api, &endpoint, None)?;
                self.collect(&endpoint, &source).await?
            }
        };
        Ok(Arc::new(inventory))
    }

    async fn read_tag(
        &self,
        api: Api,
        repository: &Repository,
        tag: &Tag,
    ) -> Result<Option<TagRecord>, RequestError> {
        let endpoint = self.origin(repository)?;
        match api {
            Api::None | Api::Google | Api::Zot | Api::DockerHub => return Ok(None),
            #[cfg(feature = "aws")]
            Api::AmazonEcr => return self.ask_ecr_for(repository, tag).await,
            _ => {}
        }
        self.probe(api, &endpoint).await?;
        let source = self.source(api, &endpoint, Some(tag))?;
        let url = source.url.clone();
        let outcome = self.sheet(&endpoint, &source, url, &mut false).await;
        let sheet = match outcome {
            Ok((sheet, _)) => sheet,
            // Of the tag that is not there; whether there is a repository shows in other answers.
            Err(error) if api == Api::AzureAcr && error.status == Some(404) => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut told = sheet.tags.into_iter();
        Ok(told.find(|(name, _)| name == tag).map(|(_, told)| told))
    }

    /// Says how an interface with pages is asked, for all tags or for one.
    fn source(
        &self,
        api: Api,
        endpoint: &Endpoint,
        tag: Option<&Tag>,
    ) -> Result<MetadataSource, RequestError> {
        match api {
            Api::DockerHub => self.hub_source(&endpoint.repository),
            Api::Quay => Ok(quay::source(endpoint, tag)),
            Api::AzureAcr => Ok(azure_acr::source(endpoint, tag)),
            Api::Gitlab => Ok(gitlab::source(endpoint, tag)),
            Api::Harbor => harbor::source(endpoint, tag)
                .ok_or_else(|| RequestError::invalid("its repositories are below a project")),
            Api::AmazonEcr | Api::Google | Api::None | Api::Zot => {
                Err(ErrorKind::Unsupported.into())
            }
        }
    }

    /// Asks a registry whether it has the interface, once, where not every one of its kind has it.
    async fn probe(&self, api: Api, endpoint: &Endpoint) -> Result<(), RequestError> {
        let probe = async {
            match api {
                Api::Gitlab => self.probe_gitlab(endpoint).await,
                _ => self.probe_zot(endpoint).await,
            }
        };
        if matches!(api, Api::Gitlab | Api::Zot) {
            return Box::pin(self.probes.get(endpoint.host.name.clone(), probe)).await;
        }
        Ok(())
    }
}

use std::sync::Arc;

use super::api::Api;
use super::model::{TagMetadata, TagRecord};
use crate::image::{Repository, Tag};
use crate::registry::client::{Client, context};
use crate::registry::error::{Context, RegistryError};
use crate::registry::target::Target;

impl Client {
    /// Returns `true` if the registry tells when a tag was pushed, in an interface of its own.
    ///
    /// Where that turned out to be of no use in this run, it does not.
    pub fn publishes_push_times(&self, repository: &Repository) -> bool {
        self.inner.publishes_push_times(repository)
    }

    /// Returns `true` if to ask for the whole [`inventory`](Self::inventory) rather than for so many tags singly.
    ///
    /// It does where no more pages than tags are wanted, and where the inventory is there already. How many
    /// pages there are shows in the list of tags, if that was asked for.
    pub fn is_tag_metadata_worthwhile(&self, repository: &Repository, tags: usize) -> bool {
        let inner = &self.inner;
        if let Some(outcome) = inner.inventories.peek(repository) {
            return matches!(outcome, Ok(Some(_)));
        }
        if tags == 0 || !inner.publishes_push_times(repository) {
            return false;
        }
        let api = inner.api_of(repository);
        let Some(page_size) = api.page_size() else {
            return true;
        };
        // One tag of Docker Hub comes with its platforms, which are wanted next.
        let least = if api == Api::DockerHub { 2 } else { 1 };
        match inner.tags.peek(repository) {
            Some(Ok(listed)) => tags >= listed.len().div_ceil(page_size).max(least),
            _ => tags > 1,
        }
    }

    /// Reads what the registry's own interface tells of all tags of a repository; `None` if it has no such
    /// interface or does not give it.
    ///
    /// It is asked for once, page by page, by whoever is first. Confirm by [`head`](Self::head) what is taken
    /// from it: it may lag behind. Of Google's registries the list of tags tells it.
    ///
    /// # Errors
    ///
    /// [`RegistryError`] only if the network may not be used, or the deadline is over.
    pub async fn inventory(
        &self,
        repository: &Repository,
    ) -> Result<Option<Arc<TagMetadata>>, RegistryError> {
        if self.inner.api_of(repository) == Api::Google {
            // Why there is no list is told to those who want the list.
            let _list = self.tags(repository).await;
        }
        let ask = async {
            let outcome = Box::pin(self.inner.ask_inventory(repository)).await;
            outcome.map_err(|error| {
                let context = Context::of_repository(repository, "read the inventory of");
                self.inner.secrets.redact_error(error, &context)
            })
        };
        self.inner.inventories.get(repository.clone(), ask).await
    }

    /// Returns what the registry's own interface tells of a tag: from the [`inventory`](Self::inventory) if
    /// that is there or is all on one page, else it is asked for the tag alone.
    ///
    /// # Errors
    ///
    /// [`RegistryError`] only if the network may not be used, or the deadline is over.
    pub async fn inventory_tag(
        &self,
        repository: &Repository,
        tag: &Tag,
    ) -> Result<Option<TagRecord>, RegistryError> {
        if self.is_tag_metadata_worthwhile(repository, 1)
            && let Some(inventory) = self.inventory(repository).await?
            && let Some(told) = inventory.get(tag)
        {
            return Ok(Some(told.clone()));
        }
        self.single_inventory_tag(repository, tag).await
    }

    /// Asks the registry's own interface for a tag alone, which may be ahead of the inventory; `None` where
    /// it has no way to.
    ///
    /// # Errors
    ///
    /// [`RegistryError`] only if the network may not be used, or the deadline is over.
    pub async fn single_inventory_tag(
        &self,
        repository: &Repository,
        tag: &Tag,
    ) -> Result<Option<TagRecord>, RegistryError> {
        if self.inner.api_of(repository) == Api::DockerHub {
            let told = self.hub_tag(repository, tag).await?;
            return Ok(told.map(TagRecord::from));
        }
        let key = (repository.clone(), tag.clone());
        let ask = async {
            let outcome = Box::pin(self.inner.ask_inventory_tag(repository, tag)).await;
            outcome.map_err(|error| {
                let target = Target::Tag(tag.clone());
                let context = context("look up", repository, &target);
                self.inner.secrets.redact_error(error, &context)
            })
        };
        self.inner.inventory_tags.get(key, ask).await
    }

    /// Tells the observer that what the registry's own interface tells of a repository is not enough, once
    /// for each registry. `reason` is a sentence that begins with "it".
    pub fn disable_tag_metadata(&self, repository: &Repository, reason: &str) {
        let observer = &*self.inner.exchange.observer;
        let availability = &self.inner.availability;
        availability.tell(observer, repository, reason.into());
    }
}

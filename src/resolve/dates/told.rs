use std::collections::BTreeMap;

use jiff::Timestamp;

use super::built::is_past;
use crate::image::{Digest, Repository, Tag};
use crate::registry::{Client, RegistryError, TagRecord};
use crate::tag::{Age, Evidence};

/// The date of a tag, as a registry's own interface tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistryDate {
    /// What the tag names, as the interface says: it may lag behind the registry.
    pub digest: Digest,
    /// The age of that digest.
    pub age: Age,
}

/// Returns the dates that the registry's own interface tells of tags, where it tells many in one request.
///
/// Tags that it lacks, or of which it tells no digest or no date that can be true, are left out. Where
/// fewer requests are needed to ask for the tags singly, or there is no such interface, all are.
///
/// # Errors
///
/// [`RegistryError`] only if the network may not be used, or the deadline is over.
pub async fn fetch_told(
    client: &Client,
    repository: &Repository,
    tags: &[&Tag],
    now: Timestamp,
) -> Result<BTreeMap<Tag, RegistryDate>, RegistryError> {
    if !client.is_tag_metadata_worthwhile(repository, tags.len()) {
        return Ok(BTreeMap::new());
    }
    let Some(inventory) = client.inventory(repository).await? else {
        return Ok(BTreeMap::new());
    };
    let found = tags.iter().filter_map(|tag| {
        let told = told(inventory.get(tag)?, now)?;
        Some(((*tag).clone(), told))
    });
    Ok(found.collect())
}

fn told(tag: &TagRecord, now: Timestamp) -> Option<RegistryDate> {
    let since = tag.pushed.filter(|date| is_past(*date, now))?;
    let evidence = Evidence::Registry;
    Some(RegistryDate {
        digest: tag.digest.clone()?,
        age: Age { since, evidence },
    })
}

use jiff::Timestamp;

use super::built::is_past;
use crate::image::{Digest, Repository, Tag};
use crate::registry::{Client, RegistryError, TagRecord, Target};

/// Returns what a tag names, and when it was pushed if the registry says so.
///
/// What a registry's own interface says may lag behind the registry, and counts only if it is of the
/// digest that the tag names now, or names none. What it says of all tags may lag behind what it says of
/// one, which is asked for then.
pub(in crate::resolve) async fn pushed(
    client: &Client,
    repository: &Repository,
    tag: &Tag,
    now: Timestamp,
) -> Result<(Digest, Option<Timestamp>), RegistryError> {
    let target = Target::Tag(tag.clone());
    let (digest, told) = futures_util::future::try_join(
        client.head(repository, &target),
        client.inventory_tag(repository, tag),
    )
    .await?;
    let date = date_of(told, &digest, now);
    if date.is_some() {
        return Ok((digest, date));
    }
    let told = client.single_inventory_tag(repository, tag).await?;
    let date = date_of(told, &digest, now);
    Ok((digest, date))
}

fn date_of(told: Option<TagRecord>, digest: &Digest, now: Timestamp) -> Option<Timestamp> {
    let told = told?;
    let is_it = told.digest.as_ref().is_none_or(|told| told == digest);
    told.pushed.filter(|date| is_it && is_past(*date, now))
}

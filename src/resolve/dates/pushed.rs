use jiff::Timestamp;

use super::built::is_past;
use crate::image::{Digest, Repository, Tag};
use crate::registry::{Client, RegistryError, Target};

/// Returns what a tag names, and when it was pushed if the registry says so.
///
/// What a registry's own interface says may lag behind the registry, and counts only if it is of the
/// digest that the tag names now, or names none.
pub(super) async fn pushed(
    client: &Client,
    repository: &Repository,
    tag: &Tag,
    now: Timestamp,
) -> Result<(Digest, Option<Timestamp>), RegistryError> {
    let target = Target::Tag(tag.clone());
    let (digest, told) = futures_util::future::try_join(
        client.head(repository, &target),
        client.hub_tag(repository, tag),
    )
    .await?;
    let told = told.filter(|told| told.digest.as_ref().is_none_or(|told| *told == digest));
    let date = told.and_then(|told| told.last_pushed);
    Ok((digest, date.filter(|date| is_past(*date, now))))
}

use bytes::Bytes;

use super::InspectError;
use super::choose::{check, choose};
use crate::image::{
    Descriptor, Document, ImageConfig, Index, Manifest, Platform, RawManifest, Reference, Tag,
    media_type,
};
use crate::registry::{Client, FlatIndex, Target};

/// Fetches the exact bytes of the manifest or index that a reference points to, or with a platform those of
/// that platform's manifest.
///
/// # Errors
///
/// [`InspectError`] if the registry does not have the reference, or there is no image for the platform.
pub async fn manifest(
    client: &Client,
    reference: &Reference,
    platform: Option<&Platform>,
) -> Result<RawManifest, InspectError> {
    let raw = top(client, reference).await?;
    if platform.is_none() {
        return Ok(raw);
    }
    match parse_top(reference, &raw)? {
        Document::Index(index) => {
            let index = flat(client, reference, index).await?.index;
            match choose(reference, &index, platform)? {
                Some(child) => child_of(client, reference, child).await,
                None => Ok(raw),
            }
        }
        Document::Manifest(manifest) => {
            image_config(client, reference, &manifest, platform).await?;
            Ok(raw)
        }
    }
}

/// Fetches the exact bytes of the config of an image or an artifact; for an index, that of one platform: the
/// requested one, otherwise `linux/amd64`, otherwise the first.
///
/// # Errors
///
/// [`InspectError`] as for [`manifest`], and if an index has no images.
pub async fn config(
    client: &Client,
    reference: &Reference,
    platform: Option<&Platform>,
) -> Result<Bytes, InspectError> {
    let none = || InspectError::NoConfig {
        reference: reference.to_string(),
    };
    let raw = top(client, reference).await?;
    let manifest = match parse_top(reference, &raw)? {
        Document::Manifest(manifest) => {
            image_config(client, reference, &manifest, platform).await?;
            manifest
        }
        Document::Index(index) => {
            let index = flat(client, reference, index).await?.index;
            let child = choose(reference, &index, platform)?.ok_or_else(none)?;
            let raw = child_of(client, reference, child).await?;
            match parse(reference, &raw)? {
                Document::Manifest(manifest) => manifest,
                Document::Index(_) => return Err(none()),
            }
        }
    };
    Ok(client
        .blob(reference.repository(), &manifest.config)
        .await?)
}

/// Fetches what a reference points to, as the registry has it now: by digest if it has one, else by tag, which is
/// `latest` if it has none.
pub(super) async fn top(
    client: &Client,
    reference: &Reference,
) -> Result<RawManifest, InspectError> {
    let target = match (reference.digest(), reference.tag()) {
        (Some(digest), _) => Target::Digest(digest.clone()),
        (None, Some(tag)) => Target::Tag(tag.clone()),
        (None, None) => Target::Tag(Tag::latest()),
    };
    let there = client.manifest_there(reference.repository(), &target);
    Ok(there.await?)
}

/// Reads what an index leaves to other documents.
pub(super) async fn flat(
    client: &Client,
    reference: &Reference,
    index: Index,
) -> Result<FlatIndex, InspectError> {
    Ok(client.flat_index(reference.repository(), index).await?)
}

/// Fetches the manifest that an index names.
pub(super) async fn child_of(
    client: &Client,
    reference: &Reference,
    child: &Descriptor,
) -> Result<RawManifest, InspectError> {
    let target = Target::Digest(child.digest.clone());
    Ok(client.manifest(reference.repository(), &target).await?)
}

/// Parses what a reference itself points to.
pub(super) fn parse_top(
    reference: &Reference,
    raw: &RawManifest,
) -> Result<Document, InspectError> {
    raw.document().map_err(|error| InspectError::Document {
        reference: reference.to_string(),
        error,
    })
}

/// Parses a part of what a reference points to.
pub(super) fn parse(reference: &Reference, raw: &RawManifest) -> Result<Document, InspectError> {
    raw.document().map_err(|error| InspectError::Document {
        reference: format!("{}@{}", reference.repository(), raw.digest),
        error,
    })
}

/// Fetches the config of a manifest that is an image's, and checks that it is for the platform that is
/// meant.
pub(super) async fn image_config(
    client: &Client,
    reference: &Reference,
    manifest: &Manifest,
    platform: Option<&Platform>,
) -> Result<Option<ImageConfig>, InspectError> {
    if !media_type::is_config(&manifest.config.media_type) {
        return match platform {
            Some(wanted) => Err(InspectError::PlatformMissing {
                reference: reference.to_string(),
                wanted: wanted.clone(),
                present: Vec::new(),
            }),
            None => Ok(None),
        };
    }
    let blob = client
        .blob(reference.repository(), &manifest.config)
        .await?;
    let config = ImageConfig::parse(&blob).map_err(|error| InspectError::Document {
        reference: format!("{}@{}", reference.repository(), manifest.config.digest),
        error,
    })?;
    check(reference, &config, platform)?;
    Ok(Some(config))
}

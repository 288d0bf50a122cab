use super::InspectError;
use super::index::known_platforms;
use crate::image::{Descriptor, ImageConfig, Index, Platform, Reference};

/// Returns the child of an index whose image is meant, the first of several; nothing if the index has none at all.
pub(super) fn choose<'i>(
    reference: &Reference,
    index: &'i Index,
    wanted: Option<&Platform>,
) -> Result<Option<&'i Descriptor>, InspectError> {
    let Some(wanted) = wanted else {
        return Ok(index.usual_image());
    };
    let mut images = index.platform_images();
    let found = images.find(|(platform, _)| wanted.admits(platform));
    found
        .map(|(_, child)| Some(child))
        .ok_or_else(|| InspectError::PlatformMissing {
            reference: reference.to_string(),
            wanted: wanted.clone(),
            present: known_platforms(index),
        })
}

/// Checks that a single image is of the platform that is meant; one that says none may be.
pub(super) fn check(
    reference: &Reference,
    config: &ImageConfig,
    wanted: Option<&Platform>,
) -> Result<(), InspectError> {
    let present = config.platform.as_ref();
    match (wanted, present) {
        (Some(wanted), Some(present)) if !wanted.admits(present) => {
            Err(InspectError::PlatformMissing {
                reference: reference.to_string(),
                wanted: wanted.clone(),
                present: vec![present.clone()],
            })
        }
        _ => Ok(()),
    }
}

use super::mapping::{Mapping, MappingFormat};
use super::occurrence::Occurrence;

/// Containers of Kubernetes and services of Compose: `image`.
pub(super) struct Containers;

impl MappingFormat for Containers {
    fn occurrences(&self, mapping: &Mapping<'_>) -> Vec<Occurrence> {
        let image = mapping.scalar("image");
        image
            .map(|image| mapping.whole("image", image))
            .into_iter()
            .collect()
    }
}

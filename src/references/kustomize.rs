use super::mapping::{Mapping, MappingFormat};
use super::occurrence::Occurrence;

/// The list `images` of Kustomize: `newName`, else `name`, with `newTag` and `digest`.
pub(super) struct Kustomize;

impl MappingFormat for Kustomize {
    fn occurrences(&self, mapping: &Mapping<'_>) -> Vec<Occurrence> {
        let renamed = mapping.parts("newName", "newTag");
        renamed
            .or_else(|| mapping.parts("name", "newTag"))
            .into_iter()
            .collect()
    }
}

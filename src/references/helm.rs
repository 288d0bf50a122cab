use super::mapping::{Mapping, MappingFormat};
use super::occurrence::Occurrence;

/// Values of Helm charts: `registry`, `repository`, `tag` and `digest`.
pub(super) struct Helm;

impl MappingFormat for Helm {
    fn occurrences(&self, mapping: &Mapping<'_>) -> Vec<Occurrence> {
        mapping.parts("repository", "tag").into_iter().collect()
    }
}

use super::mapping::{Mapping, MappingFormat};
use super::occurrence::Occurrence;
use crate::syntax::{Spanned, part_of_scalar};

/// What is in front of an image that a step uses.
const DOCKER: &str = "docker://";

/// Workflows of GitHub: `container`, and `uses` of an image.
pub(super) struct Workflow;

impl MappingFormat for Workflow {
    fn occurrences(&self, mapping: &Mapping<'_>) -> Vec<Occurrence> {
        let container = mapping.scalar("container");
        let container = container.map(|image| mapping.whole("container", image));
        let uses = mapping.scalar("uses").and_then(|uses| {
            let image = uses.value.strip_prefix(DOCKER)?;
            let (offset, length) = (DOCKER.len(), image.len());
            let span = part_of_scalar(mapping.text, &uses.span, &uses.value, offset, length);
            let value = image.to_string();
            Some(mapping.whole("uses", Spanned { value, span }))
        });
        container.into_iter().chain(uses).collect()
    }
}

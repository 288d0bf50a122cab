use super::occurrence::{Occurrence, ReferenceParts, Spelling};
use crate::image::Digest;
use crate::syntax::{Kind, Node, Spanned};

/// A way of writing references in the mappings of YAML, whatever file they are in.
pub(super) trait MappingFormat: Sync {
    /// Returns what a mapping names by its own keys.
    fn occurrences(&self, mapping: &Mapping<'_>) -> Vec<Occurrence>;
}

/// A mapping of a YAML file.
pub(super) struct Mapping<'t> {
    pub(super) text: &'t str,
    pub(super) document: usize,
    /// The keys that lead to it.
    pub(super) path: &'t [String],
    pub(super) node: &'t Node,
}

impl Mapping<'_> {
    /// Returns the scalar of a key as it is spelt; numbers and dates are texts here.
    pub(super) fn scalar(&self, key: &str) -> Option<Spanned<String>> {
        let node = &self.node.last_entry(key)?.value;
        let text = match &node.kind {
            Kind::Text(_) | Kind::Number(_) | Kind::Other { .. } => node.scalar()?,
            _ => return None,
        };
        (!text.is_empty()).then(|| Spanned {
            value: text.to_string(),
            span: node.span.clone(),
        })
    }

    /// Makes an occurrence of a reference that is the value of a key, or a part of it.
    pub(super) fn whole(&self, key: &str, value: Spanned<String>) -> Occurrence {
        let mut path = self.path.to_vec();
        path.push(key.to_string());
        Occurrence {
            spelling: Spelling::Whole(value),
            document: self.document,
            path,
        }
    }

    /// Makes an occurrence of a reference in parts, if the mapping has a repository and a tag.
    pub(super) fn parts(&self, repository: &str, tag: &str) -> Option<Occurrence> {
        let is_digest = |digest: &Spanned<String>| Digest::parse(&digest.value).is_ok();
        let parts = ReferenceParts {
            registry: self.scalar("registry"),
            repository: self.scalar(repository)?,
            tag: Some(self.scalar(tag)?),
            digest: self.scalar("digest").filter(is_digest),
        };
        Some(Occurrence {
            spelling: Spelling::Parts(parts),
            document: self.document,
            path: self.path.to_vec(),
        })
    }
}

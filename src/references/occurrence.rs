use crate::image::Reference;
use crate::syntax::Spanned;

/// One place in a file that names an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// How the reference is written there.
    pub spelling: Spelling,
    /// The YAML document that it is in, from 1; 1 in files that have none.
    pub document: usize,
    /// The keys that lead to it, those of its parts left out; items of lists are numbered from 0. In a Dockerfile
    /// the instruction.
    pub path: Vec<String>,
}

/// How a reference is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// In one piece: `ghcr.io/acme/api:v2.3.1`.
    Whole(Spanned<String>),
    /// In parts with keys of their own, as in Helm values and Kustomize.
    Parts(ReferenceParts),
}

/// The parts of a reference, each with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferenceParts {
    /// The registry's host, where the repository goes without it.
    pub registry: Option<Spanned<String>>,
    /// The repository.
    pub repository: Spanned<String>,
    /// The tag, as it is spelt: `1.10` without quotes is no number.
    pub tag: Option<Spanned<String>>,
    /// The digest.
    pub digest: Option<Spanned<String>>,
}

impl Spelling {
    /// Returns the reference in one piece, as it is written.
    pub fn text(&self) -> String {
        match self {
            Self::Whole(whole) => whole.value.clone(),
            Self::Parts(parts) => {
                let after = |mark: &str, part: &Option<Spanned<String>>| match part {
                    Some(part) => format!("{mark}{}", part.value),
                    None => String::new(),
                };
                let registry = match &parts.registry {
                    Some(registry) => format!("{}/", registry.value),
                    None => String::new(),
                };
                format!(
                    "{registry}{}{}{}",
                    parts.repository.value,
                    after(":", &parts.tag),
                    after("@", &parts.digest)
                )
            }
        }
    }
}

impl Occurrence {
    /// Says whether what is named is known only later: the text has variables or is a template.
    pub fn has_variables(&self) -> bool {
        self.spelling.text().contains(['$', '{', '<'])
    }

    /// Returns the reference, if it is written out and is one. `scratch` is a Dockerfile's word for no image.
    pub fn reference(&self) -> Option<Reference> {
        let text = self.spelling.text();
        if self.has_variables() || text == "scratch" {
            return None;
        }
        Reference::parse(&text).ok()
    }
}

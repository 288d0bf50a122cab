use std::path::Path;

use super::containers::Containers;
use super::format::FileFormat;
use super::helm::Helm;
use super::kustomize::Kustomize;
use super::mapping::{Mapping, MappingFormat};
use super::occurrence::{Occurrence, Spelling};
use super::workflow::Workflow;
use crate::syntax::{Kind, Node, SyntaxError, documents};

/// YAML of Kubernetes, Kustomize, Helm values, Compose or workflows: the names of files do not tell which.
pub(super) struct Yaml;

/// How references are written in YAML.
const FORMATS: [&dyn MappingFormat; 4] = [&Containers, &Workflow, &Helm, &Kustomize];

impl FileFormat for Yaml {
    fn may_be(&self, path: &Path) -> bool {
        let extension = path.extension().and_then(|extension| extension.to_str());
        matches!(extension, Some("yaml" | "yml"))
    }

    fn occurrences(&self, text: &str) -> Result<Vec<Occurrence>, SyntaxError> {
        let mut walk = YamlWalk {
            text,
            document: 0,
            path: Vec::new(),
            found: Vec::new(),
        };
        for document in documents(text) {
            walk.document = document.number;
            walk.node(&document.root?);
        }
        let mut found = walk.found;
        found.sort_by_key(|occurrence| start(&occurrence.spelling));
        // What several aliases stand for is written once.
        found.dedup_by(|one, other| one.spelling == other.spelling);
        Ok(found)
    }
}

fn start(spelling: &Spelling) -> usize {
    match spelling {
        Spelling::Whole(whole) => whole.span.start,
        Spelling::Parts(parts) => parts.repository.span.start,
    }
}

struct YamlWalk<'t> {
    text: &'t str,
    document: usize,
    path: Vec<String>,
    found: Vec<Occurrence>,
}

impl YamlWalk<'_> {
    fn node(&mut self, node: &Node) {
        match &node.kind {
            Kind::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.below(index.to_string(), item);
                }
            }
            Kind::Table(entries) => {
                let mapping = Mapping {
                    text: self.text,
                    document: self.document,
                    path: &self.path,
                    node,
                };
                let found = FORMATS
                    .iter()
                    .flat_map(|format| format.occurrences(&mapping));
                self.found.extend(found);
                for entry in entries {
                    self.below(entry.key.clone(), &entry.value);
                }
            }
            _ => {}
        }
    }

    fn below(&mut self, step: String, node: &Node) {
        self.path.push(step);
        self.node(node);
        self.path.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, String)> {
        let found = Yaml.occurrences(text).unwrap();
        let said = |one: &Occurrence| {
            let path = one.path.join("/");
            (format!("{}:{path}", one.document), one.spelling.text())
        };
        found.iter().map(said).collect()
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        let owned = |(path, text): &(&str, &str)| ((*path).to_string(), (*text).to_string());
        pairs.iter().map(owned).collect()
    }

    #[test]
    fn numbers_keep_their_spelling() {
        let text = "image: {repository: app, tag: 1.10}\n---\nimages:\n- {name: x, newTag: 010}\n- {name: y, newTag: 2024-01-01}\n";
        let wanted = [
            ("1:image", "app:1.10"),
            ("2:images/0", "x:010"),
            ("2:images/1", "y:2024-01-01"),
        ];
        assert_eq!(found(text), pairs(&wanted));
    }

    #[test]
    fn aliases_merges_and_keys_that_stand_twice_are_read() {
        let text = "x-base: &base {image: nginx:1, image: nginx:2}\nservices:\n  a: *base\n  b: {<<: *base, init: true}\n  \
                    c: {<<: [*base], image: redis:7}\n";
        let wanted = [
            ("1:x-base/image", "nginx:2"),
            ("1:services/c/image", "redis:7"),
        ];
        assert_eq!(found(text), pairs(&wanted));
    }

    #[test]
    fn the_parts_have_their_places() {
        let digest = format!("sha256:{}", "0".repeat(64));
        let text = format!(
            "- {{newName: 'ghcr.io/a', newTag: v1, digest: \"{digest}\"}}\n- uses: 'docker://b:2'\n"
        );
        let found = Yaml.occurrences(&text).unwrap();
        let Spelling::Parts(parts) = &found[0].spelling else {
            panic!("{found:?}");
        };
        let written = [
            Some(&parts.repository),
            parts.tag.as_ref(),
            parts.digest.as_ref(),
        ];
        let written = written.map(|part| &text[part.unwrap().span.clone()]);
        assert_eq!(written, ["'ghcr.io/a'", "v1", &format!("\"{digest}\"")]);
        let reference = found[0].reference().unwrap();
        assert_eq!(reference.to_string(), format!("ghcr.io/a:v1@{digest}"));
        let Spelling::Whole(whole) = &found[1].spelling else {
            panic!("{found:?}");
        };
        assert_eq!(&text[whole.span.clone()], "b:2");
    }
}

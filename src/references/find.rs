use std::collections::BTreeSet;

use super::format::FileFormat;
use super::occurrence::Occurrence;
use crate::image::Reference;

/// The references of a file, and what of it makes none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileReferences {
    /// The references, in their order, each once.
    pub references: Vec<Reference>,
    /// How many references have variables or are templates, and were passed over.
    pub variable_count: usize,
    /// Whether the file is not of its format, as a template is until it is rendered.
    pub is_unreadable: bool,
}

/// Returns the references in a file.
///
/// Only what stands there literally is found: what has variables or is a template is passed over.
pub fn find(format: &dyn FileFormat, text: &str) -> FileReferences {
    let Ok(occurrences) = format.occurrences(text) else {
        return FileReferences {
            is_unreadable: true,
            ..FileReferences::default()
        };
    };
    let mut seen = BTreeSet::new();
    let references = occurrences.iter().filter_map(Occurrence::reference);
    FileReferences {
        references: references
            .filter(|reference| seen.insert(reference.clone()))
            .collect(),
        variable_count: occurrences
            .iter()
            .filter(|occurrence| occurrence.has_variables())
            .count(),
        is_unreadable: false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::dockerfile::Dockerfile;
    use super::super::yaml::Yaml;
    use super::*;

    fn texts(format: &dyn FileFormat, text: &str) -> Vec<String> {
        find(format, text)
            .references
            .iter()
            .map(Reference::to_string)
            .collect()
    }

    #[test]
    fn dockerfiles() {
        let text = "ARG BASE=x\nFROM --platform=$BUILDPLATFORM golang:1.23 AS build\nfrom build as test\n\
                    FROM ${BASE}\nFROM scratch\nFROM gcr.io/distroless/static:nonroot\n\
                    COPY --from=build /a /a\nCOPY --from=0 /b /b\nCOPY --from=alpine:3.20.2 /c /c\n";
        assert_eq!(
            texts(&Dockerfile, text),
            [
                "docker.io/library/golang:1.23",
                "gcr.io/distroless/static:nonroot",
                "docker.io/library/alpine:3.20.2"
            ]
        );
    }

    #[test]
    fn kubernetes_compose_and_workflows() {
        let text = "containers:\n- name: web\n  image: nginx:1.27.4-alpine # comment\n- image: \"redis:7\"\n  name: cache\n\
                    services:\n  db:\n    image: 'postgres:16.4'\nsteps:\n- uses: docker://alpine:3.20\n- image: '{{ .Values.x }}'\n---\nimage: [busybox]\n";
        let mut found = texts(&Yaml, text);
        found.sort();
        assert_eq!(
            found,
            [
                "docker.io/library/alpine:3.20",
                "docker.io/library/nginx:1.27.4-alpine",
                "docker.io/library/postgres:16.4",
                "docker.io/library/redis:7"
            ]
        );
    }

    #[test]
    fn what_is_passed_over_is_counted() {
        let dockerfile = find(&Dockerfile, "FROM $A\nFROM ${B}:1\nFROM scratch\n");
        assert_eq!(
            (dockerfile.variable_count, dockerfile.is_unreadable),
            (2, false)
        );
        let yaml = find(&Yaml, "image: ${{ matrix.image }}\n---\nimage: $X\n");
        assert_eq!((yaml.variable_count, yaml.is_unreadable), (2, false));
        assert!(find(&Yaml, "{{ if x }}\nimage: a\n").is_unreadable);
    }

    #[test]
    fn helm_values_and_kustomize() {
        let helm = "web:\n  image:\n    registry: ghcr.io\n    repository: acme/api\n    tag: \"v2.3.1\"\n  replicas: 2\n";
        assert_eq!(texts(&Yaml, helm), ["ghcr.io/acme/api:v2.3.1"]);
        let kustomize = "images:\n- name: api\n  newName: ghcr.io/acme/api\n  newTag: v2.3.1\n- name: redis\n  newTag: 7.4.1\n";
        assert_eq!(
            texts(&Yaml, kustomize),
            ["ghcr.io/acme/api:v2.3.1", "docker.io/library/redis:7.4.1"]
        );
    }
}

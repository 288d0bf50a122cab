use std::path::Path;

use serde_json::{Map, Value};

use crate::image::Reference;

/// The kinds of files that references are found in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A Dockerfile or Containerfile: `FROM`.
    Dockerfile,
    /// YAML of Kubernetes, Kustomize, Helm values, Compose or workflows.
    Yaml,
}

impl FileKind {
    /// Tells the kind by the file's name; `None` for files that hold no references.
    pub fn of(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?.to_ascii_lowercase();
        let extension = path
            .extension()
            .and_then(|extension| extension.to_str())
            .unwrap_or_default();
        if ["dockerfile", "containerfile"]
            .iter()
            .any(|word| name.starts_with(word) || name.ends_with(word))
        {
            return Some(Self::Dockerfile);
        }
        matches!(extension, "yaml" | "yml").then_some(Self::Yaml)
    }
}

/// What was found in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The references, in their order, each once.
    pub references: Vec<Reference>,
    /// How many references have variables or are templates, and were passed over.
    pub variable_count: usize,
    /// Whether the file is not of its kind, as a template is until it is rendered.
    pub is_unreadable: bool,
}

/// Returns the references in a file.
///
/// Only what stands there literally is found: what has variables or is a template is passed over.
pub fn find(kind: FileKind, text: &str) -> Found {
    let mut found = match kind {
        FileKind::Dockerfile => in_dockerfile(text),
        FileKind::Yaml => in_yaml(text),
    };
    let mut seen = std::collections::BTreeSet::new();
    found
        .references
        .retain(|reference| seen.insert(reference.clone()));
    found
}

impl Found {
    /// Takes a text that should be a reference.
    fn take(&mut self, text: &str) {
        if text.contains(['$', '{', '<']) {
            self.variable_count += 1;
        } else if text != "scratch" {
            self.references.extend(Reference::parse(text));
        }
    }
}

fn in_dockerfile(text: &str) -> Found {
    let mut stages: Vec<String> = Vec::new();
    let mut found = Found::default();
    for line in text.lines() {
        let mut words = line.split_whitespace();
        let copied = line
            .trim_start()
            .get(..5)
            .is_some_and(|word| word.eq_ignore_ascii_case("copy "));
        if let Some(image) = words
            .clone()
            .find_map(|word| word.strip_prefix("--from="))
            .filter(|_| copied)
        {
            let is_stage = stages.iter().any(|stage| stage.eq_ignore_ascii_case(image));
            let is_number = image.bytes().all(|byte| byte.is_ascii_digit());
            if !is_stage && !is_number {
                found.take(image);
            }
        }
        if !words
            .next()
            .is_some_and(|word| word.eq_ignore_ascii_case("from"))
        {
            continue;
        }
        let mut words = words.skip_while(|word| word.starts_with("--"));
        let Some(image) = words.next() else { continue };
        if !stages.iter().any(|stage| stage.eq_ignore_ascii_case(image)) {
            found.take(image);
        }
        if words
            .next()
            .is_some_and(|word| word.eq_ignore_ascii_case("as"))
        {
            stages.extend(words.next().map(str::to_string));
        }
    }
    found
}

fn in_yaml(text: &str) -> Found {
    let mut found = Found::default();
    match serde_saphyr::from_multiple::<Value>(text) {
        Ok(documents) => documents
            .iter()
            .for_each(|document| walk(document, &mut found)),
        // A template holds no references that can be read.
        Err(_) => found.is_unreadable = true,
    }
    found
}

fn walk(value: &Value, found: &mut Found) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| walk(item, found)),
        Value::Object(members) => {
            in_members(members, found);
            members.values().for_each(|member| walk(member, found));
        }
        _ => {}
    }
}

fn in_members(members: &Map<String, Value>, found: &mut Found) {
    let get = |key: &str| match members.get(key) {
        Some(Value::String(text)) if !text.is_empty() => Some(text.clone()),
        // A tag without quotes, such as `16` or `1.27`.
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    for text in ["image", "container"].into_iter().filter_map(get) {
        found.take(&text);
    }
    if let Some(image) = get("uses")
        .as_deref()
        .and_then(|uses| uses.strip_prefix("docker://"))
    {
        found.take(image);
    }
    // Helm values write the parts apart, Kustomize too, under other names.
    let parts = [
        ("repository", "tag"),
        ("newName", "newTag"),
        ("name", "newTag"),
    ];
    let split = parts
        .into_iter()
        .find_map(|(name, tag)| Some((get(name)?, get(tag)?)));
    if let Some((name, tag)) = split {
        let registry = get("registry")
            .map(|registry| format!("{registry}/"))
            .unwrap_or_default();
        found.take(&format!("{registry}{name}:{tag}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(kind: FileKind, text: &str) -> Vec<String> {
        find(kind, text)
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
            texts(FileKind::Dockerfile, text),
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
        let mut found = texts(FileKind::Yaml, text);
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
        let dockerfile = find(FileKind::Dockerfile, "FROM $A\nFROM ${B}:1\nFROM scratch\n");
        assert_eq!(
            (dockerfile.variable_count, dockerfile.is_unreadable),
            (2, false)
        );
        let yaml = find(
            FileKind::Yaml,
            "image: ${{ matrix.image }}\n---\nimage: $X\n",
        );
        assert_eq!((yaml.variable_count, yaml.is_unreadable), (2, false));
        assert!(find(FileKind::Yaml, "{{ if x }}\nimage: a\n").is_unreadable);
    }

    #[test]
    fn helm_values_and_kustomize() {
        let helm = "web:\n  image:\n    registry: ghcr.io\n    repository: acme/api\n    tag: \"v2.3.1\"\n  replicas: 2\n";
        assert_eq!(texts(FileKind::Yaml, helm), ["ghcr.io/acme/api:v2.3.1"]);
        let kustomize = "images:\n- name: api\n  newName: ghcr.io/acme/api\n  newTag: v2.3.1\n- name: redis\n  newTag: 7.4.1\n";
        assert_eq!(
            texts(FileKind::Yaml, kustomize),
            ["ghcr.io/acme/api:v2.3.1", "docker.io/library/redis:7.4.1"]
        );
    }
}

use std::ops::Range;

use crate::error::{Code, Diagnostic, Place};
use crate::import::imported::{Setting, Spot, Warning, nearest};
use crate::references::kubernetes;
use crate::syntax::{Node, SourceFile, SyntaxError, documents};

/// One Kubernetes object.
#[derive(Clone, Debug)]
pub(super) struct Object<'f> {
    file: &'f SourceFile,
    pub(super) root: Node,
}

/// Returns the objects of some files in their order, or what is wrong with each file that is broken.
pub(super) fn objects(files: &[SourceFile]) -> Result<Vec<Object<'_>>, Vec<Diagnostic>> {
    let mut objects = Vec::new();
    let mut problems = Vec::new();
    for file in files {
        match objects_of_file(file) {
            Ok(found) => objects.extend(found),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() {
        Ok(objects)
    } else {
        Err(problems)
    }
}

/// Returns the objects of a file, those in lists among them.
///
/// A value that is not an object (no `kind`) is left out.
fn objects_of_file(file: &SourceFile) -> Result<Vec<Object<'_>>, Diagnostic> {
    let mut objects = Vec::new();
    for document in documents(&file.text) {
        let root = document
            .root
            .map_err(|error| not_yaml(document.number, &error, file))?;
        let found = kubernetes::objects(&root).into_iter();
        objects.extend(
            found
                .filter(|root| root.field_text(&["kind"]).is_some())
                .map(|root| Object {
                    file,
                    root: root.clone(),
                }),
        );
    }
    Ok(objects)
}

fn not_yaml(document: usize, error: &SyntaxError, file: &SourceFile) -> Diagnostic {
    let message = format!(
        "document {document} of {} is not YAML: {}",
        file.path.display(),
        error.message
    );
    let place = file.place(error.span.start..error.span.start);
    let problem = Diagnostic::new(Code::ImportSyntax, message).at(place);
    if file.text.contains("{{") {
        problem.help("a template is not YAML: import what `helm template` writes")
    } else {
        problem
    }
}

impl Object<'_> {
    /// Says whether the object is of a kind in an API group, in whichever version.
    pub(super) fn is(&self, group: &str, kind: &str) -> bool {
        let version = self.root.field_text(&["apiVersion"]).unwrap_or_default();
        version
            .split_once('/')
            .is_some_and(|(found, _)| found == group)
            && self.root.field_text(&["kind"]) == Some(kind)
    }

    /// Returns its name; empty if it has none.
    pub(super) fn name(&self) -> &str {
        self.root
            .field_text(&["metadata", "name"])
            .unwrap_or_default()
    }

    /// Returns its namespace, if it says one.
    pub(super) fn namespace(&self) -> Option<&str> {
        self.root.field_text(&["metadata", "namespace"])
    }

    /// Returns the text that a path leads to, with its place.
    pub(super) fn setting(&self, path: &[&str]) -> Option<Setting> {
        Some(Setting::new(path, self.root.field_text(path)?))
    }

    /// Returns the texts of a list, each with its place.
    pub(super) fn settings(&self, path: &[&str]) -> Vec<Setting> {
        let items = self.root.field(path).map(Node::items).unwrap_or_default();
        let texts = (0..items.len()).filter_map(|index| {
            let index = index.to_string();
            let path: Vec<&str> = path.iter().copied().chain([index.as_str()]).collect();
            self.setting(&path)
        });
        texts.collect()
    }

    /// Returns where the value of a path, or its key, stands.
    pub(super) fn spot(path: &[&str], at_key: bool) -> Spot {
        Spot {
            path: path.iter().map(ToString::to_string).collect(),
            at_key,
            offset: 0,
            length: usize::MAX,
        }
    }

    /// Returns a warning for each key of a table that is not known there.
    pub(super) fn unknown_keys(&self, path: &[&str], known: &[&str]) -> Vec<Warning> {
        let entries = self.root.field(path).map(Node::entries).unwrap_or_default();
        let unknown = entries
            .iter()
            .filter(|entry| !known.contains(&entry.key.as_str()));
        let warnings = unknown.map(|entry| {
            let path: Vec<&str> = path.iter().copied().chain([entry.key.as_str()]).collect();
            let message = format!("`{}` is not a field that is read", entry.key);
            let warning = Warning::new(message, Self::spot(&path, true));
            match nearest(&entry.key, known.iter().copied()) {
                Some(near) => warning.help(format!("did you mean `{near}`?")),
                None => warning,
            }
        });
        warnings.collect()
    }

    /// Finds the bytes of a spot in the file. `inside` leads to where the spot's path begins.
    pub(super) fn place(&self, inside: &[&str], spot: &Spot) -> Place {
        let path: Vec<&str> = inside
            .iter()
            .copied()
            .chain(spot.path.iter().map(String::as_str))
            .collect();
        let span = self.span(&path, spot).unwrap_or_else(|| {
            let start = self.root.span.start;
            start..start
        });
        self.file.place(first_line(&self.file.text, &span))
    }

    fn span(&self, path: &[&str], spot: &Spot) -> Option<Range<usize>> {
        let (last, parents) = path.split_last()?;
        let parent = self.root.field(parents)?;
        if spot.at_key
            && let Some(entry) = parent.last_entry(last)
        {
            return Some(entry.key_span.clone());
        }
        let node = self.root.field(path)?;
        let Some(text) = node.scalar() else {
            return Some(node.span.clone());
        };
        let raw = self.file.text.get(node.span.clone())?;
        let end = spot.offset.saturating_add(spot.length).min(text.len());
        let part = text.get(spot.offset..end)?;
        // A text that is folded or has escapes is not there as it is, but a part of it may be.
        let at = match raw.find(text) {
            Some(start) => Some(start + spot.offset),
            None => raw
                .find(part)
                .filter(|first| raw.rfind(part) == Some(*first)),
        };
        Some(match at {
            Some(at) => node.span.start + at..node.span.start + at + part.len(),
            None => node.span.clone(),
        })
    }

    /// Makes a diagnostic of a warning about an image, or about the object.
    pub(super) fn diagnostic(
        &self,
        warning: &Warning,
        inside: &[&str],
        subject: Option<&str>,
    ) -> Diagnostic {
        let mut diagnostic =
            Diagnostic::new(warning.code, &*warning.message).at(self.place(inside, &warning.spot));
        diagnostic.subject = subject.map(str::to_string);
        diagnostic.help.extend(warning.help.clone());
        diagnostic
    }
}

/// Cuts a span at the end of its first line: a whole table would bury the message.
fn first_line(text: &str, span: &Range<usize>) -> Range<usize> {
    let length = text
        .get(span.clone())
        .and_then(|part| part.find(['\r', '\n']))
        .unwrap_or(span.len());
    span.start..span.start + length
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::Format;

    const LISTS: &str = "# a comment\n---\n---\napiVersion: v1\nkind: List\nitems:\n- {apiVersion: a.io/v1, kind: A, metadata: {name: x}}\n\
        - apiVersion: a.io/v2\n  kind: A\n  metadata:\n    name: 'y'\n  spec:\n    list: [one, 'two']\n---\njust text\n";

    #[test]
    fn objects_of_several_documents_and_lists() {
        let file = SourceFile::new("a.yaml", LISTS, Format::Yaml);
        let objects = objects_of_file(&file).unwrap();
        let names: Vec<_> = objects.iter().map(Object::name).collect();
        assert_eq!(names, ["x", "y"]);
        assert!(objects.iter().all(|object| object.is("a.io", "A")));
        assert!(!objects[0].is("b.io", "A"));
        let settings = objects[1].settings(&["spec", "list"]);
        let place = objects[1].place(&[], &settings[1].spot());
        assert_eq!(place.line_and_column(), (13, 18));
        assert_eq!(&file.text[place.span], "two");
    }

    #[test]
    fn json_is_read_too() {
        let text = "{\n\t\"apiVersion\": \"a.io/v1\",\n\t\"kind\": \"A\",\n\t\"metadata\": { \"name\": \"x\\u0041\" }\n}\n";
        let file = SourceFile::new("a.json", text, Format::Yaml);
        assert_eq!(objects_of_file(&file).unwrap()[0].name(), "xA");
    }

    #[test]
    fn a_broken_document_is_named() {
        let file = SourceFile::new(
            "a.yaml",
            "kind: A\n---\nkind: B\n---\nkind: [\n",
            Format::Yaml,
        );
        let problem = objects_of_file(&file).unwrap_err();
        assert!(
            problem
                .message
                .starts_with("document 3 of a.yaml is not YAML"),
            "{problem:?}"
        );
        let template = SourceFile::new("a.yaml", "kind: A\n{{ if x }}\nname: y\n", Format::Yaml);
        assert!(objects_of_file(&template).unwrap_err().help[0].contains("helm template"));
    }

    #[test]
    fn merge_keys_are_followed() {
        let text = "x: &x {name: a, namespace: n}\nkind: A\nmetadata:\n  <<: *x\n  name: b\n";
        let file = SourceFile::new("a.yaml", text, Format::Yaml);
        let objects = objects_of_file(&file).unwrap();
        assert_eq!(
            (objects[0].name(), objects[0].namespace()),
            ("b", Some("n"))
        );
    }
}

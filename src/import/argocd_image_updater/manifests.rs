use std::collections::BTreeMap;

use super::{PREFIX, read_annotations, resource};
use crate::error::Diagnostic;
use crate::import::collection::{Candidate, Collection, named};
use crate::import::imported::{Imported, Spot, Warning};
use crate::import::object::{Object, objects};
use crate::syntax::Node;
use crate::syntax::SourceFile;

/// What a file mentions that has something to read for [`collect`].
pub const MARK: &str = "argocd-image-updater.argoproj.io";

/// Reads the policies in some files: annotations on `Application`s and on the template of an
/// `ApplicationSet`, and `ImageUpdater` resources.
///
/// An image is named by its alias, else by the last part of its repository.
///
/// # Errors
///
/// A problem for each file that is not YAML or JSON.
pub fn collect(files: &[SourceFile]) -> Result<Collection, Vec<Diagnostic>> {
    let mut collection = Collection::default();
    let mut candidates = Vec::new();
    for object in objects(files)? {
        let parts = if object.is("argoproj.io", "Application") {
            vec![annotated(&object, &["metadata", "annotations"])]
        } else if object.is("argoproj.io", "ApplicationSet") {
            vec![annotated(
                &object,
                &["spec", "template", "metadata", "annotations"],
            )]
        } else if object.is("argocd-image-updater.argoproj.io", "ImageUpdater") {
            resource::read(&object)
        } else {
            continue;
        };
        for part in parts {
            for warning in &part.imported.warnings {
                let subject = Some(object.name()).filter(|name| !name.is_empty());
                collection
                    .warnings
                    .push(object.diagnostic(warning, part.inside, subject));
            }
            candidates.extend(part.imported.images.into_iter().map(|image| {
                Candidate {
                    place: object.place(part.inside, &image.spot),
                    warnings: image
                        .warnings
                        .iter()
                        .map(|warning| object.diagnostic(warning, part.inside, None))
                        .collect(),
                    owners: part.owners.clone(),
                    image,
                }
            }));
        }
    }
    collection.images = named(candidates);
    Ok(collection)
}

/// What a part of an object says, and whom it belongs to.
pub(super) struct ImportedPart {
    pub(super) imported: Imported,
    /// What leads to the value that the spots begin at.
    pub(super) inside: &'static [&'static str],
    pub(super) owners: Vec<String>,
}

fn annotated(object: &Object<'_>, inside: &'static [&'static str]) -> ImportedPart {
    let entries = object.root.field(inside);
    let entries = entries.map(Node::entries).unwrap_or_default();
    let mut annotations = BTreeMap::new();
    let mut templates = Vec::new();
    for entry in entries.iter().filter(|entry| entry.key.starts_with(PREFIX)) {
        match entry.value.scalar() {
            Some(text) if text.contains("{{") => {
                let message = format!("`{text}` is a template, and is left out");
                templates.push(Warning::new(message, spot(&entry.key)));
            }
            Some(text) => {
                annotations.insert(entry.key.clone(), text.to_string());
            }
            None => {}
        }
    }
    let mut imported = read_annotations(&annotations);
    imported.warnings.extend(templates);
    ImportedPart {
        imported,
        inside,
        owners: owners(&[Some(object.name()), object.namespace()]),
    }
}

fn spot(key: &str) -> Spot {
    Object::spot(&[key], false)
}

/// Returns the names that are there.
pub(super) fn owners(names: &[Option<&str>]) -> Vec<String> {
    let names = names.iter().flatten().filter(|name| !name.is_empty());
    names.map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::Format;

    fn collected(text: &str) -> Collection {
        collect(&[SourceFile::new("a.yaml", text, Format::Yaml)]).unwrap()
    }

    #[test]
    fn applications_and_templates_of_application_sets() {
        let text = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: shop\n  annotations:\n    \
                    argocd-image-updater.argoproj.io/image-list: web=nginx:^1\n---\n\
                    apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: all}\nspec:\n  template:\n    metadata:\n      annotations:\n        \
                    argocd-image-updater.argoproj.io/image-list: >-\n          web=nginx:~2,\n          db=postgres:latest\n        \
                    argocd-image-updater.argoproj.io/web.allow-tags: 'regexp:^{{name}}'\n---\n\
                    apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  annotations:\n    argocd-image-updater.argoproj.io/image-list: other\n";
        let collection = collected(text);
        let names: Vec<_> = collection.images.iter().map(|image| &image.name).collect();
        assert_eq!(names, ["shop-web", "all-web", "db"]);
        assert_eq!(collection.images[0].place.line_and_column(), (6, 54));
        let [template] = &collection.warnings[..] else {
            panic!("{:?}", collection.warnings);
        };
        assert!(template.message.contains("is a template"));
        assert_eq!(template.place.as_ref().unwrap().line_and_column().0, 18);
        let [not_a_constraint] = &collection.images[2].warnings[..] else {
            panic!("{:?}", collection.images[2]);
        };
        assert_eq!(not_a_constraint.subject.as_deref(), Some("db"));
    }

    #[test]
    fn every_broken_file_is_reported() {
        let good = SourceFile::new("good.yaml", "kind: A\n", Format::Yaml);
        let broken = ["a.yaml", "b.yaml"].map(|path| SourceFile::new(path, "a: [\n", Format::Yaml));
        let [a, b] = broken;
        assert_eq!(collect(&[a, good, b]).unwrap_err().len(), 2);
    }
}

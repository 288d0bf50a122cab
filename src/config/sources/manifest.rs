use std::cell::LazyCell;
use std::ops::Deref;

use super::annotations::{self, RENDERED};
use super::argocd;
use super::collector::{ImageNames, PolicyCollector};
use crate::config::SourceFile;
use crate::config::defaults::DefaultOptions;
use crate::config::diagnostics::Diagnostics;
use crate::config::first_pass::{FirstPass, first_pass};
use crate::config::options::Reader;
use crate::config::settings::ImageSpec;
use crate::config::{images, messages};
use crate::error::{Code, Diagnostic};
use crate::import::argocd_image_updater;
use crate::references::kubernetes::{Workload, objects};
use crate::syntax::SyntaxError;
use crate::syntax::{Kind, MapEntry, Node};
use crate::syntax::{YamlDocument, documents};

/// What a manifest says about images.
#[derive(Debug, Default)]
pub(in crate::config) struct ManifestPolicies {
    /// The images, sorted by name.
    pub(in crate::config) images: Vec<ImageSpec>,
    /// What is wrong, in the order of the text.
    pub(in crate::config) problems: Vec<Diagnostic>,
    /// What there is to know, in the order of the text.
    pub(in crate::config) warnings: Vec<Diagnostic>,
}

/// Reads a manifest. `names` are those of the images read so far, and get those of this file.
pub(in crate::config) fn read(
    source: &SourceFile,
    defaults: &DefaultOptions,
    names: &mut ImageNames,
) -> ManifestPolicies {
    let mut collector = PolicyCollector::new(source, names);
    // Of a file with many broken documents, the text is searched once.
    let is_template = LazyCell::new(|| source.text.contains("{{"));
    for document in documents(&source.text) {
        collect(document, &is_template, &mut collector);
    }
    let PolicyCollector {
        entries,
        problems,
        warnings,
        ..
    } = collector;
    let root = as_config(entries);
    let mut noted = Diagnostics::new(source, &root);
    for (warning, span) in warnings {
        noted.add(warning, span, "");
    }
    let mut diagnostics = Diagnostics::new(source, &root);
    for (problem, span) in problems {
        diagnostics.add(problem, span, "");
    }
    let images = first_pass(&root, &mut diagnostics)
        .map(|passed| second_pass(&passed, &root, defaults, &mut diagnostics))
        .unwrap_or_default();
    ManifestPolicies {
        images,
        problems: diagnostics.finish(),
        warnings: noted.finish(),
    }
}

fn collect(
    document: YamlDocument,
    is_template: &impl Deref<Target = bool>,
    collector: &mut PolicyCollector<'_>,
) {
    let path = collector.source.path.display().to_string();
    let root = match document.root {
        Ok(root) => root,
        Err(error) => {
            let span = error.span.clone();
            let problem = not_yaml(&path, document.number, error, **is_template);
            collector.problem(problem, &span);
            return;
        }
    };
    if !matches!(root.kind, Kind::Table(_)) {
        let message = format!("document {} of `{path}` is not an object", document.number);
        let diagnostic = Diagnostic::new(Code::SourceSyntax, message)
            .help("name only Kubernetes manifests under `sources`");
        let line = collector.source.text[root.span.clone()].lines().next();
        let end = root.span.start + line.map_or(0, str::len);
        collector.problem(diagnostic, &(root.span.start..end));
        return;
    }
    for duplicate in root.duplicates() {
        let key = duplicate
            .path
            .last()
            .map(String::as_str)
            .unwrap_or_default();
        let is_ours =
            key.starts_with(annotations::PREFIX) || key.starts_with(argocd_image_updater::PREFIX);
        if is_ours || key == "annotations" {
            let diagnostic = Diagnostic::new(
                Code::DuplicateKey,
                format!("`{key}` stands twice in one table"),
            )
            .help("keep one of them");
            collector.problem(diagnostic, &duplicate.second);
        }
    }
    for object in objects(&root) {
        if argocd::is_application(object) {
            argocd::collect(object, collector);
        }
        annotations::collect(&Workload::of(object), collector);
    }
}

fn not_yaml(path: &str, number: usize, error: SyntaxError, is_template: bool) -> Diagnostic {
    let message = format!(
        "document {number} of `{path}` is not YAML: {}",
        error.message
    );
    let diagnostic = Diagnostic::new(Code::SourceSyntax, message);
    if is_template {
        return diagnostic.help(RENDERED);
    }
    match error.help {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}

/// Makes a config of entries for its images, with the places of the manifest.
fn as_config(images: Vec<MapEntry>) -> Node {
    let entry = |key: &str, kind| MapEntry {
        key: key.to_string(),
        key_span: 0..0,
        value: Node { span: 0..0, kind },
    };
    Node {
        span: 0..0,
        kind: Kind::Table(
            vec![
                entry("version", Kind::Number(1.into())),
                entry("images", Kind::Table(images.into())),
            ]
            .into(),
        ),
    }
}

fn second_pass(
    passed: &FirstPass,
    root: &Node,
    defaults: &DefaultOptions,
    diagnostics: &mut Diagnostics<'_>,
) -> Vec<ImageSpec> {
    let images = images::read(
        &passed.file.images,
        root.node(&["images"]),
        defaults,
        &passed.damaged,
        &mut Reader::new(diagnostics),
    );
    messages::report_deferred(&passed.deferred, root, diagnostics);
    images
}

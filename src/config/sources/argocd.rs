//! The policies of Argo CD Image Updater's annotations on an `Application`.

use std::collections::BTreeMap;
use std::ops::Range;

use super::collector::Collector;
use super::workload::{entries, text};
use crate::config::tree::{Entry, Kind, Node};
use crate::error::{Code, Diagnostic};
use crate::import::argocd_image_updater::{PREFIX, read_annotations};
use crate::import::{ImportedImage, Spot, Warning};
use crate::policy::OptionValue;
use crate::syntax::Spanned;

/// Says whether an object is an Application of Argo CD.
pub(super) fn is_application(object: &Node) -> bool {
    let version = text(object, &["apiVersion"]).unwrap_or_default();
    version.starts_with("argoproj.io/") && text(object, &["kind"]) == Some("Application")
}

/// Collects the images of an Application.
pub(super) fn collect(object: &Node, collector: &mut Collector<'_>) {
    let entries: Vec<&Entry> = entries(object, &["metadata", "annotations"])
        .iter()
        .filter(|entry| entry.key.starts_with(PREFIX))
        .collect();
    let annotations: BTreeMap<String, String> = entries
        .iter()
        .map(|entry| (entry.key.clone(), value(entry, collector).to_string()))
        .collect();
    let imported = read_annotations(&annotations);
    for warning in &imported.warnings {
        warn(warning, None, &entries, collector);
    }
    let Some(application) = text(object, &["metadata", "name"]) else {
        if let Some(first) = entries.first() {
            let message = "the Application has no `metadata.name`, and its images no names";
            let diagnostic =
                Diagnostic::new(Code::MissingKey, message).help("give the Application a name");
            collector.problem(diagnostic, &first.key_span);
        }
        return;
    };
    for image in &imported.images {
        let name = format!("{application}-{}", image.name);
        for warning in &image.warnings {
            warn(warning, Some(&name), &entries, collector);
        }
        let span = span(&image.spot, &entries, collector);
        let options = options(image, &span);
        let help = format!(
            "give it an alias in `{PREFIX}image-list`: `alias={}`",
            image.image
        );
        collector.add(name, span, options, &help);
    }
}

/// Returns an annotation's text; whatever is not a string as it is written.
fn value<'t>(entry: &'t Entry, collector: &Collector<'t>) -> &'t str {
    match &entry.value.kind {
        Kind::Text(text) => text,
        _ => &collector.source.text[entry.value.span.clone()],
    }
}

fn warn(
    warning: &Warning,
    subject: Option<&str>,
    entries: &[&Entry],
    collector: &mut Collector<'_>,
) {
    let mut diagnostic = Diagnostic::new(warning.code, warning.message.clone());
    diagnostic.subject = subject.map(str::to_string);
    diagnostic.help.extend(warning.help.clone());
    let span = span(&warning.spot, entries, collector);
    collector.warning(diagnostic, &span);
}

/// Finds the bytes of a part of an annotation.
fn span(spot: &Spot, entries: &[&Entry], collector: &Collector<'_>) -> Range<usize> {
    let entry = entries
        .iter()
        .find(|entry| spot.path.first() == Some(&entry.key));
    match entry {
        None => 0..0,
        Some(entry) if spot.at_key => entry.key_span.clone(),
        Some(entry) => {
            let text = value(entry, collector);
            collector.part(&entry.value, text, spot.offset, spot.length)
        }
    }
}

/// Returns the options of an image; all of them stand where the image is named.
fn options(image: &ImportedImage, span: &Range<usize>) -> Vec<Entry> {
    let text = |text: &str| Kind::Text(text.to_string());
    let node = |kind| Node {
        span: span.clone(),
        kind,
    };
    let entry = |key: &str, kind| Entry {
        key: key.to_string(),
        key_span: span.clone(),
        value: node(kind),
    };
    let list = |items: &[Spanned<String>]| {
        let items = items.iter().map(|item| node(text(&item.value)));
        Kind::List(items.collect())
    };
    let mut options = vec![entry("image", text(&image.image))];
    for (option, value) in image.options.iter() {
        let kind = match value {
            OptionValue::Text(value) => text(value),
            OptionValue::Bool(value) => Kind::Bool(*value),
            OptionValue::List(items) => list(items),
            OptionValue::Extract(parts) => {
                let parts = parts.iter();
                let parts = parts.map(|(part, value)| entry(part.as_str(), text(&value.value)));
                Kind::Table(parts.collect())
            }
        };
        options.push(entry(option.as_str(), kind));
    }
    options
}

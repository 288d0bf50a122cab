//! The policies of a workload's own annotations: `imagelock/<container>.<option>`.

use super::collector::Collector;
use super::option::{AnnotationKey, known};
use super::workload::{Container, Workload};
use crate::config::options::shortened;
use crate::config::tree::{Entry, Kind, Node};
use crate::config::words::nearest;
use crate::error::{Code, Diagnostic};
use crate::image::Reference;

/// What the annotations begin with.
pub(super) const PREFIX: &str = "imagelock/";

/// An annotation with a value that can be read.
struct Annotation<'n> {
    entry: &'n Entry,
    option: &'n str,
    about: AnnotationKey,
    text: &'n str,
}

/// Collects the images of a workload.
pub(super) fn collect(workload: &Workload<'_>, collector: &mut Collector<'_>) {
    let mut of_containers: Vec<Vec<Annotation<'_>>> = Vec::new();
    of_containers.resize_with(workload.containers.len(), Vec::new);
    for entry in &workload.annotations {
        let Some(key) = entry.key.strip_prefix(PREFIX) else {
            continue;
        };
        if workload.containers.is_empty() {
            let message = format!(
                "`{}` has no effect: {} has no containers",
                entry.key,
                workload.title()
            );
            let diagnostic = Diagnostic::new(Code::UnknownAnnotation, message)
                .help("put it on the workload, or on its pod template");
            collector.warning(diagnostic, &entry.key_span);
        } else if let Some((index, annotation)) = read(entry, key, workload, collector) {
            add(annotation, &mut of_containers[index], collector);
        }
    }
    for (container, annotations) in workload.containers.iter().zip(of_containers) {
        if !annotations.is_empty() {
            image(workload, container, &annotations, collector);
        }
    }
}

/// Reads an annotation and finds its container.
fn read<'n>(
    entry: &'n Entry,
    key: &'n str,
    workload: &Workload<'_>,
    collector: &mut Collector<'_>,
) -> Option<(usize, Annotation<'n>)> {
    let span = &entry.key_span;
    let split = key.split_once('.');
    let about = split.and_then(|(_, option)| AnnotationKey::of(option));
    let (Some((name, option)), Some(about)) = (split, about) else {
        collector.warning(unknown_option(&entry.key, key, workload), span);
        return None;
    };
    let Some(index) = workload.container(name) else {
        let names: Vec<&str> = workload
            .containers
            .iter()
            .map(|container| container.name)
            .collect();
        let message = format!(
            "{} has no container `{}`",
            workload.title(),
            shortened(name)
        );
        let diagnostic = Diagnostic::new(Code::UnknownKey, message);
        let diagnostic = match nearest(name, &names) {
            Some(near) => diagnostic.help(format!("did you mean `{PREFIX}{near}.{option}`?")),
            None => diagnostic.help(format!("its containers are `{}`", names.join("`, `"))),
        };
        collector.problem(diagnostic, span);
        return None;
    };
    if about == AnnotationKey::Image {
        let message = format!("the container `{name}` says which image it is");
        let diagnostic = Diagnostic::new(Code::ContradictoryOptions, message)
            .help("remove the annotation, or change `image` of the container");
        collector.problem(diagnostic, span);
        return None;
    }
    let Kind::Text(text) = &entry.value.kind else {
        let written = &collector.source.text[entry.value.span.clone()];
        let is_scalar = !matches!(entry.value.kind, Kind::List(_) | Kind::Table(_));
        let message = format!("the value of `{}` must be a string", entry.key);
        let diagnostic = Diagnostic::new(Code::WrongType, message);
        let (diagnostic, span) = if is_scalar && !written.is_empty() {
            let help = format!("put it in quotes: `\"{written}\"`");
            (diagnostic.help(help), &entry.value.span)
        } else {
            (
                diagnostic.help("write lists as one string, with commas"),
                span,
            )
        };
        collector.problem(diagnostic, span);
        return None;
    };
    Some((
        index,
        Annotation {
            entry,
            option,
            about,
            text,
        },
    ))
}

fn unknown_option(whole: &str, key: &str, workload: &Workload<'_>) -> Diagnostic {
    let known = known();
    let (container, option) = match key.split_once('.') {
        Some((container, option)) => (container, option),
        None => ("", key),
    };
    let diagnostic = Diagnostic::new(
        Code::UnknownAnnotation,
        format!("`{}` is not known", shortened(whole)),
    );
    let container = match workload.containers.first() {
        Some(first) if container.is_empty() => first.name,
        _ => container,
    };
    match nearest(option, &known) {
        Some(near) => diagnostic.help(format!("did you mean `{PREFIX}{container}.{near}`?")),
        None if option == "extract" => diagnostic.help(format!(
            "write `{PREFIX}{container}.extract.pattern` and `{PREFIX}{container}.extract.value`"
        )),
        None => diagnostic.help(format!(
            "write `{PREFIX}<container>.<option>`, with an option of the config"
        )),
    }
}

/// Adds an annotation to those of its container, if it is not there yet.
fn add<'n>(
    annotation: Annotation<'n>,
    annotations: &mut Vec<Annotation<'n>>,
    collector: &mut Collector<'_>,
) {
    let first = annotations
        .iter()
        .find(|known| known.option == annotation.option);
    match first {
        None => annotations.push(annotation),
        // On the workload and on its pod template: to say the same twice does no harm.
        Some(first)
            if first.text == annotation.text
                && first.entry.key_span != annotation.entry.key_span => {}
        Some(first) => {
            let (line, column) = collector
                .source
                .place(first.entry.key_span.clone())
                .line_and_column();
            let message = format!(
                "`{}` stands twice, with another value",
                annotation.entry.key
            );
            let diagnostic = Diagnostic::new(Code::DuplicateKey, message)
                .note(format!("the first one is at line {line}, column {column}"))
                .help("keep one of them");
            collector.problem(diagnostic, &annotation.entry.key_span);
        }
    }
}

/// Makes an image of a container and its annotations.
fn image(
    workload: &Workload<'_>,
    container: &Container<'_>,
    annotations: &[Annotation<'_>],
    collector: &mut Collector<'_>,
) {
    let own_name = annotations
        .iter()
        .find(|annotation| annotation.about == AnnotationKey::Name);
    let (name, span) = match (own_name, workload.name) {
        (Some(own), _) => (own.text.to_string(), own.entry.value.span.clone()),
        (None, Some(workload)) => (
            format!("{workload}-{}", container.name),
            container.name_span.clone(),
        ),
        (None, None) => {
            let message = format!(
                "{} has no `metadata.name`, and its image no name",
                workload.title()
            );
            let help = format!("name the image: `{PREFIX}{}.name: \"…\"`", container.name);
            let diagnostic = Diagnostic::new(Code::MissingKey, message).help(help);
            collector.problem(diagnostic, &container.name_span);
            return;
        }
    };
    let Some(node) = container.image else {
        let message = format!("the container `{}` has no `image`", container.name);
        let diagnostic = Diagnostic::new(Code::MissingKey, message)
            .help("put the annotation beside the whole workload, not beside a patch of it");
        collector.problem(diagnostic, &container.name_span);
        return;
    };
    let Some(repository) = repository(node, collector) else {
        return;
    };
    let mut options = vec![repository];
    let mut extract: Vec<Entry> = Vec::new();
    for annotation in annotations {
        let Some(entry) = option(annotation, collector) else {
            continue;
        };
        match annotation.about {
            AnnotationKey::Name => {}
            AnnotationKey::Extract(_) => extract.push(entry),
            _ => options.push(entry),
        }
    }
    if let Some(first) = extract.first() {
        options.push(Entry {
            key: "extract".to_string(),
            key_span: first.key_span.clone(),
            value: Node {
                span: first.value.span.clone(),
                kind: Kind::Table(extract.into()),
            },
        });
    }
    let help = format!(
        "give it another name: `{PREFIX}{}.name: \"…\"`",
        container.name
    );
    collector.add(name, span, options, &help);
}

fn option(annotation: &Annotation<'_>, collector: &mut Collector<'_>) -> Option<Entry> {
    let value = &annotation.entry.value;
    let text = annotation.text;
    let kind = annotation.about.read(text, |offset, length| {
        collector.part(value, text, offset, length)
    });
    let Some(kind) = kind else {
        let message = format!("`{}` must be \"true\" or \"false\"", annotation.entry.key);
        let diagnostic =
            Diagnostic::new(Code::BadValue, message).help("write one of the two, in quotes");
        collector.problem(diagnostic, &value.span);
        return None;
    };
    let key = match annotation.about {
        AnnotationKey::Extract(part) => part.as_str(),
        _ => annotation.option,
    };
    Some(Entry {
        key: key.to_string(),
        key_span: annotation.entry.key_span.clone(),
        value: Node {
            span: value.span.clone(),
            kind,
        },
    })
}

/// Returns the option `image` for a container's reference; its tag and its digest say what runs now,
/// not what may run.
fn repository(node: &Node, collector: &mut Collector<'_>) -> Option<Entry> {
    let kind = match &node.kind {
        Kind::Text(text) if Reference::parse(text).is_ok() => {
            Kind::Text(without_tag(text).to_string())
        }
        Kind::Text(text) if text.contains("{{") => {
            let message = "the image is a template";
            let diagnostic = Diagnostic::new(Code::SourceSyntax, message).help(RENDERED);
            collector.problem(diagnostic, &node.span);
            return None;
        }
        Kind::Text(text) => Kind::Text(text.clone()),
        _ => Kind::Text(collector.source.text[node.span.clone()].to_string()),
    };
    Some(Entry {
        key: "image".to_string(),
        key_span: node.span.clone(),
        value: Node {
            span: node.span.clone(),
            kind,
        },
    })
}

/// What to do about a template.
pub(super) const RENDERED: &str =
    "templates are read after they are rendered: name the manifests that `helm template` writes";

/// Cuts tag and digest off a reference.
fn without_tag(reference: &str) -> &str {
    let named = reference.split('@').next().unwrap_or(reference);
    match named.rsplit_once(':') {
        // A colon before a slash stands before a port.
        Some((before, tag)) if !tag.contains('/') => before,
        _ => named,
    }
}

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::super::super::counts::counted;
use super::super::super::size::size;
use super::super::super::table::TextTable;
use crate::image::{HistoryLine, Platform, RunSettings, created};
use crate::inspect::{
    Artifact, Attestation, Child, Image, Inspection, Kind, Layer, Referrer, Referrers,
};
use crate::registry::ReferrersSource;
use crate::report::escape;

/// The longest step of a build that is shown, in characters; JSON has all of it.
const LONGEST_STEP: usize = 120;

/// Lines of a name and a value; what comes from outside is made inert.
#[derive(Default)]
struct NamedLines(String);

impl NamedLines {
    fn add(&mut self, name: &str, value: impl AsRef<str>) {
        let value = escape::terminal(value.as_ref());
        let _ = writeln!(self.0, "{name:11}  {value}");
    }

    fn add_some(&mut self, name: &str, value: Option<&String>) {
        if let Some(value) = value {
            self.add(name, value);
        }
    }

    fn add_pairs(&mut self, name: &str, pairs: &BTreeMap<String, String>) {
        for (key, value) in pairs {
            self.add(name, format!("{key}={value}"));
        }
    }
}

/// Returns an inspection for people: blocks of lines and tables, with a blank line between them.
pub(super) fn text(inspection: &Inspection) -> String {
    let mut blocks = vec![head(inspection)];
    if !inspection.platforms.is_empty() {
        blocks.push(platforms(&inspection.platforms));
    }
    if !inspection.attestations.is_empty() {
        blocks.push(attestations(&inspection.attestations));
    }
    if let Some(referrers) = &inspection.referrers
        && !referrers.list.is_empty()
    {
        blocks.push(referrers_table(&referrers.list));
    }
    if let Some(image) = &inspection.image {
        let is_child = inspection.kind == Kind::Index;
        blocks.extend([image_lines(image, is_child), steps(image)]);
    }
    if let Some(artifact) = &inspection.artifact {
        let is_child = inspection.kind == Kind::Index;
        blocks.extend([artifact_lines(artifact, is_child), parts(&artifact.layers)]);
    }
    blocks.retain(|block| !block.is_empty());
    blocks.join("\n")
}

fn head(inspection: &Inspection) -> String {
    let mut lines = NamedLines::default();
    lines.add("reference", inspection.reference.to_string());
    lines.add("digest", inspection.digest.to_string());
    lines.add("media type", &inspection.media_type);
    let has = match inspection.kind {
        Kind::Index => {
            let mut has = format!(" of {}", counted(inspection.platforms.len(), "manifest"));
            if !inspection.attestations.is_empty() {
                let attestations = counted(inspection.attestations.len(), "attestation");
                let _ = write!(has, " and {attestations}");
            }
            has
        }
        Kind::Image | Kind::Artifact => String::new(),
    };
    let kind = inspection.kind.as_str();
    lines.add(
        "kind",
        format!("{kind}{has}, {}", size(inspection.size_bytes)),
    );
    lines.add_some("type", inspection.artifact_type.as_ref());
    for index in &inspection.indexes {
        lines.add("nested index", index.to_string());
    }
    for missing in &inspection.missing {
        lines.add(
            "missing",
            format!("{missing}, which the registry does not have"),
        );
    }
    if let Some(subject) = &inspection.subject {
        lines.add("refers to", subject.to_string());
    }
    if let Some(referrers) = &inspection.referrers {
        lines.add("referrers", count_of(referrers));
    }
    lines.add_pairs("annotation", &inspection.annotations);
    lines.0
}

fn count_of(referrers: &Referrers) -> String {
    let count = referrers.list.len();
    match (referrers.source, count) {
        (Some(ReferrersSource::Unsupported), _) => {
            "not known: the registry does not list them, and there is no tag in place of the list"
                .into()
        }
        (Some(_), 0) => "none".into(),
        (Some(ReferrersSource::Tag), _) => format!("{count}, by the tag in place of a list"),
        (Some(ReferrersSource::Api), _) => count.to_string(),
        (None, _) => {
            let problem = referrers.problem.as_deref().unwrap_or_default();
            format!("not known: {problem}")
        }
    }
}

fn platforms(children: &[Child]) -> String {
    let mut table = TextTable::new(["PLATFORM", "DIGEST", "MANIFEST", ""]);
    for child in children {
        let mut notes: Vec<&str> = Vec::new();
        notes.extend(build(child.platform.as_ref(), child.os_version.as_deref()));
        notes.extend(child.os_features.iter().map(String::as_str));
        notes.extend(child.artifact_type.as_deref());
        table.row([
            &shown(child.platform.as_ref()),
            child.digest.as_str(),
            &size(child.size_bytes),
            &escape::terminal(&notes.join(" ")),
        ]);
    }
    table.to_string()
}

/// Returns the version of the operating system, unless the platform says it.
fn build<'v>(platform: Option<&Platform>, version: Option<&'v str>) -> Option<&'v str> {
    let said = platform.and_then(Platform::os_version);
    version.filter(|version| said != Some(version))
}

fn shown(platform: Option<&Platform>) -> String {
    platform.map_or("-".into(), ToString::to_string)
}

fn attestations(attestations: &[Attestation]) -> String {
    let mut table = TextTable::new(["ATTESTED", "DIGEST", "MANIFEST", "STATES"]);
    for attestation in attestations {
        let of = match (&attestation.platform, &attestation.of) {
            (Some(platform), _) => platform.to_string(),
            (None, Some(digest)) => digest.to_string(),
            (None, None) => "-".into(),
        };
        let states = match &attestation.predicate_types {
            None => "(not read)".into(),
            Some(types) if types.is_empty() => "-".into(),
            Some(types) => types.join(", "),
        };
        table.row([
            &of,
            attestation.digest.as_str(),
            &size(attestation.size_bytes),
            &escape::terminal(&states),
        ]);
    }
    table.to_string()
}

fn referrers_table(referrers: &[Referrer]) -> String {
    let mut table = TextTable::new(["REFERRER", "DIGEST", "MANIFEST", ""]);
    for referrer in referrers {
        let notes = referrer.annotations.iter();
        let notes: Vec<_> = notes.map(|(key, value)| format!("{key}={value}")).collect();
        let kind = referrer.artifact_type.as_deref().unwrap_or("-");
        table.row([
            &escape::terminal(kind),
            referrer.digest.as_str(),
            &size(referrer.size_bytes),
            &escape::terminal(&notes.join(" ")),
        ]);
    }
    table.to_string()
}

fn image_lines(image: &Image, is_child: bool) -> String {
    let mut lines = NamedLines::default();
    let mut platform = shown(image.platform.as_ref());
    let build = build(image.platform.as_ref(), image.os_version.as_deref());
    let features = image.os_features.iter().map(String::as_str);
    for note in build.into_iter().chain(features) {
        let _ = write!(platform, " {note}");
    }
    lines.add("image", platform);
    if is_child {
        lines.add("digest", image.digest.to_string());
    }
    let config = &image.config;
    lines.add(
        "config",
        format!("{}, {}", config.digest, size(config.size_bytes)),
    );
    lines.add("created", created_line(image.created.as_deref()));
    lines.add_some("author", image.author.as_ref());
    let layers = counted(image.layers.len(), "layer");
    lines.add("size", format!("{} in {layers}", size(image.size_bytes)));
    run_lines(&mut lines, &image.run);
    lines.add_pairs("label", &image.labels);
    if is_child {
        lines.add_pairs("annotation", &image.annotations);
    }
    lines.0
}

fn created_line(text: Option<&str>) -> String {
    match text {
        None => "not known".into(),
        Some(text) if created(text).is_none() => format!("{text} (not a date of a build)"),
        Some(text) => text.into(),
    }
}

fn run_lines(lines: &mut NamedLines, run: &RunSettings) {
    let mut list = |name, items: &[String]| {
        if !items.is_empty() {
            // As Dockerfiles write it, so that blanks within an argument are seen.
            lines.add(name, serde_json::to_string(items).unwrap_or_default());
        }
    };
    list("entrypoint", &run.entrypoint);
    list("cmd", &run.cmd);
    lines.add_some("working dir", run.working_dir.as_ref());
    lines.add_some("user", run.user.as_ref());
    if !run.exposed_ports.is_empty() {
        lines.add("ports", run.exposed_ports.join(", "));
    }
    if !run.volumes.is_empty() {
        lines.add("volumes", run.volumes.join(", "));
    }
    lines.add_some("stop signal", run.stop_signal.as_ref());
    if let Some(health) = &run.healthcheck {
        let mut text = serde_json::to_string(&health.test).unwrap_or_default();
        let times = [
            ("every", health.interval),
            ("within", health.timeout),
            ("after", health.start_period),
        ];
        for (word, time) in times {
            if let Some(time) = time {
                let _ = write!(text, " {word} {time:#}");
            }
        }
        if let Some(retries) = health.retries {
            let _ = write!(text, ", {retries} retries");
        }
        lines.add("healthcheck", text);
    }
    for variable in &run.env {
        lines.add("env", variable);
    }
}

/// Returns the layers with the steps that made them, and between them the steps that made none.
fn steps(image: &Image) -> String {
    if image.layers.is_empty() && image.history.is_empty() {
        return String::new();
    }
    let mut table = TextTable::new(["LAYER", "SIZE", "STEP"]);
    let mut layers = image.layers.iter();
    let with_layer = image.history.iter().filter(|line| !line.empty_layer);
    let is_whole = with_layer.count() == image.layers.len();
    let mut row = |layer: Option<&Layer>, step: &str| {
        let (digest, size) = match layer {
            Some(layer) => (layer.digest.to_string(), size(layer.size_bytes)),
            None => ("-".into(), "-".into()),
        };
        table.row([&digest, &size, step]);
    };
    if !is_whole {
        for layer in layers.by_ref() {
            row(Some(layer), "");
        }
    }
    for line in &image.history {
        let layer = if line.empty_layer {
            None
        } else {
            layers.next()
        };
        row(layer, &step(line));
    }
    table.to_string()
}

/// Returns what was done in a step, in one line of a length that can be read.
fn step(line: &HistoryLine) -> String {
    let text = line.created_by.as_ref().or(line.comment.as_ref());
    let text = text.map_or("", String::as_str);
    // What Docker's old builder and BuildKit put around it.
    let text = text.strip_prefix("/bin/sh -c #(nop) ").unwrap_or(text);
    let text = text.strip_suffix(" # buildkit").unwrap_or(text);
    let words: Vec<_> = text.split_whitespace().collect();
    escape::clip(&escape::terminal(&words.join(" ")), LONGEST_STEP)
}

fn artifact_lines(artifact: &Artifact, is_child: bool) -> String {
    let mut lines = NamedLines::default();
    lines.add("artifact", &artifact.artifact_type);
    if is_child {
        lines.add("digest", artifact.digest.to_string());
    }
    let config = &artifact.config;
    let (digest, bytes) = (&config.digest, size(config.size_bytes));
    lines.add(
        "config",
        format!("{digest}, {bytes}, {}", config.media_type),
    );
    let layers = counted(artifact.layers.len(), "layer");
    lines.add("size", format!("{} in {layers}", size(artifact.size_bytes)));
    if is_child {
        lines.add_pairs("annotation", &artifact.annotations);
    }
    lines.0
}

/// Returns the layers of an artifact, with their types and the names of the files that they are.
fn parts(layers: &[Layer]) -> String {
    if layers.is_empty() {
        return String::new();
    }
    let mut table = TextTable::new(["LAYER", "SIZE", "MEDIA TYPE", "FILE"]);
    for layer in layers {
        let title = layer.annotations.get("org.opencontainers.image.title");
        table.row([
            layer.digest.as_str(),
            &size(layer.size_bytes),
            &escape::terminal(&layer.media_type),
            &escape::terminal(title.map_or("", String::as_str)),
        ]);
    }
    table.to_string()
}

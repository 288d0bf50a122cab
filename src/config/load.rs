use std::collections::BTreeSet;
use std::path::Path;

use super::findings::Findings;
use super::model::ConfigFile;
use super::options::{Reader, Scope};
use super::settings::Config;
use super::shape::Violation;
use super::sources::{Files, Names};
use super::tree::{Kind, Node};
use super::{SourceFile, defaults, groups, images, registries, shape, sources, syntax, words};
use crate::error::{Code, Diagnostic};

/// The version of the config format that this release reads.
const VERSION: i64 = 1;

/// Reads a config file and the manifests that it names under `[sources]`, and checks them.
///
/// # Errors
///
/// Every problem of the config, in the order of its text, then those of each manifest.
pub fn load(path: &Path) -> Result<Config, Vec<Diagnostic>> {
    let source = SourceFile::read(path).map_err(|problem| vec![problem])?;
    read(&source, path.parent())
}

/// Checks a config whose text is at hand.
///
/// The first pass holds it against [`SCHEMA`](super::SCHEMA), the second looks at what the values
/// mean. The second runs on all that the first has left, so that one run reports everything. No
/// file is read: of `[sources]`, only the globs are checked.
///
/// # Errors
///
/// Every problem of the text, in its order. Where the text is not of its format, or is for another
/// version, that is the only one.
pub fn parse(source: &SourceFile) -> Result<Config, Vec<Diagnostic>> {
    read(source, None)
}

/// What the first pass has left of a config.
pub(super) struct FirstPass {
    pub(super) file: ConfigFile,
    /// The names of the images that lost a part.
    pub(super) damaged: BTreeSet<String>,
    /// What the second pass should report in its own words.
    pub(super) deferred: Vec<Violation>,
}

fn read(source: &SourceFile, folder: Option<&Path>) -> Result<Config, Vec<Diagnostic>> {
    let parsed = syntax::parse(source).map_err(|problem| vec![problem])?;
    let root = &parsed.root;
    let mut findings = Findings::new(source, root);
    if let Some((diagnostic, node)) = other_version(root, source) {
        findings.add(diagnostic, node.span.clone(), "");
        return Err(findings.finish());
    }
    syntax::report_duplicates(&parsed.duplicates, &mut findings);
    let Some(left) = first_pass(root, &mut findings) else {
        return Err(findings.finish());
    };
    let file = left.file;
    let mut reader = Reader::new(&mut findings);
    let defaults = defaults::read(&file.defaults, root.node(&["defaults"]), &mut reader);
    let mut images = images::read(
        &file.images,
        root.node(&["images"]),
        &defaults,
        &left.damaged,
        &mut reader,
    );
    let scope = Scope {
        table: root.node(&["sources"]),
        image: None,
    };
    let globs = sources::globs(file.sources.kubernetes.as_ref(), scope, &mut reader);
    let files = folder.map_or_else(Files::default, |folder| {
        sources::read_files(folder, &globs, scope, &mut reader)
    });
    let registries = registries::read(file.registries, root.node(&["registries"]), &mut findings);
    words::report_deferred(&left.deferred, root, &mut findings);
    let mut problems = findings.finish();
    problems.extend(files.problems);
    let mut names = names(root, source);
    let mut warnings = Vec::new();
    for file in &files.sources {
        let manifest = sources::read_manifest(file, &defaults, &mut names);
        images.extend(manifest.images);
        problems.extend(manifest.problems);
        warnings.extend(manifest.warnings);
    }
    images.sort_by(|left, right| left.name.cmp(&right.name));
    problems.extend(groups::check(&images));
    if problems.is_empty() {
        Ok(Config {
            source: source.clone(),
            sources: files.sources,
            warnings,
            images,
            registries,
        })
    } else {
        // What is only odd is told in the same run.
        problems.extend(warnings);
        Err(problems)
    }
}

/// Holds a config against the schema; nothing if nothing of it can be used.
pub(super) fn first_pass(root: &Node, findings: &mut Findings<'_>) -> Option<FirstPass> {
    let checked = shape::check(root, findings);
    match serde_json::from_value(checked.value?) {
        Ok(file) => Some(FirstPass {
            file,
            damaged: checked.damaged,
            deferred: checked.deferred,
        }),
        Err(error) => {
            findings.add(Diagnostic::new(Code::BadValue, error.to_string()), 0..0, "");
            None
        }
    }
}

/// Returns the names of the config's own images, good or not.
fn names(root: &Node, source: &SourceFile) -> Names {
    match root.node(&["images"]).map(|node| &node.kind) {
        Some(Kind::Table(entries)) => entries
            .iter()
            .map(|entry| (entry.key.clone(), source.place(entry.key_span.clone())))
            .collect(),
        _ => Names::new(),
    }
}

/// Refuses another version before anything else: its keys would all be unknown.
fn other_version<'n>(root: &'n Node, source: &SourceFile) -> Option<(Diagnostic, &'n Node)> {
    let node = root.node(&["version"])?;
    let Kind::Number(number) = &node.kind else {
        return None;
    };
    let version = number.as_i64().filter(|version| *version != VERSION)?;
    let message = format!(
        "the config has format version {version}, and this release reads version {VERSION}"
    );
    let entry = source.format.entry("version", "1");
    let help = if version > VERSION {
        format!("use a newer release of imagelock, or write the config for `{entry}`")
    } else {
        format!("write `{entry}`")
    };
    Some((
        Diagnostic::new(Code::ConfigVersion, message).help(help),
        node,
    ))
}

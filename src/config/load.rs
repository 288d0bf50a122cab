use std::path::Path;

use super::diagnostics::Diagnostics;
use super::first_pass::first_pass;
use super::options::{Reader, Scope};
use super::settings::Config;
use super::sources::{ImageNames, ManifestFiles};
use super::{SourceFile, defaults, document, groups, images, messages, registries, sources};
use crate::error::{Code, Diagnostic};
use crate::syntax::{Kind, Node};

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

fn read(source: &SourceFile, folder: Option<&Path>) -> Result<Config, Vec<Diagnostic>> {
    let parsed = document::parse(source).map_err(|problem| vec![problem])?;
    let root = &parsed.root;
    let mut diagnostics = Diagnostics::new(source, root);
    if let Some((diagnostic, node)) = other_version(root, source) {
        diagnostics.add(diagnostic, node.span.clone(), "");
        return Err(diagnostics.finish());
    }
    document::report_duplicates(&parsed.duplicates, &mut diagnostics);
    let Some(left) = first_pass(root, &mut diagnostics) else {
        return Err(diagnostics.finish());
    };
    let file = left.file;
    let mut reader = Reader::new(&mut diagnostics);
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
    let files = folder.map_or_else(ManifestFiles::default, |folder| {
        sources::read_files(folder, &globs, scope, &mut reader)
    });
    let registries = registries::read(
        file.registries,
        root.node(&["registries"]),
        &mut diagnostics,
    );
    messages::report_deferred(&left.deferred, root, &mut diagnostics);
    let mut problems = diagnostics.finish();
    problems.extend(files.problems);
    // Only manifests can use a name twice that the tree has not refused already.
    let mut names = match files.sources.as_slice() {
        [] => ImageNames::new(),
        _ => names(root, source),
    };
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

/// Returns the names of the config's own images, good or not.
fn names(root: &Node, source: &SourceFile) -> ImageNames {
    match root.node(&["images"]).map(|node| &node.kind) {
        Some(Kind::Table(entries)) => entries
            .iter()
            .map(|entry| (entry.key.clone(), source.place(entry.key_span.clone())))
            .collect(),
        _ => ImageNames::new(),
    }
}

/// Refuses another version before anything else: its keys would all be unknown.
fn other_version<'n>(root: &'n Node, source: &SourceFile) -> Option<(Diagnostic, &'n Node)> {
    let node = root.node(&["version"])?;
    let Kind::Number(number) = &node.kind else {
        return None;
    };
    let version = number
        .value
        .as_i64()
        .filter(|version| *version != VERSION)?;
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

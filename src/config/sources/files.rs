use std::collections::BTreeSet;
use std::path::Path;

use super::glob::Glob;
use super::walk::{MAX_FILES, walk};
use crate::config::SourceFile;
use crate::config::options::{Reader, Scope, texts};
use crate::config::values::OneOrMany;
use crate::error::{Code, Diagnostic};

const OPTION: &str = "kubernetes";

/// A glob, and which item of the list it is.
pub(in crate::config) struct Named {
    glob: Glob,
    item: Option<usize>,
    text: String,
}

/// Reads the globs of `[sources]` and reports those that make no sense.
pub(in crate::config) fn globs(
    written: Option<&OneOrMany>,
    scope: Scope<'_>,
    reader: &mut Reader<'_, '_>,
) -> Vec<Named> {
    let mut globs = Vec::new();
    for (item, text) in texts(written) {
        match Glob::parse(text) {
            Ok(glob) => globs.push(Named {
                glob,
                item,
                text: text.to_string(),
            }),
            Err(error) => {
                let span = scope.value_span(OPTION, item);
                reader.report_text(scope, &span, text, "a glob of files", &error);
            }
        }
    }
    globs
}

/// The files that globs name.
#[derive(Default)]
pub(in crate::config) struct Files {
    /// Those that can be read, sorted by path.
    pub(in crate::config) sources: Vec<SourceFile>,
    /// What is wrong with the others, at a place in them.
    pub(in crate::config) problems: Vec<Diagnostic>,
}

/// Finds and reads the files that the globs name, each once.
pub(in crate::config) fn read(
    folder: &Path,
    globs: &[Named],
    scope: Scope<'_>,
    reader: &mut Reader<'_, '_>,
) -> Files {
    let mut seen = BTreeSet::new();
    let mut files = Files::default();
    for named in globs {
        let span = scope.value_span(OPTION, named.item);
        let found = walk(folder, &named.glob);
        let is_empty = found.files.is_empty() && found.problems.is_empty();
        for problem in found.problems {
            let diagnostic = Diagnostic::new(Code::Io, problem);
            reader.report(scope, diagnostic, span.clone(), "");
        }
        if is_empty {
            let message = format!("`{}` names no manifest", named.text);
            let diagnostic = Diagnostic::new(Code::BadValue, message)
                .note("manifests end with `.yaml`, `.yml` or `.json`; paths begin at the config's folder")
                .help("correct it, or remove it");
            reader.report(scope, diagnostic, span.clone(), "");
        }
        for file in found.files {
            if seen.len() == MAX_FILES && !seen.contains(&file) {
                let message = format!("these are more than {MAX_FILES} files");
                let diagnostic = Diagnostic::new(Code::BadValue, message)
                    .help("narrow the globs to the manifests that have annotations");
                reader.report(scope, diagnostic, span, "");
                return files;
            }
            if !seen.insert(file.clone()) {
                continue;
            }
            match SourceFile::read_manifest(&folder.join(&file)) {
                Ok(source) => files.sources.push(source),
                Err(diagnostic) if diagnostic.place.is_some() => files.problems.push(diagnostic),
                Err(diagnostic) => reader.report(scope, diagnostic, span.clone(), ""),
            }
        }
    }
    files
        .sources
        .sort_by(|left, right| left.path.cmp(&right.path));
    files
}

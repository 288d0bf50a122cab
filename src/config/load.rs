use std::path::Path;

use super::defaults::DefaultOptions;
use super::findings::Findings;
use super::model::ConfigFile;
use super::options::Reader;
use super::settings::Config;
use super::tree::{Kind, Node};
use super::{SourceFile, groups, images, registries, shape, syntax, words};
use crate::error::{Code, Diagnostic};

/// The version of the config format that this release reads.
const VERSION: i64 = 1;

/// Reads a config file and checks it.
///
/// # Errors
///
/// Every problem of the file, in the order of its text.
pub fn load(path: &Path) -> Result<Config, Vec<Diagnostic>> {
    let source = SourceFile::read(path).map_err(|problem| vec![problem])?;
    parse(&source)
}

/// Checks a config whose text is at hand.
///
/// The first pass holds it against [`SCHEMA`](super::SCHEMA), the second looks at what the values
/// mean. The second runs on all that the first has left, so that one run reports everything.
///
/// # Errors
///
/// Every problem of the text, in its order. Where the text is not of its format, or is for another
/// version, that is the only one.
pub fn parse(source: &SourceFile) -> Result<Config, Vec<Diagnostic>> {
    let parsed = syntax::parse(source).map_err(|problem| vec![problem])?;
    let root = &parsed.root;
    let mut findings = Findings::new(source, root);
    if let Some((diagnostic, node)) = other_version(root, source) {
        findings.add(diagnostic, node.span.clone(), "");
        return Err(findings.finish());
    }
    syntax::report_duplicates(&parsed.duplicates, &mut findings);
    let checked = shape::check(root, &mut findings);
    let file = match checked.value.map(serde_json::from_value::<ConfigFile>) {
        Some(Ok(file)) => file,
        Some(Err(error)) => {
            findings.add(Diagnostic::new(Code::BadValue, error.to_string()), 0..0, "");
            return Err(findings.finish());
        }
        None => return Err(findings.finish()),
    };
    let mut reader = Reader::new(&mut findings);
    let defaults = DefaultOptions::read(&file.defaults, root.node(&["defaults"]), &mut reader);
    let images = images::read(
        &file.images,
        root.node(&["images"]),
        &defaults,
        &checked.damaged,
        &mut reader,
    );
    let registries = registries::read(file.registries, root.node(&["registries"]), &mut findings);
    words::report_deferred(&checked.deferred, root, &mut findings);
    let mut problems = findings.finish();
    problems.extend(groups::check(&images));
    if problems.is_empty() {
        Ok(Config {
            source: source.clone(),
            images,
            registries,
        })
    } else {
        Err(problems)
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

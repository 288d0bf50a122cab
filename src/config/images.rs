use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use super::defaults::DefaultOptions;
use super::option_messages::OptionTable;
use super::option_table;
use super::options::{Reader, Scope, shortened};
use super::settings::ImageSpec;
use crate::error::{Code, Diagnostic, Place};
use crate::image::{Reference, Repository};
use crate::syntax::{Kind, MapEntry, Node};

/// The longest name of an image, in bytes.
const MAX_NAME: usize = 128;
pub(super) const NAME_HELP: &str =
    "a name has 1 to 128 of `A-Z a-z 0-9 . _ -` and starts with a letter or a digit";

/// Reads the images, in the order of their names.
pub(super) fn read<'m>(
    images: impl IntoIterator<Item = (&'m String, &'m Value)>,
    table: Option<&Node>,
    defaults: &DefaultOptions,
    damaged: &BTreeSet<String>,
    reader: &mut Reader<'_, '_>,
) -> Vec<ImageSpec> {
    let entries: HashMap<&str, &MapEntry> = match table.map(|node| &node.kind) {
        Some(Kind::Table(entries)) => entries
            .iter()
            .rev()
            .map(|entry| (entry.key.as_str(), entry))
            .collect(),
        _ => HashMap::new(),
    };
    let mut specs = Vec::new();
    for (name, written) in images {
        let Some(entry) = entries.get(name.as_str()).copied() else {
            continue;
        };
        let image = ImageReader {
            entry,
            scope: Scope {
                table: Some(&entry.value),
                image: Some(name),
            },
            is_whole: !damaged.contains(name),
            reader,
        };
        specs.extend(image.read(written, defaults));
    }
    specs
}

/// Reads one image.
struct ImageReader<'i, 'r, 's> {
    entry: &'i MapEntry,
    scope: Scope<'i>,
    /// Whether the first pass left the entry as it is: else nothing can be said about what is
    /// missing.
    is_whole: bool,
    reader: &'i mut Reader<'r, 's>,
}

impl ImageReader<'_, '_, '_> {
    fn read(mut self, written: &Value, defaults: &DefaultOptions) -> Option<ImageSpec> {
        let options = match written {
            Value::String(text) => option_table::constraint(text, &self.entry.value),
            _ => option_table::read(&self.entry.value, written),
        };
        let has_good_name = self.check_name();
        let image = written.get("image").and_then(Value::as_str);
        let repository = self.repository(image, has_good_name);
        let (image, problems) = self.reader.options.image(&options, defaults);
        let table = OptionTable {
            options: &options,
            scope: self.scope,
            key: self.entry.key_span.clone(),
            is_whole: self.is_whole,
        };
        self.reader.report_options(&table, problems);
        let group = self.reader.group(&table);
        let image = image?;
        Some(ImageSpec {
            name: self.entry.key.clone(),
            repository: repository?,
            policy: image.policy,
            platforms: image.platforms,
            guards: image.guards,
            group,
            place: self.place(),
        })
    }

    fn place(&self) -> Place {
        self.reader.findings.place(self.entry.key_span.clone())
    }

    fn check_name(&mut self) -> bool {
        let name = &self.entry.key;
        if is_name(name) {
            return true;
        }
        let message = format!("`{}` is not a name for an image", shortened(name));
        let diagnostic = Diagnostic::new(Code::BadName, message).help(NAME_HELP);
        let diagnostic = if Repository::parse(name).is_ok() && name.contains('/') {
            let short = name.rsplit('/').next().unwrap_or_default();
            diagnostic.help(format!("name it `{short}`, and add `image` with `{name}`"))
        } else {
            diagnostic
        };
        // The name is in the message already.
        self.reader
            .findings
            .add(diagnostic, self.entry.key_span.clone(), "");
        false
    }

    fn repository(&mut self, image: Option<&str>, has_good_name: bool) -> Option<Repository> {
        let format = self.reader.findings.source.format;
        let Some(text) = image else {
            if !has_good_name {
                return None;
            }
            return match Repository::parse(&self.entry.key) {
                Ok(repository) => Some(repository),
                Err(error) => {
                    let mut diagnostic = Diagnostic::of(&error);
                    diagnostic.help.push(format!(
                        "say which image it is: `{}`",
                        format.entry("image", "\"…\"")
                    ));
                    if self.is_whole {
                        let span = self.entry.key_span.clone();
                        self.reader.report(self.scope, diagnostic, span, "");
                    }
                    None
                }
            };
        };
        match Repository::parse(text) {
            Ok(repository) => Some(repository),
            Err(error) => {
                let node = self.scope.entry("image").map(|entry| &entry.value);
                let (diagnostic, offset) = match Reference::parse(text) {
                    Ok(reference) => too_much(text, &reference, format),
                    Err(_) => (Diagnostic::of(&error), 0),
                };
                let span = self.reader.part_of(node, text, offset, text.len());
                let span = if offset == 0 {
                    node.map_or(span, |node| node.span.clone())
                } else {
                    span
                };
                self.reader.report(self.scope, diagnostic, span, "");
                None
            }
        }
    }
}

/// Says whether a text can name an image or a group.
pub(super) fn is_name(text: &str) -> bool {
    let is_word = text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
    let starts_well = text
        .bytes()
        .next()
        .is_some_and(|byte| byte.is_ascii_alphanumeric());
    is_word && starts_well && text.len() <= MAX_NAME
}

/// Reports a tag or a digest behind an image, and says where the mark begins.
fn too_much(text: &str, reference: &Reference, format: super::Format) -> (Diagnostic, usize) {
    let named = text.split('@').next().unwrap_or(text);
    let (what, offset) = match (reference.tag(), reference.digest()) {
        (Some(tag), None) => ("tag", named.len() - tag.as_str().len() - 1),
        (Some(tag), Some(_)) => ("tag and digest", named.len() - tag.as_str().len() - 1),
        _ => ("digest", named.len()),
    };
    let diagnostic = Diagnostic::new(
        Code::BadReference,
        format!("`image` has no {what}: the policy says which tag, the lock which digest"),
    );
    let image = format.entry("image", &format!("\"{}\"", &text[..offset]));
    let diagnostic = match reference.tag() {
        Some(tag) => {
            let tag = format.entry("tag", &format!("\"{tag}\""));
            diagnostic.help(format!(
                "write `{image}` and, to follow this one tag, `{tag}`; or a `constraint`"
            ))
        }
        None => diagnostic.help(format!("write `{image}`, and a `tag` or a `constraint`")),
    };
    (diagnostic, offset)
}

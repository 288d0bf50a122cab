use std::collections::{BTreeSet, HashMap};

use super::defaults::DefaultOptions;
use super::model::Image;
use super::options::{Reader, Scope, shortened};
use super::settings::ImageSpec;
use super::strategy::Way;
use super::values::{ImageEntry, OneOrMany};
use crate::error::{Code, Diagnostic, Place};
use crate::image::{Reference, Repository};
use crate::policy::{Pattern, Policy, Strategy};
use crate::syntax::{Kind, MapEntry, Node};

/// The longest name of an image, in bytes.
const MAX_NAME: usize = 128;
pub(super) const NAME_HELP: &str =
    "a name has 1 to 128 of `A-Z a-z 0-9 . _ -` and starts with a letter or a digit";

/// Reads the images, in the order of their names.
pub(super) fn read<'m>(
    images: impl IntoIterator<Item = (&'m String, &'m ImageEntry)>,
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
pub(super) struct ImageReader<'i, 'r, 's> {
    pub(super) entry: &'i MapEntry,
    pub(super) scope: Scope<'i>,
    /// Whether the first pass left the entry as it is: else nothing can be said about what is
    /// missing.
    pub(super) is_whole: bool,
    pub(super) reader: &'i mut Reader<'r, 's>,
}

impl ImageReader<'_, '_, '_> {
    fn read(mut self, written: &ImageEntry, defaults: &DefaultOptions) -> Option<ImageSpec> {
        let empty = Image::default();
        let (image, constraint) = match written {
            ImageEntry::Constraint(text) => (&empty, Some((text, &self.entry.value))),
            ImageEntry::Table(image) => {
                let node = self.scope.entry("constraint").map(|entry| &entry.value);
                (&**image, image.constraint.as_ref().zip(node))
            }
        };
        let has_good_name = self.check_name();
        let repository = self.repository(image.image.as_deref(), has_good_name);
        let way = self.way(image);
        let strategy = way.and_then(|way| self.strategy(way, image, constraint));
        let allow_tags = self.patterns("allow-tags", image.allow_tags.as_ref());
        let ignore_tags = self.patterns("ignore-tags", image.ignore_tags.as_ref());
        let suffix = match &image.suffix {
            None => defaults.suffix.clone(),
            Some(text) => self
                .reader
                .suffix(self.scope, text, defaults.suffix.is_some()),
        };
        let extract = image.extract.as_ref().map(|extract| self.extract(extract));
        let prerelease = match &image.prerelease {
            None => defaults.prerelease.clone(),
            Some(choice) => self.reader.prerelease(self.scope, choice),
        };
        let platforms = match &image.platforms {
            None => defaults.platforms.clone(),
            written => self.reader.platforms(self.scope, written.as_ref()),
        };
        let guards = self.reader.guards(self.scope, &image.into());
        let group = self.group(image);
        let (way, strategy) = (way?, strategy?);
        // A default that does not go with the image's own options is left out.
        let takes_prerelease = match &strategy {
            Strategy::Calver { scheme, .. } => scheme.has_modifier(),
            _ => way.takes("prerelease"),
        };
        let default_patterns = |patterns: &Vec<Pattern>| match way {
            Way::Digest => Vec::new(),
            _ => patterns.clone(),
        };
        let policy = Policy {
            suffix: suffix.filter(|_| way.takes("suffix") && extract.is_none()),
            extract: match extract {
                Some(extract) => Some(extract?),
                None => None,
            },
            allow_tags: allow_tags.unwrap_or_else(|| default_patterns(&defaults.allow_tags)),
            ignore_tags: ignore_tags.unwrap_or_else(|| default_patterns(&defaults.ignore_tags)),
            prerelease: prerelease.filter(|_| takes_prerelease),
            ..Policy::of(strategy)
        };
        Some(ImageSpec {
            name: self.entry.key.clone(),
            repository: repository?,
            policy,
            platforms,
            guards: guards.with_defaults(&defaults.guards, way),
            group,
            place: self.place(),
        })
    }

    fn patterns(&mut self, option: &str, written: Option<&OneOrMany>) -> Option<Vec<Pattern>> {
        written.map(|_| self.reader.patterns(self.scope, option, written))
    }

    /// Returns the notation of one option, as a user would write it.
    pub(super) fn notation(&self, option: &str, value: &str) -> String {
        let source = self.reader.findings.source;
        // In a manifest, options are annotations: `imagelock/web.constraint`.
        let prefix = match self.scope.table.map(|table| &table.kind) {
            Some(Kind::Table(entries)) => entries.iter().find_map(|entry| {
                let written = source.text.get(entry.key_span.clone())?;
                let prefix = written
                    .trim_matches(['"', '\''])
                    .strip_suffix(entry.key.as_str())?;
                (!prefix.is_empty()).then_some(prefix)
            }),
            _ => None,
        };
        let option = format!("{}{option}", prefix.unwrap_or_default());
        source.format.entry(&option, value)
    }

    fn place(&self) -> Place {
        let source = self.reader.findings.source;
        source.place(self.entry.key_span.clone())
    }

    pub(super) fn report_at_key(&mut self, option: &str, diagnostic: Diagnostic, label: &str) {
        let span = self
            .scope
            .entry(option)
            .map_or(self.entry.key_span.clone(), |entry| entry.key_span.clone());
        self.reader.report(self.scope, diagnostic, span, label);
    }

    pub(super) fn report_at_value(&mut self, option: &str, diagnostic: Diagnostic) {
        let span = self
            .scope
            .entry(option)
            .map_or(self.entry.key_span.clone(), |entry| {
                entry.value.span.clone()
            });
        self.reader.report(self.scope, diagnostic, span, "");
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
                        self.report_at_key("", diagnostic, "");
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

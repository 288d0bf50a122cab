use std::collections::{BTreeSet, HashMap};

use super::model::{Image, ImageEntry};
use super::options::{DefaultOptions, Reader, Scope, prerelease, shortened};
use super::settings::ImageSpec;
use super::tree::{Entry, Kind, Node};
use super::words::nearest;
use crate::error::{Code, Diagnostic, Place};
use crate::image::{Reference, Repository, Tag};
use crate::policy::{Guards, Policy, Strategy};
use crate::version::Constraint;

/// The longest name of an image, in bytes.
const MAX_NAME: usize = 128;
/// Options that only `semver` has.
const SEMVER_OPTIONS: [&str; 4] = ["suffix", "allow-tags", "ignore-tags", "prerelease"];

/// The strategies that a config can name.
const STRATEGIES: [&str; 2] = ["semver", "digest"];

/// Reads the images, in the order of their names.
pub(super) fn read<'m>(
    images: impl IntoIterator<Item = (&'m String, &'m ImageEntry)>,
    table: Option<&Node>,
    defaults: &DefaultOptions,
    damaged: &BTreeSet<String>,
    reader: &mut Reader<'_, '_>,
) -> Vec<ImageSpec> {
    let entries: HashMap<&str, &Entry> = match table.map(|node| &node.kind) {
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

/// The two ways to say which tags an image may have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Semver,
    Digest,
}

struct ImageReader<'i, 'r, 's> {
    entry: &'i Entry,
    scope: Scope<'i>,
    /// Whether the first pass left the entry as it is: else nothing can be said about what is
    /// missing.
    is_whole: bool,
    reader: &'i mut Reader<'r, 's>,
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
        let constraint = constraint.map(|(text, node)| self.constraint(text, node));
        let tag = image.tag.as_deref().map(|text| self.tag(text));
        let allow_tags = image.allow_tags.as_ref();
        let allow_tags =
            allow_tags.map(|_| self.reader.patterns(self.scope, "allow-tags", allow_tags));
        let ignore_tags = image.ignore_tags.as_ref();
        let ignore_tags =
            ignore_tags.map(|_| self.reader.patterns(self.scope, "ignore-tags", ignore_tags));
        let platforms = match &image.platforms {
            None => defaults.platforms.clone(),
            written => self.reader.platforms(self.scope, written.as_ref()),
        };
        let suffix = match &image.suffix {
            None => defaults.suffix.clone(),
            Some(text) => self
                .reader
                .suffix(self.scope, text, defaults.suffix.is_some()),
        };
        let policy = match way? {
            Way::Digest => Policy::of(Strategy::Digest { tag: tag?? }),
            Way::Semver => {
                let constraint = match constraint {
                    Some(constraint) => constraint?,
                    None => Constraint::parse("*").ok()?,
                };
                Policy {
                    suffix,
                    allow_tags: allow_tags.unwrap_or_else(|| defaults.allow_tags.clone()),
                    ignore_tags: ignore_tags.unwrap_or_else(|| defaults.ignore_tags.clone()),
                    prerelease: image
                        .prerelease
                        .map(prerelease)
                        .or_else(|| defaults.prerelease.clone()),
                    ..Policy::of(Strategy::Semver { constraint })
                }
            }
        };
        Some(ImageSpec {
            name: self.entry.key.clone(),
            repository: repository?,
            policy,
            platforms,
            guards: Guards::default(),
            group: None,
            place: self.place(),
        })
    }

    fn place(&self) -> Place {
        let source = self.reader.findings.source;
        source.place(self.entry.key_span.clone())
    }

    fn report_at_key(&mut self, option: &str, diagnostic: Diagnostic, label: &str) {
        let span = self
            .scope
            .entry(option)
            .map_or(self.entry.key_span.clone(), |entry| entry.key_span.clone());
        self.reader.report(self.scope, diagnostic, span, label);
    }

    fn report_at_value(&mut self, option: &str, diagnostic: Diagnostic) {
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
        let is_word = name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
        let starts_well = name
            .bytes()
            .next()
            .is_some_and(|byte| byte.is_ascii_alphanumeric());
        if is_word && starts_well && name.len() <= MAX_NAME {
            return true;
        }
        let message = format!("`{}` is not a name for an image", shortened(name));
        let diagnostic = Diagnostic::new(Code::BadName, message)
            .help("a name has 1 to 128 of `A-Z a-z 0-9 . _ -` and starts with a letter or a digit");
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

    /// Decides between the strategies and reports options that contradict each other.
    fn way(&mut self, image: &Image) -> Option<Way> {
        let way = match image.strategy.as_deref() {
            None if image.tag.is_some() => Way::Digest,
            None | Some("semver") => Way::Semver,
            Some("digest") => Way::Digest,
            Some(other) => {
                let diagnostic = unknown_strategy(other);
                self.report_at_value("strategy", diagnostic);
                return None;
            }
        };
        let (has_tag, has_constraint) = (image.tag.is_some(), image.constraint.is_some());
        let contradiction = |message: String| Diagnostic::new(Code::ContradictoryOptions, message);
        match way {
            Way::Semver if has_tag => {
                let diagnostic = contradiction(
                    "`tag` does not go with the strategy `semver`".into(),
                )
                .help(
                    "remove `strategy` to follow the tag, or write `constraint` in place of `tag`",
                );
                self.report_at_key("tag", diagnostic, "");
                return None;
            }
            Way::Digest if has_constraint && has_tag => {
                let diagnostic = contradiction("`constraint` does not go with `tag`".into())
                    .help("keep `tag` to follow one tag, or `constraint` to choose among versions");
                self.report_at_key("constraint", diagnostic, "");
                return None;
            }
            Way::Digest if has_constraint => {
                let diagnostic = contradiction(
                    "`constraint` does not go with the strategy `digest`".into(),
                )
                .help(
                    "the strategy `digest` follows one tag: write `tag` in place of `constraint`",
                );
                self.report_at_key("constraint", diagnostic, "");
                return None;
            }
            Way::Digest if !has_tag => {
                if self.is_whole {
                    let message = "the strategy `digest` needs the key `tag`";
                    let diagnostic = Diagnostic::new(Code::MissingKey, message)
                        .help("name the tag to follow, such as `latest`");
                    self.report_at_value("strategy", diagnostic);
                }
                return None;
            }
            Way::Digest => {
                for option in SEMVER_OPTIONS {
                    if self.scope.entry(option).is_some() {
                        let message =
                            format!("`{option}` has no effect on an image that follows one tag");
                        let diagnostic = contradiction(message).help(format!(
                            "remove `{option}`, or write `constraint` in place of `tag`"
                        ));
                        self.report_at_key(option, diagnostic, "");
                    }
                }
            }
            Way::Semver => {}
        }
        Some(way)
    }

    fn constraint(&mut self, text: &str, node: &Node) -> Option<Constraint> {
        match Constraint::parse(text) {
            Ok(constraint) => Some(constraint),
            Err(error) => {
                let span = self
                    .reader
                    .part_of(Some(node), text, error.offset, error.length);
                let message = format!("`{}` is not a constraint", shortened(text));
                let mut diagnostic = Diagnostic::new(error.code, message);
                let is_plain_tag = Tag::parse(text).is_ok()
                    && text
                        .bytes()
                        .next()
                        .is_some_and(|byte| byte.is_ascii_alphabetic());
                if is_plain_tag {
                    let format = self.reader.findings.source.format;
                    let entry = format.entry("tag", &format!("\"{text}\""));
                    diagnostic =
                        diagnostic.help(format!("to follow the tag `{text}`, write `{entry}`"));
                } else {
                    diagnostic.help.extend(error.help.clone());
                }
                self.reader
                    .report(self.scope, diagnostic, span, &error.message);
                None
            }
        }
    }

    fn tag(&mut self, text: &str) -> Option<Tag> {
        match Tag::parse(text) {
            Ok(tag) => Some(tag),
            Err(error) => {
                let mut diagnostic = Diagnostic::of(&error);
                if text.contains('@') {
                    diagnostic = diagnostic.help("leave out the digest: the lock holds it");
                }
                self.report_at_value("tag", diagnostic);
                None
            }
        }
    }
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

fn unknown_strategy(name: &str) -> Diagnostic {
    let known = STRATEGIES
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ");
    let message = format!("unknown strategy `{}`", shortened(name));
    let diagnostic = Diagnostic::new(Code::UnknownStrategy, message);
    match nearest(name, &STRATEGIES) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help(format!("known strategies: {known}")),
    }
}

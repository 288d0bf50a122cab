use std::ops::Range;
use std::sync::Arc;

use super::auth_word::{AuthWord, is_variable_name};
use crate::error::{cover, is_secret_itself, is_secret_name, users};
use crate::syntax::{Kind, MapEntry, Node};

/// Values of `auth` that are shown as they are.
const OPEN: [&str; 4] = [
    "username",
    "helper",
    "kubernetes-secret-file",
    "aws-profile",
];

/// Covers what may be secret in a config: the lines around a problem are printed, and often into a public log.
/// The bytes stay where they are.
pub(super) fn covered(text: &Arc<str>, root: &Node) -> Arc<str> {
    let mut secrets = users(text);
    for part in root.entries() {
        match part.key.as_str() {
            "registries" => part.value.entries().iter().for_each(|registry| {
                of_registry(registry, &mut secrets);
            }),
            "images" => part.value.entries().iter().for_each(|image| {
                of_image(image, &mut secrets);
            }),
            _ => of_entry(part, &mut secrets),
        }
    }
    if secrets.is_empty() {
        return Arc::clone(text);
    }
    cover(text, secrets).into()
}

fn of_registry(registry: &MapEntry, secrets: &mut Vec<Range<usize>>) {
    // A host has any name.
    if registry.key.contains('@') {
        secrets.push(registry.key_span.clone());
    }
    for entry in registry.value.entries() {
        match (entry.key.as_str(), &entry.value.kind) {
            ("proxy", Kind::Text(text)) if text.contains('@') => {
                secrets.push(entry.value.span.clone());
            }
            ("auth", Kind::Text(word)) if AuthWord::named(word).is_some() => {}
            ("auth", Kind::Table(entries)) => {
                for entry in entries.iter().filter(|entry| !is_open(entry)) {
                    all_of(&entry.value, secrets);
                }
            }
            _ => of_entry(entry, secrets),
        }
    }
}

/// An image has any name as well, and its value is a constraint or a table of options.
fn of_image(image: &MapEntry, secrets: &mut Vec<Range<usize>>) {
    if is_secret_itself(&image.key) {
        all_of(&image.value, secrets);
    }
    for option in image.value.entries() {
        if option.key == "image" && has_credentials(&option.value) {
            secrets.push(option.value.span.clone());
        }
        of_entry(option, secrets);
    }
}

/// Adds the values of an entry, or below it, whose keys are named as those of secrets are.
fn of_entry(entry: &MapEntry, secrets: &mut Vec<Range<usize>>) {
    if is_secret_name(&entry.key) {
        all_of(&entry.value, secrets);
    } else {
        below(&entry.value, secrets);
    }
}

fn below(value: &Node, secrets: &mut Vec<Range<usize>>) {
    match &value.kind {
        Kind::Table(entries) => entries.iter().for_each(|entry| of_entry(entry, secrets)),
        Kind::List(items) => items.iter().for_each(|item| below(item, secrets)),
        _ => {}
    }
}

/// Adds all that a value holds: a table may be in several pieces.
fn all_of(value: &Node, secrets: &mut Vec<Range<usize>>) {
    match &value.kind {
        Kind::Table(entries) => entries
            .iter()
            .for_each(|entry| all_of(&entry.value, secrets)),
        Kind::List(items) => items.iter().for_each(|item| all_of(item, secrets)),
        _ => secrets.push(value.span.clone()),
    }
}

/// Says whether an entry of `auth` is shown as it is.
fn is_open(entry: &MapEntry) -> bool {
    match (entry.key.as_str(), &entry.value.kind) {
        ("env", Kind::Text(name)) => is_variable_name(name),
        (key, _) => OPEN.contains(&key),
    }
}

/// Says whether a reference has `user:password@` in front.
fn has_credentials(value: &Node) -> bool {
    let Kind::Text(text) = &value.kind else {
        return false;
    };
    text.rsplit_once('@')
        .is_some_and(|(before, after)| before.contains(':') && !after.starts_with("sha"))
}

//! Inside a room, a folder of `src`, the parts form no circle: the files and folders right below it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use regex::Regex;

use super::code::code_of;
use super::paths::{imports, module_of, named_paths};
use super::repository::rust_files;

/// The rooms that have circles still.
const STILL_TO_COME: [&str; 2] = ["embedded", "registry"];

/// Who names whom, with a file in which that stands.
type Arrows = BTreeMap<(String, String), String>;

#[test]
fn no_parts_of_a_room_form_a_circle() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut rooms: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for path in rust_files(root, &["src"]) {
        let inside = path.strip_prefix("src/").expect("a file of the source");
        if let Some((room, _)) = inside.split_once('/') {
            let text = fs::read_to_string(root.join(&path)).expect("a text");
            let files = rooms.entry(room.to_string()).or_default();
            files.push((inside.to_string(), text));
        }
    }
    for room in STILL_TO_COME {
        let files = rooms.remove(room).expect("a room");
        let is_due = circles(room, &files).is_empty();
        assert!(!is_due, "`{room}` has no circle: take it off the list");
    }
    assert!(rooms.contains_key("resolve"), "{:?}", rooms.keys());
    let found = rooms.iter().flat_map(|(room, files)| circles(room, files));
    let found: Vec<String> = found.collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

/// Returns the circles among the parts of a room, each with its arrows and where they stand.
///
/// The files are those of the room, with their paths below `src`.
fn circles(room: &str, files: &[(String, String)]) -> Vec<String> {
    let arrows = arrows(room, files);
    let reached: BTreeMap<&str, BTreeSet<&str>> = arrows
        .keys()
        .map(|(from, _)| (from.as_str(), reached(&arrows, from)))
        .collect();
    let leads = |from: &str, to: &str| reached.get(from).is_some_and(|all| all.contains(to));
    let groups: BTreeSet<Vec<&str>> = reached
        .keys()
        .filter(|part| leads(part, part))
        .map(|part| {
            let others = reached[part].iter().copied();
            others.filter(|other| leads(other, part)).collect()
        })
        .collect();
    groups
        .into_iter()
        .map(|group| {
            let is_inside = |part: &String| group.contains(&part.as_str());
            let inside = arrows
                .iter()
                .filter(|((from, to), _)| is_inside(from) && is_inside(to));
            let inside = inside.map(|((from, to), file)| format!("{from} -> {to} ({file})"));
            format!("{room}: {}", inside.collect::<Vec<_>>().join(", "))
        })
        .collect()
}

/// Returns the parts that can be reached from one.
fn reached<'a>(arrows: &'a Arrows, from: &str) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut open = vec![from];
    while let Some(part) = open.pop() {
        let named = arrows.keys().filter(|(from, _)| from == part);
        for (_, to) in named {
            if found.insert(to.as_str()) {
                open.push(to);
            }
        }
    }
    found
}

fn arrows(room: &str, files: &[(String, String)]) -> Arrows {
    let index = format!("{room}/mod.rs");
    let index = files.iter().find(|(path, _)| *path == index);
    let index = index.map(|(_, text)| code_of(text)).unwrap_or_default();
    let module = Regex::new(r"\bmod\s+(\w+)\s*;").expect("invariant: a valid pattern");
    // Modules of tests are none of these: they are no code.
    let parts: BTreeSet<String> = module
        .captures_iter(&index)
        .map(|found| found[1].to_string())
        .collect();
    let exported: BTreeMap<String, String> = imports(&index)
        .into_iter()
        .filter_map(|import| Some((import.name, import.path.into_iter().next()?)))
        .collect();
    let mut arrows = Arrows::new();
    for (path, text) in files
        .iter()
        .filter(|(path, _)| !path.ends_with("/tests.rs"))
    {
        let module = module_of(path);
        let Some(own) = module.get(1).filter(|part| parts.contains(*part)) else {
            continue;
        };
        for named in named_paths(&module, &code_of(text)) {
            let [first, name, ..] = &named[..] else {
                continue;
            };
            let part = parts.get(name).or_else(|| exported.get(name));
            if let Some(part) = part.filter(|part| first == room && *part != own) {
                arrows
                    .entry((own.clone(), part.clone()))
                    .or_insert_with(|| path.clone());
            }
        }
    }
    arrows
}

fn circles_of(files: &[(&str, &str)]) -> Vec<String> {
    let owned = |(path, text): &(&str, &str)| ((*path).to_string(), (*text).to_string());
    let files: Vec<_> = files.iter().map(owned).collect();
    circles("a", &files)
}

#[test]
fn planted_circles_are_caught() {
    let index = (
        "a/mod.rs",
        "mod b;\nmod c;\nmod d;\npub use c::{C as E, f};\n",
    );
    let pair = "a: b -> c (a/b.rs), c -> b (a/c.rs)";
    for (b, c) in [
        ("use super::c::C;", "use super::b::B;"),
        ("use super::{d, c::C};", "fn f() -> crate::a::b::B {}"),
        ("use super::E;", "use crate::a::{b, d};"),
        ("use crate::{a::{f}, z};", "const X: u8 = super::b::X;"),
    ] {
        let found = circles_of(&[index, ("a/b.rs", b), ("a/c.rs", c), ("a/d.rs", "")]);
        assert_eq!(found, [pair], "{b} {c}");
    }
    let longer = circles_of(&[
        index,
        ("a/b.rs", "use super::c;"),
        ("a/c/mod.rs", "mod e;"),
        ("a/c/e.rs", "use super::super::d::D;"),
        ("a/d.rs", "use crate::a::b::B;"),
    ]);
    let wanted = "a: b -> c (a/b.rs), c -> d (a/c/e.rs), d -> b (a/d.rs)";
    assert_eq!(longer, [wanted]);
}

#[test]
fn what_forms_no_circle_passes() {
    let index = (
        "a/mod.rs",
        "mod b;\nmod c;\n#[cfg(test)]\nmod sample;\npub use b::B;\npub use c::C;\n",
    );
    for (b, c) in [
        ("use super::c::C;", "use crate::z::b::B;"),
        (
            "use super::C;",
            "// super::b\nconst X: &str = \"crate::a::b\";",
        ),
        (
            "use super::c;",
            "#[cfg(test)]\nmod tests { use crate::a::b::B; }",
        ),
        (
            "use super::c;",
            "pub(in crate::a) fn f() { super::sample::x() }",
        ),
    ] {
        let sample = ("a/sample.rs", "use super::b;");
        let tests = ("a/c/tests.rs", "use crate::a::b;");
        let found = circles_of(&[index, ("a/b.rs", b), ("a/c.rs", c), sample, tests]);
        assert_eq!(found, [""; 0], "{b} {c}");
    }
    let inside = circles_of(&[
        index,
        ("a/b/mod.rs", "mod d;\nmod e;"),
        ("a/b/d.rs", "use super::e;"),
        ("a/b/e.rs", "use crate::a::b::d;"),
    ]);
    assert_eq!(inside, [""; 0]);
}

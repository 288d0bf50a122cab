//! The paths that a file of source names, each from the root of the crate.

use std::sync::LazyLock;

use regex::Regex;

static BEGINNING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|[^\w:])((?:crate|super)\s*::)").expect("invariant: a valid pattern")
});
static USE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\buse\s").expect("invariant: a valid pattern"));

/// What a `use` brings in: where it is, and the name that it has from then on.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Import {
    pub(super) path: Vec<String>,
    pub(super) name: String,
}

/// Returns the module that a file is, as the names that lead to it.
pub(super) fn module_of(inside: &str) -> Vec<String> {
    let path = inside.strip_suffix(".rs").unwrap_or(inside);
    let path = path.strip_suffix("/mod").unwrap_or(path);
    path.split('/').map(String::from).collect()
}

/// Returns the paths that begin with `crate` or `super`, without that beginning.
pub(super) fn named_paths(module: &[String], code: &str) -> Vec<Vec<String>> {
    let beginnings = BEGINNING.captures_iter(code);
    beginnings
        .flat_map(|found| tree(&code[found.get(1).expect("invariant: a group").start()..]))
        .filter_map(|import| from_root(module, &import.path))
        .collect()
}

/// Returns what the `use` declarations bring in, as it is written.
pub(super) fn imports(code: &str) -> Vec<Import> {
    let declarations = USE.find_iter(code);
    declarations
        .flat_map(|found| tree(&code[found.end()..]))
        .collect()
}

/// Takes `crate` and `super` away from the beginning of a path.
fn from_root(module: &[String], path: &[String]) -> Option<Vec<String>> {
    let ups = path.iter().take_while(|step| *step == "super").count();
    let above = match ups {
        0 => &[],
        ups => &module[..module.len().checked_sub(ups)?],
    };
    let rest = path.iter().skip(ups.max(1));
    Some(above.iter().chain(rest).cloned().collect())
}

/// Reads the path or the tree of paths that a text begins with.
fn tree(text: &str) -> Vec<Import> {
    let mut found = Vec::new();
    branch(text, &[], &mut found);
    found
}

/// Reads a branch of a tree, and returns what follows it.
fn branch<'t>(text: &'t str, stem: &[String], found: &mut Vec<Import>) -> &'t str {
    let mut path = stem.to_vec();
    let mut rest = text.trim_start();
    loop {
        if let Some(group) = rest.strip_prefix('{') {
            rest = group.trim_start();
            while !rest.is_empty() && !rest.starts_with('}') {
                let after = branch(rest, &path, found).trim_start();
                let after = after.strip_prefix(',').unwrap_or(after).trim_start();
                if after.len() == rest.len() {
                    // No tree of paths: a block that follows something else.
                    return "";
                }
                rest = after;
            }
            return rest.strip_prefix('}').unwrap_or(rest);
        }
        let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
        let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
        if word.is_empty() {
            return rest.strip_prefix('*').unwrap_or(rest);
        }
        path.push(word.to_string());
        let Some(below) = after.trim_start().strip_prefix("::") else {
            let (name, after) = renamed(after).unwrap_or((word, after));
            let name = name.to_string();
            found.push(Import { path, name });
            return after;
        };
        rest = below.trim_start();
    }
}

/// Reads `as name`.
fn renamed(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start().strip_prefix("as ")?.trim_start();
    let end = text.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
    Some(text.split_at(end.unwrap_or(text.len())))
}

#[test]
fn paths_are_read_from_the_root() {
    for (file, code, wanted) in [
        ("a/b.rs", "use super::c::D;", "a::c::D"),
        ("a/b/mod.rs", "use super::c::D;", "a::c::D"),
        ("a/b/c.rs", "use super::super::d;", "a::d"),
        (
            "a/b.rs",
            "fn f() -> crate::c::D<u8> { super::e() }",
            "c::D a::e",
        ),
        (
            "a/b.rs",
            "use crate::{\n    c::{self, D as E},\n    f::*,\n    g,\n};",
            "c::self c::D g",
        ),
        ("a/b.rs", "pub(in crate::a) fn f() { self::g() }", "a"),
        ("a/b.rs", "pub(super) use c::D;", ""),
        ("a/b.rs", "use super::super::super::c;", ""),
        ("a/b.rs", "match crate::c::D { _ => {} }", "c::D"),
    ] {
        let paths = named_paths(&module_of(file), code);
        let paths: Vec<String> = paths.iter().map(|path| path.join("::")).collect();
        assert_eq!(paths.join(" "), wanted, "{file}: {code}");
    }
    let found = imports("pub(super) use a::{B, c::D as E};\nmod f;");
    let found: Vec<String> = found
        .iter()
        .map(|import| format!("{}={}", import.name, import.path.join("::")))
        .collect();
    assert_eq!(found, ["B=a::B", "E=a::c::D"]);
}

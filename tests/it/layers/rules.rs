//! The rules, as a function from a file's path and text to what is wrong with it.

use std::sync::LazyLock;

use regex::Regex;

use super::code::{code_of, line_of, without_attributes};

/// Each top-level module with those that it may use, in the order in which data passes through.
const LAYERS: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("file", &[]),
    ("guide", &[]),
    ("observe", &[]),
    ("figures", &["observe"]),
    ("image", &["error"]),
    ("version", &["error", "image"]),
    ("tag", &["error", "image"]),
    ("syntax", &["error"]),
    ("policy", &["error", "image", "version", "tag", "syntax"]),
    ("import", &["error", "image", "version", "policy", "syntax"]),
    ("edit", &["error", "image", "import", "policy", "syntax"]),
    (
        "config",
        &[
            "error", "file", "image", "version", "tag", "policy", "import", "syntax",
        ],
    ),
    ("mirrors", &["error", "image"]),
    (
        "lock",
        &["error", "file", "image", "policy", "version", "config"],
    ),
    ("registry", &["error", "file", "observe", "image", "tag"]),
    ("inspect", &["error", "image", "registry"]),
    ("embedded", &["image"]),
    (
        "resolve",
        &[
            "error", "observe", "image", "version", "tag", "policy", "config", "lock", "registry",
        ],
    ),
    ("diff", &["error", "image", "version", "tag", "lock"]),
    (
        "report",
        &["error", "image", "version", "tag", "lock", "diff"],
    ),
    (
        "cli",
        &[
            "error", "file", "observe", "figures", "image", "version", "tag", "policy", "config",
            "lock", "registry", "inspect", "embedded", "resolve", "diff", "report", "import",
            "edit", "mirrors", "syntax",
        ],
    ),
];

/// Modules that only tests contain; no rule of a layer binds them.
const TEST_ONLY: &[&str] = &["generated"];

const LONGEST_FILE: usize = 800;
const LONGEST_MAIN: usize = 30;

/// What only some modules may mention.
struct Reserved {
    pattern: Regex,
    modules: &'static [&'static str],
    rule: &'static str,
}

static RESERVED: LazyLock<Vec<Reserved>> = LazyLock::new(|| {
    let reserved = |pattern, modules, rule| Reserved {
        pattern: Regex::new(pattern).expect("invariant: a valid pattern"),
        modules,
        rule,
    };
    vec![
        reserved(
            r"\bstd\s*::\s*env\b|\bstd::\{[^;]*\benv\b|\benv::(var|vars|var_os|args|args_os|current_dir|home_dir)\b",
            &["cli"],
            "only `cli` reads the environment",
        ),
        reserved(
            r"\b(?:e?print(?:ln)?|dbg)\s*!|\bio\s*::\s*(?:stdout|stderr|stdin)\b",
            &["cli"],
            "only `cli` reads and writes the standard streams",
        ),
        reserved(
            r"\bprocess\s*::\s*(?:exit|abort)\b",
            &["cli"],
            "only `cli` ends the process",
        ),
        reserved(
            r"\breqwest\b|\b(?:TcpStream|UdpSocket)\b",
            &["registry", "embedded"],
            "only `registry` speaks to the network",
        ),
        reserved(
            r"\b(?:hyper|hyper_util|TcpListener)\b",
            &["embedded"],
            "only `embedded` serves",
        ),
        reserved(
            r"\b(?:clap|clap_complete|anstream|anstyle|indicatif)\s*::",
            &["cli"],
            "only `cli` uses the terminal's crates",
        ),
    ]
});

static CRATE_PATH: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\bcrate\s*(?:::|as\b)").expect("invariant: a valid pattern"));
static SUPER_PATH: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\b(?:super\s*::\s*)+").expect("invariant: a valid pattern"));
static INDEX_ITEM: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:pub(?:\s*\([^)]*\))?\s+)?(?:mod\s+\w+|use\s[^;]+)$")
        .expect("invariant: a valid pattern")
});

/// Returns what is wrong with a file, as `path:line: rule`; the path is relative and has `/`.
pub(super) fn violations(path: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut add = |line: usize, rule: &str| found.push((line, format!("{path}:{line}: {rule}")));
    let lines = text.lines().count();
    if lines > LONGEST_FILE {
        add(lines, &format!("a file has at most {LONGEST_FILE} lines"));
    }
    let code = code_of(text);
    let name = path.rsplit('/').next().unwrap_or(path);
    if name == "mod.rs" || path == "src/lib.rs" {
        for line in not_an_index(&code) {
            add(
                line,
                &format!("{name} holds documentation, `mod` and `use` only"),
            );
        }
    }
    if path == "src/main.rs" && lines > LONGEST_MAIN {
        add(lines, &format!("main.rs has at most {LONGEST_MAIN} lines"));
    }
    if let Some(inside) = path.strip_prefix("src/") {
        for (line, rule) in layer_violations(inside, &code) {
            add(line, &rule);
        }
    }
    found.sort();
    found.into_iter().map(|(_, message)| message).collect()
}

/// Returns the lines of items other than `mod x;` and `use`.
fn not_an_index(code: &str) -> Vec<usize> {
    let items = without_attributes(code);
    let mut lines = Vec::new();
    let mut start = 0;
    for item in items.split(';') {
        let trimmed = item.trim();
        if !trimmed.is_empty() && !INDEX_ITEM.is_match(trimmed) {
            let blanks = item.len() - item.trim_start().len();
            lines.push(line_of(&items, start + blanks));
        }
        start += item.len() + 1;
    }
    lines
}

fn layer_violations(inside: &str, code: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let module = inside.split('/').next().unwrap_or(inside);
    let module = module.strip_suffix(".rs").unwrap_or(module);
    if TEST_ONLY.contains(&module) || inside.ends_with("/tests.rs") {
        return found;
    }
    let allowed = match LAYERS.iter().find(|(name, _)| *name == module) {
        Some((_, allowed)) => *allowed,
        None if matches!(module, "lib" | "main") => &[],
        None => {
            return vec![(1, format!("`{module}` is in no layer: add it to the table"))];
        }
    };
    for reserved in RESERVED.iter() {
        if !reserved.modules.contains(&module) {
            for place in reserved.pattern.find_iter(code) {
                found.push((line_of(code, place.start()), reserved.rule.to_string()));
            }
        }
    }
    for place in CRATE_PATH.find_iter(code) {
        let line = line_of(code, place.start());
        if place.as_str().ends_with("as") {
            found.push((line, "`crate` goes by its own name".to_string()));
            continue;
        }
        for used in heads(&code[place.end()..]) {
            if used == module || allowed.contains(&used) {
                continue;
            }
            found.push((
                line,
                if LAYERS.iter().any(|(name, _)| *name == used) {
                    format!("`{module}` may not use `{used}`")
                } else {
                    format!("`crate::{used}` is no module of a layer")
                },
            ));
        }
    }
    let depth = inside.matches('/').count() + usize::from(!inside.ends_with("/mod.rs"));
    for place in SUPER_PATH.find_iter(code) {
        if place.as_str().matches("super").count() >= depth {
            let line = line_of(code, place.start());
            found.push((line, "another module is named by `crate::`".to_string()));
        }
    }
    found
}

/// Returns the first segments of a path or of a group of paths: `a::b` or `{a::b, c}`.
fn heads(rest: &str) -> Vec<&str> {
    let rest = rest.trim_start();
    let Some(group) = rest.strip_prefix('{') else {
        return vec![head(rest)];
    };
    let (mut heads, mut depth, mut start) = (Vec::new(), 0_usize, 0);
    for (at, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                heads.push(head(group[start..at].trim_start()));
                start = at + 1;
                if character == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    heads.retain(|head| !head.is_empty());
    heads
}

fn head(path: &str) -> &str {
    if path.starts_with('*') {
        return "*";
    }
    let end = path.find(|c: char| !c.is_alphanumeric() && c != '_');
    &path[..end.unwrap_or(path.len())]
}

#[test]
fn planted_violations_are_caught() {
    for (path, text, wanted) in [
        (
            "src/image/tag.rs",
            "use crate::error::Code;\nuse crate::registry::Client;",
            "src/image/tag.rs:2: `image` may not use `registry`",
        ),
        (
            "src/image/tag.rs",
            "fn f() -> crate::lock::Lock {}",
            ":1: `image` may not use `lock`",
        ),
        (
            "src/diff/a.rs",
            "use crate::{\n    error::{Code, Fault},\n    report::X,\n};",
            ":1: `diff` may not use `report`",
        ),
        (
            "src/diff/a.rs",
            "use crate::*;",
            ":1: `crate::*` is no module",
        ),
        (
            "src/diff/a.rs",
            "use crate as other;",
            ":1: `crate` goes by",
        ),
        (
            "src/diff/a.rs",
            "use super::super::report::X;",
            ":1: another module",
        ),
        (
            "src/diff/mod.rs",
            "use super::report::X;",
            ":1: another module",
        ),
        (
            "src/diff/a.rs",
            "use crate::shortcuts::X;",
            "`crate::shortcuts` is no module",
        ),
        ("src/helpers/a.rs", "", "`helpers` is in no layer"),
        ("src/helpers.rs", "", "`helpers` is in no layer"),
        (
            "src/config/a.rs",
            "\nfn f() { std::env::var(\"HOME\"); }",
            ":2: only `cli` reads the environment",
        ),
        (
            "src/config/a.rs",
            "use std::{env, fs};",
            "only `cli` reads the environment",
        ),
        (
            "src/lock/a.rs",
            "fn f() { println!(\"x\") }",
            "standard streams",
        ),
        (
            "src/lock/a.rs",
            "fn f() { std::process::exit(1) }",
            "ends the process",
        ),
        (
            "src/resolve/a.rs",
            "use reqwest::Client;",
            "only `registry` speaks",
        ),
        (
            "src/registry/a.rs",
            "use tokio::net::TcpListener;",
            "only `embedded` serves",
        ),
        (
            "src/report/a.rs",
            "use anstyle::Style;",
            "terminal's crates",
        ),
        (
            "src/diff/mod.rs",
            "//! D.\nmod a;\n\nfn f() {}\n",
            ":4: mod.rs holds",
        ),
        (
            "src/lib.rs",
            "pub mod a;\nconst X: u8 = 1;",
            ":2: lib.rs holds",
        ),
        ("tests/it/support/mod.rs", "mod a { }", ":1: mod.rs holds"),
        ("src/main.rs", &"\n".repeat(31), "at most 30 lines"),
        (
            "benches/a.rs",
            &"\n".repeat(801),
            ":801: a file has at most 800 lines",
        ),
    ] {
        let found = violations(path, text);
        assert!(
            found.len() == 1 && found[0].contains(wanted),
            "{path}: {text:?}\nwanted: {wanted}\nfound: {found:#?}"
        );
    }
}

#[test]
fn what_is_allowed_passes() {
    for (path, text) in [
        (
            "src/diff/a.rs",
            "use crate::{error::Code, lock::{Lock, Entry}};\nuse crate::diff::b;\npub(crate) fn f() {}",
        ),
        (
            "src/diff/a.rs",
            "//! See [`crate::cli`].\n// println!\nconst X: &str = \"reqwest crate::cli\";",
        ),
        (
            "src/diff/a.rs",
            "#[cfg(test)]\nmod tests {\n    use crate::cli::X;\n    fn f() { println!() }\n}",
        ),
        ("src/diff/a/b.rs", "use super::super::c;"),
        (
            "src/cli/a.rs",
            "use crate::embedded::X;\nfn f() { std::env::args(); eprintln!() }",
        ),
        ("src/registry/a.rs", "use reqwest::Client;"),
        (
            "src/diff/mod.rs",
            "//! D.\n\n#![warn(missing_docs)]\nmod a;\npub(crate) mod b;\n#[cfg(feature = \"cli\")]\npub use a::{\n    A, B,\n};\n#[cfg(test)]\nmod tests;\n",
        ),
        ("src/diff/tests.rs", "use crate::cli::X;"),
        (
            "src/main.rs",
            "fn main() -> std::process::ExitCode { imagelock::cli::main() }",
        ),
    ] {
        assert_eq!(violations(path, text), [""; 0], "{path}: {text}");
    }
}

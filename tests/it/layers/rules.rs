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
    ("stats", &["observe"]),
    ("syntax", &["error", "file"]),
    ("image", &["error"]),
    ("version", &["error", "image"]),
    ("tag", &["error", "image"]),
    ("policy", &["error", "syntax", "image", "version", "tag"]),
    ("references", &["error", "image", "syntax"]),
    (
        "import",
        &[
            "error",
            "syntax",
            "image",
            "version",
            "policy",
            "references",
        ],
    ),
    ("edit", &["error", "syntax", "image", "policy", "import"]),
    (
        "config",
        &[
            "error",
            "file",
            "syntax",
            "image",
            "version",
            "tag",
            "policy",
            "references",
            "import",
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
        &[
            "error", "observe", "image", "version", "tag", "policy", "lock", "registry", "inspect",
            "resolve", "diff",
        ],
    ),
    (
        "workspace",
        &[
            "error", "file", "image", "tag", "policy", "config", "lock", "registry", "resolve",
            "diff", "report",
        ],
    ),
    (
        "cli",
        &[
            "error",
            "file",
            "observe",
            "stats",
            "image",
            "version",
            "tag",
            "policy",
            "config",
            "lock",
            "registry",
            "inspect",
            "embedded",
            "resolve",
            "diff",
            "report",
            "syntax",
            "references",
            "import",
            "edit",
            "mirrors",
            "workspace",
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

//! What the rules find in files that break them, and in files that do not.

use super::rules::violations;

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

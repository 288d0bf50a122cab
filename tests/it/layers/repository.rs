//! The rules on every file of this repository.

use std::fs;
use std::path::Path;

use super::rules::violations;

#[test]
fn every_file_keeps_to_its_layer() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = rust_files(root, &["src", "tests", "benches", "examples"]);
    assert!(files.iter().any(|path| path == "src/lib.rs"), "{files:?}");
    let found: Vec<_> = files
        .iter()
        .flat_map(|path| violations(path, &fs::read_to_string(root.join(path)).unwrap()))
        .collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

/// Returns the `.rs` files below some folders, sorted, relative to the root and with `/`.
pub(super) fn rust_files(root: &Path, folders: &[&str]) -> Vec<String> {
    let mut files = Vec::new();
    for folder in folders {
        collect(root, folder, &mut files);
    }
    files.sort();
    files
}

/// Adds the `.rs` files below a folder that may be missing, relative to the root and with `/`.
fn collect(root: &Path, folder: &str, files: &mut Vec<String>) {
    let Ok(entries) = fs::read_dir(root.join(folder)) else {
        return;
    };
    for entry in entries {
        let entry = entry.expect("an entry");
        let path = format!(
            "{folder}/{}",
            entry.file_name().into_string().expect("a name in UTF-8")
        );
        if entry.file_type().expect("a type").is_dir() {
            collect(root, &path, files);
        } else if Path::new(&path).extension() == Some("rs".as_ref()) {
            files.push(path);
        }
    }
}

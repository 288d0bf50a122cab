//! Options of policies are named at one place: a new one touches few files.

use std::fs;
use std::path::Path;

use super::code::without_comments_and_tests;
use super::repository::rust_files;

/// The spellings of an option, and how many files of the source may name it.
const LIMITS: &[(&[&str], usize)] = &[
    (&["allow-downgrade", "allow_downgrade"], 6),
    (&["ignore-tags", "ignore_tags"], 8),
];

#[test]
fn few_files_name_an_option() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = rust_files(root, &["src"]);
    let files = files.iter().filter(|path| !path.ends_with("/tests.rs"));
    let sources: Vec<(&String, String)> = files
        .map(|path| {
            let source = fs::read_to_string(root.join(path)).unwrap();
            (path, without_comments_and_tests(&source))
        })
        .collect();
    for (spellings, most) in LIMITS {
        let named = |source: &str| spellings.iter().any(|spelling| source.contains(spelling));
        let found: Vec<_> = sources
            .iter()
            .filter(|(_, source)| named(source))
            .map(|(path, _)| path)
            .collect();
        assert!(!found.is_empty(), "{spellings:?}");
        assert!(
            found.len() <= *most,
            "{spellings:?} stand in more than {most} files; name them through `PolicyOption`: {found:#?}"
        );
    }
}

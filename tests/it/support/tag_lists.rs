//! The tag lists of well-known images: whole histories, and excerpts.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use imagelock::image::Tag;

/// Returns the whole lists of Docker official images, by the images' names.
pub(crate) fn official() -> BTreeMap<String, Vec<Tag>> {
    read(&fixtures().join("official-tags"))
}

/// Returns all lists, by the last part of the repositories' names.
pub(crate) fn all() -> BTreeMap<String, Vec<Tag>> {
    let mut lists = official();
    lists.extend(read(&fixtures().join("tag-excerpts")));
    lists
}

/// Returns the tags that the publishers call the same image as `latest`; none where there is no such tag.
pub(crate) fn latest() -> BTreeMap<String, Vec<String>> {
    let text = fs::read_to_string(fixtures().join("official-tags/latest.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

fn read(folder: &Path) -> BTreeMap<String, Vec<Tag>> {
    let paths = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let lists = paths.filter(|path| path.extension() == Some("txt".as_ref()));
    lists
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_string();
            let text = fs::read_to_string(&path).unwrap();
            (
                name,
                text.lines().map(|tag| Tag::parse(tag).unwrap()).collect(),
            )
        })
        .collect()
}

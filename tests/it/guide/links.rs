//! Pages are joined by links that lead somewhere, in the repository and in the documentation.

use std::fs;
use std::path::Path;

use super::blocks::{Page, pages};

/// Returns the labels that a page defines, with the files that they lead to.
fn definitions(page: &Page) -> Vec<(&str, &str)> {
    let lines = page.prose().into_iter();
    lines
        .filter_map(|(_, text)| text.strip_prefix('[')?.split_once("]: "))
        .collect()
}

/// Returns a page's name, as a link on another page has it.
fn resolved(page: &Page, target: &str) -> String {
    match target.strip_prefix("../") {
        Some(above) => above.to_owned(),
        None => format!("{}{target}", page.place().0),
    }
}

#[test]
fn every_link_to_a_page_leads_to_one_and_has_a_name() {
    let pages = pages();
    for page in &pages {
        let defined = definitions(page);
        for (label, target) in &defined {
            let target = resolved(page, target);
            let other = pages.iter().find(|other| other.name == target);
            let other = other.unwrap_or_else(|| panic!("{}: there is no {target}", page.name));
            let (folder, file) = other.place();
            let is_named = file == *label || (file == "index" && folder == format!("{label}/"));
            assert!(is_named, "{}: `{label}` leads to {target}", page.name);
        }
        for (line, text) in page.prose() {
            for rest in text.split("][").skip(1) {
                let label = rest.split(']').next().unwrap();
                let is_defined = defined.iter().any(|(known, _)| *known == label);
                let place = format!("{}:{line}", page.name);
                assert!(is_defined, "{place}: `{label}` is not defined");
            }
        }
    }
}

/// Returns the file that makes a module of a page, and what stands there for it.
fn module(page: &Page) -> (String, String) {
    let (folder, file) = page.place();
    let name = format!("{file}.md");
    if file == "index" {
        return (
            format!("{folder}mod.rs"),
            format!("include_str!(\"{name}\")"),
        );
    }
    let module = file.replace('-', "_");
    (
        format!("{folder}pages.rs"),
        format!("{module} = \"{name}\";"),
    )
}

#[test]
fn every_page_is_in_the_documentation_and_in_the_readme() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    for page in pages() {
        let (file, text) = module(&page);
        let module = fs::read_to_string(root.join("src/guide").join(&file)).unwrap();
        assert!(module.contains(&text), "{file} has no {text}");
        for (label, _) in definitions(&page) {
            // In the documentation links lead to modules, and not to files.
            let definition = format!("[{label}]: ");
            assert!(module.contains(&definition), "{file} has no {definition}");
        }
        let path = format!("(src/guide/{})", page.name);
        assert!(readme.contains(&path), "README.md has no link {path}");
    }
}

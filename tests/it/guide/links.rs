//! Pages are joined by links that lead somewhere, in the repository and in the documentation.

use std::fs;
use std::path::Path;

use super::blocks::pages;

#[test]
fn every_link_to_a_page_leads_to_one_and_has_a_name() {
    let pages = pages();
    let is_page = |file: &str| pages.iter().any(|page| page.name == file);
    for page in &pages {
        for (line, text) in page.prose() {
            let place = format!("{}:{line}", page.name);
            if let Some((label, file)) = text
                .strip_prefix('[')
                .and_then(|rest| rest.split_once("]: "))
            {
                assert!(is_page(file), "{place}: there is no {file}");
                assert_eq!(file, format!("{label}.md"), "{place}");
            }
            for rest in text.split("][").skip(1) {
                let label = rest.split(']').next().unwrap();
                let definition = format!("\n[{label}]: {label}.md\n");
                assert!(
                    page.text.contains(&definition),
                    "{place}: `{label}` is not defined"
                );
            }
        }
    }
}

#[test]
fn every_page_is_in_the_documentation_and_in_the_readme() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let modules = fs::read_to_string(root.join("src/guide/pages.rs")).unwrap();
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    for page in pages() {
        let label = page.name.trim_end_matches(".md");
        let definition = format!("[{label}]: super::{}\"", label.replace('-', "_"));
        assert!(modules.contains(&definition), "{definition}");
        assert!(
            modules.contains(&format!("= \"{}\";", page.name)),
            "{}",
            page.name
        );
        let path = format!("(src/guide/{})", page.name);
        assert!(readme.contains(&path), "README.md has no link {path}");
    }
}

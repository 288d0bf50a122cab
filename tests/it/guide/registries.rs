//! A page for each registry family that the embedded registry can be, and none for others.

use std::collections::BTreeSet;

use imagelock::embedded::Profile;
use imagelock::error::Code;

use super::blocks::{Page, pages};
use super::examples::read;

const HEADINGS: [&str; 6] = [
    "## Image names",
    "## Configuration",
    "## Credentials",
    "## Known differences",
    "## Limits",
    "## Errors",
];

fn family_pages() -> Vec<Page> {
    let mut pages = pages();
    pages.retain(|page| page.place().0 == "registries/" && page.place().1 != "index");
    pages
}

#[test]
fn every_profile_has_a_page_and_every_page_a_profile() {
    let profiles: BTreeSet<_> = Profile::all()
        .iter()
        .map(|profile| profile.family().to_owned())
        .collect();
    let pages: BTreeSet<_> = family_pages()
        .iter()
        .map(|page| page.place().1.to_owned())
        .collect();
    assert_eq!(profiles, pages);
}

#[test]
fn every_page_has_the_table_to_write_for_its_hosts_and_an_image_there() {
    let pages = family_pages();
    for profile in Profile::all() {
        let page = pages
            .iter()
            .find(|page| page.place().1 == profile.family())
            .unwrap();
        let configs: Vec<_> = page
            .blocks()
            .iter()
            .filter(|block| block.kind == "toml")
            .map(|block| read(&block.text).unwrap_or_else(|error| panic!("{}: {error}", page.name)))
            .collect();
        let host = profile.host();
        let is_set = configs
            .iter()
            .any(|config| config.registries.keys().any(|name| name == host));
        assert!(is_set, "{} has no table for {host}", page.name);
        let images = configs.iter().flat_map(|config| &config.images);
        assert!(images.count() > 0, "{} has no image", page.name);
    }
}

#[test]
fn every_page_answers_the_same_questions() {
    for page in family_pages() {
        let headings: Vec<_> = page
            .prose()
            .into_iter()
            .filter(|(_, text)| text.starts_with("## "))
            .map(|(_, text)| text)
            .collect();
        let known: Vec<_> = headings
            .iter()
            .filter(|heading| HEADINGS.contains(heading))
            .copied()
            .collect();
        assert_eq!(known, HEADINGS, "{}: {headings:?}", page.name);
    }
}

#[test]
fn every_error_that_a_page_explains_can_be_explained() {
    for page in family_pages() {
        let mut is_errors = false;
        let mut count = 0;
        for (line, text) in page.prose() {
            if text.starts_with("## ") {
                is_errors = text == "## Errors";
            }
            let Some(rest) = text.strip_prefix("| `").filter(|_| is_errors) else {
                continue;
            };
            let code = rest.split('`').next().unwrap();
            let is_code = Code::ALL.iter().any(|known| known.as_str() == code);
            assert!(is_code, "{}:{line}: `{code}` is no code", page.name);
            count += 1;
        }
        assert!(count > 0, "{} explains no error", page.name);
    }
}

//! The page of well-known images: what each entry picks, and where `*` and `latest` differ.

use std::collections::{BTreeMap, BTreeSet};

use imagelock::image::Tag;
use imagelock::policy::{Candidates, PassedOver, Policy, Rule, Suffix};
use imagelock::version::Constraint;

use super::blocks::{Block, Page, pages};
use super::examples::read;
use super::tables::cells;
use crate::support::tag_lists;

const IMAGES: &str = "alpine amazonlinux busybox caddy cassandra debian eclipse-temurin elasticsearch erlang gitea \
                      golang grafana jenkins k3s keycloak mariadb minio mongo neo4j nextcloud nginx node postgres \
                      prometheus python redis sonarqube traefik ubuntu vault";

fn page() -> Page {
    let mut pages = pages().into_iter();
    pages
        .find(|page| page.name == "well-known-images.md")
        .expect("the page is there")
}

/// Returns the tag behind "Picks" that follows a block.
fn picked<'p>(page: &'p Page, block: &Block<'_>) -> &'p str {
    let mut after = page
        .prose()
        .into_iter()
        .filter(|(line, _)| *line > block.line);
    let picks = after.find_map(|(_, text)| text.strip_prefix("Picks `"));
    let (tag, _) = picks.unwrap().split_once('`').unwrap();
    tag
}

fn choice<'t>(policy: &Policy, tags: &'t [Tag]) -> Option<&'t str> {
    policy.choose(&Candidates::of(tags)).map(Tag::as_str)
}

#[test]
fn every_entry_picks_what_the_page_says_without_a_warning() {
    let (page, lists) = (page(), tag_lists::all());
    let mut images = BTreeSet::new();
    let mut wrong = Vec::new();
    for block in page.blocks() {
        let config = read(&block.text).unwrap_or_else(|error| panic!("{}: {error}", block.line));
        let [image] = &config.images[..] else {
            panic!("{}: one entry a block", block.line)
        };
        let path = image.repository.path();
        let name = path.rsplit('/').next().unwrap();
        images.insert(name.to_string());
        let candidates = Candidates::of(&lists[name]);
        let (picked, chosen) = (picked(&page, &block), image.policy.choose(&candidates));
        let mut findings = image.policy.quirks();
        findings.extend(image.policy.lint(&candidates, chosen));
        if chosen.map(Tag::as_str) != Some(picked) || !findings.is_empty() {
            wrong.push(format!(
                "{}: {name}: {chosen:?} is chosen for {picked}, {findings:?}",
                block.line
            ));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
    assert_eq!(
        images,
        IMAGES.split_whitespace().map(String::from).collect()
    );
}

#[test]
fn every_section_is_named_for_its_entry_and_they_are_in_order() {
    let page = page();
    let prose = page.prose();
    let headings = prose
        .iter()
        .filter_map(|(_, text)| text.strip_prefix("## "));
    let headings: Vec<_> = headings.collect();
    let (_, images) = headings.split_last().unwrap();
    assert_eq!(images, IMAGES.split_whitespace().collect::<Vec<_>>());
}

/// A variant of an image, and what `*` chooses of it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Pick {
    image: String,
    suffix: String,
    chosen: String,
}

/// Returns what follows the numbers of a tag; `None` for a tag without, or with a build in what follows.
fn variant(tag: &str) -> Option<&str> {
    let numbers = tag.strip_prefix('v').unwrap_or(tag);
    let rest = numbers.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
    let is_variant = rest.len() < numbers.len() && (rest.is_empty() || rest.starts_with('-'));
    is_variant.then_some(rest)
}

/// Returns the suffixes of the variants that are in `latest`, and the empty one.
fn suffixes(latest: &[String]) -> BTreeSet<&str> {
    let variants = latest.iter().filter_map(|tag| variant(tag));
    variants.chain([""]).collect()
}

/// Returns the policy for any version of a variant.
fn any_version(suffix: &str) -> Policy {
    let mut policy = Policy::semver(Constraint::parse("*").unwrap());
    policy.suffix = (!suffix.is_empty()).then(|| Suffix::parse(suffix).unwrap());
    policy
}

/// Returns what `*` chooses of each variant that is in `latest`, where that is another image.
fn differences() -> BTreeSet<Pick> {
    let (lists, mut found) = (tag_lists::official(), BTreeSet::new());
    for (image, latest) in tag_lists::latest() {
        if latest.is_empty() {
            continue;
        }
        for suffix in suffixes(&latest) {
            let policy = any_version(suffix);
            let chosen = choice(&policy, &lists[&image]).unwrap_or("(none)");
            if !latest.iter().any(|tag| tag == chosen) {
                found.insert(Pick {
                    image: image.clone(),
                    suffix: suffix.into(),
                    chosen: chosen.into(),
                });
            }
        }
    }
    found
}

/// A row of the page's table.
struct Row<'p> {
    image: &'p str,
    /// A suffix, or `each`: without one, and with that of each variant.
    suffix: &'p str,
    chosen: &'p str,
    named: &'p str,
    why: &'p str,
}

impl<'p> Row<'p> {
    fn all(page: &'p Page) -> Vec<Self> {
        let rows = page.prose().into_iter().map(|(_, text)| text);
        let rows = rows.skip_while(|text| !text.starts_with("| image |"));
        let rows = rows.skip(2).take_while(|text| text.starts_with('|'));
        rows.map(|text| {
            let [image, suffix, chosen, named, why] = cells(text)[..] else {
                panic!("{text}: five cells")
            };
            let [suffix, chosen, named] =
                [suffix, chosen, named].map(|cell| cell.trim_matches('`'));
            Self {
                image,
                suffix,
                chosen,
                named,
                why,
            }
        })
        .collect()
    }

    fn explains(&self, pick: &Pick) -> bool {
        let version = pick.chosen.strip_suffix(&pick.suffix).unwrap();
        self.image == pick.image
            && match self.suffix {
                "each" => version.starts_with(self.chosen),
                suffix => suffix == pick.suffix && pick.chosen == self.chosen,
            }
    }
}

#[test]
fn where_any_version_is_not_the_latest_the_page_says_why() {
    let (page, latest, differences) = (page(), tag_lists::latest(), differences());
    let rows = Row::all(&page);
    for pick in &differences {
        let row = rows.iter().find(|row| row.explains(pick));
        assert!(
            row.is_some_and(|row| !row.why.is_empty()),
            "not explained: {pick:?}"
        );
    }
    for Row {
        image,
        suffix,
        named,
        ..
    } in &rows
    {
        let named_latest = &latest[*image];
        assert!(
            named_latest.iter().any(|tag| tag == named),
            "{image}: {named} is not the latest"
        );
        let expected = if *suffix == "each" {
            suffixes(named_latest).len()
        } else {
            1
        };
        let explained = differences.iter().filter(|pick| pick.image == *image);
        assert_eq!(
            explained.count(),
            expected,
            "{image}: a difference that is none"
        );
    }
}

#[test]
fn a_name_of_a_prerelease_gives_way_to_the_latest() {
    let (lists, latest) = (tag_lists::official(), tag_lists::latest());
    let mut images = BTreeSet::new();
    for Pick {
        image,
        suffix,
        chosen,
    } in differences()
    {
        let (policy, tags) = (any_version(&suffix), &lists[&image]);
        let chosen = Tag::parse(&chosen).unwrap();
        let namesakes = policy.namesakes(&Candidates::of(tags), &chosen);
        if namesakes.is_short && !namesakes.tags.is_empty() {
            // As `lock` does once it knows that the digests are the same.
            let reason = String::new();
            let rule = Rule::Prerelease;
            let passed_over = BTreeMap::from([(chosen, PassedOver { rule, reason })]);
            let next = policy.choose(&Candidates::of(tags).passed_over(&passed_over));
            assert!(
                latest[&image].contains(&next.unwrap().to_string()),
                "{image}{suffix}"
            );
            images.insert(image);
        }
    }
    assert_eq!(images, BTreeSet::from(["cassandra".to_string()]));
}

//! A config, and what comes of it: `toml`, then `tags` and `chosen`, or `error`.

use std::collections::BTreeMap;

use imagelock::config::{self, Config, Format, ImageSpec, SourceFile};
use imagelock::error::Diagnostic;
use imagelock::image::Tag;
use imagelock::policy::{Candidates, PassedOver, Rule};

use super::blocks::{Block, pages};

/// What stands in place of a tag where none is chosen.
const NONE: &str = "(none)";

/// What a block of tags says: a tag a line, with a date or a word in parentheses behind it.
#[derive(Default)]
struct Facts {
    tags: Vec<Tag>,
    current: Option<Tag>,
    dates: BTreeMap<Tag, jiff::Timestamp>,
    passed_over: BTreeMap<Tag, PassedOver>,
}

impl Facts {
    fn read(text: &str) -> Self {
        let mut facts = Self::default();
        for line in text.lines() {
            let (tag, note) = line.split_once(' ').unwrap_or((line, ""));
            let tag = Tag::parse(tag).unwrap();
            match note {
                "" => {}
                "(pinned)" | "(pinned, gone)" => facts.current = Some(tag.clone()),
                "(too young)" => {
                    let passed_over = PassedOver {
                        rule: Rule::Cooldown,
                        reason: "is too young".into(),
                    };
                    facts.passed_over.insert(tag.clone(), passed_over);
                }
                date => {
                    facts.dates.insert(tag.clone(), date.parse().unwrap());
                }
            }
            if !note.contains("gone") {
                facts.tags.push(tag);
            }
        }
        facts
    }

    fn choose<'f>(&'f self, spec: &ImageSpec) -> Option<&'f str> {
        let candidates = Candidates::of(&self.tags)
            .current(self.current.as_ref())
            .passed_over(&self.passed_over)
            .dates(&self.dates)
            .level(spec.guards.level)
            .allow_downgrade(spec.guards.allow_downgrade);
        spec.policy.choose(&candidates).map(Tag::as_str)
    }
}

/// Reads a config of an example, which needs no `version`; the errors are as they are shown.
pub(super) fn read(text: &str) -> Result<Config, String> {
    let text = format!("version = 1\n{text}");
    let source = SourceFile::new("images.toml", &text, Format::Toml);
    config::parse(&source).map_err(|problems| shown(&problems))
}

/// Returns problems as they are shown.
pub(super) fn shown(problems: &[Diagnostic]) -> String {
    let shown: Vec<_> = problems
        .iter()
        .map(|problem| problem.render(false))
        .collect();
    shown.join("\n\n")
}

/// Carries out an example: a config and the blocks up to the next one, or up to a manifest.
fn check(example: &[Block<'_>]) -> Result<(), String> {
    let [config, rest @ ..] = example else {
        return Ok(());
    };
    if config.kind != "toml" {
        return Ok(());
    }
    let of_kind = |kind: &str| rest.iter().find(|block| block.kind == kind);
    let read = read(&config.text);
    if let Some(expected) = of_kind("error") {
        let shown = read.err().ok_or("the config is fine")?;
        let missing = expected.text.lines().find(|line| !shown.contains(line));
        return missing.map_or(Ok(()), |line| Err(format!("`{line}` is not in\n{shown}")));
    }
    let read = read?;
    match (of_kind("tags"), of_kind("chosen")) {
        (Some(tags), Some(expected)) => {
            let facts = Facts::read(&tags.text);
            let chosen = facts.choose(&read.images[0]).unwrap_or(NONE);
            let expected = expected.text.trim();
            (chosen == expected)
                .then_some(())
                .ok_or_else(|| format!("{chosen} is chosen, not {expected}"))
        }
        (None, None) => Ok(()),
        _ => Err("`tags` and `chosen` go together".into()),
    }
}

#[test]
fn every_example_comes_out_as_the_page_says() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for page in pages() {
        let blocks = page.blocks();
        let mut starts: Vec<usize> = (0..blocks.len())
            .filter(|index| ["toml", "yaml"].contains(&blocks[*index].kind))
            .collect();
        count += starts.len();
        starts.push(blocks.len());
        for pair in starts.windows(2) {
            let example = &blocks[pair[0]..pair[1]];
            if let Err(problem) = check(example) {
                wrong.push(format!("{}:{}: {problem}", page.name, example[0].line));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
    assert!(count > 30, "{count} examples were found");
}

#[test]
fn every_strategy_has_a_page_with_a_choice_and_a_mistake() {
    for strategy in imagelock::policy::Strategy::NAMES {
        let name = format!("{strategy}.md");
        let page = pages().into_iter().find(|page| page.name == name);
        let page = page.unwrap_or_else(|| panic!("no {name}"));
        for kind in ["chosen", "error"] {
            let found = page.blocks().iter().any(|block| block.kind == kind);
            assert!(found, "{name} has no {kind}");
        }
    }
}

//! The entries that `init` proposes, for every tag of well-known images.

use imagelock::config::{self, Format, SourceFile};
use imagelock::edit::Entry;
use imagelock::image::{Reference, Tag};
use imagelock::import::propose;
use imagelock::policy::{Candidates, Policy, Strategy};

use crate::support::tag_lists;

/// Returns the policies that are proposed for tags, as the config has them.
fn policies(tags: &[Tag]) -> Vec<Policy> {
    let mut text = String::from("version = 1\n[images]\n");
    for (index, tag) in tags.iter().enumerate() {
        let reference = Reference::parse(&format!("app:{tag}")).unwrap();
        let options = &propose(&[reference])[0].options;
        let name = format!("app{index}");
        let image = "app";
        let entry = Entry {
            name: &name,
            image,
            options,
        };
        text.push_str(&entry.to_string());
        text.push('\n');
    }
    let source = SourceFile::new("images.toml", &text, Format::Toml);
    let config =
        config::parse(&source).unwrap_or_else(|problems| panic!("{}", problems[0].render(false)));
    let mut images: Vec<_> = config.images.into_iter().collect();
    images.sort_by_key(|image| image.name[3..].parse::<usize>().unwrap());
    images.into_iter().map(|image| image.policy).collect()
}

/// Tells whether a tag begins with a whole version.
fn has_version(tag: &Tag) -> bool {
    let tag = tag.as_str();
    let numbers = tag
        .strip_prefix('v')
        .unwrap_or(tag)
        .split(['-', '_'])
        .next()
        .unwrap();
    numbers.split('.').count() > 2
        && numbers
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
}

#[test]
fn every_proposal_allows_its_tag_and_follows_no_whole_version_as_a_tag() {
    for (image, tags) in tag_lists::all() {
        for (tag, policy) in tags.iter().zip(policies(&tags)) {
            assert!(policy.allows(tag), "{image}:{tag}: {policy}");
            let is_followed = matches!(policy.strategy, Strategy::Digest { .. });
            assert!(!is_followed || !has_version(tag), "{image}:{tag}: {policy}");
        }
    }
}

#[test]
fn a_proposal_chooses_among_the_tags_of_its_list() {
    for (image, tags) in tag_lists::all() {
        // Enough of each list: a choice looks at all of it.
        let sample: Vec<Tag> = tags.iter().step_by(tags.len() / 40 + 1).cloned().collect();
        for (tag, policy) in sample.iter().zip(policies(&sample)) {
            let candidates = Candidates::of(&tags).current(Some(tag));
            let is_dated = policy.needs_dates();
            assert!(
                is_dated || policy.choose(&candidates).is_some(),
                "{image}:{tag}: {policy}"
            );
        }
    }
}

//! How long it takes to choose from 100,000 tags; the aim is 20 ms.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a benchmark's parts are private and may panic"
)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use imagelock::image::Tag;
use imagelock::policy::{Pattern, Policy, Prerelease, Question, Suffix};
use imagelock::version::Constraint;

const COUNT: u32 = 100_000;

/// A list as a busy repository has it: releases, variants, prereleases, dates and commits, shuffled.
fn tags() -> Vec<Tag> {
    let text = |number: u32| {
        // A multiplicative hash spreads the versions over the list.
        let mixed = number.wrapping_mul(2_654_435_761);
        let (major, minor, patch) = (mixed % 7, mixed / 7 % 60, mixed / 420 % 250);
        match mixed / 105_000 % 6 {
            0 => format!("v{major}.{minor}.{patch}"),
            1 => format!("{major}.{minor}.{patch}-alpine"),
            2 => format!("{major}.{minor}.{patch}-rc.{}", patch % 5),
            3 => format!("main-{mixed:08x}"),
            4 => format!("{}", 20_200_101 + mixed % 50_000),
            _ => format!("{major}.{minor}.{patch}"),
        }
    };
    (0..COUNT)
        .map(|number| Tag::parse(&text(number)).unwrap())
        .collect()
}

/// Releases in ascending order: each tag is better than all before it.
fn ascending() -> Vec<Tag> {
    (0..COUNT)
        .map(|number| Tag::parse(&format!("1.{}.{}", number / 1000, number % 1000)).unwrap())
        .collect()
}

fn choose(criterion: &mut Criterion) {
    let plain = Policy::semver(Constraint::parse(">=1.2 <6 || 6.1").unwrap());
    let suffix = Policy {
        suffix: Some(Suffix::parse("-alpine").unwrap()),
        ..plain.clone()
    };
    let patterns = |texts: &[&str]| {
        texts
            .iter()
            .map(|text| Pattern::parse(text).unwrap())
            .collect()
    };
    let filtered = Policy {
        allow_tags: patterns(&[r"regexp:^v?\d+\.\d+\.\d+", "glob:[0-9]*"]),
        ignore_tags: patterns(&["*-rc*", "regexp:-(alpha|beta)"]),
        prerelease: Some(Prerelease::Always),
        ..plain.clone()
    };
    let (mixed, ascending) = (tags(), ascending());

    let mut group = criterion.benchmark_group("choose from 100,000 tags");
    for (name, policy, tags) in [
        ("constraint", &plain, &mixed),
        ("suffix", &suffix, &mixed),
        ("patterns", &filtered, &mixed),
        ("patterns, worst order", &filtered, &ascending),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| policy.choose(&Question::of(black_box(tags))));
        });
    }
    group.finish();
}

criterion_group!(benches, choose);
criterion_main!(benches);

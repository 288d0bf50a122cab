//! How long it takes to choose: from 100,000 tags the aim is 20 ms, from a million 400 ms, and for 300
//! images with 3,000 tags each, under all strategies, 300 ms on two cores.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a benchmark's parts are private and may panic"
)]

use std::collections::BTreeMap;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use imagelock::image::Tag;
use imagelock::policy::{
    Candidates, Direction, Extract, Pattern, Policy, Prerelease, Strategy, Suffix,
};
use imagelock::version::{CalverConstraint, Constraint, Scheme};
use jiff::Timestamp;
use rayon::prelude::*;

const COUNT: u32 = 100_000;

/// A list as a busy repository has it: releases, variants, prereleases, dates and commits, shuffled.
fn mixed(count: u32) -> Vec<Tag> {
    let text = |number: u32| {
        // A multiplicative hash spreads the versions over the list.
        let mixed = number.wrapping_mul(2_654_435_761);
        let (major, minor, patch) = (mixed % 7, mixed / 7 % 60, mixed / 420 % 250);
        match mixed / 105_000 % 8 {
            0 => format!("v{major}.{minor}.{patch}"),
            1 => format!("{major}.{minor}.{patch}-alpine"),
            2 => format!("{major}.{minor}.{patch}-rc.{}", patch % 5),
            3 => format!("main-{mixed:08x}-{number}"),
            4 => format!("{}", 20_200_101 + mixed % 50_000),
            5 => format!("2{:03}.{:02}.{:02}", minor, patch % 14, patch % 31),
            6 => format!("{major}.{minor}.{patch}-debian-12-r{}", mixed % 30),
            _ => format!("{major}.{minor}.{patch}"),
        }
    };
    (0..count)
        .map(|number| Tag::parse(&text(number)).unwrap())
        .collect()
}

/// Releases in ascending order: each tag is better than all before it.
fn ascending() -> Vec<Tag> {
    (0..COUNT)
        .map(|number| Tag::parse(&format!("1.{}.{}", number / 1000, number % 1000)).unwrap())
        .collect()
}

/// Texts on which a backtracking matcher would never end.
fn hostile() -> Vec<Tag> {
    let text = |number: u32| format!("{}b{number}", "a".repeat(100));
    (0..COUNT)
        .map(|number| Tag::parse(&text(number)).unwrap())
        .collect()
}

fn patterns(texts: &[&str]) -> Vec<Pattern> {
    let patterns = texts.iter().map(|text| Pattern::parse(text).unwrap());
    patterns.collect()
}

fn semver(constraint: &str) -> Policy {
    Policy::semver(Constraint::parse(constraint).unwrap())
}

/// One policy of each kind, with its name.
fn policies() -> Vec<(&'static str, Policy)> {
    let scheme = Scheme::parse("YYYY.0M.0D").unwrap();
    let constraint = CalverConstraint::parse(&scheme, ">=2010 <2050").unwrap();
    let plain = semver(">=1.2 <6 || 6.1");
    let order = Direction::Ascending;
    vec![
        ("constraint", plain.clone()),
        (
            "suffix",
            Policy {
                suffix: Some(Suffix::parse("-alpine").unwrap()),
                ..plain.clone()
            },
        ),
        (
            "suffix glob",
            Policy {
                suffix: Some(Suffix::parse("-debian-*-r*").unwrap()),
                ..plain.clone()
            },
        ),
        (
            "patterns",
            Policy {
                allow_tags: patterns(&[r"regexp:^v?\d+\.\d+\.\d+", "glob:[0-9]*"]),
                ignore_tags: patterns(&["*-rc*", "regexp:-(alpha|beta)"]),
                prerelease: Some(Prerelease::Always),
                ..plain
            },
        ),
        (
            "calver",
            Policy::of(Strategy::Calver {
                scheme,
                constraint: Some(constraint),
            }),
        ),
        (
            "numerical, extract",
            Policy {
                extract: Some(Extract::parse(r"^main-[0-9a-f]+-(?P<n>\d+)$", "$n").unwrap()),
                ..Policy::of(Strategy::Numerical { order })
            },
        ),
        ("alphabetical", Policy::of(Strategy::Alphabetical { order })),
        (
            "newest-build",
            Policy {
                allow_tags: patterns(&["regexp:^main-"]),
                ..Policy::of(Strategy::NewestBuild)
            },
        ),
        ("digest", Policy::digest(Tag::parse("latest").unwrap())),
    ]
}

fn dates(tags: &[Tag]) -> BTreeMap<Tag, Timestamp> {
    let date = |(second, tag): (i64, &Tag)| (tag.clone(), Timestamp::from_second(second).unwrap());
    (0..).zip(tags).map(date).collect()
}

fn choose(criterion: &mut Criterion) {
    let (tags, ascending) = (mixed(COUNT), ascending());
    let dates = dates(&tags);
    let mut group = criterion.benchmark_group("choose from 100,000 tags");
    for (name, policy) in policies() {
        group.bench_function(name, |bencher| {
            bencher.iter(|| policy.choose(&Candidates::of(black_box(&tags)).dates(&dates)));
        });
        if name == "patterns" {
            group.bench_function("patterns, worst order", |bencher| {
                bencher.iter(|| policy.choose(&Candidates::of(black_box(&ascending))));
            });
            let refusing = Policy {
                allow_tags: patterns(&["regexp:x$", "regexp:y.*z", "glob:[a-w]*", "*q"]),
                ..policy.clone()
            };
            group.bench_function("patterns that refuse all, worst order", |bencher| {
                bencher.iter(|| refusing.choose(&Candidates::of(black_box(&ascending))));
            });
        }
    }
    let hostile = hostile();
    let backtracking = Policy {
        allow_tags: patterns(&["regexp:^(a+)+$", "regexp:(a|a)*c", "*a*a*a*a*c"]),
        ..Policy::of(Strategy::Alphabetical {
            order: Direction::Ascending,
        })
    };
    group.sample_size(10);
    group.bench_function("patterns that backtrack elsewhere", |bencher| {
        bencher.iter(|| backtracking.choose(&Candidates::of(black_box(&hostile))));
    });
    group.finish();
}

fn large(criterion: &mut Criterion) {
    let tags = mixed(1_000_000);
    let mut group = criterion.benchmark_group("choose from 1,000,000 tags");
    group.sample_size(10);
    for (name, policy) in policies() {
        if name != "newest-build" {
            group.bench_function(name, |bencher| {
                bencher.iter(|| policy.choose(&Candidates::of(black_box(&tags))));
            });
        }
    }
    group.finish();
}

fn batch(criterion: &mut Criterion) {
    let tags = mixed(3_000);
    let dates = dates(&tags);
    let policies = policies();
    let images: Vec<_> = policies.iter().cycle().take(300).collect();
    let mut group = criterion.benchmark_group("choose for 300 images of 3,000 tags");
    group.sample_size(10);
    group.bench_function("all strategies", |bencher| {
        bencher.iter(|| {
            let chosen = images.par_iter().map(|(_, policy)| {
                let candidates = Candidates::of(black_box(&tags)).dates(&dates);
                policy.choose(&candidates).is_some()
            });
            chosen.filter(|chosen| *chosen).count()
        });
    });
    group.finish();
}

criterion_group!(benches, choose, large, batch);
criterion_main!(benches);

//! How long it takes to say what changed between two locks of 2,000 images.

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use imagelock::diff::compare;
use imagelock::image::Digest;
use imagelock::lock::{self, Lock};

const IMAGES: usize = 2000;

/// A lock in which every so many images, if any, have moved to another tag and digest.
fn locked(moved: Option<usize>) -> Lock {
    let mut text = "version = 1\n".to_string();
    for index in 0..IMAGES {
        let has_moved = moved.is_some_and(|every| index % every == 0);
        let tag = if has_moved { "1.3.0" } else { "1.2.3" };
        let digest = |of: &str| Digest::sha256_of(format!("image {index} {tag} {of}").as_bytes());
        let _ = write!(
            text,
            "\n[[image]]\nname = \"image-{index:04}\"\nimage = \"registry.example.com/team/image-{index:04}\"\n\
             policy = \"semver ^1.2 platforms=linux/amd64,linux/arm64\"\ntag = \"{tag}\"\ndigest = \"{}\"\n\n\
             [image.platforms]\n\"linux/amd64\" = \"{}\"\n\"linux/arm64\" = \"{}\"\n",
            digest("index"),
            digest("amd64"),
            digest("arm64"),
        );
    }
    lock::read("images.lock", &text).expect("a valid lock")
}

fn diff_of_2000_images(criterion: &mut Criterion) {
    let before = locked(None);
    let mut group = criterion.benchmark_group("diff of 2,000 images");
    for (name, after, changes) in [
        ("unchanged", locked(None), 0),
        ("100 changed", locked(Some(20)), 100),
        ("all changed", locked(Some(1)), IMAGES),
    ] {
        assert_eq!(compare(&before, &after).changes.len(), changes, "{name}");
        group.bench_function(name, |bencher| {
            bencher.iter(|| compare(black_box(&before), black_box(&after)));
        });
    }
    group.finish();
}

criterion_group!(benches, diff_of_2000_images);
criterion_main!(benches);

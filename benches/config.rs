//! How long it takes to read and check a config of 500 images, in each format.

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use imagelock::config::{Format, SourceFile, parse};
use serde_json::{Map, Value, json};

const IMAGES: usize = 500;

/// The policies of the images, by turns.
fn policies() -> [Value; 5] {
    [
        json!("^1.27"),
        json!({ "constraint": "7.x", "suffix": "-alpine" }),
        json!({ "image": "ghcr.io/acme/api", "constraint": ">=1.2, <3", "allow-tags": "regexp:^v?[0-9.]+$" }),
        json!({ "image": "debian", "tag": "12-slim", "platforms": ["linux/amd64"] }),
        json!({ "constraint": "~2.4 || ^3", "ignore-tags": ["*-rc*", "*-debug"], "prerelease": false }),
    ]
}

fn toml() -> String {
    let mut text = String::from(
        "version = 1\n\n[defaults]\nplatforms = [\"linux/amd64\", \"linux/arm64\"]\n\n[images]\n",
    );
    for (index, policy) in (0..IMAGES).zip(policies().iter().cycle()) {
        let value = match policy {
            Value::Object(options) => {
                let options: Vec<_> = options
                    .iter()
                    .map(|(key, value)| format!("{key} = {value}"))
                    .collect();
                format!("{{ {} }}", options.join(", "))
            }
            other => other.to_string(),
        };
        let _ = writeln!(text, "image-{index:04} = {value}");
    }
    text
}

fn yaml() -> String {
    let mut text = String::from(
        "version: 1\ndefaults:\n  platforms: [\"linux/amd64\", \"linux/arm64\"]\nimages:\n",
    );
    for (index, policy) in (0..IMAGES).zip(policies().iter().cycle()) {
        let _ = writeln!(text, "  image-{index:04}: {policy}");
    }
    text
}

fn json() -> String {
    let images: Map<String, Value> = (0..IMAGES)
        .zip(policies().iter().cycle())
        .map(|(index, policy)| (format!("image-{index:04}"), policy.clone()))
        .collect();
    json!({
        "version": 1,
        "defaults": { "platforms": ["linux/amd64", "linux/arm64"] },
        "images": images
    })
    .to_string()
}

fn parse_500_images(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parse a config of 500 images");
    for (format, text) in [
        (Format::Toml, toml()),
        (Format::Yaml, yaml()),
        (Format::Json, json()),
    ] {
        let source = SourceFile::new("images", &text, format);
        assert_eq!(
            parse(&source).map(|config| config.images.len()),
            Ok(IMAGES),
            "{format}"
        );
        group.bench_function(format.to_string(), |bencher| {
            bencher.iter(|| black_box(parse(black_box(&source))).is_ok());
        });
    }
    group.finish();
}

criterion_group!(benches, parse_500_images);
criterion_main!(benches);

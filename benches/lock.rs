//! The lock of a large project: read, compare, write, `check` as a whole process, and a whole `lock` run.
//!
//! The last group also prints the largest memory that the process had, where the system tells.

use std::fmt::Write as _;
use std::hint::black_box;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use criterion::{Criterion, criterion_group, criterion_main};
use imagelock::config::{Format, SourceFile};
use imagelock::embedded::{Background, TestImage};
use imagelock::image::Digest;
use imagelock::{config, lock};

#[path = "support/program.rs"]
mod program;

use program::run;

const PROGRAM: &str = env!("CARGO_BIN_EXE_imagelock");
const IMAGES: usize = 1000;

fn config_text(count: usize, prefix: &str) -> String {
    let mut text =
        "version = 1\n\n[defaults]\nplatforms = [\"linux/amd64\", \"linux/arm64\"]\n\n[images]\n"
            .to_string();
    for index in 0..count {
        let _ = writeln!(
            text,
            "image-{index:04} = {{ image = \"{prefix}/team/image-{index:04}\", constraint = \"^1.2\" }}"
        );
    }
    text
}

fn lock_text(count: usize) -> String {
    let mut text = "version = 1\n".to_string();
    for index in 0..count {
        let digest = Digest::sha256_of(format!("image {index}").as_bytes());
        let _ = write!(
            text,
            "\n[[image]]\nname = \"image-{index:04}\"\nimage = \"registry.example.com/team/image-{index:04}\"\n\
             policy = \"semver ^1.2 platforms=linux/amd64,linux/arm64\"\ntag = \"1.2.3\"\ndigest = \"{digest}\"\n\n\
             [image.platforms]\n\"linux/amd64\" = \"{digest}\"\n\"linux/arm64\" = \"{digest}\"\n"
        );
    }
    lock::write(&lock::read("images.lock", &text).expect("a valid lock"))
}

fn large_lock(criterion: &mut Criterion) {
    let text = lock_text(IMAGES);
    let parsed = lock::read("images.lock", &text).expect("a valid lock");
    let source = SourceFile::new(
        "images.toml",
        &config_text(IMAGES, "registry.example.com"),
        Format::Toml,
    );
    let config = config::parse(&source).expect("a valid config");
    assert!(lock::drift(&config, &parsed).is_empty());
    let mut group = criterion.benchmark_group("lock of 1,000 images");
    group.bench_function("read", |bencher| {
        bencher.iter(|| lock::read("images.lock", black_box(&text)));
    });
    group.bench_function("compare with the config", |bencher| {
        bencher.iter(|| lock::drift(black_box(&config), black_box(&parsed)));
    });
    group.bench_function("write", |bencher| {
        bencher.iter(|| lock::write(black_box(&parsed)));
    });
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("images.toml"), &*source.text).expect("a config");
    std::fs::write(folder.path().join("images.lock"), &text).expect("a lock");
    group.bench_function("`check` as a whole process", |bencher| {
        bencher.iter(|| run(folder.path(), PROGRAM, &["check"]));
    });
    group.finish();
}

fn whole_run(criterion: &mut Criterion) {
    let registry = Background::start().expect("a registry");
    for index in 0..200 {
        for patch in 0..20 {
            let tag = format!("1.2.{patch}");
            let image = TestImage::new(format!("image-{index:04} {tag}"))
                .platforms(["linux/amd64", "linux/arm64"]);
            registry
                .store()
                .publish(&format!("team/image-{index:04}"), &tag, &image);
        }
    }
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(
        folder.path().join("images.toml"),
        config_text(200, registry.address()),
    )
    .expect("a config");
    let mut group = criterion.benchmark_group("lock of 200 images, from nothing");
    group.sample_size(10);
    group.bench_function("as a whole process", |bencher| {
        bencher.iter_batched(
            || drop(std::fs::remove_file(folder.path().join("images.lock"))),
            |()| run(folder.path(), PROGRAM, &["lock"]),
            criterion::BatchSize::PerIteration,
        );
    });
    group.finish();
    let _ = std::fs::remove_file(folder.path().join("images.lock"));
    let peak = peak_memory(folder.path(), &["lock"]);
    let peak = peak.map_or("not known on this system".into(), |kibibytes| {
        format!("{:.1} MB", f64::from(kibibytes) / 1024.0)
    });
    let _closed = writeln!(
        std::io::stdout(),
        "peak memory of the 200-image run: {peak}"
    );
}

/// Runs the program and returns the largest resident memory that the system saw, in KiB.
fn peak_memory(folder: &Path, arguments: &[&str]) -> Option<u32> {
    let mut child = Command::new(PROGRAM)
        .args(arguments)
        .current_dir(folder)
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut peak = None;
    while child.try_wait().ok()?.is_none() {
        // The high-water mark only grows, so that the last reading before the end stands for all.
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let mark = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let mark = mark.and_then(|mark| mark.trim().trim_end_matches(" kB").parse().ok());
        peak = mark.or(peak);
    }
    peak
}

criterion_group!(benches, large_lock, whole_run);
criterion_main!(benches);

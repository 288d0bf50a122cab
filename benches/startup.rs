//! How long the program takes to start: the aim is 5 ms; and to `check` 2,000 images, which is to feel like nothing.
//!
//! Each figure has in it what the system takes to start any process, which the first one tells.

use std::fmt::Write as _;
use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use imagelock::image::Digest;
use imagelock::lock;

#[path = "support/program.rs"]
mod program;

use program::run;

const IMAGES: usize = 2000;

/// Writes a config, and a lock that fits it.
fn project(folder: &Path) {
    let mut config =
        "version = 1\n\n[defaults]\nplatforms = [\"linux/amd64\", \"linux/arm64\"]\n\n[images]\n"
            .to_string();
    let mut locked = "version = 1\n".to_string();
    for index in 0..IMAGES {
        let image = format!("registry.example.com/team/image-{index:04}");
        let digest = Digest::sha256_of(image.as_bytes());
        let _ = writeln!(
            config,
            "image-{index:04} = {{ image = \"{image}\", constraint = \"^1.2\" }}"
        );
        let _ = write!(
            locked,
            "\n[[image]]\nname = \"image-{index:04}\"\nimage = \"{image}\"\n\
             policy = \"semver ^1.2 platforms=linux/amd64,linux/arm64\"\ntag = \"1.2.3\"\ndigest = \"{digest}\"\n\n\
             [image.platforms]\n\"linux/amd64\" = \"{digest}\"\n\"linux/arm64\" = \"{digest}\"\n"
        );
    }
    let locked = lock::write(&lock::read("images.lock", &locked).expect("a valid lock"));
    std::fs::write(folder.join("images.toml"), config).expect("a config");
    std::fs::write(folder.join("images.lock"), locked).expect("a lock");
}

fn whole_processes(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    project(folder.path());
    let program = env!("CARGO_BIN_EXE_imagelock");
    let mut group = criterion.benchmark_group("start");
    for (name, program, arguments) in [
        ("a process that does nothing", "true", &[] as &[&str]),
        ("`--version`", program, &["--version"]),
        ("`--help`", program, &["--help"]),
        ("`check` of 2,000 images", program, &["check"]),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| run(folder.path(), program, arguments));
        });
    }
    group.finish();
}

criterion_group!(benches, whole_processes);
criterion_main!(benches);

//! The cache as a user has it: what a run saves, and how the folder is shown and tidied.

use std::fs;
use std::path::{Path, PathBuf};

use imagelock::embedded::{Background, Behaviour, Operation, TestImage};
use imagelock::image::Digest;

use crate::support::sandbox::Sandbox;

fn world() -> (Background, Sandbox, String) {
    let registry = Background::start().unwrap();
    let image = TestImage::new("app").platforms(["linux/amd64", "linux/arm64"]);
    let digest = registry.store().publish("team/app", "1.0.0", &image);
    let reference = format!("{}/team/app@{digest}", registry.address());
    (registry, Sandbox::new(), reference)
}

#[test]
fn what_was_inspected_is_there_without_the_network() {
    let (registry, sandbox, reference) = world();
    let first = sandbox.run(["inspect", &reference]).exits(0);
    assert_eq!(registry.count(Operation::ManifestGet), 2);
    registry.forget_requests();
    let second = sandbox.run(["inspect", &reference]).exits(0);
    assert_eq!(first.stdout, second.stdout);
    // Whether the registry still has it, and what refers to it, may change: both are asked for each time.
    let asked: Vec<_> = registry
        .requests()
        .into_iter()
        .map(|request| request.operation)
        .collect();
    assert_eq!(asked, [Operation::ManifestHead, Operation::Referrers]);
    for form in [
        &["inspect"][..],
        &["inspect", "--raw"],
        &["inspect", "--raw-config"],
    ] {
        let arguments = [&["--offline"], form, &[reference.as_str()]].concat();
        let output = sandbox.run(arguments).exits(0);
        output.complains("note: this comes from the cache");
    }
    sandbox.run(["cache", "clean"]).exits(0);
    sandbox
        .run(["--offline", "inspect", &reference])
        .exits(3)
        .complains("without the network");
}

#[test]
fn an_image_that_is_gone_or_forbidden_is_not_shown_from_the_cache() {
    for (status, code) in [
        (404, "manifest-not-found"),
        (401, "denied"),
        (403, "denied"),
    ] {
        let (registry, sandbox, reference) = world();
        sandbox.run(["inspect", &reference]).exits(0);
        let manifests = [Operation::ManifestHead, Operation::ManifestGet];
        let refusal = Behaviour::on_any(manifests).status(status);
        let gone = r#"{"errors":[{"code":"MANIFEST_UNKNOWN"}]}"#;
        registry.behave(refusal.json(gone));
        for form in [
            &["inspect"][..],
            &["inspect", "--raw"],
            &["inspect", "--raw-config"],
        ] {
            let arguments = [form, &[reference.as_str()]].concat();
            let output = sandbox.run(arguments).exits(3);
            output.complains(&format!("error[{code}]")).prints("");
        }
    }
}

#[test]
fn the_folder_is_shown_and_tidied() {
    let (_registry, sandbox, reference) = world();
    let folder = sandbox.cache();
    let shown = format!("{}\n", folder.display());
    sandbox.run(["cache", "dir"]).exits(0).prints(&shown);
    sandbox
        .run(["cache", "clean"])
        .exits(0)
        .complains("removed 0 files");
    assert!(!folder.exists(), "asking makes nothing");
    sandbox.run(["inspect", &reference]).exits(0);
    assert!(folder.join("content/CACHEDIR.TAG").is_file());
    sandbox
        .run(["cache", "prune", "--older-than", "30d"])
        .exits(0)
        .complains("removed 0 files of 0 bytes");
    sandbox
        .run(["cache", "prune", "--older-than", "1 month"])
        .exits(2)
        .complains("write days");
    fs::write(folder.join("content/mine"), "mine").unwrap();
    sandbox
        .run(["cache", "clean"])
        .exits(0)
        .complains("removed 3 files");
    assert!(folder.join("content/mine").is_file());
}

#[test]
fn without_a_home_there_is_no_cache_and_all_else_works() {
    let (registry, sandbox, reference) = world();
    let homeless = |arguments: &[&str]| {
        let names = ["HOME", "USERPROFILE", "IMAGELOCK_CACHE_DIR"];
        let run = sandbox.imagelock(arguments);
        names
            .into_iter()
            .fold(run, |run, name| run.env(name, ""))
            .run()
    };
    homeless(&["inspect", &reference]).exits(0);
    homeless(&["inspect", &reference]).exits(0);
    assert_eq!(registry.count(Operation::BlobGet), 2);
    homeless(&["cache", "dir"])
        .exits(2)
        .complains("IMAGELOCK_CACHE_DIR");
}

/// Returns the files of content below a folder, sorted.
fn content(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(content(&path));
        } else if !path.ends_with("CACHEDIR.TAG") {
            files.push(path);
        }
    }
    files.sort();
    files
}

#[test]
fn many_processes_share_a_folder_in_which_files_are_torn() {
    let (_registry, sandbox, reference) = world();
    let first = sandbox.run(["inspect", &reference]).exits(0);
    let folder = sandbox.cache().join("content");
    let files = content(&folder);
    assert!(files.len() >= 2, "{files:?}");
    let whole = fs::read(&files[0]).unwrap();
    fs::write(&files[0], &whole[..whole.len() / 2]).unwrap();
    let whole = fs::read(&files[1]).unwrap();
    fs::write(&files[1], vec![0; whole.len()]).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let output = sandbox.run(["inspect", &reference]).exits(0);
                assert_eq!(output.stdout, first.stdout);
            });
        }
    });
    assert_eq!(content(&folder), files, "the same, and nothing temporary");
    for file in files {
        let digest = Digest::sha256_of(&fs::read(&file).unwrap());
        assert!(file.ends_with(digest.hex()), "{}", file.display());
    }
}

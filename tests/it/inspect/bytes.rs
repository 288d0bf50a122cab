//! The exact bytes of manifests and configs, as the command prints them.

use imagelock::embedded::Background;
use imagelock::image::Digest;

use super::content::{artifact, index, keep, single};
use crate::support::sandbox::Sandbox;

fn registry() -> Background {
    let registry = Background::start().unwrap();
    keep(registry.store(), "team/app", "index", &index());
    keep(registry.store(), "team/app", "single", &single(true));
    let binary = artifact(
        "application/vnd.example.config",
        b"\xff\x00\x1b[2J\r\n",
        "application/octet-stream",
    );
    keep(registry.store(), "team/app", "binary", &binary);
    registry
}

#[test]
fn a_manifest_is_printed_as_it_is() {
    let (registry, sandbox) = (registry(), Sandbox::new());
    for tag in ["index", "single", "binary"] {
        let reference = format!("{}/team/app:{tag}", registry.address());
        let bytes = sandbox.imagelock(["inspect", "--raw", &reference]).bytes();
        let stored = registry.store().manifest("team/app", tag).unwrap();
        assert_eq!(bytes, stored.bytes, "{tag}");
    }
    let reference = format!("{}/team/app:index", registry.address());
    let bytes = sandbox
        .imagelock(["inspect", "--raw", "--platform", "linux/arm64", &reference])
        .bytes();
    let child = Digest::sha256_of(&bytes);
    let index = registry.store().manifest("team/app", "index").unwrap();
    let index: serde_json::Value = serde_json::from_slice(&index.bytes).unwrap();
    assert_eq!(index["manifests"][0]["digest"], child.as_str());
    sandbox
        .run(["inspect", "--raw", "--platform", "linux/s390x", &reference])
        .exits(4)
        .prints("")
        .complains("there are: linux/arm64");
}

#[test]
fn a_config_is_printed_as_it_is() {
    let (registry, sandbox) = (registry(), Sandbox::new());
    let config = |arguments: &[&str], tag: &str| {
        let reference = format!("{}/team/app:{tag}", registry.address());
        let mut all = vec!["inspect", "--raw-config"];
        all.extend(arguments);
        all.push(&reference);
        sandbox.imagelock(all).bytes()
    };
    assert_eq!(config(&[], "binary"), b"\xff\x00\x1b[2J\r\n");
    for (arguments, architecture) in [
        (&[][..], "amd64"),
        (&["--platform", "linux/arm64"], "arm64"),
    ] {
        let bytes = config(arguments, "index");
        let stored = registry
            .store()
            .blob("team/app", &Digest::sha256_of(&bytes));
        assert!(stored.is_some(), "they are the bytes of a blob");
        let config: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(config["architecture"], architecture);
    }
    assert_eq!(
        config(&["--platform", "linux/amd64"], "single"),
        config(&[], "single")
    );
}

#[test]
fn bytes_have_no_other_form() {
    let sandbox = Sandbox::new();
    for flags in [
        ["--raw", "--format=json"],
        ["--raw-config", "--format=text"],
        ["--raw", "--raw-config"],
        ["--raw", "--attestations"],
    ] {
        sandbox
            .run(["inspect", flags[0], flags[1], "nginx"])
            .exits(2)
            .complains("cannot be used with");
    }
}

//! The repositories of a registry, embedded and real.

use imagelock::embedded::{Background, Behaviour, Operation, TestImage};

use super::support::follows;
use crate::support::distribution::Distribution;
use crate::support::sandbox::Sandbox;

const NAMES: [&str; 3] = ["acme/api", "acme/web", "base"];

fn registry() -> Background {
    let registry = Background::start().unwrap();
    for name in NAMES {
        registry.store().publish(name, "1", &TestImage::new(name));
    }
    registry
}

#[test]
fn repositories_come_in_full_one_a_line() {
    let (registry, sandbox) = (registry(), Sandbox::new());
    let address = registry.address();
    let full = |names: &[&str]| {
        let lines = names.iter().map(|name| format!("{address}/{name}\n"));
        lines.collect::<Vec<_>>().concat()
    };
    sandbox
        .run(["catalog", address])
        .exits(0)
        .prints(&full(&NAMES));
    sandbox
        .run(["catalog", "--limit", "2", address])
        .exits(0)
        .prints(&full(&NAMES[..2]));
    let output = sandbox
        .run(["catalog", "--limit", "1", "--format", "json", address])
        .exits(0);
    let value = follows(&sandbox, &output, "catalog");
    assert_eq!(value["schema"], "imagelock.catalog/v1");
    assert_eq!(value["count"], 3);
    assert_eq!(value["repositories"][0], format!("{address}/acme/api"));
}

#[test]
fn a_registry_without_a_catalog_says_so() {
    let (registry, sandbox) = (registry(), Sandbox::new());
    registry.behave(Behaviour::on(Operation::Catalog).status(404));
    sandbox
        .run(["catalog", registry.address()])
        .exits(3)
        .prints("")
        .complains("error[unsupported]")
        .complains("does not list its repositories");
    registry.behave_well();
    registry.behave(Behaviour::on(Operation::Catalog).status(401));
    sandbox
        .run(["catalog", registry.address()])
        .exits(3)
        .complains("error[denied]")
        .complains("most public registries keep this list");
}

#[test]
fn only_a_host_is_a_registry() {
    let sandbox = Sandbox::new();
    for name in ["nginx", "https://ghcr.io", "ghcr.io/acme", ""] {
        sandbox
            .run(["catalog", name])
            .exits(2)
            .complains("error[bad-reference]");
    }
    sandbox
        .run(["catalog", "bot:canary-3141@ghcr.io"])
        .exits(2)
        .hides("canary-3141");
}

#[test]
fn a_real_registry_has_a_catalog() {
    let Some(registry) = Distribution::start() else {
        return;
    };
    let images: Vec<_> = (0..120)
        .map(|number| {
            let name = format!("team/app-{number:03}");
            (
                name.clone(),
                "1".to_owned(),
                TestImage::new("one").layer("one"),
            )
        })
        .collect();
    let push = registry.push_all(&images);
    tokio::runtime::Runtime::new().unwrap().block_on(push);
    let output = Sandbox::new().run(["catalog", registry.address()]).exits(0);
    let lines: Vec<&str> = output.stdout.lines().collect();
    assert_eq!(lines.len(), 120);
    assert_eq!(lines[119], format!("{}/team/app-119", registry.address()));
}

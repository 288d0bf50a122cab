//! The commands on the page about inspecting print what stands there.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use imagelock::embedded::{ArtifactSpec, Background, TestImage};
use jiff::Timestamp;

use crate::support::sandbox::Sandbox;

/// What the page calls the registry.
const REGISTRY: &str = "registry.example.com";

fn registry() -> Background {
    let registry = Background::start().unwrap();
    let store = registry.store();
    let tags = [
        "1.3.2",
        "1.4.0",
        "1.4.1",
        "1.5.0-rc.1",
        "latest",
        "main-3f2a9c1",
    ];
    for (day, tag) in (1_i64..).zip(tags) {
        let created = Timestamp::from_second(1_740_000_000 + day * 86_400).unwrap();
        let image = TestImage::new(format!("shop {tag}"))
            .platforms(["linux/amd64", "linux/arm64"])
            .attestations("build")
            .created(created)
            .source("https://example.com/acme/shop");
        store.publish("acme/shop", tag, &image);
    }
    let shop = store.digest("acme/shop", "1.4.1").unwrap();
    let sbom = ArtifactSpec::new("application/spdx+json");
    store.attach("acme/shop", &shop, &sbom.annotation("made-by", "ci"));
    for name in ["acme/base", "acme/web"] {
        store.publish(name, "1.0.0", &TestImage::new(name));
    }
    registry
}

/// Runs a command of the page, and returns what it prints as the page has it.
fn printed(command: &str, address: &str) -> String {
    let command = command.replace(REGISTRY, address);
    let output = Sandbox::new().run(command.split(' '));
    let web = format!("http://{address}");
    let printed = output.stdout.replace(&web, &format!("https://{REGISTRY}"));
    printed.replace(address, REGISTRY)
}

/// Returns the page with the output of each command behind it; `UPDATE_GENERATED=1` writes it.
fn carried_out(page: &str, address: &str) -> String {
    let mut text = String::new();
    let mut skipping = false;
    for line in page.lines() {
        skipping &= !line.starts_with("```");
        if let Some(command) = line.strip_prefix("$ imagelock ") {
            if skipping {
                text.push('\n');
            }
            let _ = write!(text, "{line}\n{}", printed(command, address));
            if !text.ends_with('\n') {
                text.push('\n');
            }
            skipping = true;
        } else if !skipping {
            let _ = writeln!(text, "{line}");
        }
    }
    text
}

#[test]
fn every_command_prints_what_the_page_says() {
    let registry = registry();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/guide/inspecting.md");
    let page = fs::read_to_string(&file).unwrap().replace("\r\n", "\n");
    let carried_out = carried_out(&page, registry.address());
    #[expect(
        clippy::disallowed_methods,
        reason = "the developer's wish to rewrite generated files"
    )]
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        fs::write(&file, &carried_out).unwrap();
        return;
    }
    assert_eq!(page, carried_out);
    assert!(page.matches("$ imagelock ").count() >= 6);
}

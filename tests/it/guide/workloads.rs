//! Policies in a manifest: `yaml`, then the entries in `toml` that say the same, or `error`.

use std::fs;

use imagelock::config::{self, Config, ImageSpec};
use imagelock::policy::Guards;

use super::blocks::pages;
use super::examples::{read, shown};

const SOURCES: &str = "version = 1\n[sources]\nkubernetes = [\"deploy/**/*.yaml\"]\n";

fn load(manifest: &str) -> Result<Config, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("images.toml");
    fs::write(&path, SOURCES).unwrap();
    fs::create_dir(folder.path().join("deploy")).unwrap();
    fs::write(folder.path().join("deploy/shop.yaml"), manifest).unwrap();
    config::load(&path).map_err(|problems| shown(&problems))
}

/// What the config says about an image, wherever it says it.
fn policies(config: &Config) -> Vec<(&str, String, Guards)> {
    let policy = |spec: &'_ ImageSpec| format!("{} {}", spec.repository, spec.policy_text());
    let images = config.images.iter();
    images
        .map(|spec| (spec.name.as_str(), policy(spec), spec.guards.clone()))
        .collect()
}

#[test]
fn annotations_say_what_the_page_says() {
    let pages = pages();
    let page = pages.iter().find(|page| page.name == "kubernetes.md");
    let page = page.unwrap();
    let blocks = page.blocks();
    let mut kinds = Vec::new();
    for pair in blocks.windows(2) {
        let [there, here] = pair else { continue };
        if there.kind != "yaml" {
            continue;
        }
        let place = format!("{}:{}", page.name, there.line);
        if here.kind == "toml" {
            let found = load(&there.text).unwrap_or_else(|error| panic!("{place}: {error}"));
            assert_eq!(found.warnings, [], "{place}");
            let meant = read(&here.text).unwrap();
            assert_eq!(policies(&found), policies(&meant), "{place}");
        } else {
            let error = load(&there.text).unwrap_err();
            for line in here.text.lines() {
                assert!(error.contains(line), "{place}: `{line}` is not in\n{error}");
            }
        }
        kinds.push(here.kind);
    }
    assert_eq!(kinds, ["toml", "error", "error"]);
}

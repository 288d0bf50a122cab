//! A policy of another tool and the entries that it becomes: `yaml`, then `toml`.

use super::blocks::pages;
use crate::support::sandbox::Sandbox;

#[test]
fn policies_of_others_become_what_the_page_says() {
    let pages = pages();
    let page = pages
        .iter()
        .find(|page| page.name == "importing.md")
        .unwrap();
    let blocks = page.blocks();
    let mut formats = Vec::new();
    for pair in blocks.windows(2) {
        let [there, here] = pair else { continue };
        if (there.kind, here.kind) != ("yaml", "toml") {
            continue;
        }
        let format = if there.text.contains("fluxcd.io") {
            "flux"
        } else {
            "argocd-image-updater"
        };
        let sandbox = Sandbox::new();
        sandbox.write("deploy.yaml", &there.text);
        let run = sandbox.run(["import", format, "deploy.yaml", "--dry-run"]);
        assert_eq!(
            format!("[images]\n{}", run.exits(0).stdout),
            here.text,
            "{}:{}",
            page.name,
            here.line
        );
        formats.push(format);
    }
    assert_eq!(formats, ["argocd-image-updater", "flux"]);
}

use std::collections::BTreeMap;
use std::path::Path;

use imagelock::embedded::{Interface, Registry, TestImage};
use jiff::{SignedDuration, Timestamp};

use super::Failure;

const REPOSITORIES: usize = 10;
const TAGS: usize = 2_000;

/// Starts a registry with Harbor's interface, whose tags say nothing but when they were pushed.
///
/// Writes what is right to a file: repository to tag and digest.
pub(super) async fn start(answers: &Path) -> Result<Registry, Failure> {
    let registry = Registry::start().await?;
    registry.offer(Interface::Harbor);
    let begin: Timestamp = "2026-01-01T00:00:00Z".parse()?;
    let mut right = BTreeMap::new();
    for repository in 0..REPOSITORIES {
        let name = format!("build/app-{repository:02}");
        for number in 0..TAGS {
            let tag = format!("main-{number:04}");
            let image = TestImage::new(format!("{name} {tag}")).platforms(["linux/amd64"]);
            let digest = registry.store().publish(&name, &tag, &image);
            // Another one in each repository, and not the last one by name.
            let minutes = (number * 7 + repository * 211) % TAGS;
            let pushed = begin + SignedDuration::from_mins(minutes.try_into()?);
            registry.store().set_pushed(&name, &tag, pushed);
            if minutes == TAGS - 1 {
                right.insert(name.clone(), [tag, digest.to_string()]);
            }
        }
    }
    std::fs::write(answers, serde_json::to_vec(&right)?)?;
    Ok(registry)
}

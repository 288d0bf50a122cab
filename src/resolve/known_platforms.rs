use std::collections::BTreeMap;

use crate::config::ImageSpec;
use crate::image::{Digest, Platform};
use crate::lock::Pin;

/// Returns the platforms that an entry for the same digest must have, if a pin tells them.
///
/// Whether a pin lists all platforms of its index or a choice of them stands in its policy alone: it
/// can be narrowed from what it lists, but to widen it the index must be read. So it must where a Windows
/// platform has no build: the index or the image may tell it.
pub(super) fn known_platforms(spec: &ImageSpec, entry: &Pin) -> Option<BTreeMap<Platform, Digest>> {
    let is_whole = entry.policy == spec.policy_text() || !entry.policy.contains(" platforms=");
    let mut known = BTreeMap::new();
    if spec.platforms.is_empty() {
        known = is_whole.then(|| entry.platforms.clone())?;
    }
    for wanted in &spec.platforms {
        let of_wanted = |(found, _): &(&Platform, &Digest)| wanted.admits(found);
        let found: Vec<_> = entry.platforms.iter().filter(of_wanted).collect();
        // A choice of builds may lack some that are wanted by now.
        if found.is_empty() || (wanted.has_builds() && !is_whole) {
            return None;
        }
        let found = found.into_iter();
        known.extend(found.map(|(found, digest)| (found.clone(), digest.clone())));
    }
    let lacks_build = |found: &Platform| found.has_builds() && found.os_version().is_none();
    (!known.keys().any(lacks_build)).then_some(known)
}

#[cfg(test)]
mod tests {
    use super::super::job::{Goal, Job};
    use super::super::pin::{PinContent, pin};
    use super::super::sample::{config, entry, platforms};
    use super::*;

    fn spec(required: &str) -> ImageSpec {
        let text = format!("app = {{ constraint = \"^1\", platforms = [{required}] }}");
        config(&text).images.remove(0)
    }

    const WHOLE: &str = "semver ^1";
    const OLD: &str = "windows(10.0.20348.2582)/amd64";
    const NEW: &str = "windows(10.0.26100.1)/amd64";

    #[test]
    fn the_pin_of_an_unmoved_digest_is_the_same_however_it_is_made() {
        let names = ["linux/amd64", "linux/arm64"];
        let old = entry("app", "semver *", "1.0.0", &names);
        for required in ["", "\"linux/amd64\""] {
            let job = Job {
                spec: spec(required),
                old: Some(old.clone()),
                goal: Goal::Choose,
                stays: false,
                at_once: false,
            };
            let make = |content| pin(&job, &old.tag, &old.digest, &content).unwrap();
            let known = known_platforms(&job.spec, &old).unwrap();
            assert_eq!(
                make(PinContent::Known(known)),
                make(PinContent::Index(platforms(&names)))
            );
        }
    }

    #[test]
    fn builds_are_narrowed_from_a_whole_pin_alone() {
        let pinned = |policy: &str, has: &[&str]| entry("app", policy, "1.0.0", has);
        let all = pinned(WHOLE, &["linux/amd64", OLD, NEW]);
        let known = |required: &str, entry: &Pin| known_platforms(&spec(required), entry);
        assert_eq!(
            known("\"windows/amd64\"", &all),
            Some(platforms(&[OLD, NEW]))
        );
        assert_eq!(
            known("\"windows(10.0.20348)/amd64\"", &all),
            Some(platforms(&[OLD]))
        );
        assert_eq!(known("\"windows(10.0.17763)/amd64\"", &all), None);

        let one = "\"windows(10.0.20348)/amd64\"";
        let policy = spec(one).policy_text();
        let narrow = pinned(&policy, &[OLD]);
        assert_eq!(known(one, &narrow), Some(platforms(&[OLD])));
        assert_eq!(
            known("\"windows/amd64\"", &narrow),
            None,
            "there may be more builds"
        );
    }

    #[test]
    fn a_pin_without_builds_is_read_again() {
        let old = entry("app", WHOLE, "1.0.0", &["linux/amd64", "windows/amd64"]);
        for required in ["", "\"windows/amd64\""] {
            assert_eq!(known_platforms(&spec(required), &old), None);
        }
    }
}

use std::collections::BTreeMap;

use super::MissingPlatforms;
use super::job::Job;
use crate::image::{Digest, Platform, Tag};
use crate::lock::Pin;

/// What a tag's digest holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PinContent {
    /// An index, with the digests of its platforms.
    Index(BTreeMap<Platform, Digest>),
    /// An index in which there is no image.
    Empty,
    /// An index whose images the registry does not have; their platforms, as far as the index says them, sorted.
    Gone(Vec<Platform>),
    /// A single image; its platform where it was asked for and is known.
    Single(Option<Platform>),
    /// Something in the shape of an image that is none, by its type, where platforms are asked for.
    Artifact(String),
    /// What the pin says already, for a digest that has not moved.
    Known(BTreeMap<Platform, Digest>),
}

/// Creates the lock's entry of what a policy chose.
///
/// # Errors
///
/// [`MissingPlatforms`] if a platform that the config requires is missing, or there is no image at all.
pub fn pin(
    job: &Job,
    tag: &Tag,
    digest: &Digest,
    content: &PinContent,
) -> Result<Pin, MissingPlatforms> {
    let wanted = &job.spec.platforms;
    let mut platforms = match content {
        PinContent::Index(platforms) | PinContent::Known(platforms) => platforms.clone(),
        // A single image's platform is in the lock only where `platforms` asks for it.
        PinContent::Single(Some(platform)) if !wanted.is_empty() => {
            [(platform.clone(), digest.clone())].into()
        }
        PinContent::Single(_) => BTreeMap::new(),
        PinContent::Artifact(artifact_type) => {
            return Err(MissingPlatforms::Artifact {
                artifact_type: artifact_type.clone(),
            });
        }
        PinContent::Gone(platforms) => {
            return Err(MissingPlatforms::Gone {
                platforms: platforms.clone(),
            });
        }
        PinContent::Empty => return Err(MissingPlatforms::Empty),
    };
    let is_missing = |wanted: &&Platform| !platforms.keys().any(|found| wanted.admits(found));
    let missing: Vec<Platform> = wanted.iter().filter(is_missing).cloned().collect();
    if !missing.is_empty() {
        return Err(MissingPlatforms::Lacking {
            missing,
            present: platforms.into_keys().collect(),
        });
    }
    if !wanted.is_empty() {
        platforms.retain(|found, _| wanted.iter().any(|wanted| wanted.admits(found)));
    }
    // What another release noted of this very pin stays with it.
    let same = job
        .current()
        .filter(|entry| entry.tag == *tag && entry.digest == *digest);
    Ok(Pin {
        name: job.spec.name.clone(),
        image: job.spec.repository.clone(),
        policy: job.spec.policy_text(),
        tag: tag.clone(),
        digest: digest.clone(),
        platforms,
        extra: same.map(|entry| entry.extra.clone()).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::sample::{config, digest, entry, platforms};
    use super::*;
    use crate::resolve::Goal;

    fn job(required: &str, old: Option<Pin>) -> Job {
        let text = format!("app = {{ constraint = \"^1\", platforms = [{required}] }}");
        Job {
            spec: config(&text).images.remove(0),
            old,
            goal: Goal::Choose,
            stays: false,
            at_once: false,
        }
    }

    fn pinned(required: &str, content: &PinContent) -> Result<Pin, MissingPlatforms> {
        let tag = Tag::parse("1.0.0").unwrap();
        pin(&job(required, None), &tag, &digest("index"), content)
    }

    const BOTH: &str = "\"linux/amd64\", \"linux/arm64\"";

    #[test]
    fn an_index_gives_all_its_platforms_or_those_that_are_asked_for() {
        let names = ["linux/amd64", "linux/arm64", "linux/s390x"];
        let index = PinContent::Index(platforms(&names));
        let all = pinned("", &index).unwrap();
        assert_eq!(all.platforms, platforms(&names));
        assert_eq!(
            (all.policy.as_str(), all.tag.as_str()),
            ("semver ^1", "1.0.0")
        );
        assert_eq!(all.digest, digest("index"));
        assert!(all.extra.is_empty());
        let some = pinned(BOTH, &index).unwrap();
        assert_eq!(some.platforms, platforms(&names[..2]));
        assert_eq!(some.policy, "semver ^1 platforms=linux/amd64,linux/arm64");
    }

    #[test]
    fn a_single_image_has_its_platform_where_it_is_asked_for() {
        let single = |name| PinContent::Single(Some(Platform::parse(name).unwrap()));
        let asked = pinned("\"linux/amd64\"", &single("linux/amd64")).unwrap();
        assert_eq!(asked.platforms.len(), 1);
        assert_eq!(asked.platforms.values().next(), Some(&digest("index")));
        // The same entry whether or not the platform happens to be known.
        assert_eq!(
            pinned("", &single("linux/amd64")),
            pinned("", &PinContent::Single(None))
        );
        assert!(
            pinned("", &PinContent::Single(None))
                .unwrap()
                .platforms
                .is_empty()
        );
    }

    #[test]
    fn a_missing_platform_is_told_with_those_that_are_there() {
        let says = |content: &PinContent| pinned(BOTH, content).unwrap_err().to_string();
        assert_eq!(
            says(&PinContent::Index(platforms(&[
                "linux/s390x",
                "linux/amd64"
            ]))),
            "lacks linux/arm64; it has linux/amd64, linux/s390x"
        );
        assert_eq!(
            says(&PinContent::Single(None)),
            "lacks linux/amd64, linux/arm64 and says no platform at all"
        );
        assert!(pinned("", &PinContent::Index(platforms(&[]))).is_ok());
    }

    #[test]
    fn unknown_keys_stay_with_the_same_pin_only() {
        let old = entry("app", "semver *", "1.0.0", &["linux/amd64"]);
        let content = PinContent::Index(platforms(&["linux/amd64"]));
        let extra = |tag: &str, seed: &str| {
            let tag = Tag::parse(tag).unwrap();
            let pinned = pin(&job("", Some(old.clone())), &tag, &digest(seed), &content);
            pinned.unwrap().extra.len()
        };
        assert_eq!(extra("1.0.0", "index"), 1);
        assert_eq!(extra("1.0.0", "moved"), 0);
        assert_eq!(extra("1.0.1", "index"), 0);
    }

    #[test]
    fn all_builds_that_are_required_are_pinned_by_their_full_versions() {
        let builds = [
            "windows(10.0.20348.2582)/amd64",
            "windows(10.0.26100.1)/amd64",
        ];
        let index = PinContent::Index(platforms(&["linux/amd64", builds[0], builds[1]]));
        let of = |required: &str| pinned(required, &index).unwrap().platforms;
        assert_eq!(of("\"windows/amd64\""), platforms(&builds));
        assert_eq!(of("\"windows(10.0.20348)/amd64\""), platforms(&builds[..1]));
        assert_eq!(
            of("\"windows(10.0.26100.1)/amd64\", \"windows/amd64\""),
            platforms(&builds)
        );
        let missing_platforms = pinned("\"windows(10.0.2034)/amd64\"", &index).unwrap_err();
        assert!(
            missing_platforms
                .to_string()
                .starts_with("lacks windows(10.0.2034)/amd64; it has linux/amd64, ")
        );
    }

    #[test]
    fn what_is_no_image_is_refused_with_what_ends_it() {
        let chart = PinContent::Artifact("application/vnd.cncf.helm.config.v1+json".into());
        let missing_platforms = pinned(BOTH, &chart).unwrap_err();
        assert_eq!(
            missing_platforms.to_string(),
            "is not an image but an artifact, `application/vnd.cncf.helm.config.v1+json`"
        );
        assert!(
            missing_platforms
                .help()
                .unwrap()
                .contains("`platforms = []`")
        );
        for required in ["", BOTH] {
            assert_eq!(
                pinned(required, &PinContent::Empty),
                Err(MissingPlatforms::Empty)
            );
        }
    }
}

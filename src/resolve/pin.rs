use std::collections::BTreeMap;
use std::fmt;

use super::plan::Job;
use crate::config::ImageSpec;
use crate::error::{Code, Diagnostic};
use crate::image::{Digest, Platform, Tag};
use crate::lock::Entry;

/// What a tag's digest holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// An index, with the digests of its platforms.
    Index(BTreeMap<Platform, Digest>),
    /// A single image; its platform where it was asked for and is known.
    Single(Option<Platform>),
    /// What the pin says already, for a digest that has not moved.
    Known(BTreeMap<Platform, Digest>),
}

/// Why a tag that its policy allows cannot be pinned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfit {
    /// The required platforms that it lacks, sorted.
    pub missing: Vec<Platform>,
    /// The platforms that it has, sorted.
    pub present: Vec<Platform>,
}

impl Unfit {
    /// Says that a tag cannot be pinned, where no other one can take its place.
    pub(super) fn diagnostic(&self, spec: &ImageSpec, tag: &Tag) -> Diagnostic {
        let message = format!("{}:{tag} {self}", spec.repository);
        Diagnostic::new(Code::PlatformMissing, message)
            .help("take the platform off `platforms`, or wait for the publisher to add it")
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let join = |platforms: &[Platform]| {
            platforms
                .iter()
                .map(Platform::to_string)
                .collect::<Vec<_>>()
                .join(", ")
        };
        write!(formatter, "lacks {}", join(&self.missing))?;
        if self.present.is_empty() {
            formatter.write_str(" and says no platform at all")
        } else {
            write!(formatter, "; it has {}", join(&self.present))
        }
    }
}

/// Returns the platforms that an entry for the same digest must have, if a pin tells them.
///
/// Whether a pin lists all platforms of its index or a choice of them stands in its policy alone: it
/// can be narrowed from what it lists, but to widen it the index must be read.
pub(super) fn known_platforms(
    spec: &ImageSpec,
    entry: &Entry,
) -> Option<BTreeMap<Platform, Digest>> {
    if spec.platforms.is_empty() {
        let whole = entry.policy == spec.policy_text() || !entry.policy.contains(" platforms=");
        return whole.then(|| entry.platforms.clone());
    }
    let known = |platform: &Platform| {
        let digest = entry.platforms.get(platform)?;
        Some((platform.clone(), digest.clone()))
    };
    spec.platforms.iter().map(known).collect()
}

/// Makes the lock's entry of what a policy chose.
///
/// # Errors
///
/// [`Unfit`] if a platform that the config requires is missing.
pub fn pin(job: &Job, tag: &Tag, digest: &Digest, content: &Content) -> Result<Entry, Unfit> {
    let wanted = &job.spec.platforms;
    let mut platforms = match content {
        Content::Index(platforms) | Content::Known(platforms) => platforms.clone(),
        // A single image's platform is in the lock only where `platforms` asks for it.
        Content::Single(Some(platform)) if !wanted.is_empty() => {
            [(platform.clone(), digest.clone())].into()
        }
        Content::Single(_) => BTreeMap::new(),
    };
    let missing: Vec<Platform> = wanted
        .iter()
        .filter(|platform| !platforms.contains_key(platform))
        .cloned()
        .collect();
    if !missing.is_empty() {
        return Err(Unfit {
            missing,
            present: platforms.into_keys().collect(),
        });
    }
    if !wanted.is_empty() {
        platforms.retain(|platform, _| wanted.contains(platform));
    }
    // What another release noted of this very pin stays with it.
    let same = job
        .current()
        .filter(|entry| entry.tag == *tag && entry.digest == *digest);
    Ok(Entry {
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

    fn job(required: &str, old: Option<Entry>) -> Job {
        let text = format!("app = {{ constraint = \"^1\", platforms = [{required}] }}");
        Job {
            spec: config(&text).images.remove(0),
            old,
            goal: Goal::Choose,
            stays: false,
            at_once: false,
        }
    }

    fn pinned(required: &str, content: &Content) -> Result<Entry, Unfit> {
        let tag = Tag::parse("1.0.0").unwrap();
        pin(&job(required, None), &tag, &digest("index"), content)
    }

    const BOTH: &str = "\"linux/amd64\", \"linux/arm64\"";

    #[test]
    fn an_index_gives_all_its_platforms_or_those_that_are_asked_for() {
        let names = ["linux/amd64", "linux/arm64", "linux/s390x"];
        let index = Content::Index(platforms(&names));
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
        let single = |name| Content::Single(Some(Platform::parse(name).unwrap()));
        let asked = pinned("\"linux/amd64\"", &single("linux/amd64")).unwrap();
        assert_eq!(asked.platforms.len(), 1);
        assert_eq!(asked.platforms.values().next(), Some(&digest("index")));
        // The same entry whether or not the platform happens to be known.
        assert_eq!(
            pinned("", &single("linux/amd64")),
            pinned("", &Content::Single(None))
        );
        assert!(
            pinned("", &Content::Single(None))
                .unwrap()
                .platforms
                .is_empty()
        );
    }

    #[test]
    fn a_missing_platform_is_told_with_those_that_are_there() {
        let says = |content: &Content| pinned(BOTH, content).unwrap_err().to_string();
        assert_eq!(
            says(&Content::Index(platforms(&["linux/s390x", "linux/amd64"]))),
            "lacks linux/arm64; it has linux/amd64, linux/s390x"
        );
        assert_eq!(
            says(&Content::Single(None)),
            "lacks linux/amd64, linux/arm64 and says no platform at all"
        );
        assert!(pinned("", &Content::Index(platforms(&[]))).is_ok());
    }

    #[test]
    fn unknown_keys_stay_with_the_same_pin_only() {
        let old = entry("app", "semver *", "1.0.0", &["linux/amd64"]);
        let content = Content::Index(platforms(&["linux/amd64"]));
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
    fn the_pin_of_an_unmoved_digest_is_the_same_however_it_is_made() {
        let names = ["linux/amd64", "linux/arm64"];
        let old = entry("app", "semver *", "1.0.0", &names);
        for required in ["", "\"linux/amd64\""] {
            let job = job(required, Some(old.clone()));
            let make = |content| pin(&job, &old.tag, &old.digest, &content).unwrap();
            let known = known_platforms(&job.spec, &old).unwrap();
            assert_eq!(
                make(Content::Known(known)),
                make(Content::Index(platforms(&names)))
            );
        }
    }
}

use std::collections::BTreeMap;
use std::fmt;

use super::plan::Job;
use crate::image::{Digest, Platform, Tag};
use crate::lock::Entry;

/// What a tag's digest holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// An index, with the digests of its platforms.
    Index(BTreeMap<Platform, Digest>),
    /// A single image; its platform where it was asked for and is known.
    Single(Option<Platform>),
}

/// Why a tag that its policy allows cannot be pinned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfit {
    /// The required platforms that it lacks, sorted.
    pub missing: Vec<Platform>,
    /// The platforms that it has, sorted.
    pub present: Vec<Platform>,
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

/// Makes the lock's entry of what a policy chose.
///
/// # Errors
///
/// [`Unfit`] if a platform that the config requires is missing.
pub fn pin(job: &Job, tag: &Tag, digest: &Digest, content: &Content) -> Result<Entry, Unfit> {
    let wanted = &job.spec.platforms;
    let mut platforms = match content {
        Content::Index(platforms) => platforms.clone(),
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
        .current
        .as_ref()
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

use std::fmt;

use super::classification::DistinctTags;
use super::sort_key::SortKey;
use super::{Candidates, Policy, Strategy};
use crate::image::Tag;

/// What a version is, however it is written: `1.2`, `v1.2.0` and `1.2.0-alpine` with the suffix
/// `-alpine` have one key.
///
/// Keys are for telling whether two images have one version. `Ord` is by bytes and says nothing of
/// which version is higher. `Display` gives the version in its plain form.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VersionKey(Box<str>);

impl VersionKey {
    /// Returns the version in its plain form: `1.2.0`, `2024.4.0-rc1`, `42`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn of(key: SortKey<'_>, part_count: usize) -> Option<Self> {
        let text = match key {
            SortKey::Version(_) | SortKey::Calver(_) => {
                let parts = key.parts()?;
                let numbers: Vec<_> = parts[..part_count].iter().map(u64::to_string).collect();
                let numbers = format!("{}{}", numbers.join("."), key.further());
                match key.identifiers() {
                    prerelease if prerelease.is_empty() => numbers,
                    prerelease => format!("{numbers}-{prerelease}"),
                }
            }
            SortKey::Number(number) => number.to_string(),
            SortKey::Text(text) => text.to_owned(),
            SortKey::Time(_) => return None,
        };
        Some(Self(text.into()))
    }
}

impl fmt::Display for VersionKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

impl Policy {
    /// Returns the version of a tag, if the policy allows the tag and knows versions.
    pub fn version(&self, tag: &Tag) -> Option<VersionKey> {
        let candidates = Candidates::of(std::slice::from_ref(tag));
        let versions = self.versions(&candidates);
        versions.into_iter().next().map(|(key, _)| key)
    }

    /// Returns the versions that the policy allows and that are not passed over, best first, each
    /// with the tag that would be chosen for it.
    ///
    /// Empty for `newest-build` and `digest`, which know no versions.
    pub fn versions<'t>(&self, candidates: &Candidates<'t>) -> Vec<(VersionKey, &'t Tag)> {
        let part_count = match &self.strategy {
            Strategy::Digest { .. } | Strategy::NewestBuild => return Vec::new(),
            Strategy::Calver { scheme, .. } => scheme.part_count(),
            _ => 3,
        };
        let distinct = DistinctTags::of(self, candidates);
        let classification = self.classify(candidates, &distinct);
        let mut versions: Vec<(VersionKey, &Tag)> = Vec::new();
        let mut last: Option<SortKey<'_>> = None;
        for candidate in &classification.fitting {
            // Equal keys stand side by side, the best tag of a version first.
            let is_new = last.is_none_or(|last| last.compare(candidate.key).is_ne());
            if !is_new || candidates.passed_over.contains_key(candidate.tag) {
                continue;
            }
            last = Some(candidate.key);
            versions
                .extend(VersionKey::of(candidate.key, part_count).map(|key| (key, candidate.tag)));
        }
        versions
    }
}

use super::{Policy, Rule, artifact, date_guard, filter, prerelease, suffix};
use crate::image::Tag;
use crate::version::{Constraint, Prereleases, VersionRef};

/// A tag that has a version.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate<'t> {
    pub(super) tag: &'t Tag,
    pub(super) version: VersionRef<'t>,
}

impl Policy {
    /// Applies every rule that looks at one tag alone, in their order.
    pub(super) fn admit<'t>(
        &self,
        constraint: &Constraint,
        tag: &'t Tag,
    ) -> Result<Candidate<'t>, Rule> {
        let text = tag.as_str();
        if artifact::is_artifact(text) {
            return Err(Rule::Artifact);
        }
        if !filter::is_allowed(&self.allow_tags, text) {
            return Err(Rule::AllowTags);
        }
        if filter::ignored_by(&self.ignore_tags, text).is_some() {
            return Err(Rule::IgnoreTags);
        }
        let candidate = self.candidate(tag)?;
        let version = candidate.version;
        if prerelease::is_refused(self.prerelease, constraint, version) {
            return Err(Rule::Prerelease);
        }
        if constraint.admits(version, prerelease::mode(self.prerelease)) {
            Ok(candidate)
        } else if version.is_prerelease() && constraint.admits(version, Prereleases::Include) {
            Err(Rule::Prerelease)
        } else {
            Err(Rule::Constraint)
        }
    }

    /// Tells whether [`Policy::admit`] lets a candidate pass, asking the cheap rules first.
    pub(super) fn accepts(&self, constraint: &Constraint, candidate: Candidate<'_>) -> bool {
        let text = candidate.tag.as_str();
        constraint.admits(candidate.version, prerelease::mode(self.prerelease))
            && !artifact::is_artifact(text)
            && filter::is_allowed(&self.allow_tags, text)
            && filter::ignored_by(&self.ignore_tags, text).is_none()
    }

    /// Takes the suffix off and reads the version.
    pub(super) fn candidate<'t>(&self, tag: &'t Tag) -> Result<Candidate<'t>, Rule> {
        let text = suffix::strip(tag.as_str(), self.suffix.as_deref()).ok_or(Rule::Suffix)?;
        let version = VersionRef::parse(text).ok_or(Rule::Version)?;
        Ok(Candidate { tag, version })
    }

    /// Says why a rule dropped a tag.
    pub(super) fn reason(&self, constraint: &Constraint, tag: &Tag, rule: Rule) -> String {
        let text = tag.as_str();
        let suffix = self.suffix.as_deref();
        let version = suffix::strip(text, suffix).and_then(VersionRef::parse);
        match (rule, version) {
            (Rule::Artifact, _) => "a signature, an attestation or a referrers tag".into(),
            (Rule::AllowTags, _) => match &self.allow_tags[..] {
                [pattern] => format!("does not match allow-tags {pattern}"),
                _ => "matches none of allow-tags".into(),
            },
            (Rule::IgnoreTags, _) => match filter::ignored_by(&self.ignore_tags, text) {
                Some(pattern) => format!("matches ignore-tags {pattern}"),
                None => "matches ignore-tags".into(),
            },
            (Rule::Suffix, _) => format!("does not end in {}", suffix.unwrap_or_default()),
            (Rule::Prerelease, Some(version)) => {
                prerelease::reason(self.prerelease, constraint, version)
            }
            (Rule::DateGuard, Some(version)) => date_guard::reason(version),
            (Rule::Constraint, _) => format!("does not satisfy {constraint}"),
            _ => match suffix::strip(text, suffix) {
                Some("") => "nothing is left without the suffix".into(),
                Some(rest) if rest != text => format!("`{rest}` is not a version"),
                _ => "not a version".into(),
            },
        }
    }
}

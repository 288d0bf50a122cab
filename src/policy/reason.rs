use super::neighbors::Neighbors;
use super::values::Cut;
use super::{Candidates, Policy, Rule, Strategy, date_guard, prerelease};
use crate::image::Tag;
use crate::version::VersionRef;

impl Policy {
    /// Says why a rule dropped a tag; `text` is what `extract` took from it, or the tag.
    pub(super) fn reason(
        &self,
        candidates: &Candidates<'_>,
        beside: &Neighbors<'_, '_>,
        tag: &Tag,
        text: &str,
        rule: Rule,
    ) -> String {
        let cut = match &self.suffix {
            None => Some((text, "")),
            Some(suffix) => suffix.split(text),
        };
        let cut = cut.map(|(value, tail)| Cut { value, tail });
        let current = candidates.current.map(Tag::as_str).unwrap_or_default();
        match rule {
            Rule::Artifact => "a signature, an attestation or a referrers tag".into(),
            Rule::AllowTags => match &self.allow_tags[..] {
                [pattern] => format!("does not match allow-tags {pattern}"),
                _ => "matches none of allow-tags".into(),
            },
            Rule::IgnoreTags => match self.ignored_by(tag.as_str()) {
                Some(pattern) => format!("matches {rule} {pattern}"),
                None => format!("matches {rule}"),
            },
            Rule::Architecture => match beside.multi_architecture(tag.as_str()) {
                Some(stem) => format!("is {stem} for one architecture alone"),
                None => "is an image of one architecture".into(),
            },
            Rule::Extract => match &self.extract {
                Some(extract) => format!("does not match extract {}", extract.pattern()),
                None => "does not match extract".into(),
            },
            Rule::Suffix => match &self.suffix {
                Some(suffix) => format!("does not end in {suffix}"),
                None => "does not end in the suffix".into(),
            },
            Rule::Prerelease => {
                let found = cut.and_then(|cut| self.key(cut.value));
                let prerelease = found.map_or("", |key| key.prerelease());
                if let Some(short) = found.filter(|_| prerelease.is_empty()) {
                    return match beside.example_of(short) {
                        Some(longer) => format!("stands for a prerelease, such as {longer}"),
                        None => "stands for a prerelease".into(),
                    };
                }
                let constraint = self.constraint_text();
                let constraint = constraint.filter(|_| self.names_prerelease());
                prerelease::reason(self.prerelease.as_ref(), constraint, prerelease)
            }
            Rule::DateGuard => match cut.and_then(|cut| VersionRef::of_tag(cut.value)) {
                Some(version) => date_guard::reason(version),
                None => "looks like a date".into(),
            },
            Rule::Constraint => match self.constraint_text() {
                Some(constraint) => format!("does not satisfy {constraint}"),
                None => "does not satisfy the constraint".into(),
            },
            Rule::Date => "nobody knows its date".into(),
            Rule::Level => match candidates.level {
                Some(level) => format!("further from {current} than level {level}"),
                None => format!("too far from {current}"),
            },
            Rule::Downgrade => match self.strategy {
                Strategy::NewestBuild => format!("older than the current tag {current}"),
                _ => format!("below the current tag {current}"),
            },
            _ => self.unreadable(tag, text, cut),
        }
    }

    fn constraint_text(&self) -> Option<&str> {
        match &self.strategy {
            Strategy::Semver { constraint } => Some(constraint.as_str()),
            Strategy::Calver { constraint, .. } => constraint
                .as_ref()
                .map(crate::version::CalverConstraint::as_str),
            _ => None,
        }
    }

    /// Says why what is left of a tag is no value of the strategy.
    fn unreadable(&self, tag: &Tag, text: &str, cut: Option<Cut<'_>>) -> String {
        let value = cut.map_or(text, |cut| cut.value);
        if value.is_empty() {
            return if self.extract.is_some() && text.is_empty() {
                "extract takes nothing from it".into()
            } else {
                "nothing is left without the suffix".into()
            };
        }
        let subject = if value == tag.as_str() {
            String::new()
        } else {
            format!("`{value}` ")
        };
        let is = |what: &str| match subject.as_str() {
            "" => format!("not a {what}"),
            subject => format!("{subject}is not a {what}"),
        };
        match &self.strategy {
            Strategy::Calver { scheme, .. } => match scheme.read(value) {
                Err(crate::version::CalverFault::Form) | Ok(_) => {
                    is(&format!("version of {scheme}"))
                }
                Err(fault) => format!("{subject}{fault}"),
            },
            Strategy::Numerical { .. } => is("decimal number"),
            _ => is("version"),
        }
    }
}

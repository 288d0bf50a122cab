use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::image::{Reference, Repository, Tag};
use crate::version::Version;

/// An entry for the config, made from a reference that is in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The entry's name.
    pub name: String,
    /// The repository.
    pub repository: Repository,
    policy: ProposedPolicy,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum ProposedPolicy {
    /// Versions from this one up to the next major one, with this suffix.
    Version {
        constraint: String,
        suffix: Option<String>,
    },
    /// The tag as it is.
    Tag(Tag),
}

/// Returns an entry for each repository that is in use, sorted by name.
///
/// A full version such as `1.27.4-alpine` becomes `^1.27.4` with its suffix; any other tag, floating
/// ones such as `1.27` or `latest` among them, is followed as it is. Of two tags of one repository
/// each gets an entry, the second with its tag in the name. References without a tag mean `latest`;
/// references by digest alone are left out, since they name no policy.
pub fn propose(references: &[Reference]) -> Vec<Proposal> {
    let distinct: BTreeSet<&Reference> = references.iter().collect();
    let mut proposals: BTreeMap<String, Proposal> = BTreeMap::new();
    for reference in distinct {
        let tag = match (reference.tag(), reference.digest()) {
            (Some(tag), _) => tag.clone(),
            (None, Some(_)) => continue,
            (None, None) => match Tag::parse("latest") {
                Ok(tag) => tag,
                Err(_) => continue,
            },
        };
        let repository = reference.repository().clone();
        let policy = policy(&tag);
        let known =
            |proposal: &Proposal| proposal.repository == repository && proposal.policy == policy;
        if proposals.values().any(known) {
            continue;
        }
        let last = repository.path().rsplit('/').next().unwrap_or_default();
        let path = repository.path().replace('/', "-");
        let candidates = [last.to_string(), path.clone(), format!("{path}-{tag}")];
        let name = candidates
            .into_iter()
            .find(|name| !proposals.contains_key(name));
        let name = name.unwrap_or_else(|| format!("{path}-{tag}-{}", proposals.len()));
        proposals.insert(
            name.clone(),
            Proposal {
                name,
                repository,
                policy,
            },
        );
    }
    proposals.into_values().collect()
}

fn policy(tag: &Tag) -> ProposedPolicy {
    let text = tag.as_str();
    let (numbers, suffix) = match text.split_once('-') {
        Some((numbers, _)) => (numbers, Some(text[numbers.len()..].to_string())),
        None => (text, None),
    };
    match Version::parse(numbers) {
        // A date in front of a suffix or not: `^2024.1.5` would never leave the year.
        Some(version) if version.part_count() == 3 && version.parts()[0] < 1000 => {
            let plain = numbers.trim_start_matches('v');
            ProposedPolicy::Version {
                constraint: format!("^{plain}"),
                suffix,
            }
        }
        _ => ProposedPolicy::Tag(tag.clone()),
    }
}

impl fmt::Display for Proposal {
    /// Writes the entry as a line of the table `[images]`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let familiar = self.repository.familiar();
        let bare = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if self.name.bytes().all(bare) {
            write!(formatter, "{} = ", self.name)?;
        } else {
            write!(formatter, "\"{}\" = ", self.name)?;
        }
        let image = if familiar == self.name {
            String::new()
        } else {
            format!("image = \"{familiar}\", ")
        };
        match &self.policy {
            ProposedPolicy::Version {
                constraint,
                suffix: None,
            } if image.is_empty() => {
                write!(formatter, "\"{constraint}\"")
            }
            ProposedPolicy::Version { constraint, suffix } => {
                let suffix = suffix
                    .as_ref()
                    .map(|suffix| format!(", suffix = \"{suffix}\""))
                    .unwrap_or_default();
                write!(
                    formatter,
                    "{{ {image}constraint = \"{constraint}\"{suffix} }}"
                )
            }
            ProposedPolicy::Tag(tag) => write!(formatter, "{{ {image}tag = \"{tag}\" }}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_say_what_is_in_use() {
        let references = [
            "nginx:1.27.4-alpine",
            "nginx:1.27.4-alpine",
            "redis:7",
            "ghcr.io/acme/api:v2.3.1",
            "ghcr.io/other/api",
            "debian:12-slim",
            "nginx:1.26.2",
            &format!("alpine@sha256:{}", "0".repeat(64)),
        ]
        .map(|text| Reference::parse(text).unwrap());
        let lines: Vec<_> = propose(&references)
            .iter()
            .map(Proposal::to_string)
            .collect();
        assert_eq!(
            lines,
            [
                r#"api = { image = "ghcr.io/acme/api", constraint = "^2.3.1" }"#,
                r#"debian = { tag = "12-slim" }"#,
                r#"library-nginx = { image = "nginx", constraint = "^1.27.4", suffix = "-alpine" }"#,
                r#"nginx = "^1.26.2""#,
                r#"other-api = { image = "ghcr.io/other/api", tag = "latest" }"#,
                r#"redis = { tag = "7" }"#,
            ]
        );
    }
}

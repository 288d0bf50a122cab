use std::collections::{BTreeMap, BTreeSet};

use super::OptionValue;
use crate::image::{Reference, Tag};
use crate::version::Version;

/// An entry for the config, made from a reference that is in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The entry's name.
    pub name: String,
    /// The repository, in the form that Docker users know.
    pub image: String,
    /// The config's option keys with their values: a constraint and perhaps a suffix, or a tag.
    pub options: Vec<(String, OptionValue)>,
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
        let repository = reference.repository();
        let image = repository.familiar();
        let options = options(&tag);
        let known = |proposal: &Proposal| proposal.image == image && proposal.options == options;
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
                image,
                options,
            },
        );
    }
    proposals.into_values().collect()
}

/// Returns a suffix with any number in place of a revision at its end: `-debian-12-r3` counts up too.
fn any_revision(suffix: &str) -> String {
    let stem = suffix.trim_end_matches(|letter: char| letter.is_ascii_digit());
    if stem.len() < suffix.len() && stem.ends_with("-r") {
        format!("{stem}[0-9]*")
    } else {
        suffix.to_string()
    }
}

/// Returns the options for a tag: for a full version those from it up to the next major one, with its
/// suffix, else the tag as it is.
fn options(tag: &Tag) -> Vec<(String, OptionValue)> {
    let text = tag.as_str();
    let (numbers, suffix) = match text.find('-') {
        Some(hyphen) => text.split_at(hyphen),
        None => (text, ""),
    };
    let options = match Version::parse(numbers) {
        // A date in front of a suffix or not: `^2024.1.5` would never leave the year.
        Some(version) if version.part_count() == 3 && version.parts()[0] < 1000 => {
            let constraint = format!("^{}", numbers.trim_start_matches('v'));
            vec![("constraint", constraint), ("suffix", any_revision(suffix))]
        }
        _ => vec![("tag", text.to_string())],
    };
    let written = options.into_iter().filter(|(_, text)| !text.is_empty());
    let written = written.map(|(key, text)| (key.to_string(), OptionValue::Text(text)));
    written.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::Entry;

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
            "bitnami/redis:7.4.1-debian-12-r3",
            &format!("alpine@sha256:{}", "0".repeat(64)),
        ]
        .map(|text| Reference::parse(text).unwrap());
        let lines: Vec<_> = propose(&references)
            .iter()
            .map(|proposal| Entry::from(proposal).to_string())
            .collect();
        assert_eq!(
            lines,
            [
                r#"api = { image = "ghcr.io/acme/api", constraint = "^2.3.1" }"#,
                r#"debian = { tag = "12-slim" }"#,
                r#"library-nginx = { image = "nginx", constraint = "^1.27.4", suffix = "-alpine" }"#,
                r#"library-redis = { image = "redis", tag = "7" }"#,
                r#"nginx = "^1.26.2""#,
                r#"other-api = { image = "ghcr.io/other/api", tag = "latest" }"#,
                r#"redis = { image = "bitnami/redis", constraint = "^7.4.1", suffix = "-debian-12-r[0-9]*" }"#,
            ]
        );
    }
}

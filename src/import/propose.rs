use std::collections::{BTreeMap, BTreeSet};

use super::tag::guess;
use crate::image::{Reference, Tag};
use crate::policy::Options;

/// An entry for the config, made from a reference that is in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The entry's name.
    pub name: String,
    /// The repository, in the form that Docker users know.
    pub image: String,
    /// The options, in the order in which they are written.
    pub options: Options,
}

/// Returns an entry for each repository that is in use, sorted by name.
///
/// Every entry allows the tag that it was made from:
///
/// | tag | entry |
/// | --- | --- |
/// | a full version, `1.27.4-alpine` | versions from it up to the next major one, of its variant |
/// | a prerelease, `3.15.0rc1` | later prereleases and releases of the same line |
/// | with a build or revision, `v1.34.1-k3s1` | the same, and newer builds |
/// | behind a word, `version-4.0.10.2544` | the same, by `extract` |
/// | with a date, `nightly-20240731` | the latest of the same form |
/// | with a commit, `main-1a2b3c4` | the newest build of the same form |
/// | any other, `1.27` or `latest` | the tag itself, which is followed |
///
/// Of two tags of one repository each gets an entry, the second with its tag in the name. References
/// without a tag mean `latest`. References by digest alone are left out, since they name no policy.
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
        let options = guess(&tag).options();
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
                r#"redis = { image = "bitnami/redis", constraint = "^7.4.1", suffix = "-debian-*-r*" }"#,
            ]
        );
    }

    #[test]
    fn each_tag_gives_the_entry_that_a_person_would_write() {
        for (tag, entry) in [
            ("27.3.4.16", r#""^27.3.4""#),
            (
                "4.0.10.2544-ls259",
                r#"{ constraint = "^4.0.10", suffix = "-ls*" }"#,
            ),
            (
                "v1.34.1-k3s1",
                r#"{ constraint = "^1.34.1", suffix = "-k3s*" }"#,
            ),
            (
                "v1.34.1-k3s1-arm64",
                r#"{ constraint = "^1.34.1", suffix = "-k3s*-arm64" }"#,
            ),
            (
                "v1.34.2-rc1-k3s1",
                r#"{ constraint = "~1.34.2-rc1", suffix = "-k3s*" }"#,
            ),
            (
                "1.27.0-r10",
                r#"{ constraint = "^1.27.0", suffix = "-r[0-9]+" }"#,
            ),
            (
                "109.0.1_up1.0.10",
                r#"{ constraint = "^109.0.1", suffix = "_up*" }"#,
            ),
            (
                "21.0.9_10-jre-noble",
                r#"{ constraint = "^21.0.9", suffix = "-jre-noble" }"#,
            ),
            (
                "26.4.7-0",
                r#"{ constraint = "^26.4.7", suffix = "-[0-9]+" }"#,
            ),
            (
                "1.2.3-alpine3.20",
                r#"{ constraint = "^1.2.3", suffix = "-alpine3.20" }"#,
            ),
            (
                "1.2.3-amd64",
                r#"{ constraint = "^1.2.3", suffix = "-amd64" }"#,
            ),
            (
                "3.15.0rc1-slim",
                r#"{ constraint = "~3.15.0-rc.1", suffix = "-slim" }"#,
            ),
            ("19beta3", r#""~19-beta.3""#),
            (
                "1.27rc2-alpine",
                r#"{ constraint = "~1.27-rc.2", suffix = "-alpine" }"#,
            ),
            ("1.2.0-rc.3", r#""~1.2.0-rc.3""#),
            ("13.0.1-rc", r#""~13.0.1-rc""#),
            (
                "1.2.3-nightly",
                r#"{ constraint = "^1.2.3", suffix = "-nightly" }"#,
            ),
            ("2024.8.3", r#"">=2024.8.3""#),
            (
                "1.43.3.10793-cd55876e7",
                r#"{ constraint = "^1.43.3", extract = { pattern = "^([0-9.]+)-[0-9a-f]{9}$", value = "$1" } }"#,
            ),
            (
                "version-v4.0.10",
                r#"{ constraint = "^4.0.10", extract = { pattern = "^version-(v[0-9.]+)$", value = "$1" } }"#,
            ),
            (
                "20240731",
                r#"{ strategy = "alphabetical", allow-tags = 'regexp:^\d{8}(\.\d+)?$' }"#,
            ),
            (
                "noble-20260730.1",
                r#"{ strategy = "alphabetical", allow-tags = 'regexp:^noble-\d{8}(\.\d+)?$' }"#,
            ),
            (
                "trixie-20260803-slim",
                r#"{ strategy = "alphabetical", allow-tags = 'regexp:^trixie-\d{8}-slim$' }"#,
            ),
            (
                "RELEASE.2025-09-07T16-13-09Z",
                r#"{ strategy = "alphabetical", allow-tags = 'regexp:^RELEASE\.\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}Z$' }"#,
            ),
            (
                "main-20260803-1a2b3c4",
                r#"{ strategy = "alphabetical", allow-tags = 'regexp:^main-\d{8}-[0-9a-f]{7}$' }"#,
            ),
            (
                "main-1a2b3c4",
                "{ strategy = \"newest-build\", allow-tags = \"regexp:^main-[0-9a-f]{7}$\" }",
            ),
            (
                "main-1a2b3c4-1722400000",
                r#"{ strategy = "numerical", extract = { pattern = '^main-[0-9a-f]{7}-(\d+)$', value = "$1" } }"#,
            ),
            ("1.27-alpine", r#"{ tag = "1.27-alpine" }"#),
            ("lts-jdk21", r#"{ tag = "lts-jdk21" }"#),
        ] {
            let reference = Reference::parse(&format!("app:{tag}")).unwrap();
            let line = Entry::from(&propose(&[reference])[0]).to_string();
            assert_eq!(line, format!("app = {entry}"));
        }
    }
}

use url::Url;

use super::escape::https_url;
use super::{ChangeFacts, ChangeLinks};

/// Returns the links of a change: the publishers' words, checked again.
pub(super) fn links(details: &ChangeFacts) -> ChangeLinks {
    let source = |facts: &crate::tag::ImageFacts| {
        facts
            .source
            .as_ref()
            .and_then(|fact| https_url(&fact.value))
    };
    let revision =
        |facts: &crate::tag::ImageFacts| facts.revision.as_ref().map(|fact| fact.value.clone());
    let (old, new) = (source(&details.before), source(&details.after));
    let revisions = revision(&details.before).zip(revision(&details.after));
    let same_source = old.is_none() || new.is_none() || old == new;
    let source = new.or(old);
    let compare = match (&source, revisions) {
        (Some(source), Some((before, after))) if same_source => compare(source, &before, &after),
        _ => None,
    };
    ChangeLinks { source, compare }
}

/// Returns the page that shows the commits between two revisions, where the host is known to have one.
fn compare(source: &str, before: &str, after: &str) -> Option<String> {
    let usable = |revision: &str| {
        !revision.is_empty()
            && !revision.contains("..")
            && revision
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"._/-".contains(&byte))
    };
    if before == after || !usable(before) || !usable(after) {
        return None;
    }
    let url = Url::parse(source).ok()?;
    let host = url.host_str()?;
    let path = url.path().trim_matches('/');
    let path = if host == "github.com" {
        let mut parts = path.split('/');
        format!("{}/{}/compare", parts.next()?, parts.next()?)
    } else if host == "gitlab.com" || host.starts_with("gitlab.") {
        let project = path.split("/-/").next()?;
        project.contains('/').then_some(())?;
        format!("{project}/-/compare")
    } else {
        return None;
    };
    let port = url.port().map(|port| format!(":{port}"));
    https_url(&format!(
        "https://{host}{}/{path}/{before}...{after}",
        port.unwrap_or_default()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_hosts_have_a_page() {
        for (source, page) in [
            (
                "https://github.com/nginx/docker-nginx",
                Some("https://github.com/nginx/docker-nginx/compare/aaa...bbb"),
            ),
            (
                "https://github.com/acme/mono/tree/main/api",
                Some("https://github.com/acme/mono/compare/aaa...bbb"),
            ),
            (
                "https://gitlab.example.com:8443/group/sub/api/-/tree/main",
                Some("https://gitlab.example.com:8443/group/sub/api/-/compare/aaa...bbb"),
            ),
            ("https://github.com/acme", None),
            ("https://github.com", None),
            ("https://github.com.evil.example/a/b", None),
            ("https://example.com/a/b", None),
        ] {
            assert_eq!(compare(source, "aaa", "bbb").as_deref(), page, "{source}");
        }
    }

    #[test]
    fn odd_revisions_have_none() {
        let source = "https://github.com/a/b";
        for (before, after) in [
            ("a", "a"),
            ("", "b"),
            ("a", "b..c"),
            ("a b", "c"),
            ("a", "b)"),
        ] {
            assert_eq!(compare(source, before, after), None, "{before} {after}");
        }
    }
}

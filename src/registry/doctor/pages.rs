use serde_json::Value;
use url::Url;

use crate::image::{Digest, Tag, names_artifact};
use crate::registry::lists::link;
use crate::registry::transport::endpoint::host_of;
use crate::registry::transport::request::HttpResponse;

/// A page of tags with all that stands in it, tags or not.
#[derive(Debug, Default)]
pub(super) struct TagsPage {
    pub(super) tags: Vec<Tag>,
    /// Tags of signatures, attestations and referrers, which no policy chooses.
    pub(super) artifacts: usize,
    pub(super) nulls: usize,
    pub(super) digests: usize,
    /// Neither tags nor digests nor `null`.
    pub(super) others: usize,
    /// Whether `null` stands where the list should.
    pub(super) is_null: bool,
    /// Whether the answer has a member `manifest`, as Google's have.
    pub(super) has_manifests: bool,
}

/// How a page leads to the next one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) target: String,
    pub(super) is_absolute: bool,
    /// The host, if it is another one than the registry's, or another port.
    pub(super) other_host: Option<String>,
    pub(super) other_path: bool,
}

impl TagsPage {
    /// Reads a page; nothing if it is no list of tags.
    pub(super) fn read(body: &[u8]) -> Option<Self> {
        let value: Value = serde_json::from_slice(body).ok()?;
        let members = value.as_object()?;
        if !members.contains_key("tags") && !members.contains_key("name") {
            return None;
        }
        let mut page = Self {
            is_null: members.get("tags").is_some_and(Value::is_null),
            has_manifests: members.get("manifest").is_some_and(Value::is_object),
            ..Self::default()
        };
        let entries = members.get("tags").and_then(Value::as_array);
        for entry in entries.into_iter().flatten() {
            match entry {
                Value::Null => page.nulls += 1,
                Value::String(text) => match Tag::parse(text) {
                    Ok(tag) if names_artifact(tag.as_str()) => page.artifacts += 1,
                    Ok(tag) => page.tags.push(tag),
                    Err(_) if Digest::parse(text).is_ok() => page.digests += 1,
                    Err(_) => page.others += 1,
                },
                _ => page.others += 1,
            }
        }
        Some(page)
    }
}

impl Link {
    /// Reads the link of an answer to a request for a URL.
    pub(super) fn of(response: &HttpResponse, asked: &Url) -> Option<Self> {
        let target = link::next(&response.headers)?;
        let resolved = asked.join(&target).ok();
        let other_host = resolved
            .as_ref()
            .map(host_of)
            .filter(|host| *host != host_of(asked) && *host != host_of(&response.url));
        let other_path = resolved
            .as_ref()
            .is_some_and(|url| url.path() != asked.path());
        Some(Self {
            is_absolute: Url::parse(&target).is_ok(),
            target,
            other_host,
            other_path,
        })
    }

    pub(super) fn words(&self) -> &'static str {
        if self.is_absolute {
            "by an absolute URL"
        } else {
            "by a relative URL"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_tag_is_counted() {
        let digest = format!("sha256:{}", "0".repeat(64));
        let body =
            format!(r#"{{"name":"a","tags":["1",null,"{digest}","a b",7],"manifest":{{}}}}"#);
        let page = TagsPage::read(body.as_bytes()).unwrap();
        assert_eq!(page.tags.len(), 1);
        assert_eq!((page.nulls, page.digests, page.others), (1, 1, 2));
        assert!(page.has_manifests && !page.is_null);
        assert!(
            TagsPage::read(br#"{"name":"a","tags":null}"#)
                .unwrap()
                .is_null
        );
        for other in [&b"[]"[..], b"{}", b"<html>"] {
            assert!(TagsPage::read(other).is_none());
        }
    }
}

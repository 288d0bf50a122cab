use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use http::StatusCode;
use jiff::Timestamp;
use serde::Deserialize;
use url::Url;

use super::collect::{ApiAccess, MetadataSource};
use super::model::TagRecord;
use super::page::{MetadataPage, parse, time};
use crate::image::{Digest, Platform, PlatformError, Repository, Tag};
use crate::observe::RequestKind;
use crate::registry::client::ClientInner;
use crate::registry::error::ErrorKind;
use crate::registry::request_error::RequestError;
use crate::registry::transport::request::HttpRequest;

const HUB: &str = "hub.docker.com";

/// The data of a tag from Docker Hub's own API.
///
/// It contains the platforms' digests and does not count as a pull. It may be out of date: compare `digest`
/// with that of a HEAD request before you use anything else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HubTag {
    /// The digest of the tag's index or manifest; some old tags have none.
    pub digest: Option<Digest>,
    /// The media type of the digest's content; may be empty.
    pub media_type: String,
    /// The platforms of the tag, with the digests of their manifests, without attestations.
    pub platforms: BTreeMap<Platform, Digest>,
    /// When the tag was last pushed.
    pub last_pushed: Option<Timestamp>,
}

impl From<HubTag> for TagRecord {
    fn from(tag: HubTag) -> Self {
        Self {
            digest: tag.digest,
            pushed: tag.last_pushed,
        }
    }
}

/// A page of tags.
#[derive(Deserialize)]
struct HubList {
    results: Vec<HubBody>,
    next: Option<String>,
}

#[derive(Deserialize)]
struct HubBody {
    name: Option<String>,
    digest: Option<String>,
    media_type: Option<String>,
    tag_last_pushed: Option<String>,
    images: Option<Vec<HubImage>>,
}

#[derive(Deserialize)]
struct HubImage {
    architecture: Option<String>,
    variant: Option<String>,
    os: Option<String>,
    os_version: Option<String>,
    digest: Option<String>,
}

/// Returns `true` if the registry counts each manifest GET as a pull, and limits pulls.
///
/// This is Docker Hub, where HEAD requests are free.
pub fn counts_pulls(repository: &Repository) -> bool {
    repository.registry() == "docker.io"
}

impl ClientInner {
    /// Asks Docker Hub about a tag; anything but a good answer is none, except having no network.
    pub(in crate::registry) async fn ask_hub(
        &self,
        repository: &Repository,
        tag: &Tag,
    ) -> Result<Option<HubTag>, RequestError> {
        let Some(url) = self.hub_url(repository, &format!("/{tag}"))? else {
            return Ok(None);
        };
        let mut request =
            HttpRequest::get(RequestKind::TagMetadata, url, HUB, self.limits.answer_bytes);
        request.accept = Some("application/json");
        request.optional = true;
        match self.exchange.send_following_redirects(&request).await {
            Ok(response) if response.status == StatusCode::OK => Ok(read(&response.body)),
            Err(error) if error.kind == ErrorKind::Offline => Err(error),
            Ok(_) | Err(_) => Ok(None),
        }
    }

    /// Says how Docker Hub is asked for all tags of a repository; it is another host than the registry, and
    /// gets no credentials.
    pub(super) fn hub_source(
        &self,
        repository: &Repository,
    ) -> Result<MetadataSource, RequestError> {
        let url = self.hub_url(repository, "")?;
        let mut url = url.ok_or_else(|| RequestError::new(ErrorKind::Unsupported))?;
        url.query_pairs_mut()
            .append_pair("page", "1")
            .append_pair("page_size", "100");
        Ok(MetadataSource {
            url,
            label: HUB.into(),
            way: ApiAccess::Anonymous,
            read: read_list,
        })
    }

    /// Returns the URL of what Docker Hub says of a repository's tags.
    fn hub_url(&self, repository: &Repository, rest: &str) -> Result<Option<Url>, RequestError> {
        let parts = repository.path().split_once('/');
        let Some((namespace, name)) = parts.filter(|(_, name)| !name.contains('/')) else {
            return Ok(None);
        };
        if !counts_pulls(repository) {
            return Ok(None);
        }
        let mut url = match self.hosts.endpoints.get(HUB) {
            Some(url) => url.clone(),
            None => Url::parse(&format!("https://{HUB}/"))
                .map_err(|error| RequestError::invalid(error.to_string()))?,
        };
        let prefix = url.path().trim_end_matches('/').to_string();
        url.set_path(&format!(
            "{prefix}/v2/namespaces/{namespace}/repositories/{name}/tags{rest}"
        ));
        Ok(Some(url))
    }
}

/// Reads a page of tags.
pub(super) fn read_list(body: &[u8]) -> Result<MetadataPage, String> {
    let list: HubList = parse(body)?;
    let mut sheet = MetadataPage::default();
    for tag in &list.results {
        let pushed = time(tag.tag_last_pushed.as_deref());
        sheet.add(tag.name.as_deref(), tag.digest.as_deref(), pushed);
    }
    sheet.next = list.next.filter(|next| !next.is_empty());
    Ok(sheet)
}

/// Reads the answer; one that leaves a platform's digest out is of no use.
fn read(body: &[u8]) -> Option<HubTag> {
    let body: HubBody = serde_json::from_slice(body).ok()?;
    let mut platforms = BTreeMap::new();
    for image in body.images.into_iter().flatten() {
        let Some(platform) = image.platform().ok()? else {
            continue;
        };
        // Its config tells the build, which is not here.
        if platform.has_builds() && platform.os_version().is_none() {
            return None;
        }
        let digest = Digest::parse(image.digest.as_deref()?).ok()?;
        // Which of two images of one platform comes first in the index is not told here.
        match platforms.entry(platform) {
            Entry::Vacant(place) => place.insert(digest),
            Entry::Occupied(_) => return None,
        };
    }
    let digest = body.digest.map(|digest| Digest::parse(&digest)).transpose();
    Some(HubTag {
        digest: digest.ok()?,
        media_type: body.media_type.unwrap_or_default(),
        platforms,
        last_pushed: body.tag_last_pushed.and_then(|time| time.parse().ok()),
    })
}

impl HubImage {
    /// Returns the platform, or none if the image is an attestation.
    fn platform(&self) -> Result<Option<Platform>, PlatformError> {
        let os = self.os.as_deref().unwrap_or_default();
        let architecture = self.architecture.as_deref().unwrap_or_default();
        if os == "unknown" || architecture == "unknown" {
            return Ok(None);
        }
        let variant = self
            .variant
            .as_deref()
            .filter(|variant| !variant.is_empty());
        let text = match variant {
            Some(variant) => format!("{os}/{architecture}/{variant}"),
            None => format!("{os}/{architecture}"),
        };
        let platform = Platform::try_from(text)?;
        Ok(Some(platform.with_os_version(self.os_version.as_deref())))
    }
}

#[cfg(test)]
mod tests {
    use super::super::page::testing::{STRANGE, lines};
    use super::*;
    use serde_json::json;

    fn digest(seed: &str) -> String {
        Digest::sha256_of(seed.as_bytes()).to_string()
    }

    fn image(os: &str, architecture: &str, variant: &str, seed: &str) -> serde_json::Value {
        json!({"os": os, "architecture": architecture, "variant": variant, "digest": digest(seed), "size": 1})
    }

    fn of(images: &[serde_json::Value]) -> Option<HubTag> {
        let body = json!({
            "name": "1.27", "digest": digest("index"), "media_type": "application/vnd.oci.image.index.v1+json",
            "tag_last_pushed": "2026-01-02T03:04:05.678901Z", "images": images,
        });
        read(body.to_string().as_bytes())
    }

    #[test]
    fn platforms_are_normalised_and_attestations_dropped() {
        let tag = of(&[
            image("linux", "arm64", "v8", "arm"),
            image("linux", "amd64", "", "amd"),
            image("unknown", "unknown", "", "attestation"),
        ])
        .unwrap();
        let platforms: Vec<String> = tag.platforms.keys().map(ToString::to_string).collect();
        assert_eq!(platforms, ["linux/amd64", "linux/arm64"]);
        assert_eq!(tag.digest.unwrap().as_str(), digest("index"));
        assert_eq!(
            tag.last_pushed.unwrap().to_string(),
            "2026-01-02T03:04:05.678901Z"
        );
    }

    #[test]
    fn an_answer_that_is_not_whole_is_of_no_use() {
        assert!(of(&[json!({"os": "linux", "architecture": "amd64", "digest": null})]).is_none());
        assert!(
            of(&[
                image("linux", "amd64", "", "a"),
                image("linux", "amd64", "", "b")
            ])
            .is_none()
        );
        assert!(of(&[image("linux\u{1b}", "amd64", "", "a")]).is_none());
        assert!(read(b"<html>").is_none());
        let bare = read(b"{}").unwrap();
        assert!(bare.digest.is_none() && bare.platforms.is_empty());
    }

    #[test]
    fn windows_images_are_told_with_their_builds_or_not_at_all() {
        let windows = |version: &str, seed: &str| {
            let mut image = image("windows", "amd64", "", seed);
            image["os_version"] = version.into();
            image
        };
        let tag = of(&[
            windows("10.0.20348.2582", "22"),
            windows("10.0.26100.1", "25"),
        ])
        .unwrap();
        let platforms: Vec<String> = tag.platforms.keys().map(ToString::to_string).collect();
        let builds = [
            "windows(10.0.20348.2582)/amd64",
            "windows(10.0.26100.1)/amd64",
        ];
        assert_eq!(platforms, builds);
        assert!(of(&[windows("", "22")]).is_none());
    }

    #[test]
    fn a_page_names_the_next_one() {
        let body = json!({"count": 3, "next": "https://hub.docker.com/v2/x?page=2", "previous": null, "results": [
            {"id": 1, "name": "1.27", "digest": digest("a"), "tag_status": "active",
             "tag_last_pushed": "2026-01-02T03:04:05.678901Z", "images": [image("linux", "amd64", "", "x")]},
            {"name": "old", "digest": null, "tag_last_pushed": null, "images": null},
            {"name": "not a tag"},
        ]});
        let sheet = read_list(body.to_string().as_bytes()).unwrap();
        assert_eq!(
            lines(&sheet, &["a"]),
            ["1.27 a 2026-01-02T03:04:05.678901Z", "old none never"]
        );
        assert!(sheet.next.unwrap().ends_with("page=2"));
        for strange in STRANGE.into_iter().chain(["{}"]) {
            assert!(read_list(strange.as_bytes()).is_err(), "{strange}");
        }
    }
}

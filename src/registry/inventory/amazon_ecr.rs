use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashSet;

use super::collect::{PageCollector, pagination_error};
use super::model::{TagMetadata, TagRecord};
use super::page::{MetadataPage, parse, past_epoch};
use crate::image::{Repository, Tag};
use crate::registry::auth::Auth;
use crate::registry::client::ClientInner;
use crate::registry::cloud::{AwsEcr, Cloud};
use crate::registry::error::ErrorKind;
use crate::registry::request_error::RequestError;

/// As many as Amazon allows.
const PAGE_SIZE: usize = 1000;
/// The most bytes of a token for the next page.
const LONGEST_TOKEN: usize = 16 << 10;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EcrBody {
    image_details: Vec<EcrImage>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
struct EcrImage {
    #[serde(rename = "imageDigest")]
    digest: Option<String>,
    #[serde(rename = "imageTags")]
    tags: Option<Vec<String>>,
    /// In seconds, with a fraction.
    #[serde(rename = "imagePushedAt")]
    pushed_at: Option<f64>,
    #[serde(rename = "imageStatus")]
    status: Option<String>,
}

/// Reads a page of `DescribeImages`; `next` is the token of the next one. What is archived cannot be
/// pulled, and is left out.
pub(super) fn read(body: &[u8]) -> Result<MetadataPage, String> {
    let body: EcrBody = parse(body)?;
    let mut sheet = MetadataPage::default();
    for image in &body.image_details {
        if !matches!(image.status.as_deref(), None | Some("ACTIVE")) {
            continue;
        }
        let pushed = image.pushed_at.and_then(time);
        for tag in image.tags.iter().flatten() {
            sheet.add(Some(tag), image.digest.as_deref(), pushed);
        }
    }
    sheet.next = body.next_token.filter(|token| !token.is_empty());
    Ok(sheet)
}

fn time(seconds: f64) -> Option<Timestamp> {
    let duration = SignedDuration::try_from_secs_f64(seconds).ok()?;
    past_epoch(Timestamp::from_duration(duration).ok()?)
}

impl ClientInner {
    /// Returns where the keys come from that requests for a repository are signed with.
    pub(super) fn ecr_of(&self, repository: &Repository) -> Option<&AwsEcr> {
        let scopes = &self.authenticator.scopes;
        match scopes.source(repository.registry(), repository.path())? {
            Auth::Cloud(Cloud::AwsEcr(ecr)) => {
                AwsEcr::describes(repository.registry()).then_some(ecr)
            }
            _ => None,
        }
    }

    /// Reads all pages of `DescribeImages`.
    pub(super) async fn collect_ecr(
        &self,
        repository: &Repository,
    ) -> Result<TagMetadata, RequestError> {
        let query = json!({"filter": {"tagStatus": "TAGGED"}, "maxResults": PAGE_SIZE});
        let reading = async {
            let mut collector = PageCollector::new(self.limits, &self.memory);
            let mut seen = HashSet::new();
            let mut query = query;
            loop {
                let (sheet, bytes) = self.describe(repository, &query).await?;
                let Some(next) = collector.add(bytes, sheet)? else {
                    return Ok(collector.finish());
                };
                collector.check()?;
                if next.len() > LONGEST_TOKEN || seen.len() >= self.limits.tag_pages {
                    return Err(pagination_error("its pages do not end".into()));
                }
                if !seen.insert(next.clone()) {
                    return Err(pagination_error("its pages lead in a circle".into()));
                }
                query["nextToken"] = next.into();
            }
        };
        self.in_list_time(reading).await
    }

    /// Asks for the image of one tag.
    pub(super) async fn ask_ecr_for(
        &self,
        repository: &Repository,
        tag: &Tag,
    ) -> Result<Option<TagRecord>, RequestError> {
        let query = json!({"imageIds": [{"imageTag": tag.as_str()}]});
        let (sheet, _) = self.describe(repository, &query).await?;
        let mut told = sheet.tags.into_iter();
        Ok(told.find(|(name, _)| name == tag).map(|(_, told)| told))
    }

    async fn describe(
        &self,
        repository: &Repository,
        query: &Value,
    ) -> Result<(MetadataPage, usize), RequestError> {
        if self.exchange.offline {
            return Err(ErrorKind::Offline.into());
        }
        let ecr = self.ecr_of(repository);
        let ecr = ecr.ok_or_else(|| RequestError::new(ErrorKind::Unsupported))?;
        let asked = ecr.describe_images(
            &self.exchange,
            repository,
            query.clone(),
            self.limits.tag_page_bytes,
        );
        let response = Box::pin(asked).await.map_err(|(status, reason)| {
            let kind = match status {
                Some(429 | 503) => ErrorKind::RateLimited {
                    wait: None,
                    quota: false,
                },
                _ => ErrorKind::Invalid { reason },
            };
            RequestError {
                status,
                ..RequestError::new(kind)
            }
        })?;
        let sheet = read(&response.body).map_err(RequestError::invalid)?;
        Ok((sheet, response.body.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::page::testing::{STRANGE, digest, lines};
    use super::*;

    #[test]
    fn images_that_can_be_pulled_are_told_by_tag() {
        let body = json!({"imageDetails": [
            {"registryId": "1", "repositoryName": "a/b", "imageDigest": digest("a"), "imageTags": ["1", "latest"],
             "imageSizeInBytes": 1, "imagePushedAt": 1_700_000_000.5, "imageManifestMediaType": "x",
             "imageStatus": "ACTIVE"},
            {"imageDigest": digest("b"), "imageTags": ["2"], "imagePushedAt": 1e300},
            {"imageDigest": digest("c"), "imageTags": ["3"], "imageStatus": "ARCHIVED"},
            {"imageDigest": digest("d"), "imageTags": null},
        ], "nextToken": "x=="});
        let sheet = read(body.to_string().as_bytes()).unwrap();
        assert_eq!(
            lines(&sheet, &["a", "b"]),
            [
                "1 a 2023-11-14T22:13:20.5Z",
                "latest a 2023-11-14T22:13:20.5Z",
                "2 b never"
            ]
        );
        assert_eq!(sheet.next.as_deref(), Some("x=="));
        for strange in STRANGE.into_iter().chain(["{}"]) {
            assert!(read(strange.as_bytes()).is_err(), "{strange}");
        }
    }
}

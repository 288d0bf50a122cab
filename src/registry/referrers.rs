use http::StatusCode;
use serde::Serialize;

use super::client::{Client, ClientInner, context};
use super::error::{ErrorKind, RegistryError};
use super::lists::names::unreadable;
use super::lists::paging::{Caps, ListItem, PagedList};
use super::lists::tags::pull_scope;
use super::refusal::{MissingKind, refusal};
use super::request_error::RequestError;
use super::target::Target;
use super::transport::request::HttpResponse;
use crate::image::{Descriptor, Digest, Document, Index, Repository, Tag, media_type};
use crate::observe::RequestKind;

const FILTERS_APPLIED: &str = "oci-filters-applied";

/// The referrers of a manifest: signatures, SBOMs, attestations and other artifacts whose subject it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Referrers {
    /// The manifests that refer to it, in the registry's order, without duplicates.
    ///
    /// A descriptor comes from the client that pushed the referrer, or from an earlier client: its type and
    /// its annotations may differ from those of the manifest.
    pub descriptors: Vec<Descriptor>,
    /// The source of the list.
    pub source: ReferrersSource,
}

/// The source of a list of referrers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ReferrersSource {
    /// The registry's referrers API.
    Api,
    /// The index under the fallback tag, which clients maintain if a registry has no referrers API.
    Tag,
    /// None: the registry has no referrers API, and there is no fallback tag. There may be no referrers, or
    /// unknown ones.
    Unsupported,
}

impl Client {
    /// Lists the referrers of a manifest or an index; with a type, only those of that type.
    ///
    /// Uses the referrers API of the OCI distribution spec 1.1. If the registry does not have it, reads the
    /// tag of its "Referrers Tag Schema". [`Referrers::source`] shows which of them was used, or that neither
    /// exists.
    ///
    /// # Errors
    ///
    /// [`RegistryError`] if the complete list cannot be read: a failed request never counts as an empty list.
    pub async fn referrers(
        &self,
        repository: &Repository,
        digest: &Digest,
        artifact_type: Option<&str>,
    ) -> Result<Referrers, RegistryError> {
        let kind = artifact_type.map(Into::into);
        let key = (repository.clone(), digest.clone(), kind);
        let target = Target::Digest(digest.clone());
        let list = async {
            let outcome = Box::pin(self.inner.list_referrers(repository, digest, artifact_type));
            outcome.await.map_err(|error| {
                self.inner.secrets.redact_error(
                    error,
                    &context("list the referrers of", repository, &target),
                )
            })
        };
        self.inner.referrers.get(key, list).await
    }
}

impl ClientInner {
    async fn list_referrers(
        &self,
        repository: &Repository,
        digest: &Digest,
        artifact_type: Option<&str>,
    ) -> Result<Referrers, RequestError> {
        let endpoint = self.origin(repository)?;
        let mut url = endpoint.url(&format!("referrers/{digest}"));
        if let Some(kind) = artifact_type {
            url.query_pairs_mut().append_pair("artifactType", kind);
        }
        let list = PagedList {
            kind: RequestKind::Referrers,
            host: &endpoint.host,
            path: &endpoint.path,
            scope: pull_scope(&endpoint.path),
            url: url.clone(),
            accept: media_type::OCI_INDEX,
            nouns: ["referrer", "referrers"],
            caps: Caps {
                page_bytes: self.limits.referrers_bytes,
                bytes: self.limits.referrers_bytes,
                pages: self.limits.tag_pages,
                items: self.limits.referrers,
            },
            refuse: |response| refusal(response, MissingKind::Manifest),
        };
        let first = self.page(&list, url).await?;
        if is_without_api(&first.response) {
            return self
                .tagged_referrers(repository, digest, artifact_type)
                .await;
        }
        let descriptors = self
            .all_pages(&list, first, |response| read_page(response, artifact_type))
            .await?;
        Ok(Referrers {
            descriptors,
            source: ReferrersSource::Api,
        })
    }

    /// Reads the index under the tag that takes the place of the API.
    async fn tagged_referrers(
        &self,
        repository: &Repository,
        digest: &Digest,
        artifact_type: Option<&str>,
    ) -> Result<Referrers, RequestError> {
        let unsupported = Referrers {
            descriptors: Vec::new(),
            source: ReferrersSource::Unsupported,
        };
        let Some(tag) = referrers_tag(digest) else {
            return Ok(unsupported);
        };
        let raw = match self.manifest_once(repository, &Target::Tag(tag)).await {
            Ok(raw) => raw,
            Err(error) => {
                return match error.kind {
                    ErrorKind::ManifestNotFound | ErrorKind::RepositoryNotFound => Ok(unsupported),
                    _ => Err(error),
                };
            }
        };
        // What is no index says nothing (OCI distribution spec 1.1, "Unavailable Referrers API").
        let Ok(Document::Index(index)) = raw.document() else {
            return Ok(unsupported);
        };
        let most = self.limits.referrers;
        if index.descriptors.len() > most {
            let reason = format!("it has more than {most} referrers");
            return Err(ErrorKind::Pagination { reason }.into());
        }
        Ok(Referrers {
            descriptors: of_type(index, artifact_type),
            source: ReferrersSource::Tag,
        })
    }
}

impl ListItem for Descriptor {
    type Key = Digest;

    fn key(&self) -> &Digest {
        &self.digest
    }

    fn name(&self) -> Option<String> {
        None
    }

    fn bytes(&self) -> usize {
        let annotations = self.annotations.iter();
        let texts: usize = annotations
            .map(|(key, value)| key.len() + value.len() + 96)
            .sum();
        size_of::<Self>() + texts
    }
}

/// Returns `true` if an answer means that the registry has no API for referrers: some say so with another
/// status than 404, some with a page of their own.
pub(super) fn is_without_api(response: &HttpResponse) -> bool {
    match response.status {
        StatusCode::OK => {
            let content_type = response.header("content-type").unwrap_or_default();
            media_type::essence(content_type) != media_type::OCI_INDEX
        }
        status => matches!(status.as_u16(), 400 | 404 | 405 | 406 | 501),
    }
}

fn read_page(
    response: &HttpResponse,
    artifact_type: Option<&str>,
) -> Result<Vec<Option<Descriptor>>, RequestError> {
    let document = Document::parse(&response.body, media_type::OCI_INDEX);
    let index = match document {
        Ok(Document::Index(index)) => index,
        Ok(Document::Manifest(_)) => {
            let reason = "its answer is not a list of referrers";
            return Err(unreadable(response, reason.into()));
        }
        Err(error) => {
            let reason = format!("its list of referrers cannot be read: {error}");
            return Err(unreadable(response, reason));
        }
    };
    let applied = response.header(FILTERS_APPLIED).unwrap_or_default();
    let is_filtered = applied.split(',').any(|name| name.trim() == "artifactType");
    let descriptors = of_type(index, artifact_type.filter(|_| !is_filtered));
    Ok(descriptors.into_iter().map(Some).collect())
}

/// Returns the descriptors of a type, or all.
fn of_type(index: Index, artifact_type: Option<&str>) -> Vec<Descriptor> {
    let mut descriptors = index.descriptors;
    if let Some(wanted) = artifact_type {
        descriptors.retain(|descriptor| descriptor.artifact_type.as_deref() == Some(wanted));
    }
    descriptors
}

/// Returns the tag that takes the place of the API (OCI distribution spec 1.1, "Referrers Tag Schema").
fn referrers_tag(digest: &Digest) -> Option<Tag> {
    let (algorithm, encoded) = digest.as_str().split_once(':')?;
    let route_for = |text: &str, length: usize| -> String {
        let fit = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
        let letters = text.chars().take(length);
        letters.map(|l| if fit(l) { l } else { '-' }).collect()
    };
    let tag = format!("{}-{}", route_for(algorithm, 32), route_for(encoded, 64));
    Tag::parse(&tag).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tag_is_cut_to_what_a_tag_may_be() {
        let tag = |text: String| referrers_tag(&Digest::parse(&text).unwrap()).unwrap();
        let hex = "0123456789abcdef".repeat(4);
        assert_eq!(
            tag(format!("sha256:{hex}")).as_str(),
            format!("sha256-{hex}")
        );
        let long = format!("sha512:{hex}{}", "f".repeat(64));
        assert_eq!(tag(long).as_str(), format!("sha512-{hex}"));
    }
}

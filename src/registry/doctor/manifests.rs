use std::fmt::Write;

use http::{Method, StatusCode};

use super::examination::{Examination, FailedStep, SeenAnswers};
use super::pages::TagsPage;
use super::quirk::{note, warning};
use super::{Area, Step};
use crate::image::{Descriptor, Digest, Document, Index, RawManifest, Tag, media_type};
use crate::registry::error::ErrorKind;
use crate::registry::inventory::counts_pulls;
use crate::registry::manifests::{header_digest, is_schema_1};
use crate::registry::mirror::Endpoint;
use crate::registry::refusal::{MissingKind, refusal};
use crate::registry::request_error::{RequestError, whole};
use crate::registry::target::Target;
use crate::registry::transport::endpoint::host_of;
use crate::registry::transport::request::HttpResponse;

const OPERATION: &str = "read a manifest of";

fn is_used_up(error: &RequestError) -> bool {
    matches!(error.kind, ErrorKind::RateLimited { quota: true, .. })
}

impl Examination<'_> {
    /// Looks at what one tag names: by HEAD, and by GET where that is free.
    pub(super) async fn manifests(
        &mut self,
        page: &TagsPage,
    ) -> Result<(Step, Option<SeenAnswers>), FailedStep> {
        let mut step = Step::new(Area::Manifests);
        let Some(tag) = usual(&page.tags) else {
            step.fact("tag", "there is none to look at");
            return Ok((step, None));
        };
        step.fact("tag", tag.as_str());
        match self.look(&mut step, &tag).await {
            Ok(seen) => Ok((step, Some(seen))),
            Err(error) => Err(self.failed(step, error, OPERATION)),
        }
    }

    async fn look(&self, step: &mut Step, tag: &Tag) -> Result<SeenAnswers, RequestError> {
        let target = Target::Tag(tag.clone());
        let endpoint = Endpoint::of(&self.host, self.repository);
        let mut answers = Vec::new();
        let head = self
            .inner
            .manifest_answer(Method::HEAD, &endpoint, &target)
            .await;
        let by_head = match head {
            Ok(response) => {
                let digest = judge_head(step, &response, &self.host.base);
                answers.push(response);
                digest
            }
            Err(error) if matches!(error.kind, ErrorKind::Denied { .. }) => {
                step.quirks.push(warning("head-refused", HEAD_REFUSED));
                None
            }
            Err(error) => return Err(error),
        };
        let unread = |digest, answers| SeenAnswers {
            tag: tag.clone(),
            digest,
            raw: None,
            answers,
        };
        if let Some(digest) = by_head.clone().filter(|_| counts_pulls(self.repository)) {
            step.fact("by GET", "not asked: each would count as a pull");
            return Ok(unread(digest, answers));
        }
        let got = self
            .inner
            .manifest_answer(Method::GET, &endpoint, &target)
            .await;
        let response = match (got, by_head.clone()) {
            (Ok(response), _) => response,
            (Err(error), Some(digest)) if is_used_up(&error) => {
                step.fact("by GET", "not asked: the pulls are used up");
                return Ok(unread(digest, answers));
            }
            (Err(error), _) => return Err(error),
        };
        let raw = self.judge_get(step, &response, by_head.as_ref())?;
        answers.push(response);
        Ok(SeenAnswers {
            tag: tag.clone(),
            digest: raw.digest.clone(),
            raw: Some(raw),
            answers,
        })
    }

    fn judge_get(
        &self,
        step: &mut Step,
        response: &HttpResponse,
        by_head: Option<&Digest>,
    ) -> Result<RawManifest, RequestError> {
        if response.status != StatusCode::OK {
            return Err(refusal(response, MissingKind::Manifest));
        }
        if response.is_html() {
            return Err(RequestError::invalid("it answered with a web page"));
        }
        let digest = Digest::sha256_of(&response.body);
        let header = header_digest(response);
        let announced = [header.clone(), by_head.cloned()];
        for announced in announced.into_iter().flatten() {
            let actual = announced.algorithm().digest(&response.body);
            if actual != announced && is_schema_1(response) {
                return Err(ErrorKind::Schema1.into());
            }
            if actual != announced {
                return Err(ErrorKind::DigestMismatch { announced, actual }.into());
            }
        }
        step.fact(
            "by GET",
            match (&header, by_head) {
                (Some(_), Some(_)) => "the same digest, by hash and by header",
                (None, Some(_)) => "the same digest, by hash; the header has none",
                (Some(_), None) => "a digest, by hash and by header",
                (None, None) => "a digest, by hash alone",
            },
        );
        if header.is_none() {
            step.quirks.push(note(
                "no-digest-on-get",
                "a GET does not tell the digest: it is computed from what came",
            ));
        }
        let raw = RawManifest {
            bytes: response.body.clone(),
            media_type: media_type::essence(response.header("content-type").unwrap_or_default()),
            digest,
        };
        let document = raw
            .document()
            .map_err(|error| RequestError::invalid(error.to_string()))?;
        step.fact(
            "content",
            match document {
                Document::Index(index) => what_is_in(&index),
                Document::Manifest(_) => "a single manifest".into(),
            },
        );
        let by_digest = (self.repository.clone(), raw.digest.clone().into());
        self.inner.manifests.note(by_digest, Ok(raw.clone()));
        Ok(raw)
    }
}

/// Says how much of each kind is in an index, as it describes its children.
fn what_is_in(index: &Index) -> String {
    let count = |is: fn(&Descriptor) -> bool| index.images().filter(|child| is(child)).count();
    let indexes = count(Descriptor::is_index);
    let artifacts = count(|child| child.artifact().is_some());
    let unsaid =
        count(|child| child.platform.is_none() && child.artifact().is_none() && !child.is_index());
    let mut text = format!("an index of {}", index.images().count());
    let kinds = [
        ("nested indexes", indexes),
        ("artifacts", artifacts),
        ("without a platform", unsaid),
    ];
    let kinds = kinds.into_iter().filter(|(_, count)| *count > 0);
    let kinds: Vec<String> = kinds
        .map(|(kind, count)| format!("{kind}: {count}"))
        .collect();
    if !kinds.is_empty() {
        let _ = write!(text, " ({})", kinds.join(", "));
    }
    let _ = write!(text, ", and {} attestations", index.attestations().count());
    text
}

const HEAD_REFUSED: &str = "it refuses HEAD, so that each tag is looked up by a GET, which is slower and may count as a pull";

/// Takes from a HEAD what it tells of the digest.
fn judge_head(step: &mut Step, response: &HttpResponse, base: &url::Url) -> Option<Digest> {
    if response.status == StatusCode::NOT_FOUND {
        step.quirks.push(warning(
            "listed-and-missing",
            "it lists a tag that it does not have, as a proxy or an unfinished clean-up leaves them",
        ));
        return None;
    }
    if response.status != StatusCode::OK {
        step.quirks.push(warning("head-refused", HEAD_REFUSED));
        return None;
    }
    if response.url.origin() != base.origin() {
        let host = host_of(&response.url);
        step.quirks.push(note(
            "content-elsewhere",
            format!("its manifests come from {host}; credentials do not go there"),
        ));
    }
    let media_type = response.header("content-type").unwrap_or_default();
    let digest = header_digest(response).filter(|_| !media_type.is_empty());
    let size = response.header("content-length").unwrap_or("?");
    if let Some(digest) = &digest {
        let size = whole(size);
        step.fact("by HEAD", format!("{digest}, {size} bytes"));
    } else {
        step.fact("by HEAD", "no digest");
        step.quirks.push(warning(
            "no-digest-on-head",
            "a HEAD does not tell the digest, so that each tag is looked up by a GET, which is slower and may count as a pull",
        ));
    }
    step.fact("type", whole(media_type));
    let etag = response.header("etag").map(|etag| etag.trim_matches('"'));
    step.fact(
        "etag",
        match (etag, &digest) {
            (None, _) => "none",
            (Some(etag), Some(digest)) if etag == digest.as_str() => "the digest",
            (Some(_), _) => "one of its own",
        },
    );
    digest
}

/// Returns the tag to look at: one that is looked at often, else the last one.
fn usual(tags: &[Tag]) -> Option<Tag> {
    let latest = Tag::latest();
    if tags.contains(&latest) {
        return Some(latest);
    }
    tags.last().cloned()
}

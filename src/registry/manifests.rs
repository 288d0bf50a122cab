use http::{Method, StatusCode};

use super::cache::told_media_type;
use super::client::ClientInner;
use super::error::ErrorKind;
use super::inventory::counts_pulls;
use super::mirror::{Endpoint, FailoverLog};
use super::refusal::{MissingKind, refusal};
use super::request_error::RequestError;
use super::target::Target;
use super::transport::request::{HttpRequest, HttpResponse};
use crate::image::{
    Algorithm, Digest, Document, DocumentError, RawManifest, Repository, media_type,
};
use crate::observe::RequestKind;

const CONTENT_DIGEST: &str = "docker-content-digest";

impl ClientInner {
    /// Asks for a manifest's digest by HEAD, and by GET where that does not tell.
    ///
    /// Mirrors that are believed about tags are asked first; whether a digest exists is for the registry
    /// itself to say.
    pub(super) async fn look_up(
        &self,
        repository: &Repository,
        target: &Target,
    ) -> Result<Digest, RequestError> {
        match self.head(repository, target).await? {
            Some(digest) => Ok(digest),
            None => self.digest_by_get(repository, target).await,
        }
    }

    /// Asks for a manifest's digest by HEAD; nothing if the registry itself does not tell it so.
    async fn head(
        &self,
        repository: &Repository,
        target: &Target,
    ) -> Result<Option<Digest>, RequestError> {
        let plan = self.plan(repository)?;
        if let Target::Digest(_) = target {
            return self.head_at(&plan.into_origin(), target).await;
        }
        let mut failover = FailoverLog::default();
        for endpoint in plan.for_tags() {
            let digest = match self.head_at(endpoint, target).await {
                Ok(None) if endpoint.is_mirror() => {
                    let manifest = self.fetch_manifest_at(endpoint, target).await;
                    manifest.map(|manifest| Some(manifest.digest))
                }
                other => other,
            };
            match digest {
                Ok(digest) => return Ok(digest),
                Err(error) => failover.over(self, endpoint, error)?,
            }
        }
        Err(failover.end())
    }

    async fn head_at(
        &self,
        endpoint: &Endpoint,
        target: &Target,
    ) -> Result<Option<Digest>, RequestError> {
        let response = match self.manifest_answer(Method::HEAD, endpoint, target).await {
            Ok(response) => response,
            // Some stores behind a registry refuse HEAD, and a GET may say why.
            Err(error)
                if matches!(error.kind, ErrorKind::Denied { .. }) && !endpoint.is_mirror() =>
            {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        if response.status == StatusCode::OK {
            return announced(&response, target);
        }
        // HEAD not known, or not in this way.
        if matches!(response.status.as_u16(), 400 | 405 | 406 | 415 | 501) {
            return Ok(None);
        }
        // A HEAD says nothing of what is missing, the repository or the tag.
        let is_missing = response.status == StatusCode::NOT_FOUND;
        if is_missing && !endpoint.is_mirror() && !counts_pulls(&endpoint.repository) {
            return Ok(None);
        }
        Err(refusal(&response, MissingKind::Manifest))
    }

    async fn digest_by_get(
        &self,
        repository: &Repository,
        target: &Target,
    ) -> Result<Digest, RequestError> {
        let manifest = self.manifest_once(repository, target).await?;
        Ok(manifest.digest)
    }

    /// Fetches a manifest, by digest from the cache if it is there.
    ///
    /// What the cache has is not noted as an answer: a HEAD asks whether the registry has it too.
    pub(super) async fn manifest(
        &self,
        repository: &Repository,
        target: &Target,
    ) -> Result<RawManifest, RequestError> {
        let known = self.manifests.peek(&(repository.clone(), target.clone()));
        if let (None, Target::Digest(digest)) = (&known, target)
            && let Some(kept) = self.kept.manifest(digest, self.limits.manifest_bytes).await
        {
            return Ok(kept);
        }
        self.manifest_once(repository, target).await
    }

    /// Fetches a manifest that the registry has and shows now: what the cache has of a digest is taken only if a
    /// HEAD finds it there.
    ///
    /// Without the network the cache is all there is.
    pub(super) async fn manifest_there(
        &self,
        repository: &Repository,
        target: &Target,
    ) -> Result<RawManifest, RequestError> {
        if let (Target::Digest(digest), false) = (target, self.exchange.offline)
            && let Some(kept) = self.kept.manifest(digest, self.limits.manifest_bytes).await
        {
            match self.look_up(repository, target).await {
                Ok(_) => return Ok(kept),
                // A mirror may have it where the registry cannot be asked.
                Err(_) if !self.plan(repository)?.mirrors().is_empty() => {}
                Err(error) => return Err(error),
            }
            return self.manifest_once(repository, target).await;
        }
        self.manifest(repository, target).await
    }

    /// Fetches a manifest, once a run for each tag and each digest.
    pub(super) async fn manifest_once(
        &self,
        repository: &Repository,
        target: &Target,
    ) -> Result<RawManifest, RequestError> {
        let key = |target| (repository.clone(), target);
        let fetch = async { self.fetch_manifest(repository, target).await };
        let manifest = self.manifests.get(key(target.clone()), fetch).await?;
        if let Target::Tag(_) = target {
            let by_digest = key(Target::Digest(manifest.digest.clone()));
            self.manifests.note(by_digest, Ok(manifest.clone()));
        }
        Ok(manifest)
    }

    async fn fetch_manifest(
        &self,
        repository: &Repository,
        target: &Target,
    ) -> Result<RawManifest, RequestError> {
        let plan = self.plan(repository)?;
        match target {
            Target::Digest(_) => self.fetch_from(plan.for_content(), target).await,
            Target::Tag(_) if plan.has_content_elsewhere() => {
                self.fetch_by_way_of_digest(repository, target).await
            }
            Target::Tag(_) => self.fetch_from(plan.for_tags(), target).await,
        }
    }

    /// Takes what a tag names from whoever is believed about it, and the bytes from wherever they are.
    async fn fetch_by_way_of_digest(
        &self,
        repository: &Repository,
        target: &Target,
    ) -> Result<RawManifest, RequestError> {
        let key = (repository.clone(), target.clone());
        let digest = if let Some(Ok(digest)) = self.digests.peek(&key) {
            digest
        } else if let Some(digest) = self.head(repository, target).await? {
            self.digests.note(key, Ok(digest.clone()));
            digest
        } else {
            let origin = self.origin(repository)?;
            return self.fetch_from([&origin].into_iter(), target).await;
        };
        let by_digest = Target::Digest(digest);
        Box::pin(self.manifest(repository, &by_digest)).await
    }

    async fn fetch_from<'s>(
        &self,
        endpoints: impl Iterator<Item = &'s Endpoint>,
        target: &Target,
    ) -> Result<RawManifest, RequestError> {
        let mut failover = FailoverLog::default();
        for endpoint in endpoints {
            match self.fetch_manifest_at(endpoint, target).await {
                Ok(manifest) => return Ok(manifest),
                Err(error) => failover.over(self, endpoint, error)?,
            }
        }
        Err(failover.end())
    }

    async fn fetch_manifest_at(
        &self,
        endpoint: &Endpoint,
        target: &Target,
    ) -> Result<RawManifest, RequestError> {
        let response = self.manifest_answer(Method::GET, endpoint, target).await?;
        if response.status != StatusCode::OK {
            return Err(refusal(&response, MissingKind::Manifest));
        }
        if response.is_html() {
            return Err(RequestError::invalid("it answered with a web page"));
        }
        let digest = match target {
            Target::Digest(digest) => digest.algorithm().digest(&response.body),
            Target::Tag(_) => Digest::sha256_of(&response.body),
        };
        let header = header_digest(&response);
        let requested = match target {
            Target::Digest(digest) => Some(digest.clone()),
            Target::Tag(_) => None,
        };
        for announced in [requested, header].into_iter().flatten() {
            let actual = announced.algorithm().digest(&response.body);
            if actual != announced && is_schema_1(&response) && !endpoint.is_mirror() {
                return Err(ErrorKind::Schema1.into());
            }
            if actual != announced {
                return Err(ErrorKind::DigestMismatch { announced, actual }.into());
            }
        }
        let media_type = if endpoint.is_mirror() {
            // The digest does not cover what a mirror says of the bytes.
            told_media_type(&response.body)
                .ok_or_else(|| RequestError::invalid("its bytes do not tell their media type"))?
        } else {
            media_type::essence(response.header("content-type").unwrap_or_default())
        };
        let manifest = RawManifest {
            bytes: response.body,
            media_type,
            digest,
        };
        self.kept.keep_manifest(&manifest).await;
        Ok(manifest)
    }

    /// Asks for a manifest, whatever the answer.
    pub(super) async fn manifest_answer(
        &self,
        method: Method,
        endpoint: &Endpoint,
        target: &Target,
    ) -> Result<HttpResponse, RequestError> {
        let url = endpoint.url(&format!("manifests/{}", target.as_str()));
        let kind = if method == Method::HEAD {
            RequestKind::ManifestHead
        } else {
            RequestKind::ManifestGet
        };
        let mut request =
            HttpRequest::get(kind, url, &endpoint.host.name, self.limits.manifest_bytes);
        request.is_pull = method == Method::GET;
        request.method = method;
        request.accept = Some(media_type::ACCEPT);
        request.verbatim = true;
        request.optional = endpoint.is_mirror();
        Box::pin(self.send_authorized(&endpoint.host, &endpoint.path, request)).await
    }
}

/// Says whether an answer is a manifest of schema 1: its digest is of what its signatures sign, not of its bytes.
pub(super) fn is_schema_1(response: &HttpResponse) -> bool {
    let media_type = media_type::essence(response.header("content-type").unwrap_or_default());
    Document::parse(&response.body, &media_type) == Err(DocumentError::Schema1)
}

/// Returns the digest that an answer's header names.
pub(super) fn header_digest(response: &HttpResponse) -> Option<Digest> {
    Digest::parse(response.header(CONTENT_DIGEST)?.trim()).ok()
}

/// Returns the digest that a HEAD announces; none if it leaves something out that a manifest has.
///
/// Another algorithm than SHA-256 counts as none: a GET of the same tag would give SHA-256, and a
/// lock must not depend on the way the digest was asked for.
fn announced(response: &HttpResponse, target: &Target) -> Result<Option<Digest>, RequestError> {
    let content_type = response.header("content-type").unwrap_or_default();
    if content_type.is_empty() || content_type.starts_with("text/html") {
        return Ok(None);
    }
    let Some(digest) = header_digest(response) else {
        return Ok(None);
    };
    match target {
        Target::Tag(_) => Ok(Some(digest).filter(|digest| digest.algorithm() == Algorithm::Sha256)),
        Target::Digest(requested) if requested.algorithm() != digest.algorithm() => Ok(None),
        Target::Digest(requested) if *requested == digest => Ok(Some(digest)),
        Target::Digest(requested) => Err(ErrorKind::DigestMismatch {
            announced: requested.clone(),
            actual: digest,
        }
        .into()),
    }
}

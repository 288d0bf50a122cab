use http::{Method, StatusCode};

use super::call::{Answer, Call};
use super::client::Shared;
use super::error::ErrorKind;
use super::inventory::counts_pulls;
use super::refusal::{Missing, refusal};
use super::target::Target;
use super::trouble::Trouble;
use crate::image::{Algorithm, Digest, RawManifest, Repository, media_type};

const CONTENT_DIGEST: &str = "docker-content-digest";

impl Shared {
    /// Asks for a manifest's digest by HEAD, and by GET where that does not tell.
    pub(super) async fn look_up(
        &self,
        repository: &Repository,
        target: &Target,
    ) -> Result<Digest, Trouble> {
        let answer = match self.manifest_answer(Method::HEAD, repository, target).await {
            Ok(answer) => answer,
            // Some stores behind a registry refuse HEAD, and a GET may say why.
            Err(trouble) if matches!(trouble.kind, ErrorKind::Denied { .. }) => {
                return self.digest_by_get(repository, target).await;
            }
            Err(trouble) => return Err(trouble),
        };
        if answer.status == StatusCode::OK {
            return match announced(&answer, target)? {
                Some(digest) => Ok(digest),
                None => self.digest_by_get(repository, target).await,
            };
        }
        // HEAD not known, or not in this way.
        if matches!(answer.status.as_u16(), 400 | 405 | 406 | 415 | 501) {
            return self.digest_by_get(repository, target).await;
        }
        // A HEAD says nothing of what is missing, the repository or the tag.
        if answer.status == StatusCode::NOT_FOUND && !counts_pulls(repository) {
            return self.digest_by_get(repository, target).await;
        }
        Err(refusal(&answer, Missing::Manifest))
    }

    async fn digest_by_get(
        &self,
        repository: &Repository,
        target: &Target,
    ) -> Result<Digest, Trouble> {
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
    ) -> Result<RawManifest, Trouble> {
        let known = self.manifests.peek(&(repository.clone(), target.clone()));
        if let (None, Target::Digest(digest)) = (&known, target)
            && let Some(kept) = self.kept.manifest(digest, self.limits.manifest_bytes).await
        {
            return Ok(kept);
        }
        self.manifest_once(repository, target).await
    }

    /// Fetches a manifest, once a run for each tag and each digest.
    pub(super) async fn manifest_once(
        &self,
        repository: &Repository,
        target: &Target,
    ) -> Result<RawManifest, Trouble> {
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
    ) -> Result<RawManifest, Trouble> {
        let answer = self
            .manifest_answer(Method::GET, repository, target)
            .await?;
        if answer.status != StatusCode::OK {
            return Err(refusal(&answer, Missing::Manifest));
        }
        if answer.is_html() {
            return Err(Trouble::invalid("it answered with a web page"));
        }
        let digest = match target {
            Target::Digest(digest) => digest.algorithm().digest(&answer.body),
            Target::Tag(_) => Digest::sha256_of(&answer.body),
        };
        let header = header_digest(&answer);
        let requested = match target {
            Target::Digest(digest) => Some(digest.clone()),
            Target::Tag(_) => None,
        };
        for announced in [requested, header].into_iter().flatten() {
            let actual = announced.algorithm().digest(&answer.body);
            if actual != announced {
                return Err(ErrorKind::DigestMismatch { announced, actual }.into());
            }
        }
        let media_type = media_type::essence(answer.header("content-type").unwrap_or_default());
        let manifest = RawManifest {
            bytes: answer.body,
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
        repository: &Repository,
        target: &Target,
    ) -> Result<Answer, Trouble> {
        let host = self.hosts.of(repository.registry(), &self.exchange.gates)?;
        let url = host.url(repository, &format!("manifests/{}", target.as_str()));
        let mut call = Call::get(url, &host.name, self.limits.manifest_bytes);
        call.method = method;
        call.accept = Some(media_type::ACCEPT);
        call.verbatim = true;
        Box::pin(self.ask(&host, repository.path(), call)).await
    }
}

/// Returns the digest that an answer's header names.
pub(super) fn header_digest(answer: &Answer) -> Option<Digest> {
    Digest::parse(answer.header(CONTENT_DIGEST)?.trim()).ok()
}

/// Returns the digest that a HEAD announces; none if it leaves something out that a manifest has.
///
/// Another algorithm than SHA-256 counts as none: a GET of the same tag would give SHA-256, and a
/// lock must not depend on the way the digest was asked for.
fn announced(answer: &Answer, target: &Target) -> Result<Option<Digest>, Trouble> {
    let content_type = answer.header("content-type").unwrap_or_default();
    if content_type.is_empty() || content_type.starts_with("text/html") {
        return Ok(None);
    }
    let Some(digest) = header_digest(answer) else {
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

use http::{Method, StatusCode};

use super::cache::told_media_type;
use super::client::Shared;
use super::error::ErrorKind;
use super::inventory::counts_pulls;
use super::mirror::{Passed, Site};
use super::refusal::{Missing, refusal};
use super::target::Target;
use super::transport::call::{Answer, Call};
use super::trouble::Trouble;
use crate::image::{
    Algorithm, Digest, Document, DocumentError, RawManifest, Repository, media_type,
};
use crate::observe::RequestKind;

const CONTENT_DIGEST: &str = "docker-content-digest";

impl Shared {
    /// Asks for a manifest's digest by HEAD, and by GET where that does not tell.
    ///
    /// Mirrors that are believed about tags are asked first; whether a digest exists is for the registry
    /// itself to say.
    pub(super) async fn look_up(
        &self,
        repository: &Repository,
        target: &Target,
    ) -> Result<Digest, Trouble> {
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
    ) -> Result<Option<Digest>, Trouble> {
        let plan = self.plan(repository)?;
        if let Target::Digest(_) = target {
            return self.head_at(&plan.into_origin(), target).await;
        }
        let mut passed = Passed::default();
        for site in plan.for_tags() {
            let digest = match self.head_at(site, target).await {
                Ok(None) if site.is_mirror() => {
                    let manifest = self.fetch_manifest_at(site, target).await;
                    manifest.map(|manifest| Some(manifest.digest))
                }
                other => other,
            };
            match digest {
                Ok(digest) => return Ok(digest),
                Err(trouble) => passed.over(self, site, trouble)?,
            }
        }
        Err(passed.end())
    }

    async fn head_at(&self, site: &Site, target: &Target) -> Result<Option<Digest>, Trouble> {
        let answer = match self.manifest_answer(Method::HEAD, site, target).await {
            Ok(answer) => answer,
            // Some stores behind a registry refuse HEAD, and a GET may say why.
            Err(trouble)
                if matches!(trouble.kind, ErrorKind::Denied { .. }) && !site.is_mirror() =>
            {
                return Ok(None);
            }
            Err(trouble) => return Err(trouble),
        };
        if answer.status == StatusCode::OK {
            return announced(&answer, target);
        }
        // HEAD not known, or not in this way.
        if matches!(answer.status.as_u16(), 400 | 405 | 406 | 415 | 501) {
            return Ok(None);
        }
        // A HEAD says nothing of what is missing, the repository or the tag.
        let is_missing = answer.status == StatusCode::NOT_FOUND;
        if is_missing && !site.is_mirror() && !counts_pulls(&site.repository) {
            return Ok(None);
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

    /// Fetches a manifest that the registry has and shows now: what the cache has of a digest is taken only if a
    /// HEAD finds it there.
    ///
    /// Without the network the cache is all there is.
    pub(super) async fn manifest_there(
        &self,
        repository: &Repository,
        target: &Target,
    ) -> Result<RawManifest, Trouble> {
        if let (Target::Digest(digest), false) = (target, self.exchange.offline)
            && let Some(kept) = self.kept.manifest(digest, self.limits.manifest_bytes).await
        {
            match self.look_up(repository, target).await {
                Ok(_) => return Ok(kept),
                // A mirror may have it where the registry cannot be asked.
                Err(_) if !self.plan(repository)?.mirrors().is_empty() => {}
                Err(trouble) => return Err(trouble),
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
    ) -> Result<RawManifest, Trouble> {
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
        sites: impl Iterator<Item = &'s Site>,
        target: &Target,
    ) -> Result<RawManifest, Trouble> {
        let mut passed = Passed::default();
        for site in sites {
            match self.fetch_manifest_at(site, target).await {
                Ok(manifest) => return Ok(manifest),
                Err(trouble) => passed.over(self, site, trouble)?,
            }
        }
        Err(passed.end())
    }

    async fn fetch_manifest_at(
        &self,
        site: &Site,
        target: &Target,
    ) -> Result<RawManifest, Trouble> {
        let answer = self.manifest_answer(Method::GET, site, target).await?;
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
            if actual != announced && is_schema_1(&answer) && !site.is_mirror() {
                return Err(ErrorKind::Schema1.into());
            }
            if actual != announced {
                return Err(ErrorKind::DigestMismatch { announced, actual }.into());
            }
        }
        let media_type = if site.is_mirror() {
            // The digest does not cover what a mirror says of the bytes.
            told_media_type(&answer.body)
                .ok_or_else(|| Trouble::invalid("its bytes do not tell their media type"))?
        } else {
            media_type::essence(answer.header("content-type").unwrap_or_default())
        };
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
        site: &Site,
        target: &Target,
    ) -> Result<Answer, Trouble> {
        let url = site.url(&format!("manifests/{}", target.as_str()));
        let kind = if method == Method::HEAD {
            RequestKind::ManifestHead
        } else {
            RequestKind::ManifestGet
        };
        let mut call = Call::get(kind, url, &site.host.name, self.limits.manifest_bytes);
        call.is_pull = method == Method::GET;
        call.method = method;
        call.accept = Some(media_type::ACCEPT);
        call.verbatim = true;
        call.optional = site.is_mirror();
        Box::pin(self.ask(&site.host, &site.path, call)).await
    }
}

/// Says whether an answer is a manifest of schema 1: its digest is of what its signatures sign, not of its bytes.
pub(super) fn is_schema_1(answer: &Answer) -> bool {
    let media_type = media_type::essence(answer.header("content-type").unwrap_or_default());
    Document::parse(&answer.body, &media_type) == Err(DocumentError::Schema1)
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

use bytes::Bytes;
use http::StatusCode;

use super::client::Shared;
use super::error::ErrorKind;
use super::memory::FREE_DOCUMENT;
use super::mirror::{Passed, Site};
use super::refusal::{Missing, refusal};
use super::transport::call::Call;
use super::trouble::Trouble;
use crate::image::{Descriptor, Repository};
use crate::observe::RequestKind;

impl Shared {
    /// Reads a blob from the cache or the registry, checked against its descriptor's size and digest.
    pub(super) async fn blob(
        &self,
        repository: &Repository,
        descriptor: &Descriptor,
    ) -> Result<Bytes, Trouble> {
        let limit = self.limits.blob_bytes;
        let size = usize::try_from(descriptor.size).unwrap_or(usize::MAX);
        if size > limit {
            return Err(ErrorKind::TooLarge { limit }.into());
        }
        let kept = self.kept.bytes(&descriptor.digest, limit).await;
        if let Some(bytes) = kept.filter(|bytes| bytes.len() == size) {
            let mut memory = self.memory.reserve(FREE_DOCUMENT);
            memory.grow_by(size)?;
            memory.keep();
            return Ok(bytes);
        }
        let bytes = self.fetch_blob(repository, descriptor, size).await?;
        self.kept.keep(&descriptor.digest, &bytes).await;
        Ok(bytes)
    }

    async fn fetch_blob(
        &self,
        repository: &Repository,
        descriptor: &Descriptor,
        size: usize,
    ) -> Result<Bytes, Trouble> {
        let plan = self.plan(repository)?;
        let mut passed = Passed::default();
        for site in plan.for_content() {
            match self.fetch_blob_at(site, descriptor, size).await {
                Ok(bytes) => return Ok(bytes),
                Err(trouble) => passed.over(self, site, trouble)?,
            }
        }
        Err(passed.end())
    }

    async fn fetch_blob_at(
        &self,
        site: &Site,
        descriptor: &Descriptor,
        length: usize,
    ) -> Result<Bytes, Trouble> {
        let url = site.url(&format!("blobs/{}", descriptor.digest));
        let mut call = Call::get(
            RequestKind::Blob,
            url,
            &site.host.name,
            self.limits.blob_bytes,
        );
        call.verbatim = true;
        call.optional = site.is_mirror();
        let answer = Box::pin(self.ask(&site.host, &site.path, call)).await?;
        if answer.status != StatusCode::OK {
            return Err(refusal(&answer, Missing::Manifest));
        }
        let actual = descriptor.digest.algorithm().digest(&answer.body);
        if actual != descriptor.digest {
            let announced = descriptor.digest.clone();
            return Err(ErrorKind::DigestMismatch { announced, actual }.into());
        }
        if answer.body.len() != length {
            let sent = answer.body.len();
            let reason = format!("the blob has {sent} bytes, and its descriptor says {length}");
            return Err(Trouble::invalid(reason));
        }
        Ok(answer.body)
    }
}

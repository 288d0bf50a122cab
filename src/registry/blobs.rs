use bytes::Bytes;
use http::StatusCode;

use super::client::ClientInner;
use super::error::ErrorKind;
use super::memory::FREE_DOCUMENT;
use super::mirror::{Endpoint, FailoverLog};
use super::refusal::{MissingKind, refusal};
use super::request_error::RequestError;
use super::transport::request::HttpRequest;
use crate::image::{Descriptor, Repository};
use crate::observe::RequestKind;

impl ClientInner {
    /// Reads a blob from the cache or the registry, checked against its descriptor's size and digest.
    pub(super) async fn blob(
        &self,
        repository: &Repository,
        descriptor: &Descriptor,
    ) -> Result<Bytes, RequestError> {
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
    ) -> Result<Bytes, RequestError> {
        let plan = self.plan(repository)?;
        let mut failover = FailoverLog::default();
        for endpoint in plan.for_content() {
            match self.fetch_blob_at(endpoint, descriptor, size).await {
                Ok(bytes) => return Ok(bytes),
                Err(error) => failover.over(self, endpoint, error)?,
            }
        }
        Err(failover.end())
    }

    async fn fetch_blob_at(
        &self,
        endpoint: &Endpoint,
        descriptor: &Descriptor,
        length: usize,
    ) -> Result<Bytes, RequestError> {
        let url = endpoint.url(&format!("blobs/{}", descriptor.digest));
        let mut request = HttpRequest::get(
            RequestKind::Blob,
            url,
            &endpoint.host.name,
            self.limits.blob_bytes,
        );
        request.verbatim = true;
        request.optional = endpoint.is_mirror();
        let response =
            Box::pin(self.send_authorized(&endpoint.host, &endpoint.path, request)).await?;
        if response.status != StatusCode::OK {
            return Err(refusal(&response, MissingKind::Manifest));
        }
        let actual = descriptor.digest.algorithm().digest(&response.body);
        if actual != descriptor.digest {
            let announced = descriptor.digest.clone();
            return Err(ErrorKind::DigestMismatch { announced, actual }.into());
        }
        if response.body.len() != length {
            let sent = response.body.len();
            let reason = format!("the blob has {sent} bytes, and its descriptor says {length}");
            return Err(RequestError::invalid(reason));
        }
        Ok(response.body)
    }
}

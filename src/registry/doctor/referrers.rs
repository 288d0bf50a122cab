use http::StatusCode;

use super::examination::{Examination, SeenAnswers};
use super::quirk::{note, warning};
use super::{Area, Step};
use crate::image::{Document, media_type};
use crate::observe::RequestKind;
use crate::registry::mirror::Endpoint;
use crate::registry::referrers::is_without_api;
use crate::registry::transport::request::HttpRequest;

impl Examination<'_> {
    /// Asks what refers to the manifest (OCI distribution spec 1.1, end-12a).
    pub(super) async fn referrers(&self, seen: &SeenAnswers) -> Step {
        let mut step = Step::new(Area::Referrers);
        let endpoint = Endpoint::of(&self.host, self.repository);
        let url = endpoint.url(&format!("referrers/{}", seen.digest));
        let mut request = HttpRequest::get(
            RequestKind::Referrers,
            url,
            &self.host.name,
            self.inner.limits.referrers_bytes,
        );
        request.accept = Some(media_type::OCI_INDEX);
        let response = self
            .inner
            .send_authorized(&self.host, self.repository.path(), request)
            .await;
        let unknown = |reason: String| {
            let says = format!("it does not tell what refers to an image: {reason}");
            warning("referrers-refused", says)
        };
        match response {
            Ok(response) if is_without_api(&response) => {
                let status = response.status.as_u16();
                step.fact("api", format!("none, it answers {status}"));
                step.quirks.push(note(
                    "no-referrers-api",
                    "it has no API for what refers to an image: signatures and SBOMs are found by a tag, if whoever pushed them keeps one",
                ));
            }
            Ok(response) if response.status == StatusCode::OK => {
                match Document::parse(&response.body, media_type::OCI_INDEX) {
                    Ok(Document::Index(index)) => {
                        let count = index.descriptors.len();
                        step.fact("api", format!("it has one, and lists {count} for the tag"));
                    }
                    _ => step.quirks.push(unknown("its answer is no index".into())),
                }
            }
            Ok(response) => {
                let status = response.status.as_u16();
                step.quirks.push(unknown(format!("it answers {status}")));
            }
            Err(error) => {
                let status = error.status.map(|status| format!("it answers {status}"));
                let reason = status.unwrap_or_else(|| "the request failed".into());
                step.quirks.push(unknown(reason));
            }
        }
        step
    }
}

use http::StatusCode;

use super::examination::{Examination, Seen};
use super::quirk::{note, warning};
use super::{Area, Step};
use crate::image::{Document, media_type};
use crate::observe::RequestKind;
use crate::registry::mirror::Site;
use crate::registry::referrers::is_without_api;
use crate::registry::transport::call::Call;

impl Examination<'_> {
    /// Asks what refers to the manifest (OCI distribution spec 1.1, end-12a).
    pub(super) async fn referrers(&self, seen: &Seen) -> Step {
        let mut step = Step::new(Area::Referrers);
        let site = Site::of(&self.host, self.repository);
        let url = site.url(&format!("referrers/{}", seen.digest));
        let mut call = Call::get(
            RequestKind::Referrers,
            url,
            &self.host.name,
            self.shared.limits.referrers_bytes,
        );
        call.accept = Some(media_type::OCI_INDEX);
        let answer = self
            .shared
            .ask(&self.host, self.repository.path(), call)
            .await;
        let unknown = |reason: String| {
            let says = format!("it does not tell what refers to an image: {reason}");
            warning("referrers-refused", says)
        };
        match answer {
            Ok(answer) if is_without_api(&answer) => {
                let status = answer.status.as_u16();
                step.fact("api", format!("none, it answers {status}"));
                step.quirks.push(note(
                    "no-referrers-api",
                    "it has no API for what refers to an image: signatures and SBOMs are found by a tag, if whoever pushed them keeps one",
                ));
            }
            Ok(answer) if answer.status == StatusCode::OK => {
                match Document::parse(&answer.body, media_type::OCI_INDEX) {
                    Ok(Document::Index(index)) => {
                        let count = index.descriptors.len();
                        step.fact("api", format!("it has one, and lists {count} for the tag"));
                    }
                    _ => step.quirks.push(unknown("its answer is no index".into())),
                }
            }
            Ok(answer) => {
                let status = answer.status.as_u16();
                step.quirks.push(unknown(format!("it answers {status}")));
            }
            Err(trouble) => {
                let status = trouble.status.map(|status| format!("it answers {status}"));
                let reason = status.unwrap_or_else(|| "the request failed".into());
                step.quirks.push(unknown(reason));
            }
        }
        step
    }
}

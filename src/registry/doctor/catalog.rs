use http::StatusCode;

use super::Area;
use super::Step;
use super::examination::Examination;
use super::quirk::note;
use crate::observe::RequestKind;
use crate::registry::error::ErrorKind;
use crate::registry::lists::catalog::{SCOPE, refuse};
use crate::registry::transport::request::HttpRequest;

impl Examination<'_> {
    /// Asks for one repository, to see whether they are listed.
    pub(super) async fn catalog(&self) -> Step {
        let mut step = Step::new(Area::Catalog);
        let mut url = self.host.api("_catalog");
        url.query_pairs_mut().append_pair("n", "1");
        let request = HttpRequest::get(
            RequestKind::Catalog,
            url,
            &self.host.name,
            self.inner.limits.tag_page_bytes,
        );
        let ask = self
            .inner
            .send_authorized_for(&self.host, "", SCOPE.into(), request);
        let kind = match Box::pin(ask).await {
            Ok(response) if response.status == StatusCode::OK && !response.is_html() => {
                step.fact("repositories", "are listed");
                return step;
            }
            Ok(response) => refuse(&response).kind,
            Err(error) => error.kind,
        };
        let says = match kind {
            ErrorKind::Denied { .. } | ErrorKind::ForeignRealm { .. } => {
                "are listed to others alone"
            }
            ErrorKind::Unsupported => "are not listed",
            _ => "could not be asked for",
        };
        step.fact("repositories", says);
        step.quirks.push(note(
            "no-catalog",
            format!("its repositories {says}, as with most public registries: `catalog` does not work here"),
        ));
        step
    }
}

use bytes::Bytes;
use http::StatusCode;
use http::request::Parts;
use url::form_urlencoded;

use super::interface::Interface;
use super::{amazon_ecr, azure_acr, docker_hub, gitlab, harbor, quay, zot};
use crate::embedded::answer::Answer;
use crate::embedded::operation::ApiRoute;
use crate::embedded::script::Script;
use crate::embedded::store::Store;

/// A request to an interface.
pub(in crate::embedded) struct Ask<'a> {
    pub(in crate::embedded) store: &'a Store,
    pub(in crate::embedded) parts: &'a Parts,
    pub(in crate::embedded) route: &'a ApiRoute,
    pub(in crate::embedded) script: &'a Script,
    pub(in crate::embedded) address: &'a str,
    pub(in crate::embedded) body: &'a Bytes,
}

impl Ask<'_> {
    /// Returns a field of the query.
    pub(super) fn field(&self, name: &str) -> Option<String> {
        let query = self.parts.uri.query().unwrap_or_default();
        let mut fields = form_urlencoded::parse(query.as_bytes());
        let found = fields.find(|(key, _)| key == name)?;
        Some(found.1.into_owned())
    }

    pub(super) fn number(&self, name: &str) -> Option<usize> {
        self.field(name)?.parse().ok()
    }

    /// Returns how many tags go on a page: as many as are asked for, up to what the interface and the
    /// behaviours allow.
    pub(super) fn size(&self, asked: Option<usize>, usual: usize, most: usize) -> usize {
        let allowed = self.script.paging().most.unwrap_or(usize::MAX);
        asked.unwrap_or(usual).min(most).min(allowed)
    }
}

/// Answers in the shape of an interface.
pub(in crate::embedded) fn answer(interface: Interface, ask: &Ask<'_>) -> Answer {
    match interface {
        Interface::AmazonEcr => amazon_ecr::answer(ask),
        Interface::AzureAcr => azure_acr::answer(ask),
        Interface::DockerHub => docker_hub::answer(ask),
        Interface::Gitlab => gitlab::answer(ask),
        Interface::Harbor => harbor::answer(ask),
        Interface::Quay => quay::answer(ask),
        Interface::Zot => zot::answer(ask),
    }
}

/// Answers that there is nothing.
pub(super) fn not_found() -> Answer {
    Answer::error(StatusCode::NOT_FOUND, "NAME_UNKNOWN", "not found")
}

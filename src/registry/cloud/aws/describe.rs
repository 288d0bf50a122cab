use serde_json::Value;

use super::ecr::{JSON, to};
use super::endpoint::{EndpointPlace, Service};
use super::keys::Keys;
use super::sign::sign;
use crate::observe::RequestKind;
use crate::registry::auth::Secret;
use crate::registry::cloud::environment::CloudEnvironment;
use crate::registry::cloud::wire::{ask, post};
use crate::registry::transport::exchange::Exchange;
use crate::registry::transport::request::HttpResponse;

/// Which images of a repository are asked for.
pub(super) struct Images<'i> {
    /// The account whose registry it is.
    pub(super) account: &'i str,
    pub(super) repository: &'i str,
    /// What else the request says.
    pub(super) query: Value,
    /// The most bytes of the answer.
    pub(super) most_bytes: usize,
}

/// Asks for images with their tags and times (ECR API, `DescribeImages`).
///
/// The error has the status, if there was an answer, and why.
pub(super) async fn describe(
    exchange: &Exchange,
    environment: &CloudEnvironment,
    place: &EndpointPlace,
    keys: &Keys,
    images: Images<'_>,
) -> Result<HttpResponse, (Option<u16>, String)> {
    let unasked = |reason| (None, reason);
    let url = Service::Ecr.url(place, environment).map_err(unasked)?;
    let mut body = images.query;
    body["registryId"] = images.account.into();
    body["repositoryName"] = images.repository.into();
    let mut request = post(url, JSON, Secret::new(body.to_string()));
    request.kind = RequestKind::TagMetadata;
    request.limit = images.most_bytes;
    request.optional = true;
    request
        .headers
        .push(to("AmazonEC2ContainerRegistry_V20150921.DescribeImages"));
    let service = Service::Ecr.signing_name();
    sign(
        &mut request,
        service,
        &place.region,
        keys,
        environment.now(),
    )
    .map_err(unasked)?;
    let response = ask(exchange, &request, &keys.secrets()).await;
    response.map_err(|refusal| (refusal.status, refusal.reason))
}

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use http::header::HeaderName;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::endpoint::{EndpointPlace, Service};
use super::keys::Keys;
use super::sign::sign;
use crate::registry::auth::Secret;
use crate::registry::cloud::environment::CloudEnvironment;
use crate::registry::cloud::wire::{ask, post, read};
use crate::registry::transport::endpoint::host_of;
use crate::registry::transport::exchange::Exchange;

/// The type of what ECR's interface is sent.
pub(super) const JSON: &str = "application/x-amz-json-1.1";

/// Names what of ECR's interface is meant.
pub(super) fn to(target: &'static str) -> (HeaderName, HeaderValue) {
    let name = HeaderName::from_static("x-amz-target");
    (name, HeaderValue::from_static(target))
}

/// A user and a password for a registry.
pub(super) struct EcrLogin {
    pub(super) username: String,
    pub(super) password: Secret,
    pub(super) expires: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PrivateToken {
    authorization_data: Vec<AuthorizationData>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Public {
    authorization_data: AuthorizationData,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AuthorizationData {
    authorization_token: Secret,
    /// In seconds, with a fraction.
    expires_at: Option<f64>,
}

/// Asks for the login of all registries of a region, or of the public one (`GetAuthorizationToken`).
pub(super) async fn log_in(
    exchange: &Exchange,
    environment: &CloudEnvironment,
    service: Service,
    place: &EndpointPlace,
    keys: &Keys,
) -> Result<EcrLogin, String> {
    let url = service.url(place, environment)?;
    let target = if service == Service::EcrPublic {
        "SpencerFrontendService.GetAuthorizationToken"
    } else {
        "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken"
    };
    let mut request = post(url, JSON, Secret::new("{}"));
    request.headers.push(to(target));
    let region = &place.region;
    sign(
        &mut request,
        service.signing_name(),
        region,
        keys,
        environment.now(),
    )?;
    let response = ask(exchange, &request, &keys.secrets()).await?;
    let what = "an authorization token of Amazon ECR";
    let data = if service == Service::EcrPublic {
        read::<Public>(&response, what)?.authorization_data
    } else {
        let body: PrivateToken = read(&response, what)?;
        let first = body.authorization_data.into_iter().next();
        first.ok_or_else(|| format!("the answer of {} is not {what}", host_of(&response.url)))?
    };
    let other = || {
        format!(
            "the token of {} is not a user and a password",
            request.label
        )
    };
    let decoded = STANDARD.decode(data.authorization_token.reveal());
    let bytes = Zeroizing::new(decoded.map_err(|_| other())?);
    let text = str::from_utf8(&bytes).map_err(|_| other())?;
    let (username, password) = text.split_once(':').ok_or_else(other)?;
    Ok(EcrLogin {
        username: username.into(),
        password: Secret::new(password),
        expires: data.expires_at.and_then(time),
    })
}

fn time(seconds: f64) -> Option<Timestamp> {
    let duration = SignedDuration::try_from_secs_f64(seconds).ok()?;
    Timestamp::from_duration(duration).ok()
}

use jiff::Timestamp;

use super::endpoint::{EndpointPlace, Service};
use super::keys::Keys;
use super::sign::sign;
use super::source::AssumedRole;
use crate::registry::auth::Secret;
use crate::registry::cloud::environment::CloudEnvironment;
use crate::registry::cloud::wire::{ask, post_form};
use crate::registry::cloud::words::element;
use crate::registry::transport::endpoint::host_of;
use crate::registry::transport::exchange::Exchange;
use crate::registry::transport::request::HttpRequest;

const VERSION: (&str, &str) = ("Version", "2011-06-15");

/// Takes a role on with the token of another identity provider, unsigned (`AssumeRoleWithWebIdentity`).
pub(super) async fn assume_with_token(
    exchange: &Exchange,
    environment: &CloudEnvironment,
    region: &str,
    role: &AssumedRole,
    token: &Secret,
) -> Result<Keys, String> {
    let url = Service::Sts.url(&EndpointPlace::new(region, environment), environment)?;
    let fields = [
        ("Action", "AssumeRoleWithWebIdentity"),
        VERSION,
        ("RoleArn", role.arn.as_str()),
        ("RoleSessionName", &role.session_name),
        ("WebIdentityToken", token.reveal()),
    ];
    fetch(exchange, &post_form(url, &fields), &[token]).await
}

/// Takes a role on with an access key (`AssumeRole`).
pub(super) async fn assume(
    exchange: &Exchange,
    environment: &CloudEnvironment,
    region: &str,
    role: &AssumedRole,
    keys: &Keys,
) -> Result<Keys, String> {
    let url = Service::Sts.url(&EndpointPlace::new(region, environment), environment)?;
    let mut fields = vec![
        ("Action", "AssumeRole"),
        VERSION,
        ("RoleArn", role.arn.as_str()),
        ("RoleSessionName", &role.session_name),
    ];
    fields.extend(role.external_id.as_deref().map(|id| ("ExternalId", id)));
    let mut request = post_form(url, &fields);
    let name = Service::Sts.signing_name();
    sign(&mut request, name, region, keys, environment.now())?;
    fetch(exchange, &request, &keys.secrets()).await
}

async fn fetch(
    exchange: &Exchange,
    request: &HttpRequest,
    secrets: &[&Secret],
) -> Result<Keys, String> {
    let mut request = request.clone();
    request.accept = Some("text/xml");
    let response = ask(exchange, &request, secrets).await?;
    let host = host_of(&response.url);
    let text = Secret::new(String::from_utf8_lossy(&response.body));
    let part = |name: &str| {
        element(text.reveal(), name).ok_or_else(|| {
            if response.is_html() && !text.reveal().contains("Response") {
                format!("{host} answered with a web page")
            } else {
                format!("the answer of {host} has no `{name}`")
            }
        })
    };
    let expires: Timestamp = part("Expiration")?
        .parse()
        .map_err(|_| format!("the answer of {host} has an `Expiration` that is not a time"))?;
    Ok(Keys {
        id: part("AccessKeyId")?,
        secret: Secret::new(part("SecretAccessKey")?),
        session: Some(Secret::new(part("SessionToken")?)),
        expires: Some(expires),
    })
}

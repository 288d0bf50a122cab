use http::header::HeaderName;
use http::{HeaderValue, Method};
use url::Url;

use super::container::Document;
use super::endpoint::configured;
use super::keys::Keys;
use crate::registry::auth::Secret;
use crate::registry::cloud::environment::CloudEnvironment;
use crate::registry::cloud::wire::{Refusal, add_secret, ask, get, near, read};
use crate::registry::transport::call::{Answer, Call};
use crate::registry::transport::exchange::Exchange;

const ENDPOINT: &str = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
const ROLES: &str = "latest/meta-data/iam/security-credentials/";

/// Asks the metadata server of an EC2 instance, version 2, for the access key of its role; none if there
/// is no such server or the instance has no role.
pub(super) async fn fetch(
    exchange: &Exchange,
    environment: &CloudEnvironment,
) -> Result<Option<Keys>, String> {
    let base = endpoint(environment)?;
    let mut call = near(get(at(&base, "latest/api/token")?));
    call.method = Method::PUT;
    let seconds = HeaderName::from_static("x-aws-ec2-metadata-token-ttl-seconds");
    call.headers
        .push((seconds, HeaderValue::from_static("300")));
    let answer = match ask(exchange, &call, &[]).await {
        Ok(answer) => answer,
        Err(Refusal { status: None, .. }) => return Ok(None),
        Err(refusal) => return Err(refusal.into()),
    };
    let token = Secret::new(text(&answer)?);
    if token.is_empty() {
        return Err(format!("the answer of {} is not a token", call.label));
    }
    let call = authorized(at(&base, ROLES)?, &token)?;
    let answer = match ask(exchange, &call, &[&token]).await {
        Ok(answer) => answer,
        Err(Refusal {
            status: Some(404), ..
        }) => return Ok(None),
        Err(refusal) => return Err(refusal.into()),
    };
    let list = text(&answer)?;
    let role = list.lines().next().unwrap_or_default().trim();
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
    if role.is_empty() || role == ".." || !role.bytes().all(fits) {
        let host = &call.label;
        return Err(format!("the answer of {host} names no role"));
    }
    let call = authorized(at(&base, &format!("{ROLES}{role}"))?, &token)?;
    let answer = ask(exchange, &call, &[&token]).await?;
    let document: Document = read(&answer, "a document of credentials")?;
    Ok(Some(document.into()))
}

/// Returns where the metadata server is.
pub(super) fn endpoint(environment: &CloudEnvironment) -> Result<Url, String> {
    if let Some(value) = environment.variable(ENDPOINT) {
        return configured(ENDPOINT, value);
    }
    let mode = environment.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE");
    let six = mode.is_some_and(|mode| mode.eq_ignore_ascii_case("ipv6"));
    let url = if six {
        "http://[fd00:ec2::254]/"
    } else {
        "http://169.254.169.254/"
    };
    Url::parse(url).map_err(|error| error.to_string())
}

fn at(base: &Url, path: &str) -> Result<Url, String> {
    let base = base.as_str().trim_end_matches('/');
    Url::parse(&format!("{base}/{path}")).map_err(|_| format!("`{ENDPOINT}` is not a URL"))
}

fn authorized(url: Url, token: &Secret) -> Result<Call, String> {
    let mut call = near(get(url));
    let name = HeaderName::from_static("x-aws-ec2-metadata-token");
    let host = call.label.clone();
    add_secret(&mut call, name, token)
        .map_err(|_| format!("the answer of {host} is not a token"))?;
    Ok(call)
}

fn text(answer: &Answer) -> Result<String, String> {
    let host = answer.url.host_str().unwrap_or_default();
    if answer.is_html() {
        return Err(format!("{host} answered with a web page"));
    }
    let text = str::from_utf8(&answer.body);
    text.map(|text| text.trim().to_string())
        .map_err(|_| format!("the answer of {host} is not text"))
}

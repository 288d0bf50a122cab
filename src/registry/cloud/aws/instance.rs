use http::header::HeaderName;
use http::{HeaderValue, Method};
use url::Url;

use super::container::ContainerDocument;
use super::endpoint::configured;
use super::keys::Keys;
use crate::registry::auth::Secret;
use crate::registry::cloud::environment::CloudEnvironment;
use crate::registry::cloud::wire::{CloudRefusal, add_secret, ask, get, near, read};
use crate::registry::transport::exchange::Exchange;
use crate::registry::transport::request::{HttpRequest, HttpResponse};

const ENDPOINT: &str = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
const ROLES: &str = "latest/meta-data/iam/security-credentials/";

/// Asks the metadata server of an EC2 instance, version 2, for the access key of its role; none if there
/// is no such server or the instance has no role.
pub(super) async fn fetch(
    exchange: &Exchange,
    environment: &CloudEnvironment,
) -> Result<Option<Keys>, String> {
    let base = endpoint(environment)?;
    let mut request = near(get(at(&base, "latest/api/token")?));
    request.method = Method::PUT;
    let seconds = HeaderName::from_static("x-aws-ec2-metadata-token-ttl-seconds");
    request
        .headers
        .push((seconds, HeaderValue::from_static("300")));
    let response = match ask(exchange, &request, &[]).await {
        Ok(response) => response,
        Err(CloudRefusal { status: None, .. }) => return Ok(None),
        Err(refusal) => return Err(refusal.into()),
    };
    let token = Secret::new(text(&response)?);
    if token.is_empty() {
        return Err(format!("the answer of {} is not a token", request.label));
    }
    let request = authorized(at(&base, ROLES)?, &token)?;
    let response = match ask(exchange, &request, &[&token]).await {
        Ok(response) => response,
        Err(CloudRefusal {
            status: Some(404), ..
        }) => return Ok(None),
        Err(refusal) => return Err(refusal.into()),
    };
    let list = text(&response)?;
    let role = list.lines().next().unwrap_or_default().trim();
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
    if role.is_empty() || role == ".." || !role.bytes().all(fits) {
        let host = &request.label;
        return Err(format!("the answer of {host} names no role"));
    }
    let request = authorized(at(&base, &format!("{ROLES}{role}"))?, &token)?;
    let response = ask(exchange, &request, &[&token]).await?;
    let document: ContainerDocument = read(&response, "a document of credentials")?;
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

fn authorized(url: Url, token: &Secret) -> Result<HttpRequest, String> {
    let mut request = near(get(url));
    let name = HeaderName::from_static("x-aws-ec2-metadata-token");
    let host = request.label.clone();
    add_secret(&mut request, name, token)
        .map_err(|_| format!("the answer of {host} is not a token"))?;
    Ok(request)
}

fn text(response: &HttpResponse) -> Result<String, String> {
    let host = response.url.host_str().unwrap_or_default();
    if response.is_html() {
        return Err(format!("{host} answered with a web page"));
    }
    let text = str::from_utf8(&response.body);
    text.map(|text| text.trim().to_string())
        .map_err(|_| format!("the answer of {host} is not text"))
}

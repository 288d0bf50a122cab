use std::time::Duration;

use serde::de::DeserializeOwned;
use url::Url;
use url::form_urlencoded::Serializer;

use super::words::words;
use crate::observe::RequestKind;
use crate::registry::auth::Secret;
use crate::registry::error::ErrorKind;
use crate::registry::request_error::{RequestError, clean};
use crate::registry::transport::endpoint::host_of;
use crate::registry::transport::exchange::Exchange;
use crate::registry::transport::request::{HttpRequest, HttpResponse, RequestBody, sensitive};
use http::Method;
use http::header::HeaderName;

/// The most bytes of an answer with a token.
const LARGEST_ANSWER_BYTES: usize = 256 << 10;
/// What a metadata server, which is one hop away, may take for an answer.
const METADATA_TIME: Duration = Duration::from_secs(2);

/// Why a cloud gave nothing.
#[derive(Debug)]
pub(super) struct CloudRefusal {
    /// The status of its answer, if it gave one.
    pub(super) status: Option<u16>,
    /// In words for people, with the host that was asked.
    pub(super) reason: String,
}

impl From<CloudRefusal> for String {
    fn from(refusal: CloudRefusal) -> Self {
        refusal.reason
    }
}

/// Creates a GET of a cloud's own interface.
pub(super) fn get(url: Url) -> HttpRequest {
    let label = host_of(&url);
    let mut request = HttpRequest::get(RequestKind::Login, url, label, LARGEST_ANSWER_BYTES);
    request.accept = Some("application/json");
    request
}

/// Creates a POST with a body.
#[cfg(any(feature = "aws", feature = "google"))]
pub(super) fn post(url: Url, content_type: &'static str, text: Secret) -> HttpRequest {
    let mut request = get(url);
    request.method = Method::POST;
    request.body = Some(RequestBody { content_type, text });
    request
}

/// Creates a POST with the fields of a form.
pub(super) fn post_form(url: Url, fields: &[(&str, &str)]) -> HttpRequest {
    let mut request = get(url);
    request.method = Method::POST;
    let form = Serializer::new(String::new()).extend_pairs(fields).finish();
    request.body = Some(RequestBody::form(Secret::new(form)));
    request
}

/// Turns a request into one to a metadata server: it is near, so there is no proxy and little patience.
pub(super) fn near(mut request: HttpRequest) -> HttpRequest {
    request.direct = true;
    request.optional = true;
    request.time = Some(METADATA_TIME);
    request
}

/// Adds a header that holds a secret.
pub(super) fn add_secret(
    request: &mut HttpRequest,
    name: HeaderName,
    value: &Secret,
) -> Result<(), String> {
    let value =
        sensitive(value).map_err(|_| "it has characters that no header can carry".to_string())?;
    request.headers.push((name, value));
    Ok(())
}

/// Sends a request; anything but success is a refusal, whose words have none of the secrets in them.
pub(super) async fn ask(
    exchange: &Exchange,
    request: &HttpRequest,
    secrets: &[&Secret],
) -> Result<HttpResponse, CloudRefusal> {
    let host = &request.label;
    let response = exchange
        .send_with_retry(request, None)
        .await
        .map_err(|error| CloudRefusal {
            status: None,
            reason: told(host, &error),
        })?;
    if response.status.is_success() {
        return Ok(response);
    }
    let status = response.status.as_u16();
    let (code, message) = words(&response.body, secrets);
    let code = code.map_or_else(String::new, |code| format!(" {code}"));
    let reason = match message {
        Some(message) => format!("{host} refused ({status}{code}): {message}"),
        None => format!("{host} refused ({status}{code})"),
    };
    Err(CloudRefusal {
        status: Some(status),
        reason,
    })
}

/// Reads an answer that is a JSON object. Why it cannot be read is not told by the parser, who would
/// quote it.
pub(super) fn read<T: DeserializeOwned>(response: &HttpResponse, what: &str) -> Result<T, String> {
    let host = host_of(&response.url);
    if response.is_html() {
        return Err(format!("{host} answered with a web page"));
    }
    // A list would pass for an object with its members in order.
    let object = response.body.trim_ascii_start().starts_with(b"{");
    let read = serde_json::from_slice(&response.body).ok();
    read.filter(|_| object)
        .ok_or_else(|| format!("the answer of {host} is not {what}"))
}

fn told(host: &str, error: &RequestError) -> String {
    match &error.kind {
        ErrorKind::Offline => format!("{host} cannot be asked without the network"),
        ErrorKind::Unreachable { reason } => format!("{host} cannot be reached: {reason}"),
        ErrorKind::Timeout => format!("{host} did not answer in time"),
        ErrorKind::RateLimited { .. } => format!("{host} asks to wait too long"),
        ErrorKind::TooLarge { limit } => {
            format!("the answer of {host} is larger than {limit} bytes")
        }
        ErrorKind::Invalid { reason } | ErrorKind::Transport { reason } => {
            format!("{host}: {}", clean(reason, 200))
        }
        _ => format!("{host} cannot be asked"),
    }
}

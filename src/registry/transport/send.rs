use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE};
use http::{Method, Version};
use tokio::time::Instant;

use super::addresses::AddressPolicy;
use super::clients::Clients;
use super::error::TransportError;
use super::observed::ObservedRequest;
use super::request::{HttpRequest, HttpResponse};
use crate::observe::{Observer, RequestKind};
use crate::registry::error::ErrorKind;
use crate::registry::limits::Limits;
use crate::registry::memory::{FREE_DOCUMENT, Memory, Reservation};
use crate::registry::proxies::{Proxy, ProxyFailure};
use crate::registry::request_error::{RequestError, whole};
use crate::registry::tls;

/// How often a request goes out again that a server did not look at, since it ended the connection: some
/// end one after a few hundred requests, and all that are under way go over the next.
const MOST_UNPROCESSED: u32 = 20;

/// What a body takes of the run's memory for nothing: a page of a thousand tags of the greatest length has 130 KB.
const FREE_BODY: usize = 256 << 10;

/// The way to make one request: no redirects, no repetition, a cap on every body.
pub(in crate::registry) struct Transport {
    pub(in crate::registry) clients: Clients,
    pub(in crate::registry) limits: Limits,
    pub(in crate::registry) memory: Memory,
    pub(in crate::registry) observer: Arc<dyn Observer>,
}

impl Transport {
    /// Sends one request and reads its whole answer within the time; `attempt` is 1 for the first try.
    pub(in crate::registry) async fn send_observed(
        &self,
        request: &HttpRequest,
        time: Duration,
        attempt: u32,
    ) -> Result<HttpResponse, RequestError> {
        let told = ObservedRequest::begin(&*self.observer, request, attempt);
        let outcome = self.send_on_route(request, time).await;
        told.end(&outcome);
        outcome
    }

    async fn send_on_route(
        &self,
        request: &HttpRequest,
        time: Duration,
    ) -> Result<HttpResponse, RequestError> {
        let way = self.clients.to(request).map_err(|reason| {
            let reason = whole(&reason);
            RequestError::new(ErrorKind::Transport { reason })
        })?;
        let proxy = way.proxy.as_deref();
        let start = Instant::now();
        let mut refused = 0;
        let outcome = loop {
            let left = time.saturating_sub(start.elapsed());
            match self.send_once(&way.client, request, left).await {
                Err(broken) if broken.is_unprocessed() && refused < MOST_UNPROCESSED => {
                    refused += 1;
                }
                outcome => break outcome,
            }
        };
        let outcome = outcome.map_err(|broken| broken.told(proxy, way.shows_identity));
        let mut outcome = outcome.and_then(|response| match intermediary_error(&response, proxy) {
            Some(error) => Err(error),
            None => Ok(response),
        });
        match &mut outcome {
            Ok(response) if proxy.is_some() => {
                response.through = proxy.map(Proxy::in_words);
                // Only the proxy knows where it went.
                response.address_policy = AddressPolicy::FromWorld;
            }
            Ok(_) => {}
            Err(error) => error.through = proxy.map(Proxy::in_words),
        }
        outcome
    }

    async fn send_once(
        &self,
        client: &reqwest::Client,
        request: &HttpRequest,
        time: Duration,
    ) -> Result<HttpResponse, TransportError> {
        let mut builder = client
            .request(request.method.clone(), request.url.clone())
            .timeout(time);
        if let Some(accept) = request.accept {
            builder = builder.header(ACCEPT, accept);
        }
        if request.verbatim {
            builder = builder.header(ACCEPT_ENCODING, "identity");
        }
        if let Some(authorization) = &request.authorization {
            builder = builder.header(AUTHORIZATION, authorization.clone());
        }
        for (name, value) in &request.headers {
            builder = builder.header(name, value.clone());
        }
        if let Some(body) = &request.body {
            builder = builder
                .header(CONTENT_TYPE, body.content_type)
                .body(body.text.reveal().to_string());
        }
        let mut received = builder.send().await?;
        let peer = received.remote_addr().map(|address| address.ip());
        let status = received.status();
        let version = version_name(received.version());
        let headers = std::mem::take(received.headers_mut());
        let memory = self.memory.reserve(match request.kind {
            RequestKind::ManifestGet | RequestKind::Blob => FREE_DOCUMENT,
            _ => FREE_BODY,
        });
        let body = if request.method == Method::HEAD {
            Bytes::new()
        } else if status.is_success() {
            read(&mut received, request.limit, memory, true).await?
        } else {
            read(&mut received, self.limits.error_bytes, memory, false).await?
        };
        Ok(HttpResponse {
            status,
            version,
            headers,
            body,
            url: request.url.clone(),
            tries: 1,
            too_long: None,
            through: None,
            address_policy: request.address_policy.max(AddressPolicy::from_peer(peer)),
            authenticated: None,
        })
    }
}

/// Reads a body up to a cap; past it, fails or leaves the rest.
async fn read(
    received: &mut reqwest::Response,
    limit: usize,
    mut memory: Reservation,
    strict: bool,
) -> Result<Bytes, TransportError> {
    let announced = received.content_length();
    if strict && announced.is_some_and(|length| length > limit as u64) {
        return Err(TransportError::TooLarge { limit });
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = received.chunk().await? {
        let room = limit - body.len();
        if chunk.len() > room {
            if strict {
                return Err(TransportError::TooLarge { limit });
            }
            body.extend_from_slice(&chunk[..room]);
            break;
        }
        let size = memory.grow_to(body.len() + chunk.len());
        size.map_err(|limit| TransportError::MemoryLimit { limit })?;
        body.extend_from_slice(&chunk);
    }
    Ok(memory.bind(body))
}

/// Returns what is wrong with an answer that is not the host's, or that is about TLS and not the request.
fn intermediary_error(response: &HttpResponse, proxy: Option<&Proxy>) -> Option<RequestError> {
    let is_tunnelled = response.url.scheme() == "https";
    if let (Some(proxy), false) = (proxy, is_tunnelled)
        && let Some(failure) = ProxyFailure::of_answer(response)
    {
        return Some(proxy.failed(failure));
    }
    let problem = tls::of_answer(&response.url, response.status, &response.body)?;
    Some(ErrorKind::Tls(problem).into())
}

fn version_name(version: Version) -> &'static str {
    match version {
        Version::HTTP_2 => "HTTP/2.0",
        Version::HTTP_10 => "HTTP/1.0",
        _ => "HTTP/1.1",
    }
}

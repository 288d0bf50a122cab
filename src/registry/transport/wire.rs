use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE};
use http::{Method, Version};
use tokio::time::Instant;

use super::addresses::Reach;
use super::call::{Answer, Call};
use super::clients::Clients;
use super::failure::Broken;
use super::told::Told;
use crate::observe::{Observer, RequestKind};
use crate::registry::error::ErrorKind;
use crate::registry::limits::Limits;
use crate::registry::memory::{FREE_DOCUMENT, Memory, Reservation};
use crate::registry::proxies::{Proxy, ProxyFailure};
use crate::registry::tls;
use crate::registry::trouble::{Trouble, whole};

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
    pub(in crate::registry) async fn once(
        &self,
        call: &Call,
        time: Duration,
        attempt: u32,
    ) -> Result<Answer, Trouble> {
        let told = Told::begin(&*self.observer, call, attempt);
        let outcome = self.exchange(call, time).await;
        told.end(&outcome);
        outcome
    }

    async fn exchange(&self, call: &Call, time: Duration) -> Result<Answer, Trouble> {
        let way = self.clients.to(call).map_err(|reason| {
            let reason = whole(&reason);
            Trouble::new(ErrorKind::Transport { reason })
        })?;
        let proxy = way.proxy.as_deref();
        let start = Instant::now();
        let mut refused = 0;
        let outcome = loop {
            let left = time.saturating_sub(start.elapsed());
            match self.speak(&way.client, call, left).await {
                Err(broken) if broken.is_unprocessed() && refused < MOST_UNPROCESSED => {
                    refused += 1;
                }
                outcome => break outcome,
            }
        };
        let outcome = outcome.map_err(|broken| broken.told(proxy, way.shows_identity));
        let mut outcome = outcome.and_then(|answer| match misfit(&answer, proxy) {
            Some(trouble) => Err(trouble),
            None => Ok(answer),
        });
        match &mut outcome {
            Ok(answer) if proxy.is_some() => {
                answer.through = proxy.map(Proxy::in_words);
                // Only the proxy knows where it went.
                answer.reach = Reach::FromWorld;
            }
            Ok(_) => {}
            Err(trouble) => trouble.through = proxy.map(Proxy::in_words),
        }
        outcome
    }

    async fn speak(
        &self,
        client: &reqwest::Client,
        call: &Call,
        time: Duration,
    ) -> Result<Answer, Broken> {
        let mut request = client
            .request(call.method.clone(), call.url.clone())
            .timeout(time);
        if let Some(accept) = call.accept {
            request = request.header(ACCEPT, accept);
        }
        if call.verbatim {
            request = request.header(ACCEPT_ENCODING, "identity");
        }
        if let Some(authorization) = &call.authorization {
            request = request.header(AUTHORIZATION, authorization.clone());
        }
        for (name, value) in &call.headers {
            request = request.header(name, value.clone());
        }
        if let Some(body) = &call.body {
            request = request
                .header(CONTENT_TYPE, body.content_type)
                .body(body.text.reveal().to_string());
        }
        let mut response = request.send().await?;
        let peer = response.remote_addr().map(|address| address.ip());
        let status = response.status();
        let version = version_name(response.version());
        let headers = std::mem::take(response.headers_mut());
        let memory = self.memory.reserve(match call.kind {
            RequestKind::ManifestGet | RequestKind::Blob => FREE_DOCUMENT,
            _ => FREE_BODY,
        });
        let body = if call.method == Method::HEAD {
            Bytes::new()
        } else if status.is_success() {
            read(&mut response, call.limit, memory, true).await?
        } else {
            read(&mut response, self.limits.error_bytes, memory, false).await?
        };
        Ok(Answer {
            status,
            version,
            headers,
            body,
            url: call.url.clone(),
            tries: 1,
            too_long: None,
            through: None,
            reach: call.reach.max(Reach::from_peer(peer)),
            proven: None,
        })
    }
}

/// Reads a body up to a cap; past it, fails or leaves the rest.
async fn read(
    response: &mut reqwest::Response,
    limit: usize,
    mut memory: Reservation,
    strict: bool,
) -> Result<Bytes, Broken> {
    let announced = response.content_length();
    if strict && announced.is_some_and(|length| length > limit as u64) {
        return Err(Broken::TooLarge { limit });
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await? {
        let room = limit - body.len();
        if chunk.len() > room {
            if strict {
                return Err(Broken::TooLarge { limit });
            }
            body.extend_from_slice(&chunk[..room]);
            break;
        }
        let size = memory.grow_to(body.len() + chunk.len());
        size.map_err(|limit| Broken::MemoryLimit { limit })?;
        body.extend_from_slice(&chunk);
    }
    Ok(memory.bind(body))
}

/// Returns what is wrong with an answer that is not the host's, or that is about TLS and not the request.
fn misfit(answer: &Answer, proxy: Option<&Proxy>) -> Option<Trouble> {
    let is_tunnelled = answer.url.scheme() == "https";
    if let (Some(proxy), false) = (proxy, is_tunnelled)
        && let Some(failure) = ProxyFailure::of_answer(answer)
    {
        return Some(proxy.failed(failure));
    }
    let problem = tls::of_answer(&answer.url, answer.status, &answer.body)?;
    Some(ErrorKind::Tls(problem).into())
}

fn version_name(version: Version) -> &'static str {
    match version {
        Version::HTTP_2 => "HTTP/2.0",
        Version::HTTP_10 => "HTTP/1.0",
        _ => "HTTP/1.1",
    }
}

use http::StatusCode;
use url::Url;

use super::examination::{Examination, FailedStep};
use super::quirk::{note, problem, warning};
use super::{Area, Step};
use crate::observe::RequestKind;
use crate::registry::error::ErrorKind;
use crate::registry::request_error::{RequestError, whole};
use crate::registry::tls::TlsProblem;
use crate::registry::transport::addresses::AddressPolicy;
use crate::registry::transport::endpoint::{default_url, host_of, is_loopback};
use crate::registry::transport::request::{HttpRequest, HttpResponse};

impl Examination<'_> {
    /// Asks for `/v2/`, without credentials (OCI distribution spec 1.1, end-1).
    pub(super) async fn reach(&mut self) -> Result<(Step, HttpResponse), FailedStep> {
        let mut step = Step::new(Area::Reach);
        let url = self.host.api("");
        step.fact("address", shown(&url));
        for mirror in &self.mirrors {
            step.fact("mirror", format!("{mirror}, which is not looked at"));
        }
        match self.ping(url).await {
            Ok(response) => {
                self.judge_ping(&mut step, &response);
                self.clues.headers = response.headers.clone();
                Ok((step, response))
            }
            Err(error) => {
                self.look_further(&mut step, &error).await;
                Err(self.failed(step, error, "look at"))
            }
        }
    }

    async fn ping(&self, url: Url) -> Result<HttpResponse, RequestError> {
        let mut request = HttpRequest::get(
            RequestKind::Ping,
            url,
            &self.host.name,
            self.inner.limits.answer_bytes,
        );
        request.optional = true;
        self.inner.exchange.send_following_redirects(&request).await
    }

    fn judge_ping(&self, step: &mut Step, response: &HttpResponse) {
        let status = response.status.as_u16();
        step.fact(
            "answer",
            format!("{status} to /v2/, as asked without credentials"),
        );
        if let Some(server) = response.header("server") {
            step.fact("server", whole(server));
        }
        if let Some(through) = &response.through {
            step.fact("proxy", through.to_string());
        }
        if self.skips_verify() {
            step.quirks.push(warning(
                "tls-not-verified",
                "any certificate is believed: whoever is on the way can read and replace everything",
            ));
        }
        if response.url.origin() != self.host.base.origin() {
            let host = host_of(&response.url);
            step.quirks.push(note(
                "redirected",
                format!("it sends clients on to {host}; credentials do not go along"),
            ));
        }
        if self.host.base.scheme() == "http" && !is_loopback(&self.host.base) {
            step.quirks.push(warning(
                "plain-http",
                "it is asked over plain HTTP: whoever is on the way can read and replace everything",
            ));
        }
        if response.status == StatusCode::OK && response.is_html() {
            step.quirks.push(warning(
                "web-page",
                "it answers with a page for browsers, as a login page or a proxy does",
            ));
        } else if !matches!(status, 200 | 401) {
            step.quirks.push(note(
                "odd-ping",
                format!("it answers {status} to /v2/, where the specification has 200 or 401"),
            ));
        }
    }

    /// Says what may be behind a registry that is not reached; over plain HTTP it is asked without
    /// credentials.
    async fn look_further(&mut self, step: &mut Step, error: &RequestError) {
        let is_tls = self.host.base.scheme() == "https";
        match &error.kind {
            ErrorKind::Unreachable { .. } | ErrorKind::Tls(TlsProblem::NotTls) if is_tls => {
                self.look_for_plain_http(step).await;
            }
            ErrorKind::Tls(TlsProblem::TlsWanted) => {
                self.advice.plain_http = Some(false);
                step.quirks.push(problem(
                    "tls-only",
                    "it speaks TLS and no plain HTTP, and the config says otherwise",
                ));
            }
            _ => {}
        }
    }

    async fn look_for_plain_http(&mut self, step: &mut Step) {
        let url = default_url(&self.host.name, Some(true));
        let Some(url) = url.ok().and_then(|url| url.join("v2/").ok()) else {
            return;
        };
        let Ok(response) = self.ping(url).await else {
            step.fact("plain HTTP", "nobody answers there either");
            return;
        };
        if !matches!(response.status.as_u16(), 200 | 401) || response.is_html() {
            return;
        }
        if response.address_policy == AddressPolicy::FromWorld {
            // Whoever is on the way can keep TLS from coming about, and answer in plain HTTP himself.
            step.quirks.push(problem(
                "plain-http-unsafe",
                "someone answers in plain HTTP and no TLS comes about: over a public network that may be whoever is on the way, so do not write `plain-http = true`, and ask who runs the registry",
            ));
        } else {
            self.advice.plain_http = Some(true);
            step.quirks.push(problem(
                "plain-http-only",
                "it speaks plain HTTP and no TLS: whoever is on the way can read and replace everything",
            ));
        }
    }

    /// Returns `true` if the settings let any certificate pass.
    fn skips_verify(&self) -> bool {
        let settings = self.inner.hosts.settings.get(&self.host.name);
        settings.is_some_and(|settings| settings.tls.skips_verify())
    }
}

/// Returns a URL as it is shown: without credentials, query and fragment.
pub(super) fn shown(url: &Url) -> String {
    let path = url.path();
    format!("{}://{}{path}", url.scheme(), host_of(url))
}

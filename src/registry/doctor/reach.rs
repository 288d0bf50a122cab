use http::StatusCode;
use url::Url;

use super::examination::{Examination, Failed};
use super::quirk::{note, problem, warning};
use super::{Area, Step};
use crate::registry::call::{Answer, Call};
use crate::registry::endpoint::{default_url, host_of, is_loopback};
use crate::registry::error::ErrorKind;
use crate::registry::trouble::{Trouble, clean};

impl Examination<'_> {
    /// Asks for `/v2/`, without credentials (OCI distribution spec 1.1, end-1).
    pub(super) async fn reach(&mut self) -> Result<(Step, Answer), Failed> {
        let mut step = Step::new(Area::Reach);
        let url = self.host.api("");
        step.fact("address", shown(&url));
        match self.ping(url).await {
            Ok(answer) => {
                self.judge_ping(&mut step, &answer);
                self.clues.headers = answer.headers.clone();
                Ok((step, answer))
            }
            Err(trouble) => {
                self.look_for_plain_http(&mut step, &trouble).await;
                Err(self.failed(step, trouble, "look at"))
            }
        }
    }

    async fn ping(&self, url: Url) -> Result<Answer, Trouble> {
        let mut call = Call::get(url, &self.host.name, self.shared.limits.answer_bytes);
        call.optional = true;
        self.shared.exchange.follow(&call).await
    }

    fn judge_ping(&self, step: &mut Step, answer: &Answer) {
        let status = answer.status.as_u16();
        step.fact(
            "answer",
            format!("{status} to /v2/, as asked without credentials"),
        );
        if let Some(server) = answer.header("server") {
            step.fact("server", clean(server, 60));
        }
        if answer.url.origin() != self.host.base.origin() {
            let host = host_of(&answer.url);
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
        if answer.status == StatusCode::OK && answer.is_html() {
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
    async fn look_for_plain_http(&mut self, step: &mut Step, trouble: &Trouble) {
        let ErrorKind::Unreachable { reason } = &trouble.kind else {
            return;
        };
        if self.host.base.scheme() != "https" {
            return;
        }
        if reason.to_ascii_lowercase().contains("certificate") {
            step.quirks.push(problem(
                "untrusted-certificate",
                "its certificate is not one that is trusted here: name its authority with `ca-file`",
            ));
            return;
        }
        let Ok(url) = default_url(&self.host.name, Some(true)) else {
            return;
        };
        let Ok(url) = url.join("v2/") else {
            return;
        };
        let Ok(answer) = self.ping(url).await else {
            step.fact("plain HTTP", "nobody answers there either");
            return;
        };
        if matches!(answer.status.as_u16(), 200 | 401) && !answer.is_html() {
            self.advice.plain_http = true;
            step.quirks.push(problem(
                "plain-http-only",
                "it speaks plain HTTP and no TLS: whoever is on the way can read and replace everything",
            ));
        }
    }
}

/// Returns a URL as it is shown: without credentials, query and fragment.
pub(super) fn shown(url: &Url) -> String {
    let path = url.path();
    format!("{}://{}{path}", url.scheme(), host_of(url))
}

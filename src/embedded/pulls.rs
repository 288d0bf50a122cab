//! A limit on pulls, as Docker Hub counts and tells them.

use http::StatusCode;
use http::header::HeaderName;

use super::answer::Answer;

const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const SOURCE: HeaderName = HeaderName::from_static("docker-ratelimit-source");

/// So many pulls in so many seconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct PullLimit {
    pub(super) pulls: usize,
    pub(super) seconds: u64,
}

impl PullLimit {
    /// Tells on an answer how many pulls are left; one pull too many is refused.
    pub(super) fn apply(self, answer: Answer, counted: usize) -> Answer {
        let Self { pulls, seconds } = self;
        let answer = if counted > pulls {
            let message = "You have reached your unauthenticated pull rate limit. \
                https://www.docker.com/increase-rate-limit";
            Answer::error(StatusCode::TOO_MANY_REQUESTS, "TOOMANYREQUESTS", message)
        } else {
            answer
        };
        let left = pulls.saturating_sub(counted);
        answer
            .header(LIMIT, format!("{pulls};w={seconds}"))
            .header(REMAINING, format!("{left};w={seconds}"))
            .header(SOURCE, "127.0.0.1")
    }
}

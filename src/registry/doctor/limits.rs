use super::quirk::warning;
use super::{Area, Step};
use crate::registry::request_error::whole;
use crate::registry::transport::request::HttpResponse;

/// The headers that announce limits: Docker Hub's, and those that proxies and gateways send
/// (draft-ietf-httpapi-ratelimit-headers and its forerunners).
const HEADERS: [&str; 5] = [
    "ratelimit-limit",
    "ratelimit-remaining",
    "ratelimit",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
];

/// Looks at what answers say of limits; the last one counts.
pub(super) fn limits(answers: &[HttpResponse]) -> Step {
    let mut step = Step::new(Area::Limits);
    for name in HEADERS {
        let told = answers
            .iter()
            .rev()
            .find_map(|response| response.header(name));
        let Some(told) = told else {
            continue;
        };
        step.fact(name, words(told));
    }
    if step.facts.is_empty() {
        step.fact("limits", "none announced");
        return step;
    }
    let remaining = answers
        .iter()
        .rev()
        .find_map(|response| response.header("ratelimit-remaining"));
    let left = remaining.and_then(|text| text.split(';').next()?.trim().parse::<u64>().ok());
    if left == Some(0) {
        step.quirks.push(warning(
            "limit-used-up",
            "nothing is left of the limit: log in for a higher one, or wait",
        ));
    }
    step
}

/// Reads `100;w=21600`: so many in so many seconds.
fn words(text: &str) -> String {
    let window = text.split_once(";w=").and_then(|(count, seconds)| {
        let (count, seconds) = (count.trim(), seconds.trim().parse::<u64>().ok()?);
        Some(format!(
            "{count} in {}",
            crate::registry::error::seconds(std::time::Duration::from_secs(seconds))
        ))
    });
    whole(&window.unwrap_or_else(|| text.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_written_for_people() {
        assert_eq!(words("100;w=21600"), "100 in 6 h");
        assert_eq!(words("100"), "100");
        assert_eq!(words("limit=10, reset=5\u{1b}"), "limit=10, reset=5");
    }
}

use std::time::Duration;

use http::HeaderMap;

/// What a host says is left of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::registry) struct RateLimitHeaders {
    /// How many of all there may be in a window, where it says so.
    pub(in crate::registry) limit: Option<u64>,
    pub(in crate::registry) left: u64,
    /// When there are more again, from now.
    pub(in crate::registry) reset: Option<Duration>,
    /// Whether only manifests that are read count, as on Docker Hub.
    pub(in crate::registry) is_of_pulls: bool,
}

/// The latest reset that is believed.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

impl RateLimitHeaders {
    /// Reads the headers of an answer.
    ///
    /// `ratelimit-limit: 100;w=21600` and `ratelimit-remaining: 20;w=21600` are Docker Hub's, of pulls in a
    /// sliding window. `RateLimit: "name";r=50;t=30` is that of draft-ietf-httpapi-ratelimit-headers, and
    /// `RateLimit-Remaining` with `RateLimit-Reset` in seconds that of its forerunners.
    pub(in crate::registry) fn read(headers: &HeaderMap) -> Option<Self> {
        let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
        if let Some(told) = text("ratelimit")
            && let Some(left) = parameter(told, "r")
        {
            return Some(Self {
                limit: text("ratelimit-policy").and_then(|policy| parameter(policy, "q")),
                left,
                reset: parameter(told, "t").map(seconds),
                is_of_pulls: false,
            });
        }
        let remaining = text("ratelimit-remaining")?;
        let limit = text("ratelimit-limit").and_then(first);
        Some(Self {
            limit,
            left: first(remaining)?,
            reset: text("ratelimit-reset").and_then(first).map(seconds),
            is_of_pulls: remaining.contains(";w=")
                || headers.contains_key("docker-ratelimit-source"),
        })
    }
}

/// Reads the number that a text begins with.
fn first(text: &str) -> Option<u64> {
    text.split([';', ',']).next()?.trim().parse().ok()
}

/// Reads a parameter of the first item of a list: `50` of `"a";r=50;t=30, "b";r=7`.
fn parameter(text: &str, name: &str) -> Option<u64> {
    let mut parameters = text.split(',').next()?.split(';').map(str::trim);
    let value = parameters.find_map(|parameter| parameter.strip_prefix(name)?.strip_prefix('='))?;
    value.trim().parse().ok()
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(headers: &[(&'static str, &str)]) -> Option<RateLimitHeaders> {
        let headers = headers
            .iter()
            .map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap()));
        RateLimitHeaders::read(&headers.collect())
    }

    #[test]
    fn docker_hub_counts_pulls() {
        let told = read(&[
            ("ratelimit-limit", "100;w=21600"),
            ("ratelimit-remaining", "20;w=21600"),
        ]);
        let expected = RateLimitHeaders {
            limit: Some(100),
            left: 20,
            reset: None,
            is_of_pulls: true,
        };
        assert_eq!(told, Some(expected));
    }

    #[test]
    fn others_count_requests() {
        let expected = RateLimitHeaders {
            limit: Some(100),
            left: 50,
            reset: Some(Duration::from_secs(30)),
            is_of_pulls: false,
        };
        let draft = [
            ("ratelimit-policy", "\"burst\";q=100;w=60"),
            ("ratelimit", "\"burst\";r=50;t=30, \"day\";r=7"),
        ];
        assert_eq!(read(&draft), Some(expected));
        let older = [
            ("ratelimit-limit", "100, 100;w=60"),
            ("ratelimit-remaining", "50"),
            ("ratelimit-reset", "30"),
        ];
        assert_eq!(read(&older), Some(expected));
    }

    #[test]
    fn what_says_nothing_is_nothing() {
        for headers in [
            &[][..],
            &[("ratelimit-limit", "100")],
            &[("ratelimit-remaining", "many")],
            &[("ratelimit-remaining", "-1")],
            &[("ratelimit", "\"burst\"")],
        ] {
            assert_eq!(read(headers), None, "{headers:?}");
        }
        let far = read(&[("ratelimit", "a;r=0;t=99999999999")]).unwrap();
        assert_eq!(far.reset, Some(LONGEST));
    }
}

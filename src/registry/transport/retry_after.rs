use std::time::Duration;

use http::HeaderMap;
use http::header::{DATE, RETRY_AFTER};
use jiff::Timestamp;

/// Returns how long a server asks to wait, in any of the ways that registries say it.
///
/// `Retry-After` in seconds or as a date (RFC 9110, 10.2.3), `X-Retry-After` as a Unix time (Docker
/// Hub's API), and a Go duration in the message (`retry-after: 880.092µs`, GHCR).
pub(in crate::registry) fn read(headers: &HeaderMap, message: Option<&str>) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    // The server's own clock is the one its dates are of; without it they say nothing.
    let now = text(DATE.as_str()).and_then(date);
    let until = |time: Timestamp| {
        let left = time.duration_since(now?);
        // What is past needs no waiting.
        Some(left.try_into().unwrap_or(Duration::ZERO))
    };
    if let Some(text) = text(RETRY_AFTER.as_str()) {
        let seconds = text.parse::<u64>().ok().map(Duration::from_secs);
        if let Some(wait) = seconds.or_else(|| date(text).and_then(until)) {
            return Some(wait);
        }
    }
    let stamp = text("x-retry-after").and_then(|text| text.parse::<i64>().ok());
    let stamp = stamp.and_then(|stamp| Timestamp::from_second(stamp).ok());
    if let Some(wait) = stamp.and_then(until) {
        return Some(wait);
    }
    let message = message?;
    let start = message.to_ascii_lowercase().find("retry-after:")?;
    go_duration(message.get(start + "retry-after:".len()..)?.trim_start())
}

/// Reads a date of HTTP.
pub(in crate::registry) fn date(text: &str) -> Option<Timestamp> {
    let zoned = jiff::fmt::rfc2822::parse(text).ok()?;
    Some(zoned.timestamp())
}

/// Reads a duration as Go prints it, from the start of a text: `1m30.5s`, `880.092µs`.
fn go_duration(text: &str) -> Option<Duration> {
    let mut total: Option<Duration> = None;
    let mut rest = text;
    loop {
        let digits = rest
            .find(|character: char| !character.is_ascii_digit() && character != '.')
            .unwrap_or(rest.len());
        let Ok(number) = rest[..digits].parse::<f64>() else {
            return total;
        };
        rest = &rest[digits..];
        let units = [
            ("ns", 1e-9),
            ("µs", 1e-6),
            ("μs", 1e-6),
            ("us", 1e-6),
            ("ms", 1e-3),
            ("s", 1.0),
            ("m", 60.0),
            ("h", 3600.0),
        ];
        let unit = units
            .iter()
            .find_map(|(unit, scale)| Some((rest.strip_prefix(unit)?, scale)));
        let Some((after, scale)) = unit else {
            return total;
        };
        rest = after;
        let part = Duration::try_from_secs_f64(number * scale).ok()?;
        total = Some(total.unwrap_or_default().checked_add(part)?);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wait(headers: &[(&'static str, &str)], message: Option<&str>) -> Option<Duration> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        read(&map, message)
    }

    #[test]
    fn reads_seconds_dates_and_unix_times() {
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        assert_eq!(wait(&[("retry-after", "7")], None), seconds(7));
        let now = ("date", "Mon, 23 Nov 2026 10:00:50 GMT");
        let date = ("retry-after", "Mon, 23 Nov 2026 10:01:00 GMT");
        assert_eq!(wait(&[date, now], None), seconds(10));
        assert_eq!(wait(&[date], None), None);
        let past = ("retry-after", "Mon, 23 Nov 2026 09:00:00 GMT");
        assert_eq!(wait(&[past, now], None), seconds(0));
        let stamp = ("x-retry-after", "1795428080");
        assert_eq!(wait(&[stamp, now], None), seconds(30));
        for text in ["soon", "-1", "1.5", ""] {
            assert_eq!(wait(&[("retry-after", text)], None), None, "{text}");
        }
        assert_eq!(wait(&[], None), None);
    }

    #[test]
    fn reads_a_go_duration_in_the_message() {
        let of = |text: &str| wait(&[], Some(text));
        assert_eq!(
            of("retry-after: 880.092µs, allowed: 44000/minute"),
            Some(Duration::from_nanos(880_092))
        );
        assert_eq!(
            of("slow down. Retry-After: 1m30.5s"),
            Some(Duration::from_millis(90_500))
        );
        assert_eq!(of("retry-after: 1h0m2s"), Some(Duration::from_secs(3602)));
        assert_eq!(of("retry-after: soon"), None);
        assert_eq!(of("too many requests"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in any::<String>(), number in "[0-9.smhnuµ]{0,30}") {
            go_duration(&text);
            go_duration(&number);
            wait(&[], Some(&format!("{text}retry-after:{number}")));
        }
    }
}

use jiff::{SignedDuration, Span, SpanRelativeTo, Unit};

use crate::error::{Code, TextError};

/// Reads a length of time: `3 days`, `36h`, `1 week 2 days`, or ISO 8601 such as `P3D`.
///
/// A day has 24 hours and a week 7 days.
///
/// # Errors
///
/// [`Code::BadDuration`] if it is none, is negative, or has months or years, which have no fixed length.
///
/// ```
/// use imagelock::config::parse_duration;
///
/// assert_eq!(parse_duration("3 days")?.as_hours(), 72);
/// assert_eq!(parse_duration("PT36H")?.as_hours(), 36);
/// assert!(parse_duration("1 month").is_err());
/// # Ok::<(), imagelock::error::TextError>(())
/// ```
pub fn parse_duration(text: &str) -> Result<SignedDuration, TextError> {
    let refused = |message: &str| {
        TextError::new(Code::BadDuration, message, 0, text.len())
            .help("write a length such as `3 days`, `36 hours` or `P3D`")
    };
    let span: Span = text
        .parse()
        .map_err(|_| refused("this is no length of time"))?;
    if span.get_months() != 0 || span.get_years() != 0 {
        return Err(refused("months and years have no fixed length")
            .help("count in days: `30 days` or `P30D`"));
    }
    let length = span
        .total((Unit::Second, SpanRelativeTo::days_are_24_hours()))
        .ok()
        .and_then(|seconds| SignedDuration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| refused("this is longer than any cooldown"))?;
    if length.is_negative() {
        return Err(refused("a length of time cannot be negative"));
    }
    Ok(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn friendly_and_iso_lengths_are_read() {
        for (text, hours) in [
            ("3 days", 72),
            ("3d", 72),
            ("1 week", 168),
            ("1 week, 2 days", 216),
            ("36h", 36),
            ("36 hours", 36),
            ("P3D", 72),
            ("PT36H", 36),
            ("P1W", 168),
            ("0 days", 0),
        ] {
            assert_eq!(parse_duration(text).unwrap().as_hours(), hours, "{text}");
        }
        assert_eq!(parse_duration("90 minutes").unwrap().as_mins(), 90);
    }

    #[test]
    fn what_has_no_fixed_length_is_refused_with_another_way() {
        for text in ["1 month", "P1M", "1 year", "P1Y2D"] {
            let error = parse_duration(text).unwrap_err();
            assert!(error.help.unwrap().contains("30 days"), "{text}");
        }
        for text in [
            "",
            "3",
            "three days",
            "-3 days",
            "3 days ago",
            "P",
            "1e9 weeks",
        ] {
            let error = parse_duration(text).unwrap_err();
            assert_eq!(error.code, Code::BadDuration, "{text}");
        }
    }
}

use jiff::Timestamp;

/// Returns the day of a time, in UTC: `2026-08-11`.
pub fn day(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d").to_string()
}

/// Returns how long ago a time was, in words; a time in the future as its day.
pub(super) fn ago(time: Timestamp, now: Timestamp) -> String {
    let seconds = now.as_second() - time.as_second();
    if seconds < 0 {
        return day(time);
    }
    let days = seconds / 86_400;
    match days {
        0 => "today".into(),
        1 => "1 day ago".into(),
        2..=89 => format!("{days} days ago"),
        90..=729 => format!("{} months ago", days / 30),
        _ => format!("{} years ago", days / 365),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_in_words() {
        let now: Timestamp = "2026-08-22T12:00:00Z".parse().unwrap();
        for (time, words) in [
            ("2026-08-22T00:00:00Z", "today"),
            ("2026-08-21T12:00:00Z", "1 day ago"),
            ("2026-08-11T11:00:00Z", "11 days ago"),
            ("2026-02-22T12:00:00Z", "6 months ago"),
            ("2023-08-22T12:00:00Z", "3 years ago"),
            ("2026-09-01T00:00:00Z", "2026-09-01"),
        ] {
            assert_eq!(ago(time.parse().unwrap(), now), words);
        }
    }
}

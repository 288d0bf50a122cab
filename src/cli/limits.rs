use std::sync::Arc;

use clap::Args;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::client::ClientRuntime;
use super::clock::now;
use crate::error::{Code, Diagnostic};
use crate::policy::Level;
use crate::resolve::Options;
use crate::workspace::StateFile;

/// How long a day is, written as `2026-11-01`.
const DAY_LENGTH: usize = 10;

/// The flags that limit which tags a run accepts.
#[derive(Debug, Default, Args)]
pub struct LimitArgs {
    /// Hold back tags newer than TIME: `2026-11-01`, `2026-11-01T12:00:00Z`, or an age such as `7 days`.
    #[arg(long, value_name = "TIME")]
    pub exclude_newer: Option<String>,
    /// Accept a tag list that has lost most of its tags since the lock was written.
    #[arg(long)]
    pub accept_fewer_tags: bool,
}

impl LimitArgs {
    /// Returns the options of a run.
    pub(super) fn options(
        &self,
        network: &ClientRuntime,
        state: &StateFile,
        level: Option<Level>,
    ) -> Result<Options, Diagnostic> {
        let now = now();
        let exclude_newer = match &self.exclude_newer {
            Some(text) => Some(point_in_time(text, now)?),
            None => None,
        };
        Ok(Options {
            jobs: network.jobs,
            exclude_newer,
            level,
            accept_fewer_tags: self.accept_fewer_tags,
            ledger: Arc::new(state.ledger.clone()),
            ..Options::new(now)
        })
    }
}

/// Reads a point in time: RFC 3339, a day (its beginning in UTC), or a length of time before now.
fn point_in_time(text: &str, now: Timestamp) -> Result<Timestamp, Diagnostic> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time);
    }
    // A day's own reader passes over a time behind it.
    if text.len() == DAY_LENGTH
        && let Ok(date) = text.parse::<Date>()
        && let Ok(time) = TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0))
    {
        return Ok(time);
    }
    let ago = crate::config::parse_duration(text)
        .ok()
        .and_then(|length: SignedDuration| now.checked_sub(length).ok());
    ago.ok_or_else(|| {
        let message = format!("`{text}` is no point in time");
        Diagnostic::new(Code::BadTime, message)
            .help("write a day such as `2026-11-01`, a time such as `2026-11-01T12:00:00Z`, or an age such as `7 days`")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_times_and_ages_are_points_in_time() {
        let now: Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
        for (text, time) in [
            ("2026-11-01", "2026-11-01T00:00:00Z"),
            ("2026-11-01T12:00:00Z", "2026-11-01T12:00:00Z"),
            ("2026-11-01T12:00:00+02:00", "2026-11-01T10:00:00Z"),
            ("7 days", "2026-11-17T12:00:00Z"),
            ("PT36H", "2026-11-23T00:00:00Z"),
        ] {
            assert_eq!(
                point_in_time(text, now).unwrap().to_string(),
                time,
                "{text}"
            );
        }
        for text in [
            "",
            "yesterday",
            "2026-02-30",
            "1 month",
            "-3 days",
            "12:00",
            "2026-11-24T12:00:00",
            "2026-11-24 12:00",
        ] {
            let problem = point_in_time(text, now).unwrap_err();
            assert_eq!(problem.code, Code::BadTime, "{text}");
        }
    }
}

use std::time::Duration;

use super::profile::{Busy, Profile};
use crate::embedded::auth::{AuthMode, Unseen};
use crate::embedded::behaviour::Behaviour;
use crate::embedded::paging::{ListOrder, Paging};

/// GitHub's registry: the oldest tags first, and no token for what is private or not there.
///
/// The time to wait stands in the message of a 429, as Go prints durations.
pub(super) fn profile() -> Profile {
    let auth = AuthMode::bearer()
        .anonymous()
        .service("ghcr.io")
        .unseen(Unseen::NoToken(403), Unseen::NoToken(403));
    Profile::new("ghcr", "ghcr", "ghcr.io")
        .auth(auth)
        .tags(
            Paging::new()
                .page_size(100)
                .at_most(1000)
                .order(ListOrder::Pushed),
        )
        .without_referrers()
        .busy_like(Busy {
            says,
            tells_wait: true,
        })
}

fn says(base: Behaviour, wait: Option<Duration>) -> Behaviour {
    let wait = wait.unwrap_or(Duration::from_nanos(880_092));
    let message = format!("retry-after: {}, allowed: 44000/minute", as_go_prints(wait));
    let body = format!(r#"{{"errors":[{{"code":"TOOMANYREQUESTS","message":"{message}"}}]}}"#);
    base.status(429).json(&body)
}

/// Writes a duration in the way of Go: `1h0m0s`, `20ms`, `880.092µs`.
fn as_go_prints(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let nanos = f64::from(duration.subsec_nanos());
    match (seconds, duration.subsec_nanos()) {
        (0, 0..1_000_000) => format!("{}µs", nanos / 1e3),
        (0, _) => format!("{}ms", nanos / 1e6),
        (0..60, _) => format!("{}s", duration.as_secs_f64()),
        (60..3600, _) => format!("{}m{}s", seconds / 60, seconds % 60),
        _ => format!("{}h{}m{}s", seconds / 3600, seconds / 60 % 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_written_as_go_writes_them() {
        for (nanos, text) in [
            (880_092, "880.092µs"),
            (20_000_000, "20ms"),
            (1_500_000_000, "1.5s"),
            (90_000_000_000, "1m30s"),
            (3_600_000_000_000, "1h0m0s"),
        ] {
            assert_eq!(as_go_prints(Duration::from_nanos(nanos)), text);
        }
    }
}

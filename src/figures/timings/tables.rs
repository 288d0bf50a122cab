use std::fmt::Write as _;
use std::time::Duration;

use super::escape::Escaped;
use crate::observe::{RequestKind, RequestOutcome, Statistics, Timeline, Traffic};

/// The most rows of a table of single events.
const MOST_ROWS: usize = 500;

/// Returns the rows of all hosts and of their sum, for each kind of request that there was.
pub(super) fn totals(statistics: &Statistics) -> String {
    let kinds: Vec<RequestKind> = statistics.total.requests.keys().copied().collect();
    let mut text = String::from("<table><thead><tr><th scope=\"col\">Host</th>");
    for head in ["Requests"]
        .into_iter()
        .chain(kinds.iter().map(|kind| kind.name()))
        .chain(["Failed", "Repeated", "Received", "At once", "Waited"])
    {
        let _ = write!(text, "<th scope=\"col\">{head}</th>");
    }
    text.push_str("</tr></thead><tbody>");
    for (host, traffic) in &statistics.hosts {
        row(&mut text, host, traffic, &kinds);
    }
    text.push_str("</tbody><tfoot>");
    row(&mut text, "all", &statistics.total, &kinds);
    text.push_str("</tfoot></table>");
    text
}

fn row(text: &mut String, host: &str, traffic: &Traffic, kinds: &[RequestKind]) {
    let errors = traffic.statuses.range(400..).map(|(_, count)| count);
    let failed = traffic.unanswered + errors.sum::<u64>();
    let _ = write!(text, "<tr><th scope=\"row\">{}</th>", Escaped(host));
    let counts = kinds.iter().map(|kind| {
        let count = traffic.requests.get(kind);
        count.copied().unwrap_or_default()
    });
    for count in [traffic.request_count()]
        .into_iter()
        .chain(counts)
        .chain([failed, traffic.retries])
    {
        let _ = write!(text, "<td>{count}</td>");
    }
    let _ = write!(
        text,
        "<td>{}</td><td>{}</td><td>{}</td></tr>",
        size(traffic.received_bytes),
        traffic.most_at_once,
        seconds(traffic.waited().duration),
    );
}

/// Returns the chain of requests that ended last.
pub(super) fn critical_path(timeline: &Timeline, path: &[usize], wall: Duration) -> String {
    let mut text = String::from("<table><thead><tr>");
    for head in ["Start", "Before", "Took", "Request", "Host"] {
        let _ = write!(text, "<th scope=\"col\">{head}</th>");
    }
    text.push_str("</tr></thead><tbody>");
    let mut previous = Duration::ZERO;
    for place in path.iter().take(MOST_ROWS) {
        let timed = &timeline.requests[*place];
        let outcome = match &timed.outcome {
            RequestOutcome::Answered { status, .. } => status.to_string(),
            RequestOutcome::Failed(reason) => reason.clone(),
        };
        let request = &timed.request;
        let _ = write!(
            text,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td>{} {} {}</td><td>{}</td></tr>",
            seconds(timed.start),
            seconds(timed.start.saturating_sub(previous)),
            seconds(timed.end.saturating_sub(timed.start)),
            request.method,
            Escaped(&request.path),
            Escaped(&outcome),
            Escaped(&request.host),
        );
        previous = timed.end;
    }
    text.push_str("</tbody></table>");
    more(&mut text, path.len());
    let rest = wall.saturating_sub(previous);
    if path.len() <= MOST_ROWS {
        let _ = write!(text, "<p>After it: {}.</p>", seconds(rest));
    }
    text
}

/// Returns the waits, in the order in which they began.
pub(super) fn waits(timeline: &Timeline) -> String {
    let mut text = String::from("<table><thead><tr>");
    for head in ["Start", "Length", "Host", "What for"] {
        let _ = write!(text, "<th scope=\"col\">{head}</th>");
    }
    text.push_str("</tr></thead><tbody>");
    for wait in timeline.waits.iter().take(MOST_ROWS) {
        let _ = write!(
            text,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            seconds(wait.start),
            seconds(wait.duration),
            Escaped(&wait.host),
            Escaped(&wait.why),
        );
    }
    text.push_str("</tbody></table>");
    more(&mut text, timeline.waits.len());
    text
}

fn more(text: &mut String, count: usize) {
    if count > MOST_ROWS {
        let _ = write!(text, "<p>{} more are not shown.</p>", count - MOST_ROWS);
    }
}

/// Returns a time for people: in milliseconds up to a second.
pub(super) fn seconds(duration: Duration) -> String {
    if duration.is_zero() {
        "0".into()
    } else if duration < Duration::from_secs(1) {
        format!("{:.1} ms", duration.as_secs_f64() * 1e3)
    } else {
        format!("{:.2} s", duration.as_secs_f64())
    }
}

/// Returns a number of bytes for people.
#[expect(clippy::cast_precision_loss, reason = "it is rounded to a tenth")]
pub(super) fn size(bytes: u64) -> String {
    let bytes = bytes as f64;
    if bytes < 1e3 {
        format!("{bytes} B")
    } else if bytes < 1e6 {
        format!("{:.1} kB", bytes / 1e3)
    } else {
        format!("{:.1} MB", bytes / 1e6)
    }
}

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::data::{PageData, milliseconds};
use super::escape::{Escaped, in_script};
use super::tables::{critical_path, seconds, size, totals, waits};
use crate::observe::{Statistics, Timeline};
use crate::stats::RunInfo;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// Creates a page of HTML that shows when a run asked what of whom.
///
/// It has a bar for each request by host, how many were under way over time, the waits, the critical path, and
/// the totals. It loads nothing, and its content security policy allows nothing but its own style and script.
/// Names and paths are as servers and configs have them, escaped; no query and no credential is in them. Some
/// 10,000 requests fit into it, and it says how many it leaves out.
pub fn timings(run: &RunInfo, statistics: &Statistics, timeline: &Timeline) -> String {
    let path = timeline.critical_path();
    let data = PageData::new(timeline, &path, milliseconds(run.cost.wall));
    let json = serde_json::to_string(&data).expect("invariant: every key is a string");
    let mut page = String::with_capacity(json.len() + 64_000);
    page.push_str("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    // Hashes, since whatever else got into the page would then not run.
    let _ = writeln!(
        page,
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'\">",
        hash(STYLE),
        hash(SCRIPT)
    );
    let command = Escaped(&run.command);
    let _ = writeln!(
        page,
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n<title>imagelock {command}: timings</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<header>\n<h1>imagelock {command}</h1>"
    );
    page.push_str(&tiles(run, statistics));
    page.push_str("</header>\n<main>\n<section id=\"requests\">\n<h2>Requests</h2>\n");
    if timeline.requests.is_empty() {
        page.push_str("<p>No request was made.</p>\n");
    } else {
        page.push_str("<noscript><p>The bars are drawn by a script; the tables need none.</p></noscript>\n<div id=\"charts\"></div>\n");
        if data.omitted > 0 {
            let omitted = data.omitted;
            let _ = writeln!(
                page,
                "<p>{omitted} requests that began later are not shown; the totals have them.</p>"
            );
        }
    }
    page.push_str("</section>\n");
    section(&mut page, "totals", "Totals", "", &totals(statistics));
    if !path.is_empty() {
        let words = "Each is the request that ended last before the next one went out. What took long before it is what the program did in between, or a wait.";
        let title = format!("Critical path: {}", counted(path.len(), "request"));
        let table = critical_path(timeline, &path, run.cost.wall);
        section(&mut page, "critical-path", &title, words, &table);
    }
    if !timeline.waits.is_empty() {
        let title = format!("Waits: {}", timeline.waits.len());
        section(&mut page, "waits", &title, "", &waits(timeline));
    }
    let _ = writeln!(
        page,
        "</main>\n<script type=\"application/json\" id=\"data\">{}</script>\n<script>{SCRIPT}</script>\n</body>\n</html>",
        in_script(&json)
    );
    page
}

fn section(page: &mut String, id: &str, title: &str, words: &str, table: &str) {
    let _ = writeln!(page, "<section id=\"{id}\">\n<h2>{title}</h2>");
    if !words.is_empty() {
        let _ = writeln!(page, "<p>{words}</p>");
    }
    let _ = writeln!(
        page,
        "<div class=\"wide\" tabindex=\"0\">{table}</div>\n</section>"
    );
}

/// Returns the figures that matter most.
fn tiles(run: &RunInfo, statistics: &Statistics) -> String {
    let total = &statistics.total;
    let cost = &run.cost;
    let waited = total.waited();
    let mut tiles = vec![
        ("time", seconds(cost.wall)),
        ("requests", total.request_count().to_string()),
        ("hosts", statistics.hosts.len().to_string()),
        ("received", size(total.received_bytes)),
        ("at once", total.most_at_once.to_string()),
        (
            "waits",
            match waited.count {
                0 => "0".into(),
                count => format!("{count} ({})", seconds(waited.duration)),
            },
        ),
        ("repeated", total.retries.to_string()),
        ("from cache", statistics.cache.hits.to_string()),
    ];
    tiles.extend(cost.cpu.map(|cpu| ("processor", seconds(cpu))));
    tiles.extend(cost.peak_memory_bytes.map(|bytes| ("memory", size(bytes))));
    tiles.push(("exit code", run.exit_code.to_string()));
    let mut text = String::from("<dl>");
    for (name, value) in tiles {
        let _ = write!(text, "<div><dt>{name}</dt><dd>{value}</dd></div>");
    }
    text.push_str("</dl>\n");
    text
}

fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

/// Returns the hash of an inline style or script (Content Security Policy Level 3, 8.3).
fn hash(text: &str) -> String {
    STANDARD.encode(Sha256::digest(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::Value;

    use super::*;
    use crate::observe::sample::waiting;
    use crate::observe::{Event, RequestInfo, RequestKind};
    use crate::stats::Cost;

    const fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    fn run() -> RunInfo {
        RunInfo {
            command: "update".into(),
            exit_code: 0,
            cost: Cost {
                wall: ms(5000),
                cpu: Some(ms(120)),
                peak_memory_bytes: Some(30_000_000),
            },
        }
    }

    /// Records a run: each request is a host, a kind, a path, a start, a length and a status, 0 for none.
    #[derive(Default)]
    struct Story(Statistics, Timeline);

    impl Story {
        fn tell(&mut self, at: u64, event: &Event) {
            self.0.add(event);
            self.1.add(ms(at), event);
        }

        fn request(
            &mut self,
            host: &str,
            kind: RequestKind,
            path: &str,
            times: (u64, u64),
            status: u16,
        ) {
            let request = RequestInfo {
                host: host.into(),
                method: "GET",
                path: path.into(),
                kind,
                attempt: 1,
            };
            let (start, length) = times;
            let event = Event::RequestStarted {
                request: request.clone(),
            };
            self.tell(start, &event);
            let elapsed = ms(length);
            let event = match status {
                0 => Event::RequestFailed {
                    request,
                    reason: "no answer in time".into(),
                    elapsed,
                },
                status => Event::RequestFinished {
                    request,
                    status,
                    version: "HTTP/2.0",
                    received_bytes: 1234,
                    elapsed,
                },
            };
            self.tell(start + length, &event);
        }

        fn page(&self) -> String {
            timings(&run(), &self.0, &self.1)
        }
    }

    /// Tells of many requests to a few hosts.
    fn many(count: u64) -> Story {
        let mut story = Story::default();
        let hosts = ["docker.io", "ghcr.io", "registry.example.com:5000"];
        for (number, host) in (0..count).zip(hosts.into_iter().cycle()) {
            let start = number * 4000 / count;
            let (kind, rest) = match number % 4 {
                0 => (RequestKind::TagList, "tags/list".to_string()),
                1 => (RequestKind::ManifestHead, format!("manifests/1.{number}.0")),
                2 => (
                    RequestKind::ManifestGet,
                    format!("manifests/sha256:{}", "5f".repeat(32)),
                ),
                _ => (
                    RequestKind::Blob,
                    format!("blobs/sha256:{}", "a0".repeat(32)),
                ),
            };
            let path = format!("/v2/team/service-{}/{rest}", number / 4);
            let status = if number % 97 == 5 { 429 } else { 200 };
            story.request(host, kind, &path, (start, 25 + number * 7 % 90), status);
        }
        story.tell(1500, &waiting("ghcr.io", 800, "it answered 429"));
        story
    }

    /// Reads what the script of a page draws.
    fn data(page: &str) -> Value {
        let (_, rest) = page.split_once("id=\"data\">").unwrap();
        serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
    }

    #[test]
    fn every_request_and_every_wait_is_there() {
        let page = many(300).page();
        let data = data(&page);
        let requests = data["requests"].as_array().unwrap();
        assert_eq!(requests.len(), 300);
        assert_eq!(data["hosts"].as_array().unwrap().len(), 3);
        let first = &requests[0];
        assert_eq!(
            (&first[9], &first[2]),
            (&"/v2/team/service-0/tags/list".into(), &0.0.into())
        );
        assert_eq!(data["waits"][0][3], "it answered 429");
        assert_eq!(data["omitted"], 0);
        for text in [
            "<dt>requests</dt><dd>300</dd>",
            "<dd>120.0 ms</dd>",
            "<dd>30.0 MB</dd>",
            ">ghcr.io</th>",
        ] {
            assert!(page.contains(text), "{text}");
        }
        let marked = requests.iter().filter(|request| request[7] == 1).count();
        assert!(
            page.contains(&format!("Critical path: {marked} requests")),
            "{marked}"
        );
    }

    #[test]
    fn a_page_of_thousands_of_requests_is_no_larger_than_it_must_be() {
        let page = many(5_000).page();
        assert_eq!(data(&page)["requests"].as_array().unwrap().len(), 5_000);
        assert!(page.len() < 1_000_000, "{}", page.len());
        let page = many(40_000).page();
        let omitted = data(&page)["omitted"].as_u64().unwrap();
        assert!(omitted > 0 && page.contains(&format!("<p>{omitted} requests that began later")));
        assert!(page.len() < 2_000_000, "{}", page.len());
        assert!(page.contains("<dd>40000</dd>"), "the totals have all");
    }

    #[test]
    fn a_page_needs_nothing_from_elsewhere() {
        let page = many(50).page();
        for loads in [
            "http://", "https://", "src=", "href=", "url(", "@import", "fetch(", "import(",
        ] {
            assert!(!page.contains(loads), "{loads}");
        }
        // The policy allows this style and this script, and no attribute of either kind.
        assert!(page.contains(&format!("style-src 'sha256-{}'", hash(STYLE))));
        assert!(page.contains(&format!("script-src 'sha256-{}'", hash(SCRIPT))));
        assert!(page.contains("default-src 'none'") && !page.contains("unsafe"));
    }

    #[test]
    fn elements_are_closed_in_order() {
        for page in [many(50).page(), Story::default().page()] {
            let markup = page.replace(STYLE, "").replace(SCRIPT, "");
            let mut open = Vec::new();
            for piece in markup.split('<').skip(1) {
                let tag = piece.split('>').next().unwrap();
                assert!(!tag.contains(" style=") && !tag.contains(" on"), "{tag}");
                let name = tag.split([' ', '\n']).next().unwrap();
                match name.strip_prefix('/') {
                    Some(closed) => assert_eq!(open.pop(), Some(closed)),
                    None if matches!(name, "!doctype" | "meta") => {}
                    None => open.push(name),
                }
            }
            assert_eq!(open, [""; 0]);
        }
    }

    #[test]
    fn what_servers_and_configs_say_is_text() {
        let hostile = "</script><script>alert(1)</script><img onerror=alert(1)>\u{202e}";
        let mut story = Story::default();
        story.request(hostile, RequestKind::Blob, hostile, (0, 5), 200);
        story.request(hostile, RequestKind::Blob, hostile, (5, 5), 0);
        story.tell(10, &waiting(hostile, 5, hostile));
        let page = story.page();
        assert!(
            !page.contains("<img")
                && !page.contains("alert(1)</script>")
                && !page.contains('\u{202e}')
        );
        assert_eq!(page.matches("<script").count(), 2);
        assert_eq!(data(&page)["requests"][0][9], hostile);
    }

    #[test]
    fn a_run_without_requests_says_so() {
        let page = Story::default().page();
        assert!(page.contains("No request was made."));
        assert!(!page.contains("id=\"charts\"") && !page.contains("Critical path"));
    }
}

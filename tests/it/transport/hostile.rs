//! Servers that lead astray, say too much or say it too slowly: one error that names the registry and where
//! the credential came from, nothing leaked, nothing written.

use std::io::Write as _;
use std::time::{Duration, Instant};

use flate2::{Compression, write::GzEncoder};
use imagelock::embedded::{AuthMode, Background, Behaviour, Operation, TestImage};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::program::{config, fails, project};
use crate::support::apart::Apart;
use crate::support::sandbox::{Output, Sandbox};

const CANARY: &str = "canary-3141";
/// Between two pieces of an answer that drips.
const DROP: Duration = Duration::from_millis(5);
const AUTH: &str = "plain-http = true\nauth = { env = \"TOKEN\", username = \"bot\" }";

/// Locks as loudly as it goes, with little time, and holds it to what every failure must be.
#[track_caller]
fn locks_badly(sandbox: &Sandbox, registry: &str, error: &str, time: &str) -> Output {
    let run = sandbox
        .imagelock(["lock", "-vvv", "--retries", "0", "--timeout", time])
        .env("TOKEN", CANARY);
    fails(run, sandbox, 3, error)
        .complains("app: ")
        .complains(registry)
        .hides("canary")
        .hides("Ym90")
}

/// A registry with a few tags that wants credentials.
fn guarded() -> (Background, Sandbox) {
    let (registry, sandbox) = project();
    for version in ["0.1.0", "0.2.0"] {
        let image = TestImage::new(version);
        registry.store().publish("team/app", version, &image);
    }
    registry.require(AuthMode::basic().user("bot", CANARY));
    config(&sandbox, registry.address(), AUTH);
    (registry, sandbox)
}

/// Compresses so many blanks, which become a few hundredths of that.
fn bomb(bytes: usize) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let chunk = vec![b' '; 1 << 20];
    for _ in 0..bytes >> 20 {
        encoder.write_all(&chunk).unwrap();
    }
    encoder.finish().unwrap()
}

fn gzipped(operation: Operation, body: Vec<u8>) -> Behaviour {
    let behaviour = Behaviour::on(operation).body(body);
    behaviour.header("content-encoding", "gzip")
}

#[test]
fn answers_that_lead_astray_or_never_end() {
    let (registry, sandbox) = guarded();
    let tags = || Behaviour::on(Operation::Tags);
    let manifest = || Behaviour::on(Operation::ManifestGet);
    for (behaviour, error, words) in [
        (
            tags().redirect("{path}"),
            "registry-invalid",
            "redirects too often",
        ),
        (
            manifest().redirect("{path}&again"),
            "registry-invalid",
            "redirects too often",
        ),
        (
            tags().redirect("http://169.254.169.254/canary"),
            "unsafe-realm",
            "is not safe",
        ),
        (
            tags().redirect("file:///etc/passwd"),
            "unsafe-realm",
            "is not safe",
        ),
        (
            tags().redirect("//[canary"),
            "registry-invalid",
            "not a URL",
        ),
        (tags().page_size(1).link_loop(), "pagination", "in a circle"),
        (
            tags().page_size(1).links_to("http://registry.example.com"),
            "pagination",
            "on another host, registry.example.com",
        ),
        (tags().endless_pages(), "pagination", "more than 2000 pages"),
        (
            tags().oversized(100 << 20),
            "too-large",
            "larger than 16777216 bytes",
        ),
        (
            manifest().oversized(100 << 20),
            "too-large",
            "larger than 8388608 bytes",
        ),
    ] {
        registry.behave_well();
        registry.behave(behaviour);
        locks_badly(&sandbox, registry.address(), error, "60s")
            .complains(words)
            .complains("environment variable TOKEN");
    }
    registry.behave_well();
    sandbox
        .imagelock(["lock"])
        .env("TOKEN", CANARY)
        .run()
        .exits(0);
}

#[test]
fn what_unpacks_to_too_much_is_cut_off_as_it_grows() {
    let (registry, sandbox) = guarded();
    let broken = bomb(1 << 20)[..100].to_vec();
    for (behaviour, error, words) in [
        (
            gzipped(Operation::Tags, bomb(64 << 20)),
            "too-large",
            "larger than 16777216 bytes",
        ),
        (
            gzipped(Operation::ManifestGet, bomb(64 << 20)),
            "too-large",
            "larger than 8388608 bytes",
        ),
        // Of an error no more is read than is shown.
        (
            gzipped(Operation::Tags, bomb(64 << 20)).status(500),
            "registry-failed",
            "(500)",
        ),
        (
            gzipped(Operation::Tags, broken),
            "unreachable",
            "the answer broke off",
        ),
        (
            gzipped(Operation::Tags, b"{}".to_vec()),
            "unreachable",
            "the answer broke off",
        ),
    ] {
        registry.behave_well();
        registry.behave(behaviour);
        locks_badly(&sandbox, registry.address(), error, "60s")
            .complains(words)
            .complains("environment variable TOKEN");
    }
    // What is hashed is wanted as it is, what is not may come packed.
    let encodings: Vec<_> = registry
        .requests()
        .iter()
        .map(|request| {
            (
                request.operation,
                request.header("accept-encoding").map(str::to_owned),
            )
        })
        .collect();
    assert!(
        encodings.contains(&(Operation::Tags, Some("gzip".into()))),
        "{encodings:?}"
    );
    assert!(
        encodings.contains(&(Operation::ManifestGet, Some("identity".into()))),
        "{encodings:?}"
    );
}

#[test]
fn two_hosts_that_lead_to_each_other() {
    let (registry, sandbox) = project();
    let other = Background::start().unwrap();
    registry.behave(Behaviour::always().redirect(&other.url("{path}")));
    other.behave(Behaviour::always().redirect(&registry.url("{path}")));
    config(&sandbox, registry.address(), AUTH);
    locks_badly(&sandbox, registry.address(), "registry-invalid", "60s")
        .complains("redirects too often");
    assert!(registry.requests().len() + other.requests().len() < 16);
}

/// Reads a request, and says what it is told to.
async fn say(mut stream: TcpStream, bytes: Vec<u8>) {
    let mut asked = Vec::new();
    while !asked.windows(4).any(|end| end == b"\r\n\r\n") {
        if stream.read_buf(&mut asked).await.unwrap_or(0) == 0 {
            return;
        }
    }
    let _closed = stream.write_all(&bytes).await;
}

/// The head of a good answer, with these lines.
fn good(lines: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{lines}\r\n{body}").into_bytes()
}

#[test]
fn bytes_that_are_no_http() {
    let sandbox = Sandbox::new();
    let many = "X-Y: z\r\n".repeat(100_000);
    let long = format!("X-Y: {}\r\n", "z".repeat(4 << 20));
    for (bytes, error) in [
        (
            b"SSH-2.0-OpenSSH_9.2 \x1b[31mcanary\r\n".to_vec(),
            "unreachable",
        ),
        (vec![0; 4096], "unreachable"),
        (b"HTTP/1.1 200\r\nno header\r\n\r\n".to_vec(), "unreachable"),
        (b"HTTP/1.1 999999 OK\r\n\r\n".to_vec(), "unreachable"),
        (good(&many, "{}"), "unreachable"),
        (good(&long, "{}"), "unreachable"),
        (good("Content-Length: -1\r\n", "{}"), "unreachable"),
        (
            good("Content-Length: 2\r\nContent-Length: 3\r\n", "{}"),
            "unreachable",
        ),
        (
            good("Content-Length: 99999999999999\r\n", "{}"),
            "too-large",
        ),
        (good("Content-Length: 10\r\n", "{}"), "unreachable"),
        (
            good("Transfer-Encoding: chunked\r\n", "zz\r\n"),
            "unreachable",
        ),
        (
            good("Transfer-Encoding: chunked\r\n", "ffffffffffffffff\r\n{}"),
            "unreachable",
        ),
        (good("Connection: close\r\n", ""), "registry-invalid"),
        (
            good(
                "Connection: close\r\n",
                "{\"tags\": [\"1\u{0}\", \"\u{1b}[31m\"]",
            ),
            "registry-invalid",
        ),
        (
            b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n".to_vec(),
            "registry-invalid",
        ),
        (
            b"HTTP/1.1 302 Found\r\nLocation: \xff\xfe\r\nContent-Length: 0\r\n\r\n".to_vec(),
            "registry-invalid",
        ),
        (
            b"HTTP/1.1 101 Switching Protocols\r\n\r\n".to_vec(),
            "registry-failed",
        ),
    ] {
        let said = String::from_utf8_lossy(&bytes[..bytes.len().min(80)]).into_owned();
        let server = Apart::serving(move |stream| say(stream, bytes.clone()));
        let registry = format!("127.0.0.1:{}", server.port());
        config(&sandbox, &registry, AUTH);
        let output = locks_badly(&sandbox, &registry, error, "60s").hides("\u{1b}");
        assert!(!output.stderr.contains('\0'), "{said:?}: {output}");
    }
}

/// Says the same for as long as anybody listens.
async fn repeat(mut stream: TcpStream, bytes: Vec<u8>) {
    let mut asked = [0; 4096];
    if stream.read(&mut asked).await.is_ok() {
        while stream.write_all(&bytes).await.is_ok() {}
    }
}

#[test]
fn answers_before_the_answer_are_not_taken_for_ever() {
    let sandbox = Sandbox::new();
    for head in [
        "HTTP/1.1 103 E\r\n\r\n".into(),
        "HTTP/1.1 100 C\r\n\r\n".into(),
        format!("HTTP/1.1 102 P\r\nX: {}\r\n\r\n", "y".repeat(300)),
    ] {
        let bytes = head.repeat(400_000 / head.len()).into_bytes();
        let server = Apart::serving(move |stream| repeat(stream, bytes.clone()));
        let registry = format!("127.0.0.1:{}", server.port());
        config(&sandbox, &registry, AUTH);
        let start = Instant::now();
        locks_badly(&sandbox, &registry, "timeout", "300ms").complains("did not answer in time");
        // The run is over, and not only the wait.
        assert!(start.elapsed() < Duration::from_secs(20), "{head}");
    }
}

#[cfg(unix)]
#[test]
fn a_folder_that_another_process_has_locked_is_not_waited_for_past_the_deadline() {
    let (registry, sandbox) = project();
    config(&sandbox, registry.address(), "");
    let other = std::fs::File::open(sandbox.path()).unwrap();
    other.lock().unwrap();
    let run = sandbox.imagelock(["lock", "--deadline", "300ms"]);
    fails(run, &sandbox, 2, "lock-write")
        .complains("images.lock")
        .complains("another process has had the lock for 300ms")
        .complains("wait for the other run in this folder to end");
    assert!(registry.requests().is_empty(), "nothing is asked in vain");
    other.unlock().unwrap();
    sandbox
        .imagelock(["lock", "--deadline", "60s"])
        .run()
        .exits(0);
}

/// Says the beginning at once and the rest in small pieces, until the client hangs up.
async fn drip(mut stream: TcpStream, head: &'static str) {
    let mut asked = [0; 4096];
    if stream.read(&mut asked).await.is_err() || stream.write_all(head.as_bytes()).await.is_err() {
        return;
    }
    // There is always something to read, long before anybody is tired of waiting for it.
    while timeout(DROP, stream.read(&mut asked)).await.is_err() {
        if stream.write_all(b" ").await.is_err() {
            return;
        }
    }
}

#[test]
fn answers_that_come_in_drops_are_not_waited_for() {
    let sandbox = Sandbox::new();
    for head in [
        // The body, a header, the first line.
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX-Slow: ",
        "HTTP/1.1 200 ",
        // An error's body.
        "HTTP/1.1 500 Oh\r\nContent-Length: 100000\r\n\r\n",
    ] {
        let server = Apart::serving(move |stream| drip(stream, head));
        let registry = format!("127.0.0.1:{}", server.port());
        config(&sandbox, &registry, AUTH);
        locks_badly(&sandbox, &registry, "timeout", "300ms").complains("did not answer in time");
    }
    // Nor does a handshake get more time.
    let server = Apart::serving(|mut stream| async move {
        let _ended = stream.read_to_end(&mut Vec::new()).await;
    });
    let registry = format!("127.0.0.1:{}", server.port());
    config(&sandbox, &registry, "plain-http = false");
    locks_badly(&sandbox, &registry, "timeout", "300ms").complains("did not answer in time");
}

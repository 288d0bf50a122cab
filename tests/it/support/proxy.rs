//! A proxy: tunnels by `CONNECT`, and requests in plain HTTP that name the whole URL.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::TcpStream;

use super::apart::Apart;

/// A running proxy, on a free port of loopback; it ends when this is dropped.
///
/// Whatever host it is asked for, it leads to the port of that number on this machine.
pub(crate) struct Proxy {
    apart: Apart,
    asked: Arc<Mutex<Vec<Asked>>>,
}

/// What a proxy does with who asks it.
#[derive(Clone, Debug)]
pub(crate) enum Manner {
    /// Leads to where he wants.
    Lead,
    /// Does so for who shows this `Proxy-Authorization`.
    Want(&'static str),
    /// Answers with this status and these lines of the head.
    Answer(u16, &'static str),
    /// Closes the connection.
    HangUp,
}

/// What a proxy was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// The method and the target, as sent.
    pub(crate) line: String,
    pub(crate) authorization: Option<String>,
    /// The whole head.
    pub(crate) head: String,
}

impl Proxy {
    /// Starts one.
    pub(crate) fn start(manner: Manner) -> Self {
        let asked = Arc::<Mutex<Vec<Asked>>>::default();
        let log = Arc::clone(&asked);
        let apart = Apart::serving(move |stream| serve(stream, manner.clone(), Arc::clone(&log)));
        Self { apart, asked }
    }

    /// Returns host and port.
    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.apart.port())
    }

    /// Returns its URL.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address())
    }

    /// Returns its URL with credentials in it.
    pub(crate) fn url_for(&self, user: &str, password: &str) -> String {
        format!("http://{user}:{password}@{}", self.address())
    }

    /// Returns what it was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("no panic").clone()
    }

    /// Returns the methods and targets of what it was asked so far.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.line).collect()
    }
}

async fn serve(mut stream: TcpStream, manner: Manner, log: Arc<Mutex<Vec<Asked>>>) {
    let Some((head, rest)) = read_head(&mut stream).await else {
        return;
    };
    let line = head.lines().next().unwrap_or_default();
    let target = line.split(' ').nth(1).unwrap_or_default().to_string();
    let asked = Asked {
        line: line.trim_end_matches(" HTTP/1.1").into(),
        authorization: header(&head, "proxy-authorization"),
        head: head.clone(),
    };
    let answer = match &manner {
        Manner::Lead => None,
        Manner::Want(wanted) if asked.authorization.as_deref() == Some(*wanted) => None,
        Manner::Want(_) => Some((407, "Proxy-Authenticate: Basic realm=\"tests\"\r\n")),
        Manner::Answer(status, lines) => Some((*status, *lines)),
        Manner::HangUp => Some((0, "")),
    };
    log.lock().expect("no panic").push(asked);
    if let Some((status, lines)) = answer {
        if status > 0 {
            let text = format!(
                "HTTP/1.1 {status} No\r\n{lines}Content-Length: 0\r\nConnection: close\r\n\r\n"
            );
            let _closed = stream.write_all(text.as_bytes()).await;
        }
        return;
    }
    let is_tunnel = head.starts_with("CONNECT ");
    let authority = target.trim_start_matches("http://");
    let authority = authority.split('/').next().unwrap_or_default();
    let port = authority
        .rsplit_once(':')
        .and_then(|(_, port)| port.parse::<u16>().ok());
    let Ok(mut upstream) = TcpStream::connect(("127.0.0.1", port.unwrap_or(0))).await else {
        let _closed = stream
            .write_all(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
            .await;
        return;
    };
    let begun = if is_tunnel {
        stream
            .write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
            .await
    } else {
        let lines = head.split_inclusive("\r\n");
        let kept: String = lines
            .filter(|line| !line.to_ascii_lowercase().starts_with("proxy-"))
            .collect();
        // One request a connection: what comes after it would have to be read as well.
        let kept = kept.replacen("\r\n", "\r\nConnection: close\r\n", 1);
        upstream.write_all(kept.as_bytes()).await
    };
    if begun.is_ok() && upstream.write_all(&rest).await.is_ok() {
        let _ended = copy_bidirectional(&mut stream, &mut upstream).await;
    }
}

async fn read_head(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let rest = bytes.split_off(end + 4);
            return Some((String::from_utf8(bytes).ok()?, rest));
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}

fn header(head: &str, name: &str) -> Option<String> {
    head.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found
            .eq_ignore_ascii_case(name)
            .then(|| value.trim().to_string())
    })
}

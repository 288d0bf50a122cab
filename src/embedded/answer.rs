use std::convert::Infallible;
use std::io;

use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::stream;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Frame;
use serde_json::{Value, json};

pub(super) type AnswerBody = UnsyncBoxBody<Bytes, io::Error>;

/// An answer before it is turned into HTTP, so that a behaviour can still change it.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) content: AnswerContent,
}

#[derive(Clone, Debug)]
pub(super) enum AnswerContent {
    Whole(Bytes),
    /// Announces all bytes, sends the first ones, then breaks the connection.
    Cut(Bytes, usize),
    /// Announces all bytes, sends the first ones, then nothing.
    Stalled(Bytes, usize),
    /// Sends as many bytes, without announcing a length.
    Oversized(u64),
}

impl Answer {
    pub(super) fn new(status: StatusCode) -> Self {
        Self {
            status,
            headers: HeaderMap::new(),
            content: AnswerContent::Whole(Bytes::new()),
        }
    }

    pub(super) fn json(status: StatusCode, body: &Value) -> Self {
        Self::new(status)
            .header(CONTENT_TYPE, "application/json")
            .body(body.to_string())
    }

    /// Creates an answer with the error envelope of the OCI distribution spec.
    pub(super) fn error(status: StatusCode, code: &str, message: &str) -> Self {
        let error = json!({"code": code, "message": message, "detail": null});
        Self::json(status, &json!({"errors": [error]}))
    }

    /// Sets a header; a value that HTTP does not allow is left out.
    pub(super) fn header(mut self, name: HeaderName, value: impl AsRef<[u8]>) -> Self {
        if let Ok(value) = HeaderValue::from_bytes(value.as_ref()) {
            self.headers.insert(name, value);
        }
        self
    }

    pub(super) fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.content = AnswerContent::Whole(body.into());
        self
    }

    pub(super) fn bytes(&self) -> Bytes {
        match &self.content {
            AnswerContent::Whole(bytes)
            | AnswerContent::Cut(bytes, _)
            | AnswerContent::Stalled(bytes, _) => bytes.clone(),
            AnswerContent::Oversized(_) => Bytes::new(),
        }
    }

    /// Turns it into HTTP; for `HEAD` the length is announced and nothing is sent.
    pub(super) fn into_response(self, head: bool) -> Response<AnswerBody> {
        let mut response = Response::new(empty());
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        let announced = match &self.content {
            AnswerContent::Oversized(_) => None,
            _ if self.status == StatusCode::NOT_MODIFIED => None,
            AnswerContent::Whole(bytes)
            | AnswerContent::Cut(bytes, _)
            | AnswerContent::Stalled(bytes, _) => Some(bytes.len()),
        };
        if let Some(length) = announced {
            response
                .headers_mut()
                .entry(CONTENT_LENGTH)
                .or_insert_with(|| HeaderValue::from(length));
        }
        if !head {
            *response.body_mut() = match self.content {
                AnswerContent::Whole(bytes) => Full::new(bytes).map_err(never).boxed_unsync(),
                AnswerContent::Cut(bytes, sent) => cut(bytes.slice(..sent.min(bytes.len()))),
                AnswerContent::Stalled(bytes, sent) => {
                    stalled(bytes.slice(..sent.min(bytes.len())))
                }
                AnswerContent::Oversized(length) => oversized(length),
            };
        }
        response
    }
}

fn never(never: Infallible) -> io::Error {
    match never {}
}

fn empty() -> AnswerBody {
    Full::new(Bytes::new()).map_err(never).boxed_unsync()
}

fn cut(bytes: Bytes) -> AnswerBody {
    let frames = [Ok(Frame::data(bytes)), Err(io::Error::other("cut off"))];
    // Between the two the task must yield, or the error overtakes the bytes that are not yet sent.
    let frames = stream::iter(frames).then(|frame| async {
        if frame.is_err() {
            tokio::task::yield_now().await;
        }
        frame
    });
    BodyExt::boxed_unsync(StreamBody::new(frames))
}

fn stalled(bytes: Bytes) -> AnswerBody {
    let first = stream::iter([Ok(Frame::data(bytes))]);
    BodyExt::boxed_unsync(StreamBody::new(first.chain(stream::pending())))
}

fn oversized(length: u64) -> AnswerBody {
    const CHUNK: usize = 64 * 1024;
    let chunk = Bytes::from(vec![b' '; CHUNK]);
    let frames = stream::unfold(length, move |left| {
        let size = usize::try_from(left).unwrap_or(CHUNK).min(CHUNK);
        let next = (size > 0).then(|| {
            let frame: io::Result<_> = Ok(Frame::data(chunk.slice(..size)));
            (frame, left - size as u64)
        });
        async move { next }
    });
    BodyExt::boxed_unsync(StreamBody::new(frames))
}

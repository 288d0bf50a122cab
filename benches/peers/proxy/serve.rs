use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, IsCa, KeyPair,
    KeyUsagePurpose,
};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::Failure;
use super::counts::{Counts, kind};
use super::delay::far_away;
use super::guard::Guard;
use super::memory::Memory;
use super::settings::Settings;

/// The proxy, shared by all connections.
pub(super) struct Proxy {
    settings: Settings,
    guard: Guard,
    counts: Arc<Counts>,
    memory: Option<Memory>,
    upstream: reqwest::Client,
    tls: Option<TlsAcceptor>,
    origin: String,
}

impl Proxy {
    pub(super) fn new(settings: Settings, port: u16) -> Result<Self, Failure> {
        let tls = match &settings.tls {
            None => None,
            Some(folder) => {
                let (config, authority) = tls_config()?;
                std::fs::write(folder.join("ca.pem"), authority)?;
                Some(TlsAcceptor::from(Arc::new(config)))
            }
        };
        let scheme = if tls.is_some() { "https" } else { "http" };
        Ok(Self {
            guard: Guard::new(settings.tokens, settings.rate),
            counts: Arc::default(),
            memory: settings.from_memory.then(Memory::default),
            upstream: reqwest::Client::builder().no_proxy().build()?,
            tls,
            origin: format!("{scheme}://localhost:{port}"),
            settings,
        })
    }

    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Failure> {
        self.counts
            .begin(kind(request.method(), request.uri().path()));
        let answer = match self.guard.answer(&request, &self.origin) {
            Some(own) => {
                let mut answer = Response::builder().status(own.status);
                for (name, value) in own.headers {
                    answer = answer.header(name, value);
                }
                let answer = answer.header("content-type", "application/json");
                Ok(answer.body(Bytes::from(own.body))?)
            }
            None => self.registry(request).await,
        };
        if answer
            .as_ref()
            .is_ok_and(|answer| answer.status() == StatusCode::TOO_MANY_REQUESTS)
        {
            self.counts.refuse();
        }
        self.end();
        answer.map(|answer| answer.map(Full::from))
    }

    /// Counts a request as under way until its answer has arrived. It began half a round trip before it came
    /// here, so a whole one later as many are under way as the tool has.
    fn end(&self) {
        let round_trip = self.settings.round_trip;
        if round_trip.is_zero() {
            self.counts.end();
            return;
        }
        let counts = Arc::clone(&self.counts);
        tokio::spawn(async move {
            tokio::time::sleep(round_trip).await;
            counts.end();
        });
    }

    /// Returns what the registry answers, or answered before.
    async fn registry(&self, request: Request<Incoming>) -> Result<Response<Bytes>, Failure> {
        let Some(memory) = &self.memory else {
            return self.pass_on(request).await;
        };
        let key = Memory::key(&request);
        if let Some(answer) = memory.get(&key) {
            return Ok(answer);
        }
        let answer = self.pass_on(request).await?;
        memory.keep(key, answer.clone());
        Ok(answer)
    }

    async fn pass_on(&self, request: Request<Incoming>) -> Result<Response<Bytes>, Failure> {
        let path = request
            .uri()
            .path_and_query()
            .map_or("/", |path| path.as_str());
        let url = format!("{}{path}", self.settings.upstream);
        let mut call = self.upstream.request(request.method().clone(), url);
        for accept in request.headers().get_all("accept") {
            call = call.header("accept", accept);
        }
        let mut answer = call.send().await?;
        let headers = std::mem::take(answer.headers_mut());
        let status = answer.status();
        let mut passed = Response::new(answer.bytes().await?);
        *passed.status_mut() = status;
        *passed.headers_mut() = headers;
        passed.headers_mut().remove("transfer-encoding");
        Ok(passed)
    }
}

/// Answers whatever comes.
pub(super) async fn front(listener: TcpListener, proxy: Arc<Proxy>) -> Result<(), Failure> {
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        proxy.counts.connect();
        let proxy = Arc::clone(&proxy);
        tokio::spawn(async move {
            if proxy.settings.round_trip.is_zero() {
                secure(stream, proxy).await
            } else {
                let stream = far_away(stream, proxy.settings.round_trip);
                secure(stream, proxy).await
            }
        });
    }
}

async fn secure<S>(stream: S, proxy: Arc<Proxy>) -> Result<(), Failure>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    match proxy.tls.clone() {
        Some(tls) => speak(tls.accept(stream).await?, proxy).await,
        None => speak(stream, proxy).await,
    }
}

async fn speak<S>(stream: S, proxy: Arc<Proxy>) -> Result<(), Failure>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let answer = |request| {
        let proxy = Arc::clone(&proxy);
        async move { proxy.answer(request).await.map_err(std::io::Error::other) }
    };
    let server = auto::Builder::new(TokioExecutor::new());
    server
        .serve_connection(TokioIo::new(stream), service_fn(answer))
        .await
}

/// Tells the counts to whoever connects, and begins anew with them and with the limit.
pub(super) async fn control(listener: TcpListener, proxy: Arc<Proxy>) -> Result<(), Failure> {
    loop {
        let (mut stream, _) = listener.accept().await?;
        let mut request = [0; 4096];
        let _read = stream.read(&mut request).await?;
        let body = proxy.counts.take();
        proxy.guard.rest();
        let length = body.len();
        let answer = format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        );
        stream.write_all(answer.as_bytes()).await?;
    }
}

/// Makes an authority and what it signs for this machine; returns the authority in PEM besides.
fn tls_config() -> Result<(ServerConfig, String), Failure> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
    let key = KeyPair::generate()?;
    let names = vec!["localhost".to_string(), "127.0.0.1".to_string()];
    let mut params = CertificateParams::new(names)?;
    // Another name than the authority's, or it would pass for its own issuer.
    params.distinguished_name = DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::CommonName, "localhost");
    let certificate = params.signed_by(&key, &issuer)?;
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok((config, issuer.pem()))
}

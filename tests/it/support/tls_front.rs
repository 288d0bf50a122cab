//! A server of TLS in front of one without: what comes in is passed on as it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio::io::copy_bidirectional;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::apart::Apart;
use super::pki::{Authority, Issued};

/// A running front, on a free port of loopback; it ends when this is dropped.
pub(crate) struct TlsFront {
    apart: Apart,
    shared: Arc<Shared>,
}

struct Shared {
    upstream: String,
    acceptor: TlsAcceptor,
    accepted: AtomicUsize,
    shaken: AtomicUsize,
    identified: AtomicUsize,
}

/// What a front asks of its clients.
#[derive(Clone, Copy)]
pub(crate) enum Clients<'a> {
    Anyone,
    /// Who shows a certificate of this authority.
    Of(&'a Authority),
    /// The same, and whoever shows none.
    Optionally(&'a Authority),
}

impl TlsFront {
    /// Starts one before a server, such as `127.0.0.1:5000`.
    pub(crate) fn start(upstream: &str, issued: &Issued, clients: Clients<'_>) -> Self {
        let shared = Arc::new(Shared {
            upstream: upstream.into(),
            acceptor: TlsAcceptor::from(Arc::new(config(issued, clients))),
            accepted: AtomicUsize::default(),
            shaken: AtomicUsize::default(),
            identified: AtomicUsize::default(),
        });
        let served = Arc::clone(&shared);
        let apart = Apart::serving(move |stream| serve(Arc::clone(&served), stream));
        Self { apart, shared }
    }

    /// Returns a host with its port.
    pub(crate) fn at(&self, host: &str) -> String {
        format!("{host}:{}", self.apart.port())
    }

    /// Returns how many connections came.
    pub(crate) fn accepted(&self) -> usize {
        self.shared.accepted.load(Ordering::SeqCst)
    }

    /// Returns how many of them got as far as speaking.
    pub(crate) fn shaken(&self) -> usize {
        self.shared.shaken.load(Ordering::SeqCst)
    }

    /// Returns how many of those showed a certificate.
    pub(crate) fn identified(&self) -> usize {
        self.shared.identified.load(Ordering::SeqCst)
    }
}

fn config(issued: &Issued, clients: Clients<'_>) -> ServerConfig {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .expect("versions");
    let builder = match clients {
        Clients::Anyone => builder.with_no_client_auth(),
        Clients::Of(authority) | Clients::Optionally(authority) => {
            let mut roots = RootCertStore::empty();
            let pem = authority.pem();
            let root = CertificateDer::from_pem_slice(pem.as_bytes()).expect("a root");
            roots.add(root).expect("a root");
            let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), provider);
            let verifier = match clients {
                Clients::Optionally(_) => verifier.allow_unauthenticated(),
                _ => verifier,
            };
            builder.with_client_cert_verifier(verifier.build().expect("a verifier"))
        }
    };
    let certificate = CertificateDer::from_pem_slice(issued.certificate.as_bytes());
    let key = PrivateKeyDer::from_pem_slice(issued.key.as_bytes());
    let mut config = builder
        .with_single_cert(
            vec![certificate.expect("a certificate")],
            key.expect("a key"),
        )
        .expect("a certificate with its key");
    config.alpn_protocols = vec!["h2".into(), "http/1.1".into()];
    config
}

async fn serve(shared: Arc<Shared>, stream: TcpStream) {
    shared.accepted.fetch_add(1, Ordering::SeqCst);
    let Ok(mut stream) = shared.acceptor.accept(stream).await else {
        return;
    };
    shared.shaken.fetch_add(1, Ordering::SeqCst);
    if stream.get_ref().1.peer_certificates().is_some() {
        shared.identified.fetch_add(1, Ordering::SeqCst);
    }
    if let Ok(mut upstream) = TcpStream::connect(&shared.upstream).await {
        let _ended = copy_bidirectional(&mut stream, &mut upstream).await;
    }
}

//! Servers with a thread of their own, for tests that are asynchronous and for those that are not.

use std::io;
use std::net::{IpAddr, Ipv4Addr};

use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};

/// A listener on a free port of loopback whose connections are served apart; all end when it is dropped.
pub(crate) struct Apart {
    runtime: Option<Runtime>,
    port: u16,
}

impl Apart {
    /// Serves every connection with one function.
    pub(crate) fn serving<F>(serve: impl Fn(TcpStream) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Self::serving_at(Ipv4Addr::LOCALHOST.into(), serve).expect("a port")
    }

    /// The same at another address of this machine; the error says why it has none.
    pub(crate) fn serving_at<F>(
        address: IpAddr,
        serve: impl Fn(TcpStream) -> F + Send + 'static,
    ) -> io::Result<Self>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = std::net::TcpListener::bind((address, 0))?;
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let port = listener.local_addr().expect("an address").port();
        listener.set_nonblocking(true).expect("a listener");
        runtime.spawn(async move {
            let listener = TcpListener::from_std(listener).expect("a listener");
            loop {
                if let Ok((stream, _)) = listener.accept().await {
                    tokio::spawn(serve(stream));
                }
            }
        });
        Ok(Self {
            runtime: Some(runtime),
            port,
        })
    }

    /// Returns its port.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Apart {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // It may be dropped within another runtime, where nothing may block.
            runtime.shutdown_background();
        }
    }
}

//! Proxies: which one is used for a host, and which hosts are reached directly.

mod bypass;
mod choice;
mod failure;
mod proxy;

pub use choice::Proxies;
pub use failure::ProxyFailure;
pub use proxy::{Proxy, ProxyChoice, ProxyError};

//! Proxies: which one leads to a host, and which hosts are reached without.

mod bypass;
mod choice;
mod failure;
mod proxy;

pub use choice::Proxies;
pub use failure::ProxyFailure;
pub use proxy::{Proxy, ProxyChoice, ProxyError};

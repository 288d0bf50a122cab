//! Requests as such: how a host is reached, how patiently, how many at once, and where an answer may lead.

pub(super) mod access;
pub(super) mod addresses;
pub(super) mod authorized;
pub(super) mod clients;
pub(super) mod endpoint;
pub(super) mod error;
pub(super) mod exchange;
pub(super) mod limiter;
mod observed;
pub(super) mod request;
pub(super) mod retry_after;
pub(super) mod send;
pub(super) mod verdict;

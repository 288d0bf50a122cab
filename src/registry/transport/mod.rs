//! Requests as such: how a host is reached, how patiently, how many at once, and where an answer may lead.
//!
//! Four layers, each around the one before: `send` makes one request and reads its response; `retry` decides whether it
//! is worth another try, such as after a 429, and `limiter` makes it wait; `exchange` repeats it and follows redirects;
//! `authorized_request`, outside this module, answers challenges.

pub(super) mod access;
pub(super) mod addresses;
pub(super) mod authorizer;
pub(super) mod clients;
pub(super) mod endpoint;
pub(super) mod error;
pub(super) mod exchange;
pub(super) mod limiter;
mod observed;
pub(super) mod request;
pub(super) mod retry;
pub(super) mod retry_after;
pub(super) mod send;

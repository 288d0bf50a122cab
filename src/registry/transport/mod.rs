//! Requests as such: how a host is reached, how patiently, how many at once, and where an answer may lead.

pub(super) mod access;
pub(super) mod addresses;
pub(super) mod call;
pub(super) mod clients;
pub(super) mod endpoint;
pub(super) mod exchange;
pub(super) mod failure;
pub(super) mod gate;
pub(super) mod proving;
pub(super) mod retry_after;
mod told;
pub(super) mod verdict;
pub(super) mod wire;

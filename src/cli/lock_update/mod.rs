//! What `lock`, `update` and `merge-shards` have in common: how a new lock is made, shown and written.

mod plan;
mod request;
mod run;
mod show;

pub(super) use request::LockRequest;
pub(super) use run::{lock_update, would_change};
pub(super) use show::{kept_pins, show_changes, show_failures};

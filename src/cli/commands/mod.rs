//! One file a command: its arguments, whose comments are the help text, and what it does.

pub(super) mod auth;
pub(super) mod cache;
pub(super) mod catalog;
pub(super) mod check;
pub(super) mod completions;
pub(super) mod demo;
pub(super) mod diff;
pub(super) mod explain;
pub(super) mod import;
pub(super) mod init;
pub(super) mod inspect;
pub(super) mod list;
pub(super) mod lock;
pub(super) mod merge_shards;
pub(super) mod outdated;
pub(super) mod pick;
pub(super) mod registry;
pub(super) mod schema;
pub(super) mod tags;
pub(super) mod update;
pub(super) mod why;

//! A policy given by flags: for `pick`, over tags from standard input, and for `tags`, over a repository's.

mod args;
mod flag_policy;
mod messages;
mod read;

pub(super) use args::PolicyArgs;
pub(super) use flag_policy::FlagPolicy;

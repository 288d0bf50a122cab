//! `auth`: where credentials come from.

mod args;
mod status;

pub(in crate::cli) use args::AuthArgs;
pub(in crate::cli) use status::run;

//! `tags`: the tags of a repository, as the registry lists them, or as a policy does.

mod args;
mod look;
mod rows;
mod run;
mod sort;

pub(in crate::cli) use args::TagsArgs;
pub(in crate::cli) use run::run;

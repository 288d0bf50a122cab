//! `pick`: a policy given by flags, over tags from standard input.

mod args;
mod input;
mod run;
mod verdicts;

pub(in crate::cli) use args::PickArgs;
pub(in crate::cli) use run::run;
pub(in crate::cli) use verdicts::table;

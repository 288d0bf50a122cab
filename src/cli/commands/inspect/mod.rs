//! `inspect`: what a reference points to, for people and programs, or its exact bytes.

mod args;
mod run;
mod text;

pub(in crate::cli) use args::InspectArgs;
pub(in crate::cli) use run::run;

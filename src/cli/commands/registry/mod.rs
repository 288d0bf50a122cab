//! `registry`: what a registry is like.

mod args;
mod doctor;
mod text;

pub(in crate::cli) use args::RegistryArgs;
pub(in crate::cli) use doctor::run;

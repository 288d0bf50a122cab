//! `registry`: what a registry is like.

mod args;
mod doctor;
mod table;
mod text;

pub(in crate::cli) use args::RegistryArgs;
pub(in crate::cli) use doctor::{SCHEMA, run};

//! The tests of whole parts and of the whole program, in one binary.

mod config_formats;
mod config_problems;
mod config_spans;
mod constraints;
#[cfg(feature = "embedded")]
mod embedded;
mod policies;
mod support;

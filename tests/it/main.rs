//! The tests of whole parts and of the whole program, in one binary.

mod constraints;
#[cfg(feature = "embedded")]
mod embedded;
mod policies;
mod support;

//! The tests of whole parts and of the whole program, in one binary.

#[cfg(feature = "embedded")]
mod embedded;
mod support;

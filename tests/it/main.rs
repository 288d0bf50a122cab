//! The tests of whole parts and of the whole program, in one binary.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod constraints;
#[cfg(feature = "embedded")]
mod embedded;
mod layers;
mod policies;
mod references;
#[cfg(feature = "embedded")]
mod registry;
mod support;

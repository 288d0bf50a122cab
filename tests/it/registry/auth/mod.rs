//! What registries want to see, and what they get.

mod files;
mod proofs;
mod refusals;
mod support;
mod tokens;

//! Policies of other tools: what they become, and that they choose the same.

mod command;
mod properties;
mod proposals;
mod vectors;

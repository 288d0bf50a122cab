//! The guide says what the program does: every example on its pages is carried out.

mod blocks;
mod examples;
#[cfg(feature = "cli")]
mod imports;
mod links;
mod tables;
mod workloads;

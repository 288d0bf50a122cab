//! The guide says what the program does: every example on its pages is carried out.

mod blocks;
mod examples;
#[cfg(feature = "cli")]
mod imports;
#[cfg(feature = "cli")]
mod inspecting;
mod links;
#[cfg(feature = "embedded")]
mod registries;
mod tables;
mod well_known;
mod workloads;

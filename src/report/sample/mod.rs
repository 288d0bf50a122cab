//! Reports for tests.

mod edges;
mod locks;
mod parts;
mod week;

pub(super) use edges::{empty, hostile, large};
pub(super) use locks::locks;
pub(super) use parts::{now, without_colors};
pub(super) use week::{held, report};

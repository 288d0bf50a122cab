//! YAML, on the events of `granit-parser`.

mod builder;
mod read;

pub(super) use read::{parse, parse_lenient};

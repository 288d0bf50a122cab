//! Where mirrors are: what the config says, and the files of other tools that `--mirrors-from` names.

mod choice;
mod files;
mod routes;

pub use choice::{MirrorsFrom, MirrorsKind};
pub(super) use routes::Mirrors;

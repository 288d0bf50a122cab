//! Where mirrors are: what the config says, and the files of other tools that `--mirrors-from` names.

mod files;
mod routes;

pub(super) use routes::Mirrors;

//! `--plan`: the requests that a run would make.

mod document;
mod show;

pub(super) use document::SCHEMA;
pub(super) use show::show;

//! `--plan`: the requests that a run would make.

mod document;
mod mirrors;
mod show;

pub(super) use document::SCHEMA;
pub(super) use mirrors::first_asked;
pub(super) use show::show;

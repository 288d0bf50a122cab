//! `--plan`: the requests that a run would make.

mod mirrors;
mod show;

pub(super) use mirrors::first_asked;
pub(super) use show::show;

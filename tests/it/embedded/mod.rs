//! The embedded registry as an HTTP client sees it.

mod access;
mod families;
mod faults;
mod paging;
mod real;
mod referrers;
mod serving;
mod support;

//! The embedded registry as an HTTP client sees it.

mod referrers;
mod serving;
mod support;

//! imagelock

pub mod diff;
#[cfg(feature = "embedded")]
pub mod embedded;
pub mod error;
pub mod image;
pub mod import;
pub mod lock;
pub mod observe;
pub mod policy;
pub mod registry;
pub mod report;
pub mod tag;
pub mod version;

#[cfg(test)]
mod generated;

//! imagelock

pub mod config;
#[cfg(feature = "embedded")]
pub mod embedded;
pub mod error;
pub mod image;
pub mod lock;
pub mod policy;
pub mod tag;
pub mod version;

#[cfg(test)]
mod generated;

//! imagelock

pub mod error;
pub mod image;

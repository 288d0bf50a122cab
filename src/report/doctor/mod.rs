//! What a registry is like: the JSON contract `imagelock.doctor/v1`.

mod config_table;
mod document;

pub use document::{DoctorDocument, DoctorFailure, SCHEMA};

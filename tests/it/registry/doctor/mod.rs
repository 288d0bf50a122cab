//! What the doctor says of registries that are ill, and what it advises.

mod access;
mod dates;
mod limits;
mod lists;
mod reach;
mod support;
mod whole;

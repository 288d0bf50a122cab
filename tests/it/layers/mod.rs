//! Holds the source to its layers: which module may use which, and who may touch the outside.

mod code;
mod options;
mod repository;
mod rules;

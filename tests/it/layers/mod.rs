//! Holds the source to its layers: which module may use which, and who may touch the outside.

mod circles;
mod code;
mod options;
mod paths;
mod planted;
mod repository;
mod rules;

//! Each command as a user runs it, against a registry inside the test.

mod catalog;
mod choosing;
mod doctor;
mod figures;
mod files;
mod inventories;
mod locking;
mod looking;
mod outdated;
mod plumbing;
mod support;
mod tags;

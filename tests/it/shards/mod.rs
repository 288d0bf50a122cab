//! One run divided among processes.

#[cfg(unix)]
mod examples;
mod failures;
mod merging;
mod parts;
mod support;

//! Bad input of every kind: one clear error with what to do, the right exit code, the old lock untouched.

mod configs;
mod locks;
mod registries;
mod support;

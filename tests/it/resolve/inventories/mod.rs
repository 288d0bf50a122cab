//! Registries' own interfaces that tell of many tags at once: what is taken from them, and what is not.

mod answers;
mod counts;
mod credentials;
mod faults;
mod lags;
mod support;

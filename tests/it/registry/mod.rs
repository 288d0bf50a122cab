//! The registry client against an embedded registry that behaves well, badly and worse.

mod auth;
mod faults;
mod manifests;
mod redirects;
mod setup;
mod tags;

use setup::*;

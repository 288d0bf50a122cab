//! The same checks of the client over every registry family: what a user wants of any registry.
//!
//! Each test goes over all profiles of the embedded registry and names the profile in what it asserts.

mod access;
mod content;
mod doctor;
mod limits;
mod lists;
mod missing;
mod support;

use std::time::Duration;

use imagelock::embedded::{Behaviour, Gate, Operation, Profile};
use imagelock::error::Fault;
use imagelock::registry::{ErrorKind, RegistryError, Target};

use support::{Family, IDENTITY, PASSWORD, families};

use super::support::{all_of, tag, texts};

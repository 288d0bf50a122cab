//! The registry client against an embedded registry that behaves well, badly and worse.

mod auth;
mod cache;
mod catalog;
mod doctor;
mod events;
mod families;
mod faults;
mod manifests;
mod matrix;
mod memory;
mod pace;
mod reach;
mod realms;
mod redirects;
mod referrers;
mod sources;
pub(crate) mod support;
mod tags;
mod trials;

use std::sync::Arc;
use std::time::Duration;

use imagelock::embedded::{Registry, TestImage};
use imagelock::error::Fault;
use imagelock::image::{Repository, Tag};
use imagelock::observe::Event;
use imagelock::registry::{Client, ClientBuilder, RegistryError, Target};

use support::{
    Recorder, all_of, app, builder, client, registry, registry_with, repository, tag, tags_code,
    texts,
};

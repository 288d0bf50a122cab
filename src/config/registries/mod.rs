//! `[registries]`: how to reach and how to treat registries.

mod access;
mod auth;
#[cfg(test)]
mod json_schema;
mod model;
mod places;
mod read;
mod settings;
mod values;

pub(super) use model::Registry;
pub(super) use read::read;
pub use settings::{
    ApiSetting, AuthSettings, FileSetting, MirrorSettings, ProxySettings, RegistrySettings,
};

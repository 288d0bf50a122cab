//! Amazon ECR: an access key, and with it a login for the registries of a region.

mod chain;
mod container;
mod describe;
mod ecr;
mod endpoint;
mod fetch;
mod hex;
mod host;
mod ini;
mod instance;
mod keys;
mod partition;
mod profile;
mod registry;
mod security_token;
mod sign;
mod source;
mod sso;

pub use registry::AwsEcr;

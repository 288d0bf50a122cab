//! Google's registries: an access token by application default credentials.

mod account;
mod external;
mod federation;
mod impersonation;
mod metadata;
mod place;
mod registry;
mod service_account;
mod token;

pub use registry::Google;

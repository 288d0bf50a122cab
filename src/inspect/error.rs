use thiserror::Error;

use crate::error::{Code, Fault};
use crate::image::{DocumentError, Platform};
use crate::registry::RegistryError;

/// A reference could not be inspected.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum InspectError {
    /// The registry request failed.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The registry's content is not a manifest, index or config that can be read.
    #[error("cannot read {reference}: {error}")]
    Document {
        /// The reference; by digest only, if it is a part of another one.
        reference: String,
        /// The error.
        error: DocumentError,
    },
    /// There is no image for the platform.
    #[error("{reference} has no image for {wanted}")]
    PlatformMissing {
        /// The reference.
        reference: String,
        /// The requested platform.
        wanted: Platform,
        /// The available platforms, in the index's order.
        present: Vec<Platform>,
    },
    /// There is no config: the index contains neither an image nor an artifact.
    #[error("{reference} is an index without images, and has no config")]
    NoConfig {
        /// The reference.
        reference: String,
    },
}

impl Fault for InspectError {
    fn code(&self) -> Code {
        match self {
            Self::Registry(error) => error.code(),
            Self::Document { error, .. } => error.code(),
            Self::PlatformMissing { .. } => Code::PlatformMissing,
            Self::NoConfig { .. } => Code::RegistryInvalid,
        }
    }

    fn notes(&self) -> Vec<String> {
        match self {
            Self::Registry(error) => error.notes(),
            Self::Document { error, .. } => error.notes(),
            Self::PlatformMissing { present, .. } if present.is_empty() => {
                vec!["it has no platforms".into()]
            }
            Self::PlatformMissing { present, .. } => {
                let present: Vec<_> = present.iter().map(ToString::to_string).collect();
                vec![format!("there are: {}", present.join(", "))]
            }
            Self::NoConfig { .. } => Vec::new(),
        }
    }

    fn help(&self) -> Option<String> {
        match self {
            Self::Registry(error) => error.help(),
            Self::Document { error, .. } => error.help(),
            Self::PlatformMissing { .. } | Self::NoConfig { .. } => None,
        }
    }
}

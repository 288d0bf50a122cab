use std::fmt;

use crate::config::ImageSpec;
use crate::error::{Code, Diagnostic};
use crate::image::{Platform, Tag};

/// Why a tag that its policy allows cannot be pinned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MissingPlatforms {
    /// It lacks platforms that the config requires.
    Lacking {
        /// The required platforms that it lacks, sorted.
        missing: Vec<Platform>,
        /// The platforms that it has, sorted.
        present: Vec<Platform>,
    },
    /// It names images that the registry does not have.
    Gone {
        /// The platforms of these images, sorted.
        platforms: Vec<Platform>,
    },
    /// It is an artifact, such as a chart, and the config requires platforms.
    Artifact {
        /// What it is, as a media type.
        artifact_type: String,
    },
    /// It is an index in which there is no image.
    Empty,
}

impl MissingPlatforms {
    /// Says that a tag cannot be pinned, where no other one can take its place.
    pub(super) fn diagnostic(&self, spec: &ImageSpec, tag: &Tag) -> Diagnostic {
        let message = format!("{}:{tag} {self}", spec.repository);
        Diagnostic::new(Code::PlatformMissing, message)
            .help(self.help().unwrap_or_else(|| WAIT_FOR_PLATFORM.into()))
    }

    /// Returns what to change, where waiting for the publisher will not do.
    pub(super) fn help(&self) -> Option<String> {
        match self {
            Self::Lacking { .. } => None,
            Self::Artifact { .. } => {
                Some("write `platforms = []` for this image: an artifact has no platforms".into())
            }
            Self::Gone { .. } | Self::Empty => {
                Some("ask the publisher to push the tag again".into())
            }
        }
    }
}

/// What to do about a platform that is not there.
pub(super) const WAIT_FOR_PLATFORM: &str =
    "take the platform off `platforms`, or wait for the publisher to add it";

impl fmt::Display for MissingPlatforms {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let join = |platforms: &[Platform]| {
            platforms
                .iter()
                .map(Platform::to_string)
                .collect::<Vec<_>>()
                .join(", ")
        };
        match self {
            Self::Lacking { missing, present } => {
                write!(formatter, "lacks {}", join(missing))?;
                if present.is_empty() {
                    formatter.write_str(" and says no platform at all")
                } else {
                    write!(formatter, "; it has {}", join(present))
                }
            }
            Self::Gone { platforms } => {
                formatter.write_str("names images that the registry does not have")?;
                if platforms.is_empty() {
                    return Ok(());
                }
                write!(formatter, ": {}", join(platforms))
            }
            Self::Artifact { artifact_type } => {
                let artifact_type: String = artifact_type.chars().take(100).collect();
                write!(
                    formatter,
                    "is not an image but an artifact, `{}`",
                    artifact_type.escape_debug()
                )
            }
            Self::Empty => formatter.write_str("is an index without images"),
        }
    }
}

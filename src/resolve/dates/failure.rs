use thiserror::Error;

use crate::error::{Code, Fault};
use crate::image::{Repository, Tag};
use crate::policy::PolicyOption;
use crate::registry::RegistryError;

/// Why candidates could not be dated.
#[derive(Clone, Debug, Error)]
pub enum DateFailure {
    /// There are too many of them.
    #[error("{count} tags of {repository} are candidates, and at most {most} are dated")]
    TooMany {
        /// The repository.
        repository: Repository,
        /// How many candidates there are.
        count: usize,
        /// How many there may be.
        most: usize,
    },
    /// One of them has no date.
    #[error("{repository}:{tag} cannot be dated: {reason}")]
    Missing {
        /// The repository.
        repository: Repository,
        /// The tag.
        tag: Tag,
        /// Why not, as a fragment.
        reason: String,
    },
    /// The registry did not tell the date of one of them.
    #[error("the date of {tag} is unknown: {error}")]
    Registry {
        /// The tag.
        tag: Tag,
        /// What went wrong.
        error: RegistryError,
    },
}

impl DateFailure {
    pub(super) fn missing(repository: &Repository, tag: &Tag, reason: &str) -> Self {
        Self::Missing {
            repository: repository.clone(),
            tag: tag.clone(),
            reason: reason.into(),
        }
    }

    pub(in crate::resolve) fn registry(tag: &Tag, error: RegistryError) -> Self {
        let tag = tag.clone();
        Self::Registry { tag, error }
    }
}

impl Fault for DateFailure {
    fn code(&self) -> Code {
        match self {
            Self::TooMany { .. } | Self::Missing { .. } => Code::DateMissing,
            Self::Registry { error, .. } => error.code(),
        }
    }

    fn shared(&self) -> Option<String> {
        match self {
            Self::Registry { error, .. } => error.shared(),
            Self::TooMany { .. } | Self::Missing { .. } => None,
        }
    }

    fn notes(&self) -> Vec<String> {
        match self {
            Self::TooMany {
                repository, most, ..
            } if *most < super::MAX_CANDIDATES => vec![format!(
                "{} does not tell when each was pushed, and counts every image that is read as a pull",
                repository.registry()
            )],
            Self::TooMany { .. } => Vec::new(),
            Self::Missing { .. } => {
                vec!["`newest-build` compares the dates of all candidates".into()]
            }
            Self::Registry { error, .. } => error.notes(),
        }
    }

    fn help(&self) -> Option<String> {
        match self {
            Self::TooMany { .. } => Some("narrow the candidates with `allow-tags`".into()),
            Self::Missing { tag, .. } => Some(format!(
                "leave it out with `{} = \"{tag}\"`, or narrow the candidates with `{}`",
                PolicyOption::IgnoreTags,
                PolicyOption::AllowTags
            )),
            Self::Registry { error, .. } => error.help(),
        }
    }
}

use super::{Direction, Extract, Pattern, Prerelease, StrategyKind, Suffix};
use crate::image::Tag;
use crate::version::{CalverConstraint, Constraint, Scheme};

/// Which tags an image may have, and which of them is taken.
///
/// `Display` gives the canonical text that the lock records: `semver ^1.27 suffix=-alpine`. Equal
/// policies have equal texts, different ones different texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// How the tags that pass are ordered.
    pub strategy: Strategy,
    /// What tags must end with; taken off before the version is read.
    pub suffix: Option<Suffix>,
    /// Where the value stands that the strategy works on; `None` is the tag itself.
    pub extract: Option<Extract>,
    /// Patterns of which one must match; empty lets all tags pass.
    pub allow_tags: Vec<Pattern>,
    /// Patterns of which none may match.
    pub ignore_tags: Vec<Pattern>,
    /// Which prereleases are taken; `None` leaves it to the constraint.
    pub prerelease: Option<Prerelease>,
}

/// How a tag is chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Strategy {
    /// The highest version that satisfies a constraint.
    Semver {
        /// Which versions are allowed.
        constraint: Constraint,
    },
    /// The highest calendar version.
    Calver {
        /// How the versions are written.
        scheme: Scheme,
        /// Which versions are allowed; `None` is all.
        constraint: Option<CalverConstraint>,
    },
    /// The highest or the lowest decimal number, of any length and exact.
    Numerical {
        /// Which end is taken.
        order: Direction,
    },
    /// The last or the first in byte order.
    Alphabetical {
        /// Which end is taken.
        order: Direction,
    },
    /// The tag that was built or pushed last.
    NewestBuild,
    /// One tag, whose digest is followed.
    Digest {
        /// The tag.
        tag: Tag,
    },
}

impl Strategy {
    /// The names of all strategies.
    pub const NAMES: &[&str] = &[
        StrategyKind::Semver.as_str(),
        StrategyKind::Calver.as_str(),
        StrategyKind::Numerical.as_str(),
        StrategyKind::Alphabetical.as_str(),
        StrategyKind::NewestBuild.as_str(),
        StrategyKind::Digest.as_str(),
    ];

    /// Returns which strategy it is, without its data.
    pub fn kind(&self) -> StrategyKind {
        match self {
            Self::Semver { .. } => StrategyKind::Semver,
            Self::Calver { .. } => StrategyKind::Calver,
            Self::Numerical { .. } => StrategyKind::Numerical,
            Self::Alphabetical { .. } => StrategyKind::Alphabetical,
            Self::NewestBuild => StrategyKind::NewestBuild,
            Self::Digest { .. } => StrategyKind::Digest,
        }
    }

    /// Returns the strategy's name.
    pub fn name(&self) -> &'static str {
        self.kind().as_str()
    }
}

impl Policy {
    /// Makes the policy that takes the highest version that satisfies a constraint.
    pub fn semver(constraint: Constraint) -> Self {
        Self::of(Strategy::Semver { constraint })
    }

    /// Makes the policy that follows one tag.
    pub fn digest(tag: Tag) -> Self {
        Self::of(Strategy::Digest { tag })
    }

    /// Makes a policy without filters.
    pub fn of(strategy: Strategy) -> Self {
        Self {
            strategy,
            suffix: None,
            extract: None,
            allow_tags: Vec::new(),
            ignore_tags: Vec::new(),
            prerelease: None,
        }
    }
}

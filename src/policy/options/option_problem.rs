use std::ops::Range;

use thiserror::Error;

use super::super::{ExtractPart, StrategyKind};
use super::PolicyOption;
use crate::error::{Code, Fault, TextError};
use crate::image::{PlatformError, TagError};
use crate::syntax::Spanned;
use crate::version::Scheme;

/// What is wrong with options. Whoever has filled them knows what they are called there, and says it better.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum OptionProblem {
    /// No strategy has this name.
    #[error("unknown strategy `{}`", name.value)]
    UnknownStrategy {
        /// The name.
        name: Spanned<String>,
    },
    /// The strategy does not look at an option.
    #[error("`{option}` has no effect with the strategy `{strategy}`")]
    NoEffect {
        /// The option.
        option: PolicyOption,
        /// The strategy.
        strategy: StrategyKind,
    },
    /// The strategy needs an option that is not there.
    #[error("the strategy `{strategy}` needs the key `{option}`")]
    Missing {
        /// The option.
        option: PolicyOption,
        /// The strategy.
        strategy: StrategyKind,
    },
    /// One of the two texts of `extract` is not there.
    #[error("`extract` needs the key `{part}`")]
    MissingPart {
        /// Which of them.
        part: ExtractPart,
    },
    /// A text cannot be read.
    #[error("{error}")]
    Malformed {
        /// The option.
        option: PolicyOption,
        /// Which text of `extract` it is.
        part: Option<ExtractPart>,
        /// The text.
        text: Spanned<String>,
        /// What is wrong, and where in that text.
        error: TextError,
    },
    /// A text is none of those that the option knows.
    #[error("`{option}` does not know `{}`", word.value)]
    UnknownWord {
        /// The option.
        option: PolicyOption,
        /// The text.
        word: Spanned<String>,
        /// What the option knows.
        known: Vec<&'static str>,
    },
    /// The tag to follow is not a tag.
    #[error("{error}")]
    BadTag {
        /// The text.
        text: Spanned<String>,
        /// The error.
        error: TagError,
    },
    /// A platform is not one.
    #[error("{error}")]
    BadPlatform {
        /// The bytes of the platform.
        span: Range<usize>,
        /// The error.
        error: PlatformError,
    },
    /// A list without items has no meaning.
    #[error("`{option}` is empty")]
    EmptyList {
        /// The option.
        option: PolicyOption,
        /// The bytes of the list.
        span: Range<usize>,
    },
    /// A length of time is `true`.
    #[error("`{}` is a length of time, not `true`", PolicyOption::Cooldown)]
    CooldownWithoutLength {
        /// The bytes of the value.
        span: Range<usize>,
    },
    /// The suffix is a part of what `extract` works on.
    #[error(
        "`{}` does not go with `{}`",
        PolicyOption::Suffix,
        PolicyOption::Extract
    )]
    SuffixBesideExtract,
    /// Versions of this scheme are never prereleases.
    #[error(
        "`{}` has no effect: the scheme `{scheme}` has none",
        PolicyOption::Prerelease
    )]
    PrereleaseWithoutModifier {
        /// The scheme.
        scheme: Scheme,
    },
    /// An immutable tag names one digest for ever.
    #[error(
        "`{}` does not go with `{}`",
        PolicyOption::DigestUpdates,
        PolicyOption::Immutable
    )]
    DigestUpdatesBesideImmutable,
}

impl Fault for OptionProblem {
    fn code(&self) -> Code {
        match self {
            Self::UnknownStrategy { .. } => Code::UnknownStrategy,
            Self::Missing { .. } | Self::MissingPart { .. } => Code::MissingKey,
            Self::Malformed { error, .. } => error.code(),
            Self::UnknownWord { .. } | Self::EmptyList { .. } => Code::BadValue,
            Self::BadTag { error, .. } => error.code(),
            Self::BadPlatform { error, .. } => error.code(),
            Self::CooldownWithoutLength { .. } => Code::BadDuration,
            Self::NoEffect { .. }
            | Self::SuffixBesideExtract
            | Self::PrereleaseWithoutModifier { .. }
            | Self::DigestUpdatesBesideImmutable => Code::ContradictoryOptions,
        }
    }

    fn help(&self) -> Option<String> {
        match self {
            Self::Malformed { error, .. } => error.help(),
            Self::BadTag { error, .. } => error.help(),
            Self::BadPlatform { error, .. } => error.help(),
            _ => None,
        }
    }
}

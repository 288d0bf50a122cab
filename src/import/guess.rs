use crate::image::Tag;
use crate::policy::{
    DefaultOptions, OptionReader, OptionValue, Options, Policy, PolicyOption, StrategyKind,
};

/// What somebody who runs a tag probably means by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Guess {
    /// Versions of one variant.
    Versions { constraint: String, suffix: String },
    /// Versions, where `pattern` has them as its first group.
    Extracted { constraint: String, pattern: String },
    /// The highest number, where `pattern` has it as its first group.
    Numbers { pattern: String },
    /// The last of one form in byte order.
    Last { pattern: String },
    /// The newest build of one form.
    Newest { pattern: String },
    /// The tag itself.
    Same { tag: Tag },
}

const FIRST_GROUP: &str = "$1";

impl Guess {
    /// Returns the options of an entry.
    pub(super) fn options(&self) -> Options {
        let mut options = Options::default();
        let mut text = |option, text: &str| options.set_text(option, text);
        match self {
            Self::Versions { constraint, .. } | Self::Extracted { constraint, .. } => {
                text(PolicyOption::Constraint, constraint);
            }
            Self::Numbers { .. } => {
                text(PolicyOption::Strategy, StrategyKind::Numerical.as_str());
            }
            Self::Last { .. } => text(PolicyOption::Strategy, StrategyKind::Alphabetical.as_str()),
            Self::Newest { .. } => text(PolicyOption::Strategy, StrategyKind::NewestBuild.as_str()),
            Self::Same { tag } => text(PolicyOption::Tag, tag.as_str()),
        }
        match self {
            Self::Versions { suffix, .. } if !suffix.is_empty() => {
                text(PolicyOption::Suffix, suffix);
            }
            Self::Extracted { pattern, .. } | Self::Numbers { pattern } => {
                let extract = OptionValue::extract(pattern, FIRST_GROUP);
                options.set(PolicyOption::Extract, extract);
            }
            Self::Last { pattern } | Self::Newest { pattern } => {
                text(PolicyOption::AllowTags, &searched(pattern));
            }
            Self::Versions { .. } | Self::Same { .. } => {}
        }
        options
    }

    /// Returns the policy that the options mean; `None` if one of them cannot be read.
    pub(super) fn policy(&self) -> Option<Policy> {
        let options = self.options();
        let (image, problems) = OptionReader::default().image(&options, &DefaultOptions::default());
        image
            .filter(|_| problems.is_empty())
            .map(|image| image.policy)
    }
}

fn searched(pattern: &str) -> String {
    format!("regexp:{pattern}")
}

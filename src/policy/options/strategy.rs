use super::written_options::owned;
use super::{OptionProblem, OptionReader, Options, PolicyOption};
use crate::error::TextError;
use crate::image::Tag;
use crate::policy::{Direction, Strategy, StrategyKind};
use crate::syntax::Spanned;
use crate::version::{CalverConstraint, Constraint, Scheme};

impl OptionReader {
    /// Reads the options that the strategy is made of.
    pub(super) fn strategy(
        &mut self,
        kind: StrategyKind,
        scheme: Option<&Scheme>,
        options: &Options,
    ) -> Option<Strategy> {
        let constraint = options.text(PolicyOption::Constraint);
        Some(match kind {
            StrategyKind::Semver => {
                let constraint = match constraint {
                    Some(text) => {
                        let read = Constraint::parse(text.value);
                        self.text(PolicyOption::Constraint, &text, read)?
                    }
                    None => Constraint::any(),
                };
                Strategy::Semver { constraint }
            }
            StrategyKind::Calver => {
                let scheme = scheme?.clone();
                let constraint = match constraint {
                    Some(text) => {
                        let read = CalverConstraint::parse(&scheme, text.value);
                        Some(self.text(PolicyOption::Constraint, &text, read)?)
                    }
                    None => None,
                };
                Strategy::Calver { scheme, constraint }
            }
            StrategyKind::Numerical => Strategy::Numerical {
                order: self.order(options)?,
            },
            StrategyKind::Alphabetical => Strategy::Alphabetical {
                order: self.order(options)?,
            },
            StrategyKind::NewestBuild => Strategy::NewestBuild,
            StrategyKind::Digest => Strategy::Digest {
                tag: self.tag(options)?,
            },
        })
    }

    pub(super) fn scheme(&mut self, options: &Options) -> Option<Scheme> {
        let option = PolicyOption::Scheme;
        let Some(text) = options.text(option) else {
            let strategy = StrategyKind::Calver;
            self.problem(OptionProblem::Missing { option, strategy });
            return None;
        };
        self.text(option, &text, Scheme::parse(text.value))
    }

    fn order(&mut self, options: &Options) -> Option<Direction> {
        match options.text(PolicyOption::Order) {
            None => Some(Direction::default()),
            Some(text) => self.word(PolicyOption::Order, &text, &Direction::NAMES),
        }
    }

    fn tag(&mut self, options: &Options) -> Option<Tag> {
        let option = PolicyOption::Tag;
        let Some(text) = options.text(option) else {
            // Whoever has written a constraint is told to write a tag instead.
            if options.value(PolicyOption::Constraint).is_none() {
                let strategy = StrategyKind::Digest;
                self.problem(OptionProblem::Missing { option, strategy });
            }
            return None;
        };
        let tag = Tag::parse(text.value);
        tag.map_err(|error| {
            let text = owned(&text);
            self.problem(OptionProblem::BadTag { text, error });
        })
        .ok()
    }

    /// Returns what was read of a text, or keeps what is wrong with it.
    pub(super) fn text<T>(
        &mut self,
        option: PolicyOption,
        text: &Spanned<&str>,
        read: Result<T, TextError>,
    ) -> Option<T> {
        read.map_err(|error| {
            self.problem(OptionProblem::Malformed {
                option,
                part: None,
                text: owned(text),
                error,
            });
        })
        .ok()
    }
}

//! The options of a policy: as they are written, and what they mean.
//!
//! Configs, annotations, flags and what is imported from other tools fill [`Options`], and [`OptionReader`] alone
//! reads them. A new option is a variant of [`PolicyOption`] with its row in the table there (its name, the shape
//! of its value and the strategies that it suits), its reader in one of the files here, and its documentation.

mod duration;
mod filters;
mod guards;
mod option_problem;
mod option_value;
mod policy_option;
mod reader;
mod strategy;
mod written_options;

pub use duration::parse_duration;
pub use option_problem::OptionProblem;
pub use option_value::OptionValue;
pub use policy_option::{PolicyOption, ValueShape};
pub use reader::{DefaultOptions, ImagePolicy, OptionReader};
pub use written_options::{Options, WrittenOption};

//! A diff in words: for a terminal, for a pull request, for `patch`, for programs.
//!
//! [`Report::new`] gathers what all forms need into one value, which is also the JSON contract
//! `imagelock.diff/v1` ([`json`], [`SCHEMA`]). [`text`] and [`status_lines`] are for a terminal,
//! [`markdown()`] is the body of a pull request, [`unified`] is a patch. All of them are functions of
//! their arguments: no clock, no terminal, no files.
//!
//! Every other JSON contract of the command has a module of its own: [`auth`], [`catalog`], [`doctor`],
//! [`inspection`], [`outdated`], [`plan`], [`tags`], [`verdicts`]. Each makes its document from the values of the
//! rooms before this one; [`json`] writes it.
//!
//! What registries and publishers wrote is hostile until it went through [`escape`]: it cannot steer a
//! terminal, break a table, mention people or smuggle in HTML.
//!
//! ```
//! use imagelock::diff::compare;
//! use imagelock::lock::Lock;
//! use imagelock::report::{ComparedLocks, Report, Side, Style, text};
//!
//! let sides = ComparedLocks {
//!     lockfile: "images.lock".into(),
//!     before: Side::GitRev("HEAD".into()),
//!     after: Side::WorkingTree("images.lock".into()),
//! };
//! let diff = compare(&Lock::default(), &Lock::default());
//! let report = Report::new(&diff, sides, &Default::default(), Vec::new());
//! assert_eq!(
//!     text(&report, Style::default()),
//!     "images.lock: HEAD -> working tree\n0 updated, 0 added, 0 removed, 0 unchanged\n"
//! );
//! ```

mod age;
mod alerts;
pub mod auth;
mod build;
pub mod catalog;
mod cells;
mod change_facts;
mod details;
pub mod doctor;
mod document;
pub mod escape;
mod facts;
mod failures;
mod held;
pub mod inspection;
mod json;
mod links;
mod markdown;
mod markdown_options;
pub mod outdated;
pub mod plan;
mod sections;
mod status;
mod style;
pub mod tags;
mod text;
mod unified;
pub mod verdicts;
mod words;

#[cfg(test)]
mod sample;

pub use age::day;
pub use build::ComparedLocks;
pub use change_facts::ChangeFacts;
pub use document::{
    ChangeLinks, ChangeReport, Contract, FailureReport, LintReport, Notice, PinReport, Report,
    SCHEMA, Side, Summary,
};
pub use facts::{change_facts, fact_subjects};
pub use failures::grouped_failures;
pub use held::HeldReport;
pub use json::json;
pub use markdown::markdown;
pub use markdown_options::{Flavour, MarkdownOptions};
pub use status::{Status, status_lines};
pub use style::Style;
pub use text::text;
pub use unified::unified;

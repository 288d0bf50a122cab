//! Versions in tags, and constraints over them in the dialect of Masterminds/semver 3.4.
//!
//! Helm, Flux and Argo CD Image Updater use the same dialect. A [`Version`] has one to three components and an
//! optional leading `v`. A [`Constraint`] consists of comparators joined by a space or a comma (and) or by `||`
//! (or). Tags can have more formats than versions in Masterminds ([`Version::of_tag`]): more components, and
//! prereleases without a separator.
//!
//! ```
//! use imagelock::version::{Constraint, Prereleases, Version};
//!
//! let constraint = Constraint::parse("^1.27")?;
//! let fits = |text| {
//!     Version::parse(text).is_some_and(|version| constraint.matches(&version, Prereleases::ByConstraint))
//! };
//! assert!(fits("1.27.5") && fits("v1.28"));
//! assert!(!fits("2.0.0") && !fits("1.28.0-rc.1") && !fits("latest"));
//! # Ok::<(), imagelock::error::TextError>(())
//! ```
//!
//! # What a comparator admits
//!
//! Components that are omitted or written as `x`, `X` or `*` are wildcards, and so is everything after the
//! first wildcard (`1.x.3` is `1.x`). In comparisons, wildcards count as zero.
//!
//! | operator | `*` | `1` | `1.2` | `1.2.3` |
//! | --- | --- | --- | --- | --- |
//! | none, `=` | any | 1.\* | 1.2.\* | 1.2.3 |
//! | `!=` | all except 0.0.0 | not 1.\* | not 1.2.\* | not 1.2.3 |
//! | `>` | above 0.0.0 | 2.0.0 and up | 1.3.0 and up | above 1.2.3 |
//! | `>=`, `=>` | any | 1.0.0 and up | 1.2.0 and up | 1.2.3 and up |
//! | `<` | none | below 1.0.0 | below 1.2.0 | below 1.2.3 |
//! | `<=`, `=<` | 0.0.\* | below 2.0.0 | below 1.3.0 | up to 1.2.3 |
//! | `~`, `~>` | any | 1.\* | 1.2.\* | from 1.2.3, below 1.3 |
//! | `^` | 0.0.0 | 1.\* | from 1.2, below 2 | from 1.2.3, below 2 |
//!
//! `^0` is 0.\*, `^0.1` is 0.1.\*, `^0.0` is 0.0.\*, `^0.2.3` is from 0.2.3 and below 0.3, `^0.0.3` is
//! only 0.0.3, and `~0.0.0` admits any version. `A - B` is `>=A <=B`. The three surprising cells in the first
//! column and `~0.0.0` match Masterminds, so that a constraint means the same everywhere.
//!
//! # Prereleases
//!
//! A group (the comparators between two `||`) admits prereleases only if at least one of its
//! comparators names one: `^1` does not admit 1.3.0-rc.1, `^1-0` does.
//!
//! # Calendar versions
//!
//! A [`Scheme`] defines the format of versions (`YYYY.0M.0D`), and a [`CalverConstraint`] the allowed ones; it
//! has the grammar above and compares part by part.
//!
//! # Where Masterminds differs
//!
//! Its hyphen ranges are a text replacement that fails in two cases; imagelock reads them correctly.
//! `!=1.5 1 - 2` (a range after a space) is an error in Masterminds, and `1||2 - 3` without spaces around
//! `||` is read as `>=1 || 2 <=3`.

mod calver;
mod calver_constraint;
mod comparator;
mod constraint;
mod decimal;
mod error;
mod further;
mod grammar;
mod identifiers;
mod natural;
mod partial;
mod quirk;
mod scan;
mod scheme;
mod stage;
mod token;
mod version_text;

pub use calver_constraint::CalverConstraint;
pub use constraint::{Constraint, Prereleases};
pub use scheme::Scheme;
pub use version_text::Version;

pub(crate) use calver::{CalverFault, CalverRef, MOST_PARTS};
pub(crate) use decimal::DecimalRef;
pub(crate) use natural::natural;
pub(crate) use quirk::ConstraintQuirk;
pub(crate) use scan::{VersionRef, is_abbreviated_commit};
pub(crate) use stage::stage;

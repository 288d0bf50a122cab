//! From a config and the old lock to the new one: plan, fetch, choose, pin.
//!
//! [`plan`] says, without any input or output, which pins stay and what must be asked. [`resolve`]
//! asks (each tag list and manifest once), lets the policies choose over all images of a registry at
//! once, and pins. Registries do not wait for each other.
//! The result depends on the config, the old lock and the registries alone, not on timing: requests
//! may finish in any order, every list that leaves this module is sorted.
//!
//! ```
//! use imagelock::config::{self, Format, SourceFile};
//! use imagelock::lock::Lock;
//! use imagelock::resolve::{self, Intent};
//!
//! let source = SourceFile::new("images.toml", "version = 1\n[images]\nnginx = \"^1.27\"\n", Format::Toml);
//! let config = config::parse(&source).map_err(|problems| problems[0].message.clone())?;
//! let plan = resolve::plan(&config, &Lock::default(), &Intent::Lock).map_err(|problems| problems[0].message.clone())?;
//! assert_eq!(plan.jobs.len(), 1);
//! # Ok::<(), String>(())
//! ```

mod choose;
mod chosen_tag;
mod confirm;
mod cooldown;
mod dates;
mod dating;
mod decision;
mod engine;
mod evaluate;
mod explanation;
mod facts;
mod failure;
mod fetch;
mod forecast;
mod group;
mod group_choice;
mod held;
mod intent;
mod job;
mod known_platforms;
mod list_checks;
mod missing_platforms;
mod moved;
mod namesakes;
mod no_choice;
mod options;
mod partition;
mod patience;
mod pending_job;
mod pin;
mod plan;
mod presence;
mod resolution;
mod tag_lists;
mod unreadable_tag;

#[cfg(test)]
mod sample;

pub use dates::{
    Aged, DateFailure, DateQuery, Dates, MAX_CANDIDATES, RegistryDate, fetch_age, fetch_dates,
    fetch_told, fetch_update_ages,
};
pub use engine::resolve;
pub use explanation::Explanation;
pub use facts::{KnownFacts, Subject, fetch_facts};
pub use failure::{Failure, worst};
pub use forecast::{Bounds, Forecast, RegistryForecast};
pub use held::Held;
pub use intent::{Intent, unknown_image};
pub use job::{Goal, Job};
pub use missing_platforms::MissingPlatforms;
pub use options::Options;
pub use pin::{PinContent, pin};
pub use plan::{Plan, plan};
pub use resolution::Resolution;

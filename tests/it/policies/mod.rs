//! What policies choose, on tables, on the vectors of other programs and on random lists.

mod alphabetical;
mod calver;
mod current;
mod digest;
mod extract;
mod filters;
mod flux;
mod held;
mod image_updater;
mod lints;
mod nearest;
mod newest_build;
mod numerical;
mod properties;
mod renovate;
mod semver;
mod suffix;
mod support;
mod versions;

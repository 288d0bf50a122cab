//! From a config to pins, against an embedded registry: what is pinned and what is asked.

mod build_dates;
mod cooldowns;
mod dates;
mod docker_hub;
mod facts;
mod failures;
mod forecasts;
mod groups;
mod guards;
mod indexes;
mod inventories;
mod namesakes;
mod platforms;
mod requests;
mod support;
mod tokens;
mod untidy;
mod windows;

use std::collections::{BTreeMap, BTreeSet};

use clap::Args;
use serde::Serialize;

use super::super::context::{Context, Stop};
use super::super::form::{Form, json};
use super::super::limits::LimitArgs;
use super::super::preview::Preview;
use super::super::reports;
use super::super::settle::show_failures;
use super::super::table::Table;
use super::check::images;
use crate::lock::{Lock, Pin};
use crate::report::{self, day, hostile};
use crate::resolve::{self, Explanation, Resolution};
use crate::tag::Age;

/// The arguments of `outdated`.
#[derive(Debug, Args)]
pub struct OutdatedArgs {
    /// Images to show: keys of [images] [default: all].
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// Also show images that are up to date.
    #[arg(long)]
    pub all: bool,
    /// Exit with code 1 if `update` would change the lock.
    #[arg(long)]
    pub exit_code: bool,
    #[command(flatten)]
    pub limits: LimitArgs,
    /// Choose the output format.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Form::Text)]
    pub format: Form,
}

/// The pins that are behind: the JSON contract `imagelock.outdated/v1`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Outdated {
    /// The contract this document follows.
    schema: &'static str,
    /// The images, sorted by name; with `--all` also those that are up to date.
    images: Vec<Row>,
}

/// One image.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
struct Row {
    /// The image's name in the config.
    name: String,
    /// The repository, with its registry.
    image: String,
    /// The pinned tag; `null` if there is no pin.
    current: Option<String>,
    /// The tag that `update` would choose; `null` if the image failed.
    allowed: Option<String>,
    /// The tag that the policy would choose without its constraint and its safeguards.
    latest: Option<String>,
    /// Whether the pinned tag is kept and points to a different digest.
    moved: bool,
    /// The age of the allowed tag, with the source of that date; `null` if it is the pinned tag, or if the
    /// age is unknown.
    age: Option<Age>,
    /// The tags that are held back, with the reasons.
    held: Vec<report::Held>,
    /// The error; `null` if there is none.
    failure: Option<report::Failure>,
}

/// The JSON schema of the list of pins that are behind.
pub(in crate::cli) const SCHEMA: &str = include_str!("../../../schema/outdated.schema.json");

pub(in crate::cli) fn run(args: &OutdatedArgs, context: &mut Context<'_>) -> Result<(), Stop> {
    let project = context.project()?;
    let lock = project.lock()?;
    let names: BTreeSet<String> = args.names.iter().cloned().collect();
    let Preview {
        network,
        mut plan,
        options,
        resolution,
    } = context.preview(&project.config, &lock, &names, &args.limits)?;
    // The members of a group were asked for with the named one, and are not what was asked.
    plan.jobs
        .retain(|job| names.is_empty() || names.contains(&job.spec.name));
    let asked = plan.jobs.len();
    let ages = network.run(resolve::fetch_update_ages(
        &network.client,
        &plan,
        &resolution,
        &options,
    ));
    let rows: Vec<Row> = plan
        .jobs
        .iter()
        .map(|job| {
            let name = &job.spec.name;
            let image = job.spec.repository.to_string();
            Row::new(name, image, &lock, &resolution, &ages)
        })
        .collect();
    let behind = rows.iter().any(Row::is_behind);
    let shown: Vec<Row> = rows
        .into_iter()
        .filter(|row| args.all || row.is_notable())
        .collect();
    let up_to_date = asked - shown.len();
    let text = match args.format {
        Form::Json => json(&Outdated {
            schema: "imagelock.outdated/v1",
            images: shown,
        }),
        Form::Text if shown.is_empty() => String::new(),
        Form::Text => table(&shown).to_string(),
    };
    context.terminal.output(args.format, &text)?;
    if up_to_date > 0 {
        let line = format!("{} up to date", images(up_to_date));
        context.terminal.status(&line)?;
    }
    for warning in &resolution.warnings {
        context.terminal.problem(warning)?;
    }
    show_failures(context, &resolution.failures)?;
    match resolve::worst(&resolution.failures) {
        Some(class) => Err(Stop::Code(class.exit_code())),
        None if args.exit_code && behind => Err(Stop::no()),
        None => Ok(()),
    }
}

impl Row {
    fn new(
        name: &str,
        image: String,
        lock: &Lock,
        resolution: &Resolution,
        ages: &BTreeMap<String, Age>,
    ) -> Self {
        let old = lock
            .get(name)
            .filter(|entry| entry.image.to_string() == image);
        let failure = resolution.failure(name);
        let new = resolution.image(name).filter(|_| failure.is_none());
        let considered = resolution.considered(name);
        let tag = |entry: &Pin| entry.tag.to_string();
        let held = resolution.held.iter().filter(|held| held.name == name);
        Self {
            name: name.to_owned(),
            image,
            current: old.map(tag),
            allowed: new.map(tag),
            latest: considered
                .and_then(Explanation::latest)
                .map(ToString::to_string),
            moved: old
                .zip(new)
                .is_some_and(|(old, new)| old.tag == new.tag && old.digest != new.digest),
            age: ages.get(name).copied(),
            held: held.map(reports::held).collect(),
            failure: failure.map(|failure| report::Failure::of(&failure.diagnostic)),
        }
    }

    /// Returns `true` if `update` would change the pin.
    fn is_behind(&self) -> bool {
        self.moved || (self.failure.is_none() && self.current != self.allowed)
    }

    /// Returns `true` if there is anything to tell of the image.
    fn is_notable(&self) -> bool {
        let has_later = self.latest.is_some() && self.latest != self.current;
        self.is_behind() || has_later || !self.held.is_empty() || self.failure.is_some()
    }

    fn note(&self) -> String {
        let mut notes = Vec::new();
        if self.moved {
            notes.push("the tag names another digest".to_owned());
        }
        notes.extend(self.held.iter().map(|held| match held.eligible_at {
            Some(time) => format!("{} held until {}", held.tag, day(time)),
            None => format!("{} held: {}", held.tag, held.reason),
        }));
        notes.extend(self.failure.iter().map(|failure| failure.code.clone()));
        hostile::terminal(&notes.join("; "))
    }
}

fn table(rows: &[Row]) -> Table {
    let mut table = Table::new(["NAME", "CURRENT", "ALLOWED", "LATEST", "SINCE", "NOTE"]);
    let or_dash = |cell: &Option<String>| cell.clone().unwrap_or_else(|| "-".into());
    for row in rows {
        let since = row.age.map_or("-".into(), |age| {
            format!("{} ({})", day(age.since), age.evidence)
        });
        table.row([
            &row.name,
            &or_dash(&row.current),
            &or_dash(&row.allowed),
            &or_dash(&row.latest),
            &since,
            &row.note(),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_that_of_the_types() {
        crate::generated::assert_schema::<Outdated>(
            "schema/outdated.schema.json",
            SCHEMA,
            "outdated",
        );
    }
}

use std::collections::BTreeMap;
use std::fmt::Write as _;

use clap::Args;
use futures_util::{StreamExt, stream};
use serde::Serialize;

use super::super::client::Network;
use super::super::clock::now;
use super::super::context::{Context, Stop};
use super::super::form::{Form, json};

use crate::error::Diagnostic;
use crate::image::{Digest, Repository, Tag};
use crate::registry::{ErrorKind, RegistryError, Target, tells_pushes};
use crate::resolve::{Aged, Look, fetch_age};
use crate::tag::{Age, Evidence, Observations};

/// List the tags of a repository.
///
/// One a line, in the registry's order. With --digests each tag is asked for with a HEAD request. With
/// --dates each image is read as well, unless an earlier run did: when it was built, as its publisher
/// says; on Docker Hub, when it was pushed, as the registry says.
#[derive(Debug, Args)]
pub struct TagsArgs {
    /// The repository, such as `nginx` or `ghcr.io/acme/api`.
    #[arg(value_name = "REPO")]
    pub repository: String,
    /// Show the digest of each tag.
    #[arg(long)]
    pub digests: bool,
    /// Show the date of each tag, and whose word that is.
    #[arg(long)]
    pub dates: bool,
    /// The form of the output.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Form::Text)]
    pub format: Form,
}

/// The tags of a repository: the JSON contract `imagelock.tags/v1`.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Listing<'t> {
    /// The contract this document follows.
    schema: &'static str,
    /// The repository, with its registry.
    #[cfg_attr(test, schemars(with = "String"))]
    repository: &'t Repository,
    /// The tags, in the registry's order.
    tags: Vec<Listed<'t>>,
}

/// One tag.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Listed<'t> {
    /// The tag.
    #[cfg_attr(test, schemars(with = "String"))]
    tag: &'t Tag,
    /// What it names, with `--digests`.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<&'t Digest>,
    /// Its date, with `--dates`, where one is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    age: Option<Age>,
}

/// The JSON schema of a tag list.
pub(in crate::cli) const SCHEMA: &str = include_str!("../../../schema/tags.schema.json");

pub(in crate::cli) fn run(args: &TagsArgs, context: &mut Context<'_>) -> Result<(), Stop> {
    let repository = Repository::parse(&args.repository).map_err(|error| Diagnostic::of(&error))?;
    let config = context.optional_config()?;
    let network = context.network(config.as_ref(), Some(&[repository.registry()].into()))?;
    let tags = network
        .run(network.client.tags(&repository))
        .map_err(|error| Diagnostic::of(&error))?;
    let ages = if args.dates {
        ages(context, &network, &repository, &tags)?
    } else {
        BTreeMap::new()
    };
    let digests = if args.digests {
        digests(&network, &repository, &tags)?
    } else {
        BTreeMap::new()
    };
    let listed = || {
        tags.iter().map(|tag| Listed {
            tag,
            digest: digests.get(tag),
            age: ages.get(tag).copied(),
        })
    };
    let text = match args.format {
        Form::Json => json(&Listing {
            schema: "imagelock.tags/v1",
            repository: &repository,
            tags: listed().collect(),
        }),
        Form::Text => listed().map(|listed| line(&listed, args.dates)).collect(),
    };
    Ok(context.terminal.data(&text)?)
}

fn line(listed: &Listed<'_>, dated: bool) -> String {
    let mut line = listed.tag.to_string();
    if let Some(digest) = listed.digest {
        let _ = write!(line, "  {digest}");
    }
    match listed.age {
        Some(age) => {
            let _ = write!(line, "  {} ({})", age.since, age.evidence);
        }
        None if dated => line.push_str("  unknown"),
        None => {}
    }
    line.push('\n');
    line
}

/// Dates the tags, and notes what was seen, so that the next run asks HEADs alone.
fn ages(
    context: &mut Context<'_>,
    network: &Network,
    repository: &Repository,
    tags: &[Tag],
) -> Result<BTreeMap<Tag, Age>, Stop> {
    let state = context.state()?;
    let now = now();
    let look = Look {
        platforms: &[],
        ledger: &state.ledger,
        now,
    };
    // Where the registry tells, its images need not be read, which may count as pulls.
    let wanted = if tells_pushes(repository) {
        Evidence::Registry
    } else {
        Evidence::Publisher
    };
    let client = &network.client;
    let answers: Vec<(&Tag, Result<Aged, RegistryError>)> = network.run(
        stream::iter(tags)
            .map(|tag| async move {
                let aged = fetch_age(client, repository, tag, &[wanted], &look).await;
                (tag, aged)
            })
            .buffer_unordered(network.jobs)
            .collect(),
    );
    let mut seen = Observations::at(now);
    seen.tags(repository, tags);
    let mut ages = BTreeMap::new();
    for (tag, answer) in answers {
        let Aged { age, digest } = match answer {
            Ok(found) => found,
            // It is gone since it was listed.
            Err(error) if *error.kind() == ErrorKind::ManifestNotFound => continue,
            Err(error) => return Err(Diagnostic::of(&error).into()),
        };
        if let Some(digest) = &digest {
            seen.digest(repository, tag, digest);
        }
        ages.extend(age.map(|age| (tag.clone(), age)));
    }
    state.save(&seen, context)?;
    Ok(ages)
}

fn digests(
    network: &Network,
    repository: &Repository,
    tags: &[Tag],
) -> Result<BTreeMap<Tag, Digest>, Stop> {
    let client = &network.client;
    let answers: Vec<Result<(Tag, Digest), RegistryError>> = network.run(
        stream::iter(tags)
            .map(|tag| async move {
                let digest = client.head(repository, &Target::Tag(tag.clone())).await?;
                Ok((tag.clone(), digest))
            })
            .buffer_unordered(network.jobs)
            .collect(),
    );
    let digests = answers.into_iter().collect::<Result<_, _>>();
    Ok(digests.map_err(|error: RegistryError| Diagnostic::of(&error))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_that_of_the_types() {
        crate::generated::assert_schema::<Listing<'static>>(
            "schema/tags.schema.json",
            SCHEMA,
            "tags",
        );
    }
}

use std::collections::BTreeMap;

use clap::Args;
use futures_util::{StreamExt, stream};
use serde::Serialize;

use super::super::client::Network;
use super::super::context::{Context, Stop};
use super::super::form::{Form, json};

use crate::error::Diagnostic;
use crate::image::{Digest, Repository, Tag};
use crate::registry::{RegistryError, Target};

/// List the tags of a repository.
///
/// One a line, in the registry's order. With --digests each tag is asked for with a HEAD request.
#[derive(Debug, Args)]
pub struct TagsArgs {
    /// The repository, such as `nginx` or `ghcr.io/acme/api`.
    #[arg(value_name = "REPO")]
    pub repository: String,
    /// Show the digest of each tag.
    #[arg(long)]
    pub digests: bool,
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
    let digests = if args.digests {
        digests(&network, &repository, &tags)?
    } else {
        BTreeMap::new()
    };
    let listed = || {
        tags.iter().map(|tag| Listed {
            tag,
            digest: digests.get(tag),
        })
    };
    let text = match args.format {
        Form::Json => json(&Listing {
            schema: "imagelock.tags/v1",
            repository: &repository,
            tags: listed().collect(),
        }),
        Form::Text => listed()
            .map(|Listed { tag, digest }| match digest {
                Some(digest) => format!("{tag}  {digest}\n"),
                None => format!("{tag}\n"),
            })
            .collect(),
    };
    Ok(context.terminal.data(&text)?)
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

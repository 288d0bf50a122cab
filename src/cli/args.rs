use clap::{Parser, Subcommand};

use super::commands::{
    auth, cache, catalog, check, completions, demo, diff, explain, import, init, inspect, list,
    lock, merge_shards, outdated, pick, registry, schema, tags, update, why,
};
use super::global::Global;

/// A lockfile for container images.
///
/// `images.toml` says which tags are allowed, `images.lock` says which were chosen, by digest.
#[derive(Debug, Parser)]
#[command(
    name = "imagelock",
    version,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    infer_subcommands = false,
    after_help = "Examples:\n  \
        imagelock init                 write a first images.toml\n  \
        imagelock lock                 pin what is not pinned yet\n  \
        imagelock update nginx         move one image to the newest tag its policy allows\n  \
        imagelock check                is the lock in line with the config? (no network)\n  \
        imagelock diff HEAD~1          what changed, and by how much\n  \
        imagelock demo                 the whole story, offline\n\n\
        Exit codes: 0 done or yes, 1 the answer is no, 2 wrong usage, config or lock,\n\
        3 registry, network or credentials, 4 a policy refuses."
)]
pub struct Args {
    /// The command.
    #[command(subcommand)]
    pub command: Command,
    /// The flags of every command.
    #[command(flatten)]
    pub global: Global,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write a first images.toml.
    Init(init::InitArgs),
    /// Take over policies that were written for another tool.
    Import(import::ImportArgs),
    /// Bring the lock in line with the config, with the fewest changes.
    Lock(lock::LockArgs),
    /// Move pins to what their policies choose now.
    Update(update::UpdateArgs),
    /// Join the parts of a run that was divided among machines to one lock.
    MergeShards(merge_shards::MergeShardsArgs),
    /// Say whether config and lock agree, without network or credentials.
    Check(check::CheckArgs),
    /// Show what changed between two locks: files or git revisions.
    Diff(diff::DiffArgs),
    /// Show the lock.
    #[command(visible_alias = "ls")]
    List(list::ListArgs),
    /// Show which pins are behind: current, allowed, latest, age, and what is held back.
    Outdated(outdated::OutdatedArgs),
    /// Show why an image has the tag it has: the rule that decided about each tag.
    Why(why::WhyArgs),
    /// Let a policy, given by flags, choose among the tags on standard input.
    Pick(pick::PickArgs),
    /// List the tags of a repository.
    Tags(tags::TagsArgs),
    /// Show what a reference points to: platforms, layers, sizes, configuration, labels, what refers to it.
    Inspect(inspect::InspectArgs),
    /// Show where credentials for registries come from.
    Auth(auth::AuthArgs),
    /// List the repositories of a registry.
    Catalog(catalog::CatalogArgs),
    /// Find out what a registry is like.
    Registry(registry::RegistryArgs),
    /// Show or tidy the folder that keeps what registries served.
    Cache(cache::CacheArgs),
    /// Explain a code, the word in `error[…]`; without one, list all.
    Explain(explain::ExplainArgs),
    /// Print the JSON schema of a file or an output.
    Schema(schema::SchemaArgs),
    /// Print a completion script for a shell.
    Completions(completions::CompletionsArgs),
    /// Play the whole story offline, against a registry inside the process.
    Demo(demo::DemoArgs),
}

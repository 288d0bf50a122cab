use clap::{Parser, Subcommand};

use super::commands::{
    auth, cache, catalog, check, completions, demo, diff, explain, import, init, inspect, list,
    lock, merge_shards, outdated, pick, registry, schema, tags, update, why,
};
use super::global::Global;

/// A lockfile for container images.
///
/// `images.toml` says which tags are allowed. `images.lock` records the tag and digest chosen for each image.
#[derive(Debug, Parser)]
#[command(
    name = "imagelock",
    version,
    arg_required_else_help = true,
    infer_subcommands = false,
    after_help = "Examples:\n  \
        imagelock init                 create a first images.toml\n  \
        imagelock lock                 pin every image that has no valid pin\n  \
        imagelock update nginx         update one image to the best tag that its policy allows\n  \
        imagelock check                verify that the lock matches the config (no network)\n  \
        imagelock diff HEAD~1          show what changed, and by how much\n  \
        imagelock demo                 run a demo, offline\n\n\
        Exit codes: 0 success, 1 the answer is no, 2 wrong usage, config or lock,\n\
        3 registry, network or credentials, 4 rejected by a policy."
)]
pub struct Args {
    /// The command.
    #[command(subcommand)]
    pub command: Command,
    /// The flags of all commands.
    #[command(flatten)]
    pub global: Global,
}

/// The commands.
///
/// The long help of a command is here: it would replace that of the command's own arguments.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Create a first images.toml.
    ///
    /// Without --from, the file contains commented examples. With --from, it has an entry for each image
    /// that the given files use: Kubernetes manifests, Kustomize, Helm values, Compose files, workflows and
    /// Dockerfiles. An existing config is never overwritten.
    Init(init::InitArgs),
    /// Import policies that were written for another tool.
    ///
    /// Adds the policies to images.toml as entries, and creates the file if there is none. Existing content
    /// is kept byte for byte. Each setting without an equivalent produces a warning.
    Import(import::ImportArgs),
    /// Pin images that have no valid pin, and keep all valid pins.
    ///
    /// Pins that satisfy their policies are kept, even if newer tags exist; `update` moves those. Pins of
    /// images that are no longer in the config are removed. If the lock has merge conflict markers, entries
    /// that are equal or changed on one side only are kept, and the others are resolved again.
    Lock(lock::LockArgs),
    /// Update pins to the best tag that each policy allows.
    ///
    /// Without NAME or --group, updates all images; otherwise all other valid pins are kept. Members of a
    /// `same-version` group are updated together. If any image fails, the lock is left unchanged, unless
    /// --keep-going is given.
    Update(update::UpdateArgs),
    /// Join the partial locks of a sharded run into one lock.
    ///
    /// Produces the same lock as a single run. All partial locks must be present, and must have been made
    /// from the current config and lock. They are kept. Does not use the network.
    MergeShards(merge_shards::MergeShardsArgs),
    /// Verify that the lock matches the config, without network or credentials.
    ///
    /// The exit code is 0 if it matches, 1 if it does not, and 2 if one of the files cannot be read.
    Check(check::CheckArgs),
    /// Show what changed between two locks: files or git revisions.
    ///
    /// Without arguments, compares HEAD with the working tree. With OLD only, compares OLD with the working
    /// tree. An argument that names an existing file is that file; any other is a git revision. Comparing two
    /// files does not need a config. Does not use the network.
    Diff(diff::DiffArgs),
    /// List the pinned images.
    ///
    /// Prints name, image, tag, digest and policy of each pin as a table, the lock as JSON, or with --refs
    /// references that other tools can pull.
    #[command(visible_alias = "ls")]
    List(list::ListArgs),
    /// Show which pins are behind, and which tags are held back.
    ///
    /// CURRENT is the pinned tag. ALLOWED is the tag that `update` would choose. LATEST is the tag that the
    /// policy would choose without its constraint and its safeguards, such as the cooldown. The lock is not
    /// changed.
    Outdated(outdated::OutdatedArgs),
    /// Show why an image has its tag, and which rule rejected each other tag.
    ///
    /// Decides as `update` would, including cooldowns and required platforms. Without --all, shows the
    /// chosen tag, the higher-ranked tags, the next tags below it, and how many tags each rule rejected.
    Why(why::WhyArgs),
    /// Choose among the tags on standard input by a policy given as flags.
    ///
    /// Reads one tag per line and prints the chosen one. With the strategy `newest-build`, each tag is
    /// followed by a space or a tab and its date in RFC 3339; if a tag has several dates, the latest is used.
    /// The exit code is 4 if no tag matches.
    Pick(pick::PickArgs),
    /// List the tags of a repository.
    ///
    /// Prints one tag per line, in the registry's order. With a policy, given by the same flags as for `pick`,
    /// prints only the tags that it allows, best first; the exit code is 4 if there are none. --digests sends a
    /// HEAD request for each tag shown. --dates shows the push time of each tag, if the registry publishes it.
    /// Otherwise it reads each image shown, unless an earlier run did, and shows its build date, which the
    /// publisher sets.
    Tags(tags::TagsArgs),
    /// Show what a reference points to: platforms, layers, sizes, configuration, labels and referrers.
    ///
    /// For an index, shows the layers and configuration of one platform: the one given with --platform,
    /// otherwise linux/amd64, otherwise the first.
    Inspect(inspect::InspectArgs),
    /// The arguments of `auth`.
    Auth(auth::AuthArgs),
    /// List the repositories of a registry.
    ///
    /// Prints one full name per line, as `tags` and `inspect` accept it. Self-hosted registries usually have
    /// such a list. Most public registries do not, or provide it only to administrators.
    Catalog(catalog::CatalogArgs),
    /// Diagnose a registry.
    Registry(registry::RegistryArgs),
    /// Show or clean the directory that caches content from registries.
    ///
    /// Manifests and configs never change under their digests, so they are cached and not requested again.
    /// The directory is `IMAGELOCK_CACHE_DIR`, otherwise `imagelock` in the user's cache directory.
    Cache(cache::CacheArgs),
    /// Explain an error or warning code, the word in `error[…]`.
    ///
    /// Says what happened, why it matters and what to do. Without CODE, lists every code with its first
    /// sentence.
    Explain(explain::ExplainArgs),
    /// The arguments of `schema`.
    Schema(schema::SchemaArgs),
    /// The arguments of `completions`.
    Completions(completions::CompletionsArgs),
    /// Run a demo offline, against a registry inside the process.
    ///
    /// Publishes images, writes a config, locks it, publishes a new release and moves a tag, updates, and
    /// shows the diff. The directory is kept, so that you can try more commands in it.
    Demo(demo::DemoArgs),
}

#[cfg(test)]
mod tests {
    use clap::{Command, CommandFactory as _};

    use super::*;

    /// Commands whose short help says everything.
    const SHORT: [&str; 5] = ["auth", "registry", "schema", "completions", "help"];

    #[test]
    fn every_command_shows_its_long_help() {
        let mut program = Args::command();
        program.build();
        for command in program.get_subcommands() {
            shows_all(command);
        }
    }

    fn shows_all(command: &Command) {
        let name = command.get_name();
        let about = command.get_about().map(ToString::to_string);
        let about = about.unwrap_or_default();
        let long = command.get_long_about().map(ToString::to_string);
        assert!(!about.is_empty(), "{name}");
        assert_eq!(long.is_none(), SHORT.contains(&name), "{name}");
        let Some(long) = long else {
            return;
        };
        assert!(long.starts_with(&about) && long.len() > about.len());
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let help = command.clone().render_long_help().to_string();
        assert!(words(&help).starts_with(&words(&long)), "{name}: {help}");
    }
}

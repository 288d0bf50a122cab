use std::io;
use std::path::Path;

use clap::{Args, Subcommand};
use jiff::{SignedDuration, Span, SpanRelativeTo};

use super::super::clock::now;
use super::super::context::{CommandError, Context};
use super::super::counts::counted;
use super::super::environment::IMAGELOCK_CACHE_DIR;
use crate::error::{Code, Diagnostic};
use crate::registry::{ContentCache, Removed};

/// The arguments of `cache`.
#[derive(Debug, Args)]
pub struct CacheArgs {
    /// The action.
    #[command(subcommand)]
    pub action: CacheAction,
}

/// The actions on the cache.
#[derive(Debug, Subcommand)]
pub enum CacheAction {
    /// Print the path of the cache directory.
    Dir,
    /// Remove all cached content; the state file is kept.
    Clean,
    /// Remove content that was not used for some time.
    Prune(PruneArgs),
}

/// The arguments of `cache prune`.
#[derive(Debug, Args)]
pub struct PruneArgs {
    /// Remove content that was last used longer ago than this: `30d`, `2 weeks`, `P30D`. Accurate to a day.
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    pub older_than: SignedDuration,
}

pub(in crate::cli) fn run(args: &CacheArgs, context: &mut Context<'_>) -> Result<(), CommandError> {
    let cache = context.content_cache().ok_or_else(|| {
        Diagnostic::new(Code::Usage, "no folder for a cache is known here").help(format!(
            "name one in the environment variable {IMAGELOCK_CACHE_DIR}"
        ))
    })?;
    match &args.action {
        CacheAction::Dir => {
            let folder = format!("{}\n", cache.folder().display());
            Ok(context.terminal.data(&folder)?)
        }
        CacheAction::Clean => tell(context, &cache, cache.clean()),
        CacheAction::Prune(args) => {
            // Before the beginning of time nothing was used.
            let before = now()
                .saturating_sub(args.older_than)
                .unwrap_or(jiff::Timestamp::MIN);
            tell(context, &cache, cache.prune(before))
        }
    }
}

fn tell(
    context: &mut Context<'_>,
    cache: &ContentCache,
    removed: io::Result<Removed>,
) -> Result<(), CommandError> {
    let removed = removed.map_err(|error| untidy(cache.folder(), &error))?;
    context.terminal.status(&format!(
        "removed {} of {} bytes from {}",
        counted(removed.files, "file"),
        removed.bytes,
        cache.folder().display()
    ))?;
    Ok(())
}

fn untidy(folder: &Path, error: &io::Error) -> Diagnostic {
    let folder = folder.display();
    Diagnostic::new(Code::Io, format!("cannot tidy the cache {folder}: {error}"))
}

/// Reads a length of time, friendly or as ISO 8601 has it; a day is 24 hours.
fn parse_duration(text: &str) -> Result<SignedDuration, String> {
    let unreadable = || "write a duration such as `30d` or `2 weeks`".to_string();
    let span: Span = text.parse().map_err(|_| unreadable())?;
    let duration = span
        .to_duration(SpanRelativeTo::days_are_24_hours())
        .map_err(|_| "months and years differ in length: write days".to_string())?;
    if duration.is_negative() {
        return Err("a duration cannot be negative".into());
    }
    Ok(duration)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_in_both_spellings() {
        let hours = |text| parse_duration(text).map(|duration| duration.as_hours());
        for text in ["30d", "30 days", "P30D", "720h"] {
            assert_eq!(hours(text), Ok(720), "{text}");
        }
        assert_eq!(hours("2 weeks"), Ok(336));
        for text in ["1 month", "P1Y", "-3d", "soon", "30", ""] {
            assert!(parse_duration(text).is_err(), "{text}");
        }
    }
}

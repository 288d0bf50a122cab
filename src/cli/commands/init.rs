use std::fmt::Display;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::Args;

use super::super::context::{CommandError, Context};
use super::super::counts::{counted, images};
use super::super::files::{files, read};
use super::super::table::lines;
use crate::config::Format;
use crate::edit::{Entry, FIRST_CONFIG};
use crate::error::{Code, Diagnostic};
use crate::file::{AtomicFile, check_inside};
use crate::image::Reference;
use crate::import::propose;
use crate::lock::lacks;
use crate::references::{find, format_of};

/// The arguments of `init`.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// Search these files or directories for image references.
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub from: Vec<PathBuf>,
}

const EXAMPLES: &str = "\
# nginx = \"^1.27\"                                    # versions of docker.io/library/nginx
# redis = { constraint = \"7.x\", suffix = \"-alpine\" } # only tags such as 7.4.1-alpine
# base  = { image = \"debian\", tag = \"12-slim\" }      # follow one moving tag
# api   = { image = \"ghcr.io/acme/api\", constraint = \"~2.4\" }
";

pub(in crate::cli) fn run(args: &InitArgs, context: &mut Context<'_>) -> Result<(), CommandError> {
    let path = match &context.global.config {
        Some(path) => context.path(path),
        None => context.folder().join("images.toml"),
    };
    if Format::of(&path) != Some(Format::Toml) {
        let message = format!(
            "a first config is written as TOML, not as {}",
            path.display()
        );
        return Err(Diagnostic::new(Code::Usage, message)
            .help("name a file that ends in .toml")
            .into());
    }
    let found = search(&args.from, context)?;
    let proposals = propose(&found.references);
    let mut text = FIRST_CONFIG.to_string();
    if proposals.is_empty() {
        text += EXAMPLES;
    }
    text += &lines(proposals.iter().map(Entry::from));
    let warning = create(&path, &text)?;
    let count = if args.from.is_empty() {
        String::new()
    } else {
        format!(" with {}", images(proposals.len()))
    };
    context
        .terminal
        .status(&format!("wrote {}{count}", path.display()))?;
    if let Some(warning) = &warning {
        context.terminal.problem(warning)?;
    }
    for line in found.left_out() {
        context.terminal.status(&line)?;
    }
    context.terminal.status(if proposals.is_empty() {
        "next: name your images in it, then run `imagelock lock`"
    } else {
        "next: look it over, then run `imagelock lock`"
    })?;
    Ok(())
}

/// Writes the config, whole or not at all; what the file system could not do about it is a warning.
fn create(path: &Path, text: &str) -> Result<Option<Diagnostic>, CommandError> {
    let exists = || {
        let message = format!("{} is there already", path.display());
        Diagnostic::new(Code::ConfigExists, message)
            .help("edit it, or name another file with --config")
    };
    let failed = |reason: &dyn Display| {
        let message = format!("cannot write {}: {reason}", path.display());
        Diagnostic::new(Code::Io, message)
    };
    // A link counts, whatever it leads to.
    if path.symlink_metadata().is_ok() {
        return Err(exists().into());
    }
    check_inside(path).map_err(|error| failed(&error))?;
    match AtomicFile::hold(path).and_then(|file| file.create(text)) {
        Ok(shortcomings) => Ok(lacks(path, shortcomings)),
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => Err(exists().into()),
        Err(error) => Err(failed(&error).into()),
    }
}

/// What the files use, and what of it makes no entry.
#[derive(Default)]
struct FoundImages {
    references: Vec<Reference>,
    variable_count: usize,
    unreadable_count: usize,
}

fn search(from: &[PathBuf], context: &Context<'_>) -> Result<FoundImages, CommandError> {
    let mut findings = FoundImages::default();
    let is_wanted = |path: &Path| format_of(path).is_some();
    for path in from {
        for file in files(
            &context.path(path),
            is_wanted,
            "neither YAML nor a Dockerfile",
        )? {
            let Some(format) = format_of(&file) else {
                continue;
            };
            let found = find(format, &String::from_utf8_lossy(&read(&file)?));
            findings.references.extend(found.references);
            findings.variable_count += found.variable_count;
            findings.unreadable_count += usize::from(found.is_unreadable);
        }
    }
    Ok(findings)
}

impl FoundImages {
    /// Says what was left out, a line for each kind.
    fn left_out(&self) -> Vec<String> {
        let by_digest = self
            .references
            .iter()
            .filter(|reference| reference.tag().is_none() && reference.digest().is_some());
        let kinds = [
            (self.variable_count, "reference", "with variables"),
            (
                by_digest.count(),
                "reference",
                "by digest alone, which says no policy",
            ),
            (self.unreadable_count, "file", "not YAML, as templates are"),
        ];
        kinds
            .into_iter()
            .filter(|(count, ..)| *count > 0)
            .map(|(count, thing, reason)| format!("left out {}: {reason}", counted(count, thing)))
            .collect()
    }
}

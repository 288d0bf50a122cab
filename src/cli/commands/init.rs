use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use super::super::context::{Context, Stop};
use super::super::table::lines;
use super::check::images;
use crate::config::Format;
use crate::error::{Code, Diagnostic};
use crate::image::Reference;
use crate::import::{FileKind, find, propose};

/// Write a first images.toml.
///
/// With --from, its entries are the images that those files use: Kubernetes, Kustomize, Helm values,
/// Compose, workflows and Dockerfiles.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// Files or folders to look for image references in.
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub from: Vec<PathBuf>,
}

const HEAD: &str = "\
# Which images, and which of their tags are allowed. `imagelock lock` pins them in images.lock.
# Every option: images.toml.example in the repository of imagelock, or `imagelock schema config`.
version = 1

# [defaults]
# platforms = [\"linux/amd64\", \"linux/arm64\"]   # required of every image

[images]
";

const EXAMPLES: &str = "\
# nginx = \"^1.27\"                                    # versions of docker.io/library/nginx
# redis = { constraint = \"7.x\", suffix = \"-alpine\" } # only tags such as 7.4.1-alpine
# base  = { image = \"debian\", tag = \"12-slim\" }      # follow one moving tag
# api   = { image = \"ghcr.io/acme/api\", constraint = \"~2.4\" }
";

pub(in crate::cli) fn run(args: &InitArgs, context: &mut Context<'_>) -> Result<(), Stop> {
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
    let mut references = Vec::new();
    for from in &args.from {
        collect(&context.path(from), &mut references, true)?;
    }
    let proposals = propose(&references);
    let mut text = HEAD.to_string();
    if proposals.is_empty() {
        text += EXAMPLES;
    }
    text += &lines(&proposals);
    create(&path, &text)?;
    let found = if args.from.is_empty() {
        String::new()
    } else {
        format!(" with {}", images(proposals.len()))
    };
    context
        .terminal
        .status(&format!("wrote {}{found}", path.display()))?;
    context.terminal.status(if proposals.is_empty() {
        "next: name your images in it, then run `imagelock lock`"
    } else {
        "next: look it over, then run `imagelock lock`"
    })?;
    Ok(())
}

fn create(path: &Path, text: &str) -> Result<(), Stop> {
    use std::io::Write as _;

    let written = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => Diagnostic::new(
            Code::ConfigExists,
            format!("{} is there already", path.display()),
        )
        .help("edit it, or name another file with --config")
        .into(),
        _ => Diagnostic::new(
            Code::Io,
            format!("cannot write {}: {error}", path.display()),
        )
        .into(),
    })
}

/// Collects the references of a file, or of the files below a folder in the order of their names.
fn collect(path: &Path, references: &mut Vec<Reference>, named: bool) -> Result<(), Stop> {
    let failed =
        |error| Diagnostic::new(Code::Io, format!("cannot read {}: {error}", path.display()));
    if path.is_dir() {
        let mut entries: Vec<_> = fs::read_dir(path)
            .map_err(failed)?
            .filter_map(Result::ok)
            .map(|entry| entry.path())
            .collect();
        entries.sort();
        for entry in entries {
            let hidden = entry
                .file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with('.'));
            let vendored = entry.ends_with("node_modules") || entry.ends_with("vendor");
            // Workflows live in a hidden folder; a link could lead round in a circle.
            if (hidden && !entry.ends_with(".github")) || vendored || entry.is_symlink() {
                continue;
            }
            collect(&entry, references, false)?;
        }
        return Ok(());
    }
    match FileKind::of(path) {
        Some(kind) => {
            let text = fs::read(path).map_err(failed)?;
            references.extend(find(kind, &String::from_utf8_lossy(&text)));
            Ok(())
        }
        None if named && !path.exists() => {
            Err(Diagnostic::new(Code::Io, format!("there is no {}", path.display())).into())
        }
        None if named => Err(Diagnostic::new(
            Code::Usage,
            format!("{} is neither YAML nor a Dockerfile", path.display()),
        )
        .into()),
        None => Ok(()),
    }
}

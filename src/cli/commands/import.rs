use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::super::context::{CommandError, Context};
use super::super::counts::{counted, images};
use super::super::files::{files, read};
use super::super::table::lines;
use crate::config::Config;
use crate::edit::{Edited, Entry, FIRST_CONFIG, add};
use crate::error::{Code, Diagnostic, Place};
use crate::import::{self, Collection, argocd_image_updater, flux};
use crate::references::kubernetes::may_be_manifest;
use crate::syntax::SourceFile;
use crate::workspace::ConfigText;

/// The arguments of `import`.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// Tool that the policies were written for.
    #[arg(value_enum)]
    pub format: ImportFormat,
    /// YAML or JSON files, or directories that contain them.
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
    /// Print the entries that would be added, without writing the config.
    #[arg(short = 'n', long)]
    pub dry_run: bool,
}

/// The tools whose policies can be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ImportFormat {
    /// Argo CD Image Updater.
    #[value(help = "Annotations on Applications and ApplicationSets, and ImageUpdater resources")]
    ArgocdImageUpdater,
    /// The image reflector of Flux.
    #[value(help = "ImagePolicy resources with their ImageRepository")]
    Flux,
}

impl ImportFormat {
    /// Returns the tool's name.
    fn tool(self) -> &'static str {
        match self {
            Self::ArgocdImageUpdater => "Argo CD Image Updater",
            Self::Flux => "Flux",
        }
    }

    /// Returns what a file mentions that has something to read.
    fn mark(self) -> &'static str {
        match self {
            Self::ArgocdImageUpdater => argocd_image_updater::MARK,
            Self::Flux => flux::MARK,
        }
    }

    fn collect(self, files: &[SourceFile]) -> Result<Collection, Vec<Diagnostic>> {
        match self {
            Self::ArgocdImageUpdater => argocd_image_updater::collect(files),
            Self::Flux => flux::collect(files),
        }
    }
}

pub(in crate::cli) fn run(
    args: &ImportArgs,
    context: &mut Context<'_>,
) -> Result<(), CommandError> {
    let manifests = manifests(args, context)?;
    let collection = args.format.collect(&manifests)?;
    let mut warnings = warnings(&collection);
    if collection.images.is_empty() {
        show(&warnings, context)?;
        return Err(nothing(args).into());
    }
    let config = context.config_text()?;
    let entries: Vec<Entry<'_>> = collection.images.iter().map(Entry::from).collect();
    let text = config.text().unwrap_or(FIRST_CONFIG);
    let place = |span| Place {
        file: config.path.display().to_string(),
        text: text.into(),
        span,
        label: String::new(),
    };
    let edited = add(text, &entries).map_err(|error| {
        let place = place(error.offset..error.offset + error.length);
        Diagnostic::of(&error).at(place)
    })?;
    let checked = config.check(&edited.text)?;
    warnings.extend(changed_by_defaults(&checked, &config, &entries, &edited)?);
    for (name, span) in &edited.different {
        let message = "there is an entry of this name with another policy, and it stays as it is";
        warnings.push(
            Diagnostic::new(Code::NotImported, message)
                .subject(name)
                .at(place(span.clone()))
                .help("remove it or give it another name, and run the command again"),
        );
    }
    show(&warnings, context)?;
    if args.dry_run {
        context.terminal.data(&lines(&edited.added))?;
    } else if edited.text != config.text().unwrap_or_default() {
        let warning = config.save(&edited.text)?;
        show(warning.as_slice(), context)?;
        warnings.extend(warning);
    }
    let summary = summary(&edited, &config.path, warnings.len(), args.dry_run);
    context.terminal.status(&summary)?;
    if !args.dry_run && !edited.added.is_empty() {
        let next = "next: look them over, then run `imagelock lock`";
        context.terminal.status(next)?;
    }
    Ok(())
}

/// Reads the files that mention the tool.
fn manifests(args: &ImportArgs, context: &Context<'_>) -> Result<Vec<SourceFile>, CommandError> {
    let mut manifests = Vec::new();
    let mut problems = Vec::new();
    for path in &args.paths {
        for file in files(
            &context.path(path),
            may_be_manifest,
            "neither YAML nor JSON",
        )? {
            let bytes = read(&file)?;
            let mark = args.format.mark().as_bytes();
            // What does not mention the tool need not be YAML either: a chart's templates, for one.
            if bytes.windows(mark.len()).all(|part| part != mark) {
                continue;
            }
            match import::decode_manifest(&file, &bytes) {
                Ok(file) => manifests.push(file),
                Err(problem) => problems.push(problem),
            }
        }
    }
    if problems.is_empty() {
        // A file may be named twice, by itself and by its folder.
        manifests.sort_by(|one, other| one.path.as_os_str().cmp(other.path.as_os_str()));
        manifests.dedup();
        Ok(manifests)
    } else {
        Err(problems.into())
    }
}

/// Returns all warnings, in the order of the files.
fn warnings(collection: &Collection) -> Vec<Diagnostic> {
    let of_images = collection.images.iter().flat_map(|image| &image.warnings);
    let mut warnings: Vec<_> = collection
        .warnings
        .iter()
        .chain(of_images)
        .cloned()
        .collect();
    warnings.sort_by_key(|warning| {
        let place = warning.place.as_ref();
        place.map(|place| (place.file.clone(), place.span.start))
    });
    warnings
}

/// Warns of images whose policies are not what was imported, since the config's defaults have a say.
fn changed_by_defaults(
    whole: &Config,
    config: &ConfigText,
    entries: &[Entry<'_>],
    edited: &Edited,
) -> Result<Option<Diagnostic>, CommandError> {
    let alone = config.check(&format!("{FIRST_CONFIG}{}", lines(entries)))?;
    let is_ours = |name: &String| edited.different.iter().all(|(other, _)| other != name);
    let changed = alone.images.iter().filter_map(|meant| {
        let found = whole.images.iter().find(|image| image.name == meant.name)?;
        let is_changed = is_ours(&meant.name) && found.policy != meant.policy;
        is_changed.then(|| {
            let (meant, name) = (&meant.policy, &meant.name);
            format!("{name}: `{meant}` was imported, `{}` holds", found.policy)
        })
    });
    let notes: Vec<String> = changed.collect();
    let mut warning = Diagnostic::new(
        Code::NotImported,
        "`[defaults]` change what imported policies choose",
    )
    .help("write the option on the image itself where it should not hold");
    warning.notes = notes;
    Ok((!warning.notes.is_empty()).then_some(warning))
}

fn show(warnings: &[Diagnostic], context: &mut Context<'_>) -> Result<(), CommandError> {
    for warning in warnings {
        context.terminal.problem(warning)?;
    }
    Ok(())
}

fn nothing(args: &ImportArgs) -> Diagnostic {
    let paths: Vec<_> = args
        .paths
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    let message = format!(
        "no policy of {} in {}",
        args.format.tool(),
        paths.join(", ")
    );
    let help = match args.format {
        ImportFormat::ArgocdImageUpdater => {
            "what is read: Applications with the annotation `argocd-image-updater.argoproj.io/image-list`, and `ImageUpdater` resources"
        }
        ImportFormat::Flux => {
            "what is read: `ImagePolicy` resources, each with its `ImageRepository`"
        }
    };
    Diagnostic::new(Code::Usage, message).help(help)
}

fn summary(edited: &Edited, config: &Path, warnings: usize, is_dry_run: bool) -> String {
    let verb = if is_dry_run { "would add" } else { "added" };
    let added = images(edited.added.len());
    let mut parts = vec![format!("{verb} {added} to {}", config.display())];
    for (count, what) in [
        (edited.unchanged.len(), "there already"),
        (edited.different.len(), "there with another policy"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {what}"));
        }
    }
    if warnings > 0 {
        parts.push(counted(warnings, "warning"));
    }
    parts.join(", ")
}

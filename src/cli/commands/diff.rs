use std::collections::BTreeMap;

use clap::Args;

use super::super::context::{CommandError, Context};
use super::super::git;
use super::super::reports::{LockTexts, ReportFormat, render};
use crate::error::{Code, Diagnostic};
use crate::lock::{self, Lock, LockFile};
use crate::report::{ComparedLocks, Report, Side, Style};

/// The arguments of `diff`.
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// Old lock: a file or a git revision.
    #[arg(value_name = "OLD", default_value = "HEAD")]
    pub old: String,
    /// New lock: a file or a git revision [default: the lock in the working tree].
    #[arg(value_name = "NEW")]
    pub new: Option<String>,
    /// Choose the output format.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = ReportFormat::Text)]
    pub format: ReportFormat,
    /// Exit with code 1 if the locks differ.
    #[arg(long)]
    pub exit_code: bool,
}

/// One side of a comparison.
struct Loaded {
    side: Side,
    text: String,
    lock: Lock,
}

pub(in crate::cli) fn run(args: &DiffArgs, context: &mut Context<'_>) -> Result<(), CommandError> {
    let old = load(context, &args.old)?;
    let new = if let Some(new) = &args.new {
        load(context, new)?
    } else {
        let path = working_lock(context)?;
        let name = path.display().to_string();
        load_file(
            &LockFile::load(&path)?,
            &name,
            Side::WorkingTree(name.clone()),
        )?
    };
    let path = match (&old.side, &new.side) {
        // Two files are compared without a project too; a patch is then of the lock that there would be.
        (Side::Path(_), Side::Path(_)) => {
            working_lock(context).unwrap_or_else(|_| context.path("images.lock".as_ref()))
        }
        _ => working_lock(context)?,
    };
    let diff = crate::diff::compare(&old.lock, &new.lock);
    let sides = ComparedLocks {
        lockfile: "images.lock".into(),
        before: old.side,
        after: new.side,
    };
    let report = Report::new(&diff, sides, &BTreeMap::new(), Vec::new());
    let texts = LockTexts {
        before: &old.text,
        after: &new.text,
        path: &path,
    };
    let style = Style {
        color: context.terminal.color_out,
        width: None,
    };
    context
        .terminal
        .data(&render(args.format, &report, texts, style))?;
    if args.exit_code && !diff.changes.is_empty() {
        Err(CommandError::no())
    } else {
        Ok(())
    }
}

fn working_lock(context: &Context<'_>) -> Result<std::path::PathBuf, CommandError> {
    match &context.global.lockfile {
        Some(path) => Ok(context.path(path)),
        None => Ok(context.lock_path(&context.config_path()?)),
    }
}

fn load(context: &Context<'_>, name: &str) -> Result<Loaded, CommandError> {
    let path = context.path(name.as_ref());
    // A link to nothing or a pipe is no revision either: reading it says what it is.
    if path.symlink_metadata().is_ok() && !path.is_dir() {
        return load_file(&LockFile::load(&path)?, name, Side::Path(name.into()));
    }
    let lock = working_lock(context)?;
    let text = git::show(name, &lock)?;
    Ok(Loaded {
        side: Side::GitRev(name.into()),
        lock: match &text {
            Some(text) => lock::read(&format!("{name}:{}", lock.display()), text)?,
            None => Lock::default(),
        },
        text: text.unwrap_or_default(),
    })
}

fn load_file(file: &LockFile, name: &str, side: Side) -> Result<Loaded, CommandError> {
    let Some(text) = file.text() else {
        return Err(
            Diagnostic::new(Code::LockMissing, format!("there is no {name}"))
                .help("make it with `imagelock lock`")
                .into(),
        );
    };
    Ok(Loaded {
        side,
        text: text.into(),
        lock: lock::read(name, text)?,
    })
}

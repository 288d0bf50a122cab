use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use super::super::context::{CommandError, Context};
use super::super::limits::LimitArgs;
use super::super::reports::{ReportArgs, ReportFormat};
use super::super::shards::ShardArgs;
use super::super::table::lines;
use super::{check, diff, lock, update};
use crate::embedded::{Background, sample};
use crate::error::{Code, Diagnostic};

/// The arguments of `demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Directory for config and lock. It must be new, empty, or from an earlier demo.
    #[arg(value_name = "DIR", default_value = "imagelock-demo")]
    pub folder: PathBuf,
    /// Keep the registry running until Ctrl-C, so that you can try more commands from another terminal.
    #[arg(long)]
    pub serve: bool,
}

const MARK: &str = "# The config of `imagelock demo`.\n";
const BEFORE: &str = "images.lock.before";
const BODY: &str = "pull-request.md";

pub(in crate::cli) fn run(args: &DemoArgs, context: &mut Context<'_>) -> Result<(), CommandError> {
    let folder = context.path(&args.folder);
    prepare(&folder)?;
    let registry = Background::start().map_err(|error| {
        Diagnostic::new(
            Code::Transport,
            format!("cannot serve on loopback: {error}"),
        )
    })?;
    sample::hub(registry.store());
    let address = registry.address().to_string();
    let config = config(&address);
    write(&folder.join("images.toml"), &config)?;

    tell(
        context,
        &format!("A registry of nginx, redis, debian and two company images runs at {address}.\n"),
    )?;
    let shown = lines(config.lines().map(|line| format!("    {line}")));
    tell(
        context,
        &format!("images.toml says what is allowed:\n\n{shown}"),
    )?;

    // From here on every command works in the folder of the demo, and on its files alone.
    context.global.directory = Some(folder.clone());
    context.global.config = Some("images.toml".into());
    context.global.lockfile = Some("images.lock".into());
    step(context, "imagelock lock")?;
    let plain = ReportArgs {
        format: None,
        reports: Vec::new(),
    };
    lock::run(
        &lock::LockArgs {
            keep_going: false,
            dry_run: false,
            plan: None,
            limits: LimitArgs::default(),
            shards: ShardArgs::default(),
            report: plain,
        },
        context,
    )?;
    copy(&folder.join("images.lock"), &folder.join(BEFORE))?;

    sample::news(registry.store());
    tell(
        context,
        "\nTime passes: nginx 1.27.5, redis 7.4.2 and api 2.4.0 are released, and debian:12-slim moves.\n",
    )?;
    step(
        context,
        &format!("imagelock update --report markdown={BODY}"),
    )?;
    let report = ReportArgs {
        format: None,
        reports: vec![body()?],
    };
    let names = Vec::new();
    update::run(
        update::UpdateArgs {
            names,
            precise: None,
            dry_run: false,
            plan: None,
            exit_code: false,
            keep_going: false,
            groups: Vec::new(),
            level: None,
            limits: LimitArgs::default(),
            shards: ShardArgs::default(),
            report,
        },
        context,
    )?;

    step(context, &format!("imagelock diff {BEFORE} images.lock"))?;
    let (old, new) = (BEFORE.to_string(), Some("images.lock".to_string()));
    diff::run(
        &diff::DiffArgs {
            old,
            new,
            format: ReportFormat::Text,
            exit_code: false,
        },
        context,
    )?;

    step(context, "imagelock check")?;
    check::run(&check::CheckArgs {}, context)?;
    tell(context, &next(&args.folder, args.serve))?;
    if args.serve {
        context.terminal.flush()?;
        wait_for_interrupt()?;
    }
    Ok(())
}

fn next(folder: &Path, serve: bool) -> String {
    let folder = folder.display();
    let online = if serve {
        "The registry keeps running until Ctrl-C. In another terminal, in that folder:\n\n    \
         imagelock why redis\n    \
         imagelock update --precise 1.27.4 nginx\n    \
         imagelock update"
    } else {
        "The registry is gone now; `imagelock demo --serve` keeps it, for `update`, `why redis` and `tags`."
    };
    format!(
        "\n{folder} stays, to play with. Try next:\n\n    \
         cd {folder}\n    \
         cat images.lock                                     # what was pinned\n    \
         cat {BODY}                                 # the body of an update's pull request\n    \
         imagelock diff --format unified {BEFORE} images.lock\n    \
         imagelock list --refs                               # for docker pull and friends\n    \
         sed -i.bak 's/7.x/8.x/' images.toml; imagelock check  # a lock that lags behind its config\n\n{online}\n"
    )
}

fn tell(context: &mut Context<'_>, text: &str) -> Result<(), CommandError> {
    context.terminal.text(text)?;
    Ok(context.terminal.flush()?)
}

/// Shows a command as it would be typed.
fn step(context: &mut Context<'_>, command: &str) -> Result<(), CommandError> {
    tell(context, &format!("\n$ {command}\n"))
}

fn body() -> Result<super::super::reports::ReportTarget, CommandError> {
    format!("markdown={BODY}")
        .parse()
        .map_err(|error: String| Diagnostic::new(Code::Usage, error).into())
}

fn config(address: &str) -> String {
    format!(
        "{MARK}\
         version = 1\n\
         \n\
         [defaults]\n\
         platforms = [\"linux/amd64\", \"linux/arm64\"]\n\
         \n\
         [images]\n\
         nginx  = {{ image = \"{address}/library/nginx\", constraint = \"^1.27\" }}\n\
         redis  = {{ image = \"{address}/library/redis\", constraint = \"7.x\", suffix = \"-alpine\" }}\n\
         debian = {{ image = \"{address}/library/debian\", tag = \"12-slim\" }}\n\
         api    = {{ image = \"{address}/acme/api\", constraint = \"~2.3 || ~2.4\" }}\n\
         worker = {{ image = \"{address}/acme/worker\", constraint = \"0.9.x\" }}\n"
    )
}

/// Creates the folder, or takes over that of an earlier demo.
fn prepare(folder: &Path) -> Result<(), CommandError> {
    let failed = |error| {
        Diagnostic::new(
            Code::Io,
            format!("cannot make {}: {error}", folder.display()),
        )
    };
    fs::create_dir_all(folder).map_err(failed)?;
    let empty = fs::read_dir(folder).map_err(failed)?.next().is_none();
    let ours =
        fs::read_to_string(folder.join("images.toml")).is_ok_and(|text| text.starts_with(MARK));
    if !empty && !ours {
        return Err(Diagnostic::new(
            Code::ConfigExists,
            format!("{} is not empty", folder.display()),
        )
        .help("name another folder: `imagelock demo DIR`")
        .into());
    }
    match fs::remove_file(folder.join("images.lock")) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(failed(error).into()),
        _ => Ok(()),
    }
}

fn write(path: &Path, text: &str) -> Result<(), CommandError> {
    fs::write(path, text).map_err(|error| {
        Diagnostic::new(
            Code::Io,
            format!("cannot write {}: {error}", path.display()),
        )
        .into()
    })
}

fn copy(from: &Path, to: &Path) -> Result<(), CommandError> {
    fs::copy(from, to).map(|_| ()).map_err(|error| {
        Diagnostic::new(Code::Io, format!("cannot write {}: {error}", to.display())).into()
    })
}

fn wait_for_interrupt() -> Result<(), CommandError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    Ok(runtime.block_on(tokio::signal::ctrl_c())?)
}

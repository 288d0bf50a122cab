use std::ffi::OsString;
use std::io;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, FromArgMatches as _};

use super::args::{Args, Command};
use super::commands::{
    auth, cache, catalog, check, completions, demo, diff, explain, import, init, inspect, list,
    lock, merge_shards, outdated, pick, registry, schema, tags, update, why,
};
use super::context::{CommandError, Context};
use super::environment::Environment;
use super::people::for_people;
use super::stats::Watch;
use super::streams::Streams;
use super::terminal::Terminal;
use crate::error::{Class, Code, Diagnostic};

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let code = run(
        std::env::args_os(),
        &Environment::of_process(),
        &mut Streams::of_process(),
    );
    ExitCode::from(code)
}

/// Runs one command line and returns its exit code; it may be called again in the same process.
pub fn run<I, T>(arguments: I, environment: &Environment, streams: &mut Streams) -> u8
where
    I: IntoIterator<Item = T>,
    T: Into<OsString> + Clone,
{
    let (name, args) = match parse(arguments) {
        Ok(parsed) => parsed,
        Err(error) => return usage(&error, streams),
    };
    let watch = Watch::begin(&name, &args.global);
    let terminal = Terminal::new(streams, &args.global, environment);
    let mut context = Context {
        global: args.global.without_nothing(),
        environment,
        terminal,
        recorder: watch.as_ref().map(Watch::recorder),
    };
    let result = context
        .check_folder()
        .and_then(|()| dispatch(args.command, &mut context));
    let finished = finish(result, &mut context.terminal).and_then(|code| match watch {
        Some(watch) => watch.end(code, &mut context),
        None => Ok(code),
    });
    let mut terminal = context.terminal;
    let finished = finished.and_then(|code| terminal.flush().map(|()| code));
    match finished {
        Ok(code) => code,
        // Whoever reads the output has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => 0,
        Err(error) => {
            let diagnostic = unwritable(&error);
            // Where standard error is broken too, nobody can be told.
            let _ = terminal.problem(&diagnostic);
            diagnostic.code.class().exit_code()
        }
    }
}

/// Reads the arguments; returns the command's name with them.
fn parse<I, T>(arguments: I) -> Result<(String, Args), clap::Error>
where
    I: IntoIterator<Item = T>,
    T: Into<OsString> + Clone,
{
    let mut command = Args::command();
    let matches = command.try_get_matches_from_mut(arguments)?;
    let name = matches.subcommand_name().unwrap_or_default().to_string();
    let args = Args::from_arg_matches(&matches).map_err(|error| error.format(&mut command))?;
    Ok((name, args))
}

fn unwritable(error: &io::Error) -> Diagnostic {
    Diagnostic::new(
        Code::Io,
        format!("cannot read or write a standard stream: {error}"),
    )
}

fn dispatch(command: Command, context: &mut Context<'_>) -> Result<(), CommandError> {
    match command {
        Command::Init(args) => init::run(&args, context),
        Command::Import(args) => import::run(&args, context),
        Command::Lock(args) => lock::run(&args, context),
        Command::Update(args) => update::run(args, context),
        Command::MergeShards(args) => merge_shards::run(&args, context),
        Command::Check(args) => check::run(&args, context),
        Command::Diff(args) => diff::run(&args, context),
        Command::List(args) => list::run(&args, context),
        Command::Outdated(args) => outdated::run(&args, context),
        Command::Why(args) => why::run(&args, context),
        Command::Pick(args) => pick::run(&args, context),
        Command::Tags(args) => tags::run(&args, context),
        Command::Inspect(args) => inspect::run(&args, context),
        Command::Auth(args) => auth::run(&args, context),
        Command::Catalog(args) => catalog::run(&args, context),
        Command::Registry(args) => registry::run(&args, context),
        Command::Cache(args) => cache::run(&args, context),
        Command::Explain(args) => explain::run(&args, context),
        Command::Schema(args) => schema::run(&args, context),
        Command::Completions(args) => completions::run(&args, Args::command(), context),
        Command::Demo(args) => demo::run(&args, context),
    }
}

fn finish(result: Result<(), CommandError>, terminal: &mut Terminal<'_>) -> io::Result<u8> {
    match result {
        Ok(()) => Ok(0),
        Err(CommandError::Code(code)) => Ok(code),
        Err(CommandError::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => Err(error),
        Err(CommandError::Io(error)) => {
            terminal.problem(&unwritable(&error))?;
            Ok(Class::Usage.exit_code())
        }
        Err(CommandError::Problems(diagnostics)) => {
            terminal.problems(&diagnostics)?;
            let worst = diagnostics
                .iter()
                .map(|diagnostic| diagnostic.code.class())
                .max();
            Ok(worst.unwrap_or(Class::Usage).exit_code())
        }
    }
}

/// Shows help, the version, or what is wrong with the arguments.
fn usage(error: &clap::Error, streams: &mut Streams) -> u8 {
    let asked = matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    );
    let (stream, is_terminal) = if asked {
        (&mut streams.stdout, streams.stdout_is_terminal)
    } else {
        (&mut streams.stderr, streams.stderr_is_terminal)
    };
    let text = error.render();
    let text = if is_terminal {
        text.ansi().to_string()
    } else {
        text.to_string()
    };
    let text = for_people(&text, is_terminal);
    let written =
        io::Write::write_all(stream, text.as_bytes()).and_then(|()| io::Write::flush(stream));
    match (asked, written) {
        (true, _) => 0,
        (false, _) => Class::Usage.exit_code(),
    }
}

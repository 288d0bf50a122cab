use std::io::{self, Write};

use super::environment::{CI, CLICOLOR_FORCE, Environment, NO_COLOR, TERM};
use super::global::{Global, When};
use super::output_format::OutputFormat;
use super::people::for_people;
use super::streams::Streams;
use crate::error::{Class, Diagnostic};

/// How many problems are shown: more tell a reader nothing new, and fill the log of a CI run.
const MOST_PROBLEMS: usize = 100;

/// The only way to print: data on standard output, all else on standard error.
#[expect(
    clippy::struct_excessive_bools,
    reason = "they do not depend on each other"
)]
pub(super) struct Terminal<'s> {
    streams: &'s mut Streams,
    /// Whether only problems are told.
    pub(super) quiet: bool,
    /// Whether standard output takes colours.
    pub(super) color_out: bool,
    /// Whether standard error takes colours.
    pub(super) color_err: bool,
    /// Whether progress may be drawn on standard error.
    pub(super) progress: bool,
}

impl<'s> Terminal<'s> {
    pub(super) fn new(
        streams: &'s mut Streams,
        global: &Global,
        environment: &Environment,
    ) -> Self {
        let dumb = environment.get(TERM) == Some("dumb");
        let colored = |is_terminal: bool| match global.color {
            When::Always => true,
            When::Never => false,
            When::Auto if environment.get(NO_COLOR).is_some() => false,
            When::Auto
                if environment
                    .get(CLICOLOR_FORCE)
                    .is_some_and(|value| value != "0") =>
            {
                true
            }
            When::Auto => is_terminal && !dumb,
        };
        let progress = match global.progress {
            When::Always => true,
            When::Never => false,
            When::Auto => {
                streams.stderr_is_terminal
                    && !dumb
                    && !global.quiet
                    && environment.get(CI).is_none()
            }
        };
        Self {
            color_out: colored(streams.stdout_is_terminal),
            color_err: colored(streams.stderr_is_terminal),
            quiet: global.quiet,
            progress,
            streams,
        }
    }

    /// Prints what was asked for, for people: nothing in it steers a terminal or the log of a CI run.
    pub(super) fn text(&mut self, text: &str) -> io::Result<()> {
        let shown = for_people(text, self.color_out);
        self.bytes(shown.as_bytes())
    }

    /// Prints what was asked for in one of its forms.
    pub(super) fn output(&mut self, form: OutputFormat, text: &str) -> io::Result<()> {
        match form {
            OutputFormat::Text => self.text(text),
            OutputFormat::Json => self.data(text),
        }
    }

    /// Prints what was asked for, for programs: JSON, Markdown, patches, scripts, plain lists of one value a line.
    pub(super) fn data(&mut self, text: &str) -> io::Result<()> {
        self.bytes(text.as_bytes())
    }

    /// Prints what was asked for, byte for byte.
    pub(super) fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.streams.stdout.write_all(bytes)
    }

    /// Tells what is being done, with a line break after it; nothing when quiet.
    pub(super) fn status(&mut self, text: &str) -> io::Result<()> {
        if self.quiet {
            return Ok(());
        }
        let line = for_people(text, self.color_err);
        ignore_broken_pipe(writeln!(self.streams.stderr, "{line}"))
    }

    /// Shows what was asked for and is not the result, quiet or not.
    pub(super) fn aside(&mut self, text: &str) -> io::Result<()> {
        let shown = for_people(text, self.color_err);
        ignore_broken_pipe(self.streams.stderr.write_all(shown.as_bytes()))
    }

    /// Shows a problem; a notice only when not quiet.
    pub(super) fn problem(&mut self, diagnostic: &Diagnostic) -> io::Result<()> {
        if self.quiet && diagnostic.code.class() == Class::Notice {
            return Ok(());
        }
        let text = diagnostic.render(self.color_err);
        let text = for_people(&text, self.color_err);
        ignore_broken_pipe(writeln!(self.streams.stderr, "{text}\n"))
    }

    /// Shows problems of one kind of input: the first hundred, and how many more there are.
    pub(super) fn problems(&mut self, diagnostics: &[Diagnostic]) -> io::Result<()> {
        for diagnostic in diagnostics.iter().take(MOST_PROBLEMS) {
            self.problem(diagnostic)?;
        }
        match diagnostics.len().saturating_sub(MOST_PROBLEMS) {
            0 => Ok(()),
            1 => self.status("and 1 more problem"),
            more => self.status(&format!("and {more} more problems")),
        }
    }

    /// Reads all of standard input.
    pub(super) fn input(&mut self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.streams.stdin.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.streams.stdout.flush()?;
        ignore_broken_pipe(self.streams.stderr.flush())
    }
}

/// Returns the outcome without a broken pipe: whether anyone reads standard error decides about no result.
fn ignore_broken_pipe(outcome: io::Result<()>) -> io::Result<()> {
    match outcome {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        outcome => outcome,
    }
}

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::super::context::Context;
use super::super::files::write_aside;
use super::super::global::Global;
use super::super::output_format::OutputFormat;
use super::super::stats_target::StatsTarget;
use super::text::text;
use super::usage::{cpu_time, peak_memory_bytes};
use crate::error::{Code, Diagnostic};
use crate::observe::Recorder;
use crate::stats::{Cost, RunInfo, Stats, timings};

/// A look at a run from its beginning to its end, where its figures were asked for.
pub(in crate::cli) struct Watch {
    command: String,
    start: Instant,
    cpu_before: Option<Duration>,
    recorder: Arc<Recorder>,
    stats: Option<StatsTarget>,
    timings: Option<PathBuf>,
}

impl Watch {
    /// Begins, if anything is to be shown in the end.
    pub(in crate::cli) fn begin(command: &str, global: &Global) -> Option<Self> {
        let (stats, timings) = (global.stats.clone(), global.timings.clone());
        if stats.is_none() && timings.is_none() {
            return None;
        }
        let start = Instant::now();
        Some(Self {
            command: command.into(),
            start,
            cpu_before: cpu_time(),
            recorder: Arc::new(Recorder::new(start, timings.is_some())),
            stats,
            timings,
        })
    }

    /// Returns who is to be told what happens.
    pub(in crate::cli) fn recorder(&self) -> Arc<Recorder> {
        Arc::clone(&self.recorder)
    }

    /// Shows and writes what was asked for, of a run that ends with this exit code; returns the exit code.
    ///
    /// A run that did what it should fails if its figures cannot be written.
    pub(in crate::cli) fn end(self, exit_code: u8, context: &mut Context<'_>) -> io::Result<u8> {
        let cpu = cpu_time().zip(self.cpu_before);
        let run = RunInfo {
            command: self.command,
            exit_code,
            cost: Cost {
                wall: self.start.elapsed(),
                cpu: cpu.map(|(now, before)| now.saturating_sub(before)),
                peak_memory_bytes: peak_memory_bytes(),
            },
        };
        let statistics = self.recorder.statistics();
        let mut code = exit_code;
        let mut unwritten = |path: PathBuf, reason: String, context: &mut Context<'_>| {
            let message = format!("cannot write {}: {reason}", path.display());
            let problem = Diagnostic::new(Code::Io, message);
            if code == 0 {
                code = problem.code.class().exit_code();
            }
            context.terminal.problem(&problem)
        };
        if let Some(target) = self.stats {
            let text = match target.form {
                OutputFormat::Text => text(&run, &statistics),
                OutputFormat::Json => Stats::new(&run, &statistics).to_json(),
            };
            match target.path.map(|path| context.path(&path)) {
                None => context.terminal.aside(&text)?,
                Some(path) => {
                    if let Err(reason) = write_aside(&path, &text) {
                        unwritten(path, reason, context)?;
                    }
                }
            }
        }
        if let (Some(path), Some(timeline)) = (self.timings, self.recorder.timeline()) {
            let path = context.path(&path);
            let page = timings(&run, &statistics, &timeline);
            if let Err(reason) = write_aside(&path, &page) {
                unwritten(path, reason, context)?;
            }
        }
        Ok(code)
    }
}

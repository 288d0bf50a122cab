use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::people::for_people;
use super::terminal::Terminal;
use crate::error::{Code, Diagnostic};
use crate::observe::{Event, Observer, RequestInfo};
use crate::report::escape::clip;

/// The most characters of a reason that are shown.
const LONGEST_REASON: usize = 300;

/// A wait that is told in any case: a run that stands still must say why.
const LONG_WAIT: Duration = Duration::from_secs(1);

/// Shows on a terminal what the registries are asked, a line each; writes a log when verbose.
pub(super) struct Progress {
    lines: Option<MultiProgress>,
    hosts: Mutex<BTreeMap<String, HostProgress>>,
    counts: Mutex<BTreeMap<String, usize>>,
    verbose: u8,
    quiet: bool,
    colored: bool,
}

struct HostProgress {
    bar: ProgressBar,
    started: u64,
    finished: u64,
    waiting: String,
}

impl Progress {
    pub(super) fn new(terminal: &Terminal<'_>, verbose: u8) -> Self {
        let lines = (terminal.progress && verbose == 0)
            .then(|| MultiProgress::with_draw_target(ProgressDrawTarget::stderr_with_hz(10)));
        Self {
            lines,
            hosts: Mutex::default(),
            counts: Mutex::default(),
            verbose,
            quiet: terminal.quiet,
            colored: terminal.color_err,
        }
    }

    /// Takes the lines off the terminal.
    pub(super) fn clear(&self) {
        if let Some(lines) = &self.lines {
            self.hosts
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clear();
            let _ = lines.clear();
        }
    }

    /// Returns how many requests went out, and to how many hosts.
    pub(super) fn totals(&self) -> (usize, usize) {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        (counts.values().sum(), counts.len())
    }

    fn draw(&self, host: &str, change: impl FnOnce(&mut HostProgress)) {
        let Some(lines) = &self.lines else { return };
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let line = hosts.entry(host.to_string()).or_insert_with(|| {
            let bar = lines.add(ProgressBar::new(0));
            let style =
                ProgressStyle::with_template("{spinner} {prefix:24} {pos}/{len} requests {msg}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
            bar.set_prefix(host.to_string());
            HostProgress {
                bar,
                started: 0,
                finished: 0,
                waiting: String::new(),
            }
        });
        change(line);
        line.bar.set_length(line.started);
        line.bar.set_position(line.finished);
        line.bar.set_message(line.waiting.clone());
        line.bar.tick();
    }

    /// Shows what nobody must miss, quiet or not.
    fn warn(&self, warning: &Diagnostic) {
        let show = || {
            let text = warning.render(self.colored);
            let _ = writeln!(std::io::stderr(), "{}\n", for_people(&text, self.colored));
        };
        match &self.lines {
            Some(lines) => lines.suspend(show),
            None => show(),
        }
    }

    fn log(&self, level: u8, text: &str) {
        if self.verbose >= level {
            let _ = writeln!(std::io::stderr(), "{}", for_people(text, self.colored));
        }
    }
}

impl Observer for Progress {
    fn on_event(&self, event: &Event) {
        match event {
            Event::RequestStarted { request } => {
                let host = &request.host;
                let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
                *counts.entry(host.clone()).or_default() += 1;
                drop(counts);
                self.draw(host, |line| {
                    line.started += 1;
                    line.waiting.clear();
                });
            }
            Event::RequestFinished {
                request,
                status,
                elapsed,
                ..
            } => {
                let RequestInfo {
                    host, method, path, ..
                } = request;
                self.draw(host, |line| line.finished += 1);
                self.log(
                    1,
                    &format!(
                        "{host}: {method} {path} {status} in {} ms",
                        elapsed.as_millis()
                    ),
                );
            }
            Event::RequestFailed {
                request,
                reason,
                elapsed,
            } => {
                let RequestInfo {
                    host, method, path, ..
                } = request;
                self.draw(host, |line| line.finished += 1);
                let reason = clip(reason, LONGEST_REASON);
                self.log(
                    1,
                    &format!(
                        "{host}: {method} {path} failed after {} ms: {reason}",
                        elapsed.as_millis()
                    ),
                );
            }
            Event::Waiting {
                host,
                duration,
                why,
            } => {
                let why = clip(why, LONGEST_REASON);
                let text = format!("waiting {:.1} s: {why}", duration.as_secs_f64());
                let is_told = *duration >= LONG_WAIT && self.lines.is_none() && !self.quiet;
                self.log(if is_told { 0 } else { 2 }, &format!("{host}: {text}"));
                self.draw(host, |line| line.waiting = text);
            }
            Event::Anonymous { host, source } => {
                self.log(
                    1,
                    &format!(
                        "{host}: the credentials of {source} were refused; asking without any"
                    ),
                );
            }
            Event::NextCredential { host, source, next } => self.log(
                1,
                &format!(
                    "{host}: the credentials of {source} were refused; trying those of {next}"
                ),
            ),
            Event::ForeignRealm {
                host,
                source,
                realm,
            } => self.log(
                1,
                &format!(
                    "{host}: the credentials of {source} do not go to {realm}; asking without any"
                ),
            ),
            Event::CacheHit { .. } | Event::CacheMiss => {}
            Event::CacheFailed { folder, reason } => self.log(
                1,
                &format!("the cache {} cannot be written: {reason}", folder.display()),
            ),
            Event::MirrorPassed {
                mirror,
                registry,
                path,
                reason,
                is_wrong,
            } => {
                let what = format!("for {registry}/{path}");
                let reason = clip(reason, LONGEST_REASON);
                if *is_wrong {
                    self.warn(
                        &Diagnostic::new(
                            Code::MirrorMismatch,
                            format!("the mirror {mirror} was passed over {what}: {reason}"),
                        )
                        .help("tell who runs the mirror; what it sent was not used"),
                    );
                } else {
                    self.log(1, &format!("{mirror}: passed over as a mirror {what}: {reason}"));
                }
            }
            Event::InventoryPassed { registry, reason } => {
                let reason = clip(reason, LONGEST_REASON);
                self.log(
                    1,
                    &format!(
                        "{registry}: the tag API returned no push times; looking up each tag: {reason}"
                    ),
                );
            }
            Event::Unverified { host } => self.warn(
                &Diagnostic::new(
                    Code::TlsUnverified,
                    format!("certificate verification is disabled for {host}: anyone on the network path can read and change the traffic"),
                )
                .help(format!(
                    "name the authority with `ca-file` in place of `tls-skip-verify` under `[registries.\"{host}\"]`"
                )),
            ),
            Event::BundledRoots => self.log(
                1,
                "no certificate authorities found; using the bundled ones",
            ),
        }
    }
}

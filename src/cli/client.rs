use std::collections::BTreeSet;
use std::sync::Arc;

use super::context::{CommandError, Context};
use super::progress::Progress;
use super::threads::Threads;
use crate::config::Config;
use crate::error::{Code, Diagnostic};
use crate::observe::{Observer, Observers};
use crate::registry::{Client, ClientBuilder, Retries, Timeouts};

/// A client with the threads that drive it.
pub(super) struct ClientRuntime {
    threads: Threads,
    pub(super) client: Client,
    pub(super) progress: Arc<Progress>,
    /// How many images are asked for at once.
    pub(super) jobs: usize,
}

impl Context<'_> {
    /// Sets up the registry client; `config` says how single hosts are to be treated.
    ///
    /// With `hosts`, these and their mirrors are asked, and no others.
    pub(super) fn network(
        &mut self,
        config: Option<&Config>,
        hosts: Option<&BTreeSet<&str>>,
    ) -> Result<ClientRuntime, CommandError> {
        let threads = Threads::start().map_err(|error| {
            Diagnostic::new(
                Code::Transport,
                format!("cannot start the runtime: {error}"),
            )
        })?;
        let progress = Arc::new(Progress::new(&self.terminal, self.global.verbose));
        let jobs = self.global.jobs.map_or(64, usize::from);
        let mut builder = Client::builder()
            .concurrency(jobs)
            .observer(self.observer(&progress))
            .proxies(self.proxies())
            .offline(self.global.offline || self.global.frozen);
        if let Some(cache) = self.content_cache() {
            builder = builder.cache(cache);
        }
        let mirrors = self.mirrors(config, hosts)?;
        for notice in &mirrors.notices {
            self.terminal.problem(notice)?;
        }
        let helpers = mirrors.credential_helpers.as_deref();
        let builder = builder.credentials(self.credential_store(helpers));
        let builder = mirrors.tell(self.limited(builder));
        let builder = self.settled(builder, config, hosts, &mirrors)?;
        let client = builder.build().map_err(|error| Diagnostic::of(&error))?;
        Ok(ClientRuntime {
            threads,
            client,
            progress,
            jobs,
        })
    }

    fn observer(&self, progress: &Arc<Progress>) -> Arc<dyn Observer> {
        let progress: Arc<dyn Observer> = Arc::clone(progress) as _;
        match &self.recorder {
            None => progress,
            Some(recorder) => {
                let both = Observers::default().and(progress);
                Arc::new(both.and(Arc::clone(recorder) as _))
            }
        }
    }

    /// Sets how long requests may take, and how often they are made.
    fn limited(&self, mut builder: ClientBuilder) -> ClientBuilder {
        if let Some(length) = self.global.deadline {
            builder = builder.deadline(length);
        }
        if let Some(total) = self.global.timeout {
            let usual = Timeouts::default();
            let (connect, read) = (usual.connect.min(total), usual.read.min(total));
            builder = builder.timeouts(Timeouts {
                connect,
                read,
                total,
                list: usual.list.max(total.saturating_mul(10)),
            });
        }
        if let Some(count) = self.global.retries {
            builder = builder.retries(Retries {
                count,
                ..Retries::default()
            });
        }
        builder
    }
}

impl ClientRuntime {
    /// Runs a task to its end, and clears the progress lines after it.
    ///
    /// Ctrl-C ends the process at once: nothing is written before the end, so nothing is left half done.
    pub(super) fn run<T>(&self, task: impl Future<Output = T>) -> T {
        let result = self.threads.run(task);
        self.progress.clear();
        result
    }
}

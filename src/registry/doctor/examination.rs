use std::sync::Arc;

use super::family::Clues;
use super::{Advice, Area, Diagnosis, Family, Step, StepOutcome};
use crate::image::{RawManifest, Repository, Tag};
use crate::registry::client::{Client, ClientInner};
use crate::registry::error::{Context, RegistryError};
use crate::registry::host::Host;
use crate::registry::mirror::Endpoint;
use crate::registry::request_error::{RequestError, shorten};
use crate::registry::transport::request::HttpResponse;

impl Client {
    /// Diagnoses a registry with one repository, in the same steps as `lock`.
    ///
    /// Sends few requests: about ten, for one page of tags and the next one, and one image. It never writes.
    /// A failure ends the examination and is part of the diagnosis. Use a separate client: responses that a
    /// client already has are not requested again.
    pub async fn diagnose(&self, repository: &Repository) -> Diagnosis {
        let context = Context::of_repository(repository, "look at");
        let inner = &self.inner;
        // The registry itself is looked at, past any mirror; but what forbids to ask forbids this as well.
        let host = inner.plan(repository).and_then(|plan| {
            let host = inner
                .hosts
                .of(repository.registry(), &inner.exchange.limiters)?;
            Ok((host, plan.mirrors()))
        });
        let (host, mirrors) = match host {
            Ok(host) => host,
            Err(error) => {
                let error = self.inner.secrets.redact_error(error, &context);
                return Diagnosis::unreachable(repository, error);
            }
        };
        let mut examination = Examination {
            client: self,
            inner: &self.inner,
            repository,
            host,
            mirrors,
            steps: Vec::new(),
            clues: Clues {
                host: repository.registry().into(),
                ..Clues::default()
            },
            advice: Advice::default(),
        };
        // Boxed, since the futures of requests are large.
        let failure = Box::pin(examination.run()).await.err();
        examination.finish(failure)
    }
}

/// A diagnosis that is being made.
pub(super) struct Examination<'e> {
    pub(super) client: &'e Client,
    pub(super) inner: &'e ClientInner,
    pub(super) repository: &'e Repository,
    pub(super) host: Arc<Host>,
    /// The mirrors that a lock would ask as well.
    pub(super) mirrors: Vec<String>,
    steps: Vec<Step>,
    pub(super) clues: Clues,
    pub(super) advice: Advice,
}

/// A step that failed, and why.
pub(super) struct FailedStep {
    pub(super) step: Step,
    pub(super) error: RegistryError,
}

/// What a look at a tag came to.
pub(super) struct SeenAnswers {
    pub(super) tag: Tag,
    pub(super) digest: crate::image::Digest,
    /// The manifest, unless reading it would have counted as a pull.
    pub(super) raw: Option<RawManifest>,
    /// The answers, whose headers may tell limits.
    pub(super) answers: Vec<HttpResponse>,
}

impl Examination<'_> {
    async fn run(&mut self) -> Result<(), RegistryError> {
        let found = self.reach().await;
        let ping = self.taken(found)?;
        let found = self.access(&ping).await;
        let found = self.without_list(found).await;
        let first = self.taken(found)?;
        let found = self.tags(first).await;
        let found = self.without_list(found).await;
        let page = self.taken(found)?;
        let found = self.manifests(&page).await;
        let seen = self.taken(found)?;
        if let Some(seen) = seen {
            let step = self.referrers(&seen).await;
            self.steps.push(step);
            let step = self.dates(&seen).await;
            self.steps.push(step);
            self.steps.push(super::limits::limits(&seen.answers));
        }
        let step = self.catalog().await;
        self.steps.push(step);
        Ok(())
    }

    /// Returns the registry as the place to ask, past any mirror.
    pub(super) fn endpoint(&self) -> Endpoint {
        Endpoint::of(&self.host, self.repository)
    }

    /// Adds a step; what failed ends the examination.
    fn taken<T>(&mut self, outcome: Result<(Step, T), FailedStep>) -> Result<T, RegistryError> {
        match outcome {
            Ok((step, found)) => {
                self.steps.push(step);
                Ok(found)
            }
            Err(FailedStep { mut step, error }) => {
                step.outcome = StepOutcome::Failed;
                self.steps.push(step);
                Err(error)
            }
        }
    }

    /// Ends a step with a failure.
    pub(super) fn failed(
        &self,
        step: Step,
        error: RequestError,
        operation: &'static str,
    ) -> FailedStep {
        let context = Context::of_repository(self.repository, operation);
        FailedStep {
            step,
            error: self.inner.secrets.redact_error(error, &context),
        }
    }

    fn finish(self, failure: Option<RegistryError>) -> Diagnosis {
        let family = Family::of(&self.clues);
        let mut advice = self.advice;
        if let Some(failure) = &failure {
            advice.learn(failure.kind(), family);
        }
        let mut steps = self.steps;
        // Servers repeat what they were sent, also in headers. Nothing is cut before secrets are out.
        let secrets = &self.inner.secrets;
        for step in &mut steps {
            for fact in &mut step.facts {
                fact.value = shorten(&secrets.redacted(&fact.value));
            }
            for quirk in &mut step.quirks {
                quirk.says = shorten(&secrets.redacted(&quirk.says));
            }
        }
        steps.extend(skipped(&steps));
        steps.sort_by_key(|step| Area::ALL.iter().position(|area| *area == step.area));
        Diagnosis {
            repository: self.repository.clone(),
            family,
            steps,
            failure,
            advice,
        }
    }
}

/// Returns the steps that were not taken.
fn skipped(steps: &[Step]) -> Vec<Step> {
    let is_missing = |area: &Area| steps.iter().all(|step| step.area != *area);
    let missing = Area::ALL.into_iter().filter(is_missing);
    missing
        .map(|area| Step {
            outcome: StepOutcome::Skipped,
            ..Step::new(area)
        })
        .collect()
}

impl Diagnosis {
    fn unreachable(repository: &Repository, error: RegistryError) -> Self {
        Self {
            repository: repository.clone(),
            family: None,
            steps: skipped(&[]),
            failure: Some(error),
            advice: Advice::default(),
        }
    }
}

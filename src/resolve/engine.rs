use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

use futures_util::future::join;
use futures_util::{StreamExt, stream};
use tokio::sync::oneshot;

use super::choose::choose_all;
use super::chosen_tag::ChosenTag;
use super::evaluate::{Examined, examine};
use super::fetch::{fetch_tags, look_ahead};
use super::partition::{By, partition, shares};
use super::patience::held_back;
use super::pending_job::PendingJob;
use super::plan::Plan;
use super::tag_lists::TagLists;
use super::{Explanation, Failure, Options, Resolution, dating, group, list_checks};
use crate::error::{Code, Diagnostic};
use crate::image::{Repository, Tag};
use crate::policy::VersionKey;
use crate::registry::Client;

/// Carries out a plan.
///
/// Failures do not stop the other images: every one is in the result, so that one run shows them all.
/// Registries do not wait for each other: what is slow or down holds up its own images alone. Nor do
/// repositories: the policies of one choose while the tags of others are under way.
pub async fn resolve(plan: Plan, client: &Client, options: &Options) -> Resolution {
    client.expect(plan.jobs.iter().map(|job| &job.spec.repository));
    let parts = partition(
        plan.jobs.into_iter().map(PendingJob::new).collect(),
        By::Registry,
    );
    let sizes: Vec<usize> = parts.iter().map(Vec::len).collect();
    let jobs = shares(&sizes, options.jobs);
    let runs = parts.into_iter().zip(jobs);
    let runs = runs.map(|(batch, jobs)| of_registry(batch, client, options, jobs));
    let mut runs = stream::iter(runs).buffer_unordered(options.jobs.max(1));
    let mut resolution = Resolution::unasked(plan.kept, options.now);
    while let Some(part) = runs.next().await {
        resolution.add(part);
    }
    resolution.lint();
    resolution.sort();
    resolution
}

/// Resolves the images of one registry.
async fn of_registry(
    batch: Vec<PendingJob>,
    client: &Client,
    options: &Options,
    jobs: usize,
) -> Resolution {
    let runs = partition(batch, By::Repository)
        .into_iter()
        .map(|mut pending| {
            let mut run = ResolveRun {
                client,
                options,
                jobs,
                resolution: Resolution::unasked(Vec::new(), options.now),
                untrusted: BTreeSet::new(),
            };
            async move {
                while !pending.is_empty() {
                    pending = run.round(pending).await;
                }
                run.resolution
            }
        });
    let mut runs = stream::iter(runs).buffer_unordered(jobs);
    let mut resolution = Resolution::unasked(Vec::new(), options.now);
    while let Some(part) = runs.next().await {
        resolution.add(part);
    }
    resolution
}

struct ResolveRun<'r> {
    client: &'r Client,
    options: &'r Options,
    /// How many images are asked for at once.
    jobs: usize,
    resolution: Resolution,
    /// The repositories whose tag lists lost most of their tags.
    untrusted: BTreeSet<Repository>,
}

/// Versions that another member of the group lacks, with that member's name.
type Lacked = Vec<(VersionKey, String)>;

/// What one image's round came to.
struct RoundAnswer {
    pending: PendingJob,
    examined: Examined,
    /// What a reader should know of the chosen tag if it is taken.
    notices: Vec<Diagnostic>,
    /// The better versions that the group could not take.
    lacked: Lacked,
}

impl ResolveRun<'_> {
    /// Lets every image choose once, and returns those that have to choose again.
    async fn round(&mut self, mut batch: Vec<PendingJob>) -> Vec<PendingJob> {
        // A later round needs the lists of pins that turned out unfit; the client has the others.
        let lists = fetch_tags(self.client, &batch, self.jobs);
        let pins = look_ahead(self.client, &batch, self.jobs);
        let (lists, ()) = join(lists, pins).await;
        let lists = Arc::new(lists);
        self.prepare(&mut batch, &lists).await;
        let answers = self.look(batch, &lists).await;
        self.conclude(answers, &lists)
    }

    /// Takes out what cannot be chosen for, and gets the dates that choices need.
    async fn prepare(&mut self, batch: &mut Vec<PendingJob>, lists: &TagLists) {
        for (pending, diagnostic) in list_checks::untrusted(batch, lists, self.options) {
            // A member of its group fails with it, whose own list is as good as ever.
            if diagnostic.code == Code::TagsLost {
                let repository = pending.job.spec.repository.clone();
                self.untrusted.insert(repository);
            }
            self.resolution.fail(&pending, diagnostic);
        }
        self.observe(batch, lists);
        let observations = &mut self.resolution.observations;
        let undated = dating::date(self.client, batch, lists, self.options, observations).await;
        for (pending, diagnostic) in undated {
            self.resolution.fail(&pending, diagnostic);
        }
    }

    /// Notes the tag lists, whole for the images whose age plays a part.
    ///
    /// One that is not believed for one image is not noted for another: else the next run would take it.
    fn observe(&mut self, batch: &[PendingJob], lists: &TagLists) {
        for pending in batch.iter().filter(|pending| pending.needs_tags()) {
            let spec = &pending.job.spec;
            if self.untrusted.contains(&spec.repository) {
                continue;
            }
            let Some(Ok(tags)) = lists.get(&spec.repository) else {
                continue;
            };
            self.resolution
                .tag_counts
                .insert(spec.repository.clone(), tags.len());
            if spec.guards.cools_down() {
                self.resolution.observations.tags(&spec.repository, tags);
            }
        }
    }

    /// Lets the policies choose, and looks at what they chose.
    async fn look(&mut self, batch: Vec<PendingJob>, lists: &Arc<TagLists>) -> Vec<RoundAnswer> {
        let batch = Arc::new(batch);
        let chosen = choose_batch(&batch, lists, self.options).await;
        let (client, options) = (self.client, self.options);
        // Out of order, so that one slow registry does not hold up the images of the others.
        let looks = stream::iter(batch.iter().zip(chosen))
            .map(|(pending, chosen)| async move {
                let (look, lacked) = match chosen {
                    Ok(choice) => {
                        let look = examine(client, pending, &choice, options).await;
                        (look, choice.lacked)
                    }
                    Err(failure) => (Examined::Failed(failure.diagnostic).into(), Vec::new()),
                };
                (pending.clone(), look, lacked)
            })
            .buffer_unordered(self.jobs)
            .collect::<Vec<_>>()
            .await;
        let answers = looks.into_iter().map(|(mut pending, look, lacked)| {
            if let Some((tag, digest)) = look.seen {
                let repository = &pending.job.spec.repository;
                self.resolution
                    .observations
                    .digest(repository, &tag, &digest);
            }
            let examined = held_back(&mut pending, look.examined);
            RoundAnswer {
                pending,
                examined,
                notices: look.notices,
                lacked,
            }
        });
        answers.collect()
    }

    /// Takes the pins and failures of a round, and returns the images that have to choose again.
    fn conclude(&mut self, answers: Vec<RoundAnswer>, lists: &TagLists) -> Vec<PendingJob> {
        let mut besides: BTreeMap<String, (Vec<Diagnostic>, Lacked)> = BTreeMap::new();
        let answers = answers.into_iter().map(|answer| {
            let name = answer.pending.job.spec.name.clone();
            besides.insert(name, (answer.notices, answer.lacked));
            (answer.pending, answer.examined)
        });
        let answers: Vec<(PendingJob, Examined)> = answers.collect();
        let mut again = Vec::new();
        for (mut pending, examined) in group::together(answers) {
            match examined {
                Examined::Failed(diagnostic) => {
                    let explanation = self.explanation(&pending, lists, None);
                    self.resolution.explanations.extend(explanation);
                    self.resolution.fail(&pending, diagnostic);
                }
                Examined::Pinned { entry, stayed_from } => {
                    let resolution = &mut self.resolution;
                    resolution.held.extend(stayed_from);
                    resolution
                        .warnings
                        .extend(list_checks::gone(&pending, lists));
                    if let Some((notices, lacked)) = besides.remove(&pending.job.spec.name) {
                        // Of a tag that is not taken in the end, nobody needs to know.
                        resolution.warnings.extend(notices);
                        if let Some(Ok(tags)) = lists.get(&pending.job.spec.repository) {
                            resolution
                                .held
                                .extend(pending.leave_to_group(tags, &lacked));
                        }
                    }
                    let explanation = self.explanation(&pending, lists, Some(&entry.tag));
                    self.resolution.explanations.extend(explanation);
                    self.resolution.take(&pending, entry);
                }
                Examined::Held(_) | Examined::Waits => again.push(pending),
            }
        }
        again
    }

    fn explanation(
        &self,
        pending: &PendingJob,
        lists: &TagLists,
        chosen: Option<&Tag>,
    ) -> Option<Explanation> {
        let tags = lists.get(&pending.job.spec.repository)?.as_ref().ok()?;
        let level = self.options.level;
        let needed = pending.needs_tags();
        needed.then(|| Explanation::new(pending, Arc::clone(tags), level, chosen))
    }
}

/// Runs the policies on the threads for computation, not on those that drive the network.
async fn choose_batch(
    batch: &Arc<Vec<PendingJob>>,
    lists: &Arc<TagLists>,
    options: &Options,
) -> Vec<Result<ChosenTag, Failure>> {
    let (pending, tags, options) = (Arc::clone(batch), Arc::clone(lists), options.clone());
    let (sender, receiver) = oneshot::channel();
    rayon::spawn(move || {
        let choose = || choose_all(&pending, &tags, &options);
        // A panic is passed on to who waits for the answer.
        let chosen = catch_unwind(AssertUnwindSafe(choose));
        // If nobody does, the answer is of no use.
        let _unheard = sender.send(chosen);
    });
    match receiver.await {
        Ok(Ok(chosen)) => chosen,
        Ok(Err(panic)) => resume_unwind(panic),
        // The pool is being shut down, and nobody will read the answer.
        Err(_) => Vec::new(),
    }
}

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::{StreamExt, stream};

use super::choose::{Open, TagLists, choose_all};
use super::fetch::{fetch_content, fetch_tags};
use super::plan::Plan;
use super::{Content, Failure, Note, pin};
use crate::error::{Code, Diagnostic};
use crate::image::{Digest, Tag};
use crate::lock::Entry;
use crate::registry::Client;

/// How a resolution runs.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How many images are asked for at once; each registry has a gate of its own besides.
    pub jobs: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { jobs: 64 }
    }
}

/// What a resolution came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Resolution {
    /// The pins, sorted by name: those that stayed and those that were resolved.
    ///
    /// An image that failed has its old pin here, if it had one.
    pub images: Vec<Entry>,
    /// The images that failed, sorted by name.
    pub failures: Vec<Failure>,
    /// What else there is to know, sorted.
    pub notes: Vec<Note>,
}

/// How many unfit tags of one image are passed over before giving up.
const MAX_PASSED_OVER: usize = 25;

/// Carries out a plan.
///
/// Failures do not stop the other images: every one is in the result, so that one run shows them all.
pub async fn resolve(plan: Plan, client: &Client, options: Options) -> Resolution {
    let jobs = options.jobs.max(1);
    let mut resolution = Resolution {
        images: plan.kept,
        ..Resolution::default()
    };
    let mut open: Vec<Open> = plan
        .jobs
        .into_iter()
        .map(|job| Open {
            job,
            unfit: BTreeMap::new(),
        })
        .collect();
    while !open.is_empty() {
        let batch = Arc::new(std::mem::take(&mut open));
        // A later round needs the lists of pins that turned out unfit; the client has the others.
        let lists = Arc::new(fetch_tags(client, &batch, jobs).await);
        let chosen = choose_batch(&batch, &lists).await;
        // Out of order, so that one slow registry does not hold up the images of the others.
        let answers = stream::iter(batch.iter().zip(chosen))
            .map(|(open, chosen)| async move { (open, fetch(client, open, chosen).await) })
            .buffer_unordered(jobs)
            .collect::<Vec<_>>()
            .await;
        for (item, answer) in answers {
            match answer {
                Err(failure) => resolution.fail(item, failure),
                Ok((tag, digest, content)) => match pin(&item.job, &tag, &digest, &content) {
                    Ok(entry) => resolution.take(item, entry),
                    Err(unfit) => match item.without(tag, unfit) {
                        next if next.unfit.len() > MAX_PASSED_OVER => {
                            resolution.fail(item, gave_up(&next));
                        }
                        next => open.push(next),
                    },
                },
            }
        }
    }
    resolution
        .images
        .sort_by(|left, right| left.name.cmp(&right.name));
    resolution
        .failures
        .sort_by(|left, right| left.name.cmp(&right.name));
    resolution.notes.sort();
    resolution
}

async fn fetch(
    client: &Client,
    open: &Open,
    chosen: Result<Tag, Failure>,
) -> Result<(Tag, Digest, Content), Failure> {
    let tag = chosen?;
    match fetch_content(client, &open.job, &tag).await {
        Ok((digest, content)) => Ok((tag, digest, content)),
        Err(refusal) => Err(Failure::new(&open.job.spec.name, Diagnostic::of(&*refusal))),
    }
}

/// Runs the policies on the threads for computation, not on those that drive the network.
async fn choose_batch(batch: &Arc<Vec<Open>>, lists: &Arc<TagLists>) -> Vec<Result<Tag, Failure>> {
    let (open, tags) = (Arc::clone(batch), Arc::clone(lists));
    match tokio::task::spawn_blocking(move || choose_all(&open, &tags)).await {
        Ok(chosen) => chosen,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime is being shut down, and nobody will read the answer.
            Err(_) => Vec::new(),
        },
    }
}

fn gave_up(open: &Open) -> Failure {
    let spec = &open.job.spec;
    let mut diagnostic = Diagnostic::new(
        Code::PlatformMissing,
        format!(
            "the {} best tags of {} all lack a required platform",
            open.unfit.len(),
            spec.repository
        ),
    );
    diagnostic.notes = open
        .unfit
        .iter()
        .map(|(tag, unfit)| format!("{tag} {unfit}"))
        .collect();
    Failure::new(
        &spec.name,
        diagnostic.help("check `platforms` of this image in the config"),
    )
}

impl Resolution {
    fn take(&mut self, open: &Open, entry: Entry) {
        self.notes
            .extend(open.unfit.iter().map(|(tag, unfit)| Note {
                name: entry.name.clone(),
                text: format!("{tag} was passed over: it {unfit}"),
            }));
        self.images.push(entry);
    }

    fn fail(&mut self, open: &Open, failure: Failure) {
        self.images.extend(open.job.old.clone());
        self.failures.push(failure);
    }
}

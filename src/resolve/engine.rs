use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures_util::{StreamExt, stream};
use jiff::Timestamp;

use super::choose::{Choice, TagLists, choose_all};
use super::examine::{Examined, examine};
use super::fetch::fetch_tags;
use super::open::Open;
use super::plan::Plan;
use super::{Considered, Failure, Held, Options, dating, group, lists};
use crate::error::{Code, Diagnostic};
use crate::image::{Digest, Repository, Tag};
use crate::lock::Entry;
use crate::policy::Rule;
use crate::registry::Client;
use crate::tag::Observations;

/// What a resolution came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolution {
    /// The pins, sorted by name: those that stayed and those that were resolved.
    ///
    /// An image that failed has its old pin here, if it had one.
    pub images: Vec<Entry>,
    /// The images that failed, sorted by name.
    pub failures: Vec<Failure>,
    /// The tags that pins were kept from, sorted by name and tag.
    pub held: Vec<Held>,
    /// What the policies had before them, for the images whose tags were listed; sorted by name.
    pub considered: Vec<Considered>,
    /// What was seen of tags whose age plays a part; for the [`Ledger`](crate::tag::Ledger).
    pub observations: Observations,
    /// How many tags each repository that was listed has.
    pub tag_counts: BTreeMap<Repository, usize>,
    /// What a reader should know besides, sorted; each names its image.
    pub warnings: Vec<Diagnostic>,
}

/// How many incomplete tags of one image are passed over before giving up.
const MAX_INCOMPLETE: usize = 25;
/// How many tags of one image are held back in all before giving up.
const MAX_HELD: usize = 200;

/// Carries out a plan.
///
/// Failures do not stop the other images: every one is in the result, so that one run shows them all.
pub async fn resolve(plan: Plan, client: &Client, options: &Options) -> Resolution {
    let jobs = options.jobs.max(1);
    let mut resolution = Resolution::unasked(plan.kept, options.now);
    let mut open: Vec<Open> = plan.jobs.into_iter().map(Open::new).collect();
    let mut disbelieved: BTreeSet<Repository> = BTreeSet::new();
    while !open.is_empty() {
        let mut batch = std::mem::take(&mut open);
        // A later round needs the lists of pins that turned out unfit; the client has the others.
        let lists = Arc::new(fetch_tags(client, &batch, jobs).await);
        for (open, diagnostic) in lists::disbelieved(&mut batch, &lists, options) {
            // A member of its group fails with it, whose own list is as good as ever.
            if diagnostic.code == Code::TagsLost {
                disbelieved.insert(open.job.spec.repository.clone());
            }
            resolution.fail(&open, diagnostic);
        }
        resolution.observe(&batch, &lists, &disbelieved);
        let observations = &mut resolution.observations;
        let undated = dating::date(client, &mut batch, &lists, options, observations).await;
        for (open, diagnostic) in undated {
            resolution.fail(&open, diagnostic);
        }
        let batch = Arc::new(batch);
        let chosen = choose_batch(&batch, &lists, options).await;
        // Out of order, so that one slow registry does not hold up the images of the others.
        let answers = stream::iter(batch.iter().zip(chosen))
            .map(|(open, chosen)| async move {
                match chosen {
                    Ok(Choice { tag, lacked }) => {
                        let look = examine(client, open, &tag, options).await;
                        (open.clone(), look, lacked)
                    }
                    Err(failure) => {
                        let look = Examined::Failed(failure.diagnostic).into();
                        (open.clone(), look, Vec::new())
                    }
                }
            })
            .buffer_unordered(jobs)
            .collect::<Vec<_>>()
            .await;
        let mut unknown_ages: BTreeMap<String, Diagnostic> = BTreeMap::new();
        let mut lacked_versions = BTreeMap::new();
        let answers = answers.into_iter().map(|(mut open, look, lacked)| {
            lacked_versions.insert(open.job.spec.name.clone(), lacked);
            resolution.note(&open, look.seen);
            unknown_ages.extend(
                look.unknown_age
                    .map(|notice| (open.job.spec.name.clone(), notice)),
            );
            let examined = held_back(&mut open, look.examined);
            (open, examined)
        });
        let answers = group::together(answers.collect());
        let considered = |open: &Open| considered(open, &lists, options);
        for (mut item, examined) in answers {
            match examined {
                Examined::Failed(diagnostic) => {
                    resolution.consider(considered(&item), None);
                    resolution.fail(&item, diagnostic);
                }
                Examined::Pinned { entry, stayed_from } => {
                    // Of a tag that is not taken in the end, nobody needs to know.
                    let unknown_age = unknown_ages.remove(&item.job.spec.name);
                    resolution.warnings.extend(unknown_age);
                    resolution.warnings.extend(lists::gone(&item, &lists));
                    resolution.held.extend(stayed_from);
                    if let Some(lacked) = lacked_versions.get(&item.job.spec.name)
                        && let Some(Ok(tags)) = lists.get(&item.job.spec.repository)
                    {
                        let held = item.leave_to_group(tags, lacked);
                        resolution.held.extend(held);
                    }
                    resolution.consider(considered(&item), Some(&entry.tag));
                    resolution.take(&item, entry);
                }
                Examined::Held(_) | Examined::Waits => open.push(item),
            }
        }
    }
    resolution.sort();
    resolution
}

/// Runs the policies on the threads for computation, not on those that drive the network.
async fn choose_batch(
    batch: &Arc<Vec<Open>>,
    lists: &Arc<TagLists>,
    options: &Options,
) -> Vec<Result<Choice, Failure>> {
    let (open, tags, options) = (Arc::clone(batch), Arc::clone(lists), options.clone());
    match tokio::task::spawn_blocking(move || choose_all(&open, &tags, &options)).await {
        Ok(chosen) => chosen,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime is being shut down, and nobody will read the answer.
            Err(_) => Vec::new(),
        },
    }
}

fn considered(open: &Open, lists: &TagLists, options: &Options) -> Option<Considered> {
    let tags = lists.get(&open.job.spec.repository)?.as_ref().ok()?;
    let needed = open.needs_tags();
    needed.then(|| Considered::new(open, Arc::clone(tags), options.level))
}

/// Notes a tag that is held back; the image fails where the rest is not worth asking for.
///
/// The members of its group must know of that before one outcome is made of theirs.
fn held_back(open: &mut Open, examined: Examined) -> Examined {
    let Examined::Held(held) = &examined else {
        return examined;
    };
    open.hold(held.clone());
    gave_up(open).map_or(examined, Examined::Failed)
}

/// Says that too many tags of an image are held back for the rest to be worth asking for.
fn gave_up(open: &Open) -> Option<Diagnostic> {
    let spec = &open.job.spec;
    let incomplete = open
        .held
        .values()
        .filter(|held| held.rule == Rule::Platforms)
        .count();
    let (code, message) = if incomplete > MAX_INCOMPLETE {
        let message = format!(
            "the {incomplete} best tags of {} all lack a required platform",
            spec.repository
        );
        (Code::PlatformMissing, message)
    } else if open.held.len() > MAX_HELD {
        let count = open.held.len();
        let message = format!(
            "the {count} best tags of {} are all held back",
            spec.repository
        );
        (Code::TooYoung, message)
    } else {
        return None;
    };
    let mut diagnostic = Diagnostic::new(code, message);
    diagnostic.notes = open
        .held
        .values()
        .map(|held| format!("{} {}", held.tag, held.reason))
        .collect();
    Some(diagnostic.help("check `platforms` and `cooldown` of this image in the config"))
}

impl Resolution {
    /// Returns the outcome of a run in which these pins stay and nothing was asked.
    pub fn unasked(images: Vec<Entry>, now: Timestamp) -> Self {
        Self {
            images,
            failures: Vec::new(),
            held: Vec::new(),
            considered: Vec::new(),
            observations: Observations::at(now),
            tag_counts: BTreeMap::new(),
            warnings: Vec::new(),
        }
    }

    /// Returns the pin of an image.
    pub fn image(&self, name: &str) -> Option<&Entry> {
        let place = self
            .images
            .binary_search_by(|entry| entry.name.as_str().cmp(name));
        place.ok().map(|place| &self.images[place])
    }

    /// Returns why an image failed, if it did.
    pub fn failure(&self, name: &str) -> Option<&Failure> {
        let place = self
            .failures
            .binary_search_by(|failure| failure.name.as_str().cmp(name));
        place.ok().map(|place| &self.failures[place])
    }

    /// Returns what an image's policy had before it, if its tags were listed.
    pub fn considered(&self, name: &str) -> Option<&Considered> {
        let place = self
            .considered
            .binary_search_by(|considered| considered.spec().name.as_str().cmp(name));
        place.ok().map(|place| &self.considered[place])
    }

    /// Returns how many tags the repositories have, to be noted once the lock is written.
    pub fn counted(&self) -> Observations {
        let mut counted = self.observations.clone();
        for (repository, count) in &self.tag_counts {
            counted.tag_count(repository, *count);
        }
        counted
    }

    /// Notes the tag lists, whole for the images whose age plays a part.
    ///
    /// One that is not believed for one image is not noted for another: else the next run would take it.
    fn observe(&mut self, batch: &[Open], lists: &TagLists, disbelieved: &BTreeSet<Repository>) {
        for open in batch.iter().filter(|open| open.needs_tags()) {
            let spec = &open.job.spec;
            if disbelieved.contains(&spec.repository) {
                continue;
            }
            let Some(Ok(tags)) = lists.get(&spec.repository) else {
                continue;
            };
            self.tag_counts.insert(spec.repository.clone(), tags.len());
            if spec.guards.cooldown.is_some() {
                self.observations.tags(&spec.repository, tags);
            }
        }
    }

    /// Notes what a tag was seen to name.
    fn note(&mut self, open: &Open, seen: Option<(Tag, Digest)>) {
        if let Some((tag, digest)) = seen {
            let repository = &open.job.spec.repository;
            self.observations.digest(repository, &tag, &digest);
        }
    }

    /// Keeps what a policy had before it, and says what is odd in the policy.
    fn consider(&mut self, considered: Option<Considered>, chosen: Option<&Tag>) {
        if let Some(considered) = considered {
            self.warnings.extend(considered.lints(chosen));
            self.considered.push(considered);
        }
    }

    fn take(&mut self, open: &Open, entry: Entry) {
        self.held.extend(open.held.values().cloned());
        self.images.push(entry);
    }

    fn fail(&mut self, open: &Open, diagnostic: Diagnostic) {
        self.images.extend(open.job.old.clone());
        self.failures
            .push(Failure::new(&open.job.spec.name, diagnostic));
    }

    fn sort(&mut self) {
        self.images
            .sort_by(|left, right| left.name.cmp(&right.name));
        self.failures
            .sort_by(|left, right| left.name.cmp(&right.name));
        self.held
            .sort_by(|left, right| (&left.name, &left.tag).cmp(&(&right.name, &right.tag)));
        self.considered
            .sort_by(|left, right| left.spec().name.cmp(&right.spec().name));
        self.warnings.sort_by(|left, right| {
            (&left.subject, left.code, &left.message).cmp(&(
                &right.subject,
                right.code,
                &right.message,
            ))
        });
    }
}

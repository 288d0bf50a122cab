use std::collections::BTreeMap;

use futures_util::{StreamExt, stream};

use super::super::super::client::Network;
use super::super::super::clock::now;
use super::super::super::context::{Context, Stop};
use crate::error::Diagnostic;
use crate::image::{Digest, Repository, Tag};
use crate::policy::Policy;
use crate::registry::{ErrorKind, RegistryError, Target, counts_pulls};
use crate::resolve::{Aged, DateQuery, fetch_age, fetch_dates, fetch_told};
use crate::tag::{Age, Evidence, Observations};

/// What is asked about single tags.
pub(super) struct Looking<'l> {
    pub(super) network: &'l Network,
    pub(super) repository: &'l Repository,
    /// All its tags.
    pub(super) listed: &'l [Tag],
}

impl Looking<'_> {
    /// Dates the tags that a policy has to compare by date, all of them by one kind of evidence.
    pub(super) fn candidates(
        &self,
        context: &mut Context<'_>,
        policy: &Policy,
    ) -> Result<BTreeMap<Tag, Age>, Stop> {
        let candidates = policy.dated_candidates(self.listed);
        let candidates: Vec<Tag> = candidates.into_iter().cloned().collect();
        let state = context.state()?;
        let now = now();
        let look = DateQuery {
            platforms: &[],
            ledger: &state.ledger,
            now,
        };
        let (client, jobs) = (&self.network.client, self.network.jobs);
        let dates = fetch_dates(client, self.repository, &candidates, &look, jobs);
        let dates = self.network.run(dates);
        let dates = dates.map_err(|failure| Diagnostic::of(&failure))?;
        let mut seen = Observations::at(now);
        seen.tags(self.repository, self.listed);
        for (tag, digest) in &dates.digests {
            seen.digest(self.repository, tag, digest);
        }
        state.save(&seen, context)?;
        Ok(dates.ages)
    }

    /// Dates tags that have no date yet, and notes what was seen, so that the next run asks HEADs alone.
    pub(super) fn add_ages(
        &self,
        context: &mut Context<'_>,
        known: &mut BTreeMap<Tag, Age>,
        tags: &[&Tag],
    ) -> Result<(), Stop> {
        let undated = tags.iter().filter(|tag| !known.contains_key(**tag));
        let undated: Vec<&Tag> = undated.copied().collect();
        let state = context.state()?;
        let now = now();
        let look = DateQuery {
            platforms: &[],
            ledger: &state.ledger,
            now,
        };
        let (client, repository) = (&self.network.client, self.repository);
        let told = fetch_told(client, repository, &undated, now);
        let told = self.network.run(told);
        let told = told.map_err(|error| Diagnostic::of(&error))?;
        known.extend(told.into_iter().map(|(tag, told)| (tag, told.age)));
        let undated = undated.into_iter().filter(|tag| !known.contains_key(*tag));
        let undated: Vec<&Tag> = undated.collect();
        // Where the registry tells, its images need not be read, which may count as pulls.
        let wanted: &[Evidence] =
            if counts_pulls(repository) && client.publishes_push_times(repository) {
                &[Evidence::Registry]
            } else {
                &[Evidence::Registry, Evidence::Publisher]
            };
        let answers: Vec<(&Tag, Result<Aged, RegistryError>)> = self.network.run(
            stream::iter(undated)
                .map(|tag| async move {
                    let aged = fetch_age(client, repository, tag, wanted, &look).await;
                    (tag, aged)
                })
                .buffer_unordered(self.network.jobs)
                .collect(),
        );
        let mut seen = Observations::at(now);
        seen.tags(repository, self.listed);
        for (tag, answer) in answers {
            let Some(Aged { age, digest, .. }) = there(answer)? else {
                continue;
            };
            if let Some(digest) = &digest {
                seen.digest(repository, tag, digest);
            }
            known.extend(age.map(|age| (tag.clone(), age)));
        }
        state.save(&seen, context)
    }

    /// Asks what tags name.
    pub(super) fn digests(&self, tags: &[&Tag]) -> Result<BTreeMap<Tag, Digest>, Stop> {
        let (client, repository) = (&self.network.client, self.repository);
        let answers: Vec<(&Tag, Result<Digest, RegistryError>)> = self.network.run(
            stream::iter(tags.iter().copied())
                .map(|tag| async move {
                    let target = Target::Tag(tag.clone());
                    (tag, client.head(repository, &target).await)
                })
                .buffer_unordered(self.network.jobs)
                .collect(),
        );
        let mut digests = BTreeMap::new();
        for (tag, answer) in answers {
            digests.extend(there(answer)?.map(|digest| (tag.clone(), digest)));
        }
        Ok(digests)
    }
}

/// Takes a tag that is gone since it was listed for one of which nothing is known.
fn there<T>(answer: Result<T, RegistryError>) -> Result<Option<T>, Stop> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(error) if *error.kind() == ErrorKind::ManifestNotFound => Ok(None),
        Err(error) => Err(Diagnostic::of(&error).into()),
    }
}

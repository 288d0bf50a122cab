use std::collections::BTreeMap;

use super::pending_job::PendingJob;
use crate::config::ties;

/// What keeps images together, besides a group of one version.
#[derive(Clone, Copy)]
pub(super) enum By {
    Registry,
    Repository,
}

/// Divides a batch into parts that have nothing to do with each other: no registry or repository in common,
/// and no group of one version.
///
/// The order within a part is that of the batch.
pub(super) fn partition(batch: Vec<PendingJob>, by: By) -> Vec<Vec<PendingJob>> {
    let specs = batch.iter().map(|pending| &pending.job.spec);
    let places = ties::partition(specs, |repository| match by {
        By::Registry => repository.registry().into(),
        By::Repository => repository.to_string(),
    });
    let mut divided: BTreeMap<usize, Vec<PendingJob>> = BTreeMap::new();
    for (pending, place) in batch.into_iter().zip(places) {
        divided.entry(place).or_default().push(pending);
    }
    divided.into_values().collect()
}

/// Divides jobs among parts of these sizes: none gets more than it can use, and each gets one.
pub(super) fn shares(sizes: &[usize], jobs: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by_key(|place| sizes[*place]);
    let mut left = jobs;
    let mut shares = vec![1; sizes.len()];
    for (done, place) in order.into_iter().enumerate() {
        let share = left.div_ceil(sizes.len() - done);
        shares[place] = share.min(sizes[place]).max(1);
        left = left.saturating_sub(shares[place]);
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::super::job::{Goal, Job};
    use super::super::sample::config;
    use super::*;

    fn names(images: &str, by: By) -> Vec<String> {
        let pending = config(images).images.into_iter().map(|spec| {
            PendingJob::new(Job {
                spec,
                old: None,
                goal: Goal::Choose,
                stays: false,
                at_once: false,
            })
        });
        let parts = partition(pending.collect(), by);
        let names = |part: Vec<PendingJob>| {
            let names = part.into_iter().map(|pending| pending.job.spec.name);
            names.collect::<Vec<_>>().join(" ")
        };
        parts.into_iter().map(names).collect()
    }

    #[test]
    fn what_has_a_place_or_a_group_in_common_stays_together() {
        let group = "group = \"g\", same-version = true";
        let images = format!(
            "a = \"^1\"\na2 = {{ image = \"a\", constraint = \"^2\" }}\nb = \"^1\"\n\
             c = {{ image = \"r.io/c\", constraint = \"^1\" }}\n\
             d = {{ image = \"r.io/d\", constraint = \"^1\", {group} }}\n\
             e = {{ image = \"s.io/e\", constraint = \"^1\", {group} }}"
        );
        assert_eq!(names(&images, By::Registry), ["a a2 b", "c d e"]);
        assert_eq!(names(&images, By::Repository), ["a a2", "b", "c", "d e"]);
    }

    #[test]
    fn jobs_go_to_who_can_use_them() {
        assert_eq!(shares(&[199, 1], 64), [63, 1]);
        assert_eq!(shares(&[50, 50, 2], 64), [31, 31, 2]);
        assert_eq!(shares(&[9, 9, 9], 2), [1, 1, 1]);
        assert_eq!(shares(&[3], 64), [3]);
        assert_eq!(shares(&[], 64), [0; 0]);
    }
}

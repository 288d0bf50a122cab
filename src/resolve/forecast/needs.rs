use super::Bounds;
use crate::image::{Platform, Tag};
use crate::policy::Strategy;
use crate::registry::counts_pulls;
use crate::resolve::job::{Goal, Job};
use crate::resolve::known_platforms::known_platforms;

/// What one job asks for, as far as it can be told before any answer.
pub(super) struct Needs<'j> {
    /// Pages of the repository's tag list.
    pub(super) tag_lists: Bounds,
    /// The tags whose digests are asked for in any case.
    pub(super) heads: Vec<&'j Tag>,
    /// Digests besides.
    pub(super) more_heads: Bounds,
    pub(super) manifests: Bounds,
    pub(super) blobs: Bounds,
    pub(super) inventory: Bounds,
}

impl<'j> Needs<'j> {
    /// Tells what a job asks for; `excludes_newer` says that tags are held back by a point in time.
    pub(super) fn of(job: &'j Job, excludes_newer: bool) -> Self {
        match known_tag(job) {
            Some(tag) => Self::of_tag(job, tag, excludes_newer),
            None => Self::of_choice(job, excludes_newer),
        }
    }

    /// Of a job that chooses among the tags of its repository.
    fn of_choice(job: &'j Job, excludes_newer: bool) -> Self {
        let spec = &job.spec;
        let is_hub = counts_pulls(&spec.repository);
        let current = job.current();
        let may_stay = current.filter(|entry| spec.policy.allows(&entry.tag));
        let ages = has_ages(job, excludes_newer);
        let is_dated = spec.policy.needs_dates() || ages;
        // What is chosen may turn out unfit, and then the policy chooses again.
        let is_open = is_dated || !spec.platforms.is_empty() || spec.version_group().is_some();
        let up_to = |count| {
            if is_open {
                Bounds::or_more(0)
            } else {
                Bounds::between(0, count)
            }
        };
        let ahead = may_stay.filter(|_| job.follows()).map(|entry| &entry.tag);
        // A pin that stays is known by its digest; a new one by its manifest, on Docker Hub by its digest.
        let is_new = may_stay.is_none();
        let mut manifests = up_to(rereads(job));
        let mut more_heads = match (is_hub, job.stays, spec.guards.immutable || is_dated) {
            (false, false, false) => required_images(job),
            _ => up_to(2),
        };
        if is_new && is_hub {
            more_heads.at_least = 1;
        }
        if is_new && !is_hub && !is_dated {
            manifests.at_least = 1;
        }
        Self {
            tag_lists: Bounds::or_more(1),
            heads: ahead.into_iter().collect(),
            more_heads,
            manifests,
            blobs: if is_dated || !spec.platforms.is_empty() {
                Bounds::or_more(0)
            } else {
                Bounds::NONE
            },
            inventory: if is_hub || is_dated {
                up_to(1)
            } else {
                Bounds::NONE
            },
        }
    }

    /// Of a job whose tag is known: the one to follow, or that the user named, or of the pin.
    fn of_tag(job: &'j Job, tag: &'j Tag, excludes_newer: bool) -> Self {
        let spec = &job.spec;
        let is_hub = counts_pulls(&spec.repository);
        let pinned = job.current().filter(|entry| entry.tag == *tag);
        let in_line = pinned.is_some_and(|entry| known_platforms(spec, entry).is_some());
        let mut needs = Self {
            tag_lists: Bounds::NONE,
            heads: Vec::new(),
            more_heads: Bounds::NONE,
            manifests: Bounds::between(0, rereads(job)),
            blobs: Bounds::NONE,
            inventory: Bounds::between(0, u64::from(is_hub)),
        };
        if !spec.platforms.is_empty() {
            needs.blobs = Bounds::between(0, rereads(job));
            needs.more_heads = required_images(job);
        }
        if let Goal::Platforms(..) = job.goal {
            // A digest that lacks a platform lets the policy choose afresh.
            needs.tag_lists = Bounds::or_more(0);
            needs.more_heads = Bounds::or_more(0);
            needs.manifests = Bounds::or_more(0);
            needs.blobs = Bounds::or_more(0);
            return needs;
        }
        if in_line && !job.follows() {
            needs.more_heads = Bounds::NONE;
            needs.manifests = Bounds::NONE;
            needs.blobs = Bounds::NONE;
            needs.inventory = Bounds::NONE;
            return needs;
        }
        let ages = has_ages(job, excludes_newer);
        match pinned {
            Some(_) if job.stays => {
                needs.more_heads = needs.more_heads.and(Bounds::between(0, 1));
            }
            Some(_) => needs.heads.push(tag),
            None if is_hub => needs.heads.push(tag),
            None if ages => {}
            None => needs.manifests.at_least = 1,
        }
        if pinned.is_none() && spec.guards.immutable {
            needs.heads.extend(job.current().map(|entry| &entry.tag));
        }
        if ages {
            // For the build date: the manifest of each platform that counts, and its config.
            let platforms = spec.platforms.len().max(1) as u64;
            needs.more_heads = needs.more_heads.and(Bounds::between(0, 1));
            needs.manifests = needs.manifests.and(Bounds::between(0, platforms + 1));
            needs.blobs = needs.blobs.and(Bounds::between(0, platforms));
            needs.inventory = Bounds::or_more(0);
        }
        needs
    }
}

/// Returns how many images of required platforms are asked for, whether the registry has them: one for each
/// platform, and of Windows one for each build.
fn required_images(job: &Job) -> Bounds {
    let wanted = &job.spec.platforms;
    let is_hub = counts_pulls(&job.spec.repository);
    if wanted.is_empty() || is_hub {
        return Bounds::NONE;
    }
    if known_tag(job).is_none() || wanted.iter().any(Platform::has_builds) {
        return Bounds::or_more(0);
    }
    Bounds::between(0, wanted.len() as u64)
}

/// Returns the tag that a job is about before any tag list is read.
fn known_tag(job: &Job) -> Option<&Tag> {
    match (&job.goal, &job.spec.policy.strategy) {
        (Goal::Tag(tag) | Goal::Platforms(tag, _), _)
        | (Goal::Choose, Strategy::Digest { tag }) => Some(tag),
        (Goal::Choose, _) => None,
    }
}

/// Returns `true` if the age of what is chosen plays a part.
fn has_ages(job: &Job, excludes_newer: bool) -> bool {
    !job.at_once && (job.spec.guards.cools_down() || excludes_newer)
}

/// Returns how many manifests are read for one choice: what the tag names, and what the pin names where its
/// platforms do not tell all.
fn rereads(job: &Job) -> u64 {
    let current = job.current();
    let is_told = current.is_none_or(|entry| known_platforms(&job.spec, entry).is_some());
    1 + u64::from(!is_told) + u64::from(job.stays)
}

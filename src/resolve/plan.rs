use std::collections::BTreeSet;

use crate::config::{Config, ImageSpec};
use crate::error::{Code, Diagnostic};
use crate::image::{Digest, Tag};
use crate::lock::{Entry, Lock};

/// What a run is to bring about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intent {
    /// The lock satisfies the config, with the fewest changes.
    Lock,
    /// The named images move to what their policies choose now; all if none is named.
    Update {
        /// The names; empty for all.
        names: BTreeSet<String>,
    },
    /// One image moves to a tag that its policy allows but might not choose.
    Precise {
        /// The image.
        name: String,
        /// The tag.
        tag: Tag,
    },
}

/// What stays and what must be asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The pins that stay as they are or need no registry to be brought up to date.
    pub kept: Vec<Entry>,
    /// The images that must be asked for, in the config's order (by name).
    pub jobs: Vec<Job>,
}

/// One image to be resolved.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// The image and its policy.
    pub spec: ImageSpec,
    /// The pin in the old lock, if it is of the same repository.
    pub current: Option<Entry>,
    /// What is asked.
    pub goal: Goal,
}

/// What a job asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goal {
    /// The policy chooses among the repository's tags.
    Choose,
    /// This tag, if the policy allows it.
    Tag(Tag),
    /// The pinned digest stays; only its platforms are read again.
    Platforms(Tag, Digest),
}

/// Decides what stays and what must be asked, from values alone.
///
/// A pin stays if its policy is unchanged, or if its tag still satisfies the changed policy. With
/// [`Intent::Lock`] nothing else is asked; with the others the named images are asked as well, and
/// images that have no valid pin.
///
/// # Errors
///
/// [`Code::UnknownImage`] for each name that is not in the config, with the nearest known one.
pub fn plan(config: &Config, lock: &Lock, intent: &Intent) -> Result<Plan, Vec<Diagnostic>> {
    check_names(config, intent)?;
    let mut plan = Plan {
        kept: Vec::new(),
        jobs: Vec::new(),
    };
    for spec in &config.images {
        let current = lock
            .get(&spec.name)
            .filter(|entry| entry.image == spec.repository);
        let goal = match (intent, current) {
            (Intent::Precise { name, tag }, _) if *name == spec.name => {
                Some(Goal::Tag(tag.clone()))
            }
            (Intent::Update { names }, _) if names.is_empty() || names.contains(&spec.name) => {
                Some(Goal::Choose)
            }
            (_, Some(entry)) => match keep(spec, entry) {
                Keep::As(entry) => {
                    plan.kept.push(*entry);
                    None
                }
                Keep::Asking(goal) => Some(goal),
            },
            (_, None) => Some(Goal::Choose),
        };
        if let Some(goal) = goal {
            plan.jobs.push(Job {
                spec: spec.clone(),
                current: current.cloned(),
                goal,
            });
        }
    }
    Ok(plan)
}

fn check_names(config: &Config, intent: &Intent) -> Result<(), Vec<Diagnostic>> {
    let names: Vec<&str> = match intent {
        Intent::Lock => Vec::new(),
        Intent::Update { names } => names.iter().map(String::as_str).collect(),
        Intent::Precise { name, .. } => vec![name],
    };
    let known = || config.images.iter().map(|spec| spec.name.as_str());
    let unknown: Vec<_> = names
        .into_iter()
        .filter(|name| !known().any(|known| known == *name))
        .map(|name| unknown_image(name, known()))
        .collect();
    if unknown.is_empty() {
        Ok(())
    } else {
        Err(unknown)
    }
}

/// Returns the error for a name that is not known, with the nearest one that is.
pub(crate) fn unknown_image<'k>(name: &str, known: impl Iterator<Item = &'k str>) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::UnknownImage, format!("there is no image `{name}`"));
    let nearest = known
        .map(|known| (strsim::damerau_levenshtein(name, known), known))
        .min()
        .filter(|(distance, _)| *distance <= name.len().div_ceil(3));
    match nearest {
        Some((_, known)) => diagnostic.help(format!("did you mean `{known}`?")),
        None => diagnostic.help("`imagelock list` shows the images and their names"),
    }
}

enum Keep {
    As(Box<Entry>),
    Asking(Goal),
}

/// Says how far a pin satisfies an image's policy.
fn keep(spec: &ImageSpec, entry: &Entry) -> Keep {
    let policy = spec.policy_text();
    if entry.policy == policy {
        return Keep::As(Box::new(entry.clone()));
    }
    let tags = std::slice::from_ref(&entry.tag);
    if spec
        .policy
        .choose(tags, Some(&entry.tag), &BTreeSet::new())
        .is_none()
    {
        return Keep::Asking(Goal::Choose);
    }
    let wanted: BTreeSet<_> = spec.platforms.iter().collect();
    let known = || entry.platforms.keys().collect::<BTreeSet<_>>();
    // Whether the entry lists all platforms of its index or a choice of them stands in its policy only,
    // so an entry may be narrowed from what it has, but to widen it the index must be read.
    if !wanted.is_empty() && wanted.is_subset(&known()) {
        let mut entry = entry.clone();
        entry.policy = policy;
        entry
            .platforms
            .retain(|platform, _| spec.platforms.contains(platform));
        return Keep::As(Box::new(entry));
    }
    if wanted.is_empty() && !entry.policy.contains(" platforms=") {
        let mut entry = entry.clone();
        entry.policy = policy;
        return Keep::As(Box::new(entry));
    }
    Keep::Asking(Goal::Platforms(entry.tag.clone(), entry.digest.clone()))
}

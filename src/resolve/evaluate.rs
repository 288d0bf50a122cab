use super::chosen_tag::ChosenTag;
use super::cooldown::{CooldownCheck, CooldownVerdict};
use super::fetch::{fetch_content, fetch_platforms};
use super::job::{Goal, Job};
use super::known_platforms::known_platforms;
use super::moved::{Moved, moved, refusal};
use super::namesakes::{Comparison, compare};
use super::pending_job::PendingJob;
use super::pin::pin;
use super::presence::pin_present;
use super::unreadable_tag::unanswered;
use super::{Held, MissingPlatforms, Options, dates};
use crate::error::Diagnostic;
use crate::image::{Digest, Tag};
use crate::lock::Pin;
use crate::registry::{Client, ErrorKind, Target};

/// What a look at a chosen tag came to.
#[derive(Clone, Debug)]
pub(super) enum Examined {
    /// The image has its pin.
    Pinned {
        /// The pin.
        entry: Pin,
        /// What the pin was kept from.
        stayed_from: Option<Held>,
    },
    /// The tag is held back; the policy chooses again.
    Held(Held),
    /// The tag would do, and another member of the group has to choose again.
    Waits,
    /// The image fails.
    Failed(Diagnostic),
}

impl Examined {
    fn pinned(entry: Pin) -> Self {
        Self::Pinned {
            entry,
            stayed_from: None,
        }
    }
}

/// What looking at a tag came to, and what was seen on the way.
pub(super) struct Evaluation {
    pub(super) examined: Examined,
    /// What a reader should know if the tag is taken: that nobody knows how old it is, what is odd in it.
    pub(super) notices: Vec<Diagnostic>,
    /// What the tag names, where its age plays a part.
    pub(super) seen: Option<(Tag, Digest)>,
}

impl From<Examined> for Evaluation {
    fn from(examined: Examined) -> Self {
        Self {
            examined,
            notices: Vec::new(),
            seen: None,
        }
    }
}

/// Looks at what a chosen tag holds, and says whether the image can be pinned to it.
pub(super) async fn examine(
    client: &Client,
    pending: &PendingJob,
    choice: &ChosenTag,
    options: &Options,
) -> Evaluation {
    let job = &pending.job;
    let mut look = Evaluation::from(Examined::Waits);
    let result = look_at(client, job, choice, options, &mut look).await;
    look.examined = result.unwrap_or_else(Examined::Failed);
    look
}

async fn look_at(
    client: &Client,
    job: &Job,
    choice: &ChosenTag,
    options: &Options,
    look: &mut Evaluation,
) -> Result<Examined, Diagnostic> {
    let (spec, tag) = (&job.spec, &choice.tag);
    let current = job.current().filter(|entry| entry.tag == *tag);
    // Whatever the tag names now, the pin would not follow: there is nothing to ask.
    if let Some(old) = current.filter(|_| !job.follows())
        && let Some(entry) = in_line(job, old)
    {
        return Ok(Examined::pinned(entry));
    }
    if let Some(old) = current.filter(|_| job.stays)
        && let Ok(entry) = reread(client, job, old).await?
    {
        return Ok(Examined::pinned(entry));
    }
    if current.is_none() {
        refuse_moved_pin(client, job).await?;
    }
    if current.is_none()
        && let Some(held) = too_young(client, job, tag, options, look).await?
    {
        return Ok(Examined::Held(held));
    }
    let seen = look.seen.as_ref().map(|(_, digest)| digest);
    let fetched = fetch_content(client, job, tag, seen).await?;
    let entry = pin_present(client, job, tag, &fetched).await?;
    let (digest, notice) = (fetched.digest, fetched.notice);
    // So that it is known since when the tag names this, should it be pushed again. A pinned digest
    // that is read again says nothing of its tag.
    if spec.guards.cooldown.is_some() && !matches!(job.goal, Goal::Platforms(..)) {
        look.seen = Some((tag.clone(), digest.clone()));
    }
    let Some(old) = current.filter(|old| old.digest != digest) else {
        look.notices.extend(notice);
        let entry = match entry {
            Ok(entry) => entry,
            Err(missing_platforms) => {
                return Ok(Examined::Held(Held::incomplete(
                    &spec.name,
                    tag,
                    &missing_platforms,
                )));
            }
        };
        let comparison = compare(client, job, tag, &digest, &choice.namesakes);
        return Ok(match comparison.await? {
            Comparison::Different => Examined::pinned(entry),
            Comparison::Refused(held) => Examined::Held(held),
            Comparison::Promoted(notice) => {
                look.notices.push(notice);
                Examined::pinned(entry)
            }
        });
    };
    if spec.guards.immutable {
        return Err(refusal(old, &digest));
    }
    let held = match entry {
        Ok(entry) => match moved(job, old, &entry) {
            Moved::Stay(held) => held,
            Moved::Follow => {
                let Some(held) = too_young(client, job, tag, options, look).await? else {
                    look.notices.extend(notice);
                    return Ok(Examined::pinned(entry));
                };
                held
            }
        },
        Err(missing_platforms) => {
            let held = Held::incomplete(&spec.name, tag, &missing_platforms);
            if in_line(job, old).is_none() {
                return Ok(Examined::Held(held));
            }
            held
        }
    };
    Ok(Examined::Pinned {
        entry: stay(client, job, old).await?,
        stayed_from: Some(held),
    })
}

/// Refuses to leave an immutable tag that names another digest than the pinned one: somebody should
/// look at that, whatever is newer by now.
async fn refuse_moved_pin(client: &Client, job: &Job) -> Result<(), Diagnostic> {
    let Some(old) = job.current().filter(|_| job.spec.guards.immutable) else {
        return Ok(());
    };
    match client.head(&old.image, &Target::Tag(old.tag.clone())).await {
        Ok(digest) if digest != old.digest => Err(refusal(old, &digest)),
        Ok(_) => Ok(()),
        Err(error) if *error.kind() == ErrorKind::ManifestNotFound => Ok(()),
        Err(error) => Err(Diagnostic::of(&error)),
    }
}

/// Asks how old what a tag names is, and says whether it is too young to be taken, or seen to be unfit.
async fn too_young(
    client: &Client,
    job: &Job,
    tag: &Tag,
    options: &Options,
    look: &mut Evaluation,
) -> Result<Option<Held>, Diagnostic> {
    if job.at_once || matches!(job.goal, Goal::Platforms(..)) {
        return Ok(None);
    }
    let Some(cooldown) = CooldownCheck::of(job, options.exclude_newer, options.now) else {
        return Ok(None);
    };
    let spec = &job.spec;
    let circumstances = dates::DateQuery {
        platforms: &spec.platforms,
        ledger: &options.ledger,
        now: options.now,
    };
    let evidence = &spec.guards.age_evidence;
    let aged = dates::fetch_age(client, &spec.repository, tag, evidence, &circumstances)
        .await
        .map_err(|error| unanswered(job, tag, &error))?;
    look.seen = aged.digest.map(|digest| (tag.clone(), digest));
    if let Some(missing_platforms) = aged.missing_platforms {
        return Ok(Some(Held::incomplete(&spec.name, tag, &missing_platforms)));
    }
    Ok(match cooldown.judge(job, tag, aged.age) {
        CooldownVerdict::Free => None,
        CooldownVerdict::Unknown(notice) => {
            look.notices.push(notice);
            None
        }
        CooldownVerdict::TooYoung(held) => Some(held),
    })
}

/// Returns a pin as the config asks for it, if that can be told from the pin alone.
fn in_line(job: &Job, old: &Pin) -> Option<Pin> {
    let platforms = known_platforms(&job.spec, old)?;
    Some(Pin {
        policy: job.spec.policy_text(),
        platforms,
        ..old.clone()
    })
}

/// Returns a pin as the config asks for it, reading its digest again if need be.
async fn stay(client: &Client, job: &Job, old: &Pin) -> Result<Pin, Diagnostic> {
    if let Some(entry) = in_line(job, old) {
        return Ok(entry);
    }
    let entry = reread(client, job, old).await?;
    entry.map_err(|missing_platforms| missing_platforms.diagnostic(&job.spec, &old.tag))
}

/// Reads the digest of a pin again, for the platforms that the config asks for by now.
async fn reread(
    client: &Client,
    job: &Job,
    old: &Pin,
) -> Result<Result<Pin, MissingPlatforms>, Diagnostic> {
    let fetched = fetch_platforms(client, job, &old.tag, &old.digest).await?;
    Ok(pin(job, &old.tag, &old.digest, &fetched.content))
}

use super::fetch::{fetch_content, fetch_platforms};
use super::moved::{Moved, moved};
use super::open::Open;
use super::pin::{known_platforms, pin};
use super::plan::Job;
use super::{Held, Options};
use crate::error::Diagnostic;
use crate::image::Tag;
use crate::lock::Entry;
use crate::policy::DigestUpdates;
use crate::registry::Client;

/// What a look at a chosen tag came to.
#[derive(Clone, Debug)]
pub(super) enum Examined {
    /// The image has its pin.
    Pinned {
        /// The pin.
        entry: Entry,
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
    fn pinned(entry: Entry) -> Self {
        Self::Pinned {
            entry,
            stayed_from: None,
        }
    }
}

/// Looks at what a chosen tag holds, and says whether the image can be pinned to it.
pub(super) async fn examine(
    client: &Client,
    open: &Open,
    tag: &Tag,
    _options: &Options,
) -> Examined {
    match look(client, &open.job, tag).await {
        Ok(examined) => examined,
        Err(diagnostic) => Examined::Failed(diagnostic),
    }
}

async fn look(client: &Client, job: &Job, tag: &Tag) -> Result<Examined, Diagnostic> {
    let spec = &job.spec;
    let current = job.current().filter(|entry| entry.tag == *tag);
    // Whatever the tag names now, the pin would not follow: there is nothing to ask.
    let follows = spec.guards.digest_updates != DigestUpdates::Never || spec.guards.immutable;
    if let Some(entry) = current.filter(|_| !follows)
        && let Some(entry) = in_line(job, entry)
    {
        return Ok(Examined::pinned(entry));
    }
    let (digest, content) = fetch_content(client, job, tag)
        .await
        .map_err(|refusal| Diagnostic::of(&*refusal))?;
    let entry = pin(job, tag, &digest, &content);
    let Some(old) = current.filter(|old| old.digest != digest) else {
        return Ok(match entry {
            Ok(entry) => Examined::pinned(entry),
            Err(unfit) => Examined::Held(Held::incomplete(&spec.name, tag, &unfit)),
        });
    };
    let held = match entry {
        Ok(entry) => match moved(job, old, &entry) {
            Moved::Follow => return Ok(Examined::pinned(entry)),
            Moved::Refused(diagnostic) => return Err(diagnostic),
            Moved::Stay(held) => held,
        },
        Err(unfit) => {
            let held = Held::incomplete(&spec.name, tag, &unfit);
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

/// Returns a pin as the config asks for it, if that can be told from the pin alone.
fn in_line(job: &Job, old: &Entry) -> Option<Entry> {
    let platforms = known_platforms(&job.spec, old)?;
    Some(Entry {
        policy: job.spec.policy_text(),
        platforms,
        ..old.clone()
    })
}

/// Returns a pin as the config asks for it, reading its digest again if need be.
async fn stay(client: &Client, job: &Job, old: &Entry) -> Result<Entry, Diagnostic> {
    if let Some(entry) = in_line(job, old) {
        return Ok(entry);
    }
    let content = fetch_platforms(client, job, &old.tag, &old.digest)
        .await
        .map_err(|refusal| Diagnostic::of(&*refusal))?;
    pin(job, &old.tag, &old.digest, &content).map_err(|unfit| unfit.diagnostic(&job.spec, &old.tag))
}

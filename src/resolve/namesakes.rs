use futures_util::{StreamExt, stream};

use super::Held;
use super::job::Job;
use crate::error::{Code, Diagnostic};
use crate::image::{Digest, Tag};
use crate::policy::{Namesakes, PolicyOption, Rule};
use crate::registry::{Client, ErrorKind, Target};

/// What the digests of a tag and of the prereleases of its numbers tell.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Comparison {
    /// They are different images, or there is no such prerelease.
    Different,
    /// The tag is a short name of a prerelease that the policy refuses.
    Refused(Held),
    /// The tag is a release that was a prerelease before.
    Promoted(Diagnostic),
}

/// Compares what a tag points to with what the prereleases of its numbers point to, a HEAD request each.
///
/// # Errors
///
/// A diagnostic if the registry does not answer for a prerelease that decides. One that only a notice would
/// be about is left alone.
pub(super) async fn compare(
    client: &Client,
    job: &Job,
    tag: &Tag,
    digest: &Digest,
    namesakes: &Namesakes,
) -> Result<Comparison, Diagnostic> {
    let repository = &job.spec.repository;
    let answers = stream::iter(&namesakes.tags)
        .map(|other| async move {
            let target = Target::Tag(other.clone());
            (other, client.head(repository, &target).await)
        })
        .buffered(namesakes.tags.len().max(1))
        .collect::<Vec<_>>()
        .await;
    for (other, answer) in answers {
        match answer {
            Ok(found) if found == *digest => return Ok(told(job, tag, other, namesakes.is_short)),
            Err(error) if namesakes.is_short && *error.kind() != ErrorKind::ManifestNotFound => {
                return Err(Diagnostic::of(&error));
            }
            Ok(_) | Err(_) => {}
        }
    }
    Ok(Comparison::Different)
}

fn told(job: &Job, tag: &Tag, other: &Tag, is_short: bool) -> Comparison {
    let spec = &job.spec;
    if is_short {
        return Comparison::Refused(Held {
            name: spec.name.clone(),
            tag: tag.clone(),
            rule: Rule::Prerelease,
            reason: format!("points to the same image as the prerelease {other}"),
            age: None,
            eligible: None,
            help: Some("to take prereleases, set `prerelease = true`".into()),
        });
    }
    let message = format!("{tag} points to the same image as the prerelease {other}");
    let notice = Diagnostic::new(Code::PromotedPrerelease, message)
        .subject(&spec.name)
        .at(spec.place.clone())
        .help(format!(
            "if the publisher does not promote prereleases, leave it out with {} = \"{tag}\"",
            PolicyOption::IgnoreTags
        ));
    Comparison::Promoted(notice)
}

use super::Held;
use super::job::Job;
use crate::error::{Code, Diagnostic};
use crate::image::{Digest, Platform};
use crate::lock::Pin;
use crate::policy::{DigestUpdates, Rule};

/// What becomes of a pin whose tag names another digest now.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Moved {
    /// The pin follows.
    Follow,
    /// The pin stays as it is.
    Stay(Held),
}

/// Applies `digest-updates` to a pin and the entry that would take its place.
pub(super) fn moved(job: &Job, pin: &Pin, new: &Pin) -> Moved {
    let guards = &job.spec.guards;
    let stay = |reason: &str| {
        Moved::Stay(Held {
            name: job.spec.name.clone(),
            tag: pin.tag.clone(),
            rule: Rule::DigestUpdates,
            reason: reason.into(),
            age: None,
            eligible: None,
            help: None,
        })
    };
    match guards.digest_updates {
        DigestUpdates::Never => stay("names another digest, and `digest-updates` is `never`"),
        DigestUpdates::RebuildOnly if has_same_images(pin, new) => {
            stay("names another index of the same images, and `digest-updates` is `rebuild-only`")
        }
        DigestUpdates::Always | DigestUpdates::RebuildOnly => Moved::Follow,
    }
}

/// Returns `true` if every platform of a pin has the same image as before.
///
/// A rebuilt Windows image has another version, and so its platform another name.
fn has_same_images(pin: &Pin, new: &Pin) -> bool {
    let is_there = |(platform, digest): (&Platform, &Digest)| {
        let mut found = new.platforms.iter();
        found.any(|(found, other)| platform.admits(found) && other == digest)
    };
    !pin.platforms.is_empty() && pin.platforms.iter().all(is_there)
}

/// Says that an immutable tag names another digest than the pinned one.
pub(super) fn refusal(pin: &Pin, digest: &Digest) -> Diagnostic {
    let message = format!(
        "{}:{} is immutable, and names another digest now",
        pin.image, pin.tag
    );
    Diagnostic::new(Code::TagMoved, message)
        .note(format!("pinned {}", pin.digest))
        .note(format!("now    {digest}"))
        .help("find out who pushed the tag again, and why, before anything else")
        .help(format!(
            "if the new content is right, take `immutable` off, run `imagelock update {}`, and put it back",
            pin.name
        ))
}

#[cfg(test)]
mod tests {
    use super::super::job::Goal;
    use super::super::sample::{config, digest, entry};
    use super::*;
    use crate::policy::Guards;

    fn case(guards: Guards, change: impl FnOnce(&mut Pin)) -> Moved {
        let pin = entry("app", "semver ^1", "1.0.0", &["linux/amd64", "linux/arm64"]);
        let mut spec = config("app = \"^1\"").images.remove(0);
        spec.guards = guards;
        let job = Job {
            spec,
            old: Some(pin.clone()),
            goal: Goal::Choose,
            stays: false,
            at_once: false,
        };
        let mut new = Pin {
            digest: digest("another"),
            ..pin.clone()
        };
        change(&mut new);
        moved(&job, &pin, &new)
    }

    fn rebuild_only() -> Guards {
        Guards {
            digest_updates: DigestUpdates::RebuildOnly,
            ..Guards::default()
        }
    }

    #[test]
    fn a_rebuild_is_told_from_another_index_of_the_same_images() {
        assert!(matches!(case(rebuild_only(), |_| {}), Moved::Stay(_)));
        let rebuilt = |new: &mut Pin| {
            let first = new.platforms.values_mut().next().unwrap();
            *first = digest("rebuilt");
        };
        assert_eq!(case(rebuild_only(), rebuilt), Moved::Follow);
        let lost = |new: &mut Pin| {
            new.platforms.pop_first();
        };
        assert_eq!(case(rebuild_only(), lost), Moved::Follow);
        let gained = |new: &mut Pin| {
            let platform = Platform::parse("linux/s390x").unwrap();
            new.platforms.insert(platform, digest("new"));
        };
        assert!(matches!(case(rebuild_only(), gained), Moved::Stay(_)));
        assert_eq!(case(Guards::default(), |_| {}), Moved::Follow);
    }

    #[test]
    fn an_immutable_tag_that_moved_is_refused_with_both_digests() {
        let pin = entry("app", "semver ^1", "1.0.0", &["linux/amd64"]);
        let problem = refusal(&pin, &digest("another"));
        assert_eq!(problem.code, Code::TagMoved);
        assert!(
            problem.notes[0].contains(digest("index").as_str()),
            "{problem:?}"
        );
        assert!(
            problem.notes[1].contains(digest("another").as_str()),
            "{problem:?}"
        );
    }

    #[test]
    fn a_pin_that_never_follows_says_so() {
        let guards = Guards {
            digest_updates: DigestUpdates::Never,
            ..Guards::default()
        };
        let Moved::Stay(held) = case(guards, |_| {}) else {
            panic!("it stays");
        };
        assert!(held.reason.contains("`never`"), "{held:?}");
    }
}

use jiff::{SignedDuration, Timestamp};

use super::Held;
use super::job::Job;
use crate::error::{Code, Diagnostic};
use crate::image::Tag;
use crate::policy::{MissingAge, Rule};
use crate::tag::{Age, Evidence};

/// What is old enough for a pin to move to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CooldownCheck {
    /// How old a tag must be.
    pub(super) length: Option<SignedDuration>,
    /// What a tag must not be newer than.
    pub(super) exclude_newer: Option<Timestamp>,
    pub(super) now: Timestamp,
}

/// Whether a pin may move to a tag, as far as its age goes.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum CooldownVerdict {
    /// It may.
    Free,
    /// It may, and a reader should know that nobody knows the age.
    Unknown(Diagnostic),
    /// It may not yet.
    TooYoung(Held),
}

impl CooldownCheck {
    /// Returns what holds for a job; `None` if age plays no part.
    pub(super) fn of(job: &Job, exclude_newer: Option<Timestamp>, now: Timestamp) -> Option<Self> {
        let guards = &job.spec.guards;
        let length = guards.cooldown.filter(|_| guards.cools_down());
        (length.is_some() || exclude_newer.is_some()).then_some(Self {
            length,
            exclude_newer,
            now,
        })
    }

    /// Says what an age, or that nobody knows one, means for a tag.
    pub(super) fn judge(&self, job: &Job, tag: &Tag, age: Option<Age>) -> CooldownVerdict {
        let Some(age) = age else {
            return self.judge_unknown(job, tag);
        };
        let held = |reason: String, eligible| {
            CooldownVerdict::TooYoung(Held {
                name: job.spec.name.clone(),
                tag: tag.clone(),
                rule: Rule::Cooldown,
                reason,
                age: Some(age),
                eligible,
                help: None,
            })
        };
        let by = age.evidence;
        if let Some(limit) = self.exclude_newer.filter(|limit| age.since > *limit) {
            return held(
                format!("is of {} ({by}), newer than {limit}", age.since),
                None,
            );
        }
        let Some(length) = self.length else {
            return CooldownVerdict::Free;
        };
        // Dates beyond the calendar's end are as far as it goes.
        let eligible = age.since.checked_add(length).unwrap_or(Timestamp::MAX);
        if eligible <= self.now {
            return CooldownVerdict::Free;
        }
        let old = words(self.now.duration_since(age.since));
        let reason = format!("is {old} old ({by}), and the cooldown is {}", words(length));
        held(reason, Some(eligible))
    }

    fn judge_unknown(&self, job: &Job, tag: &Tag) -> CooldownVerdict {
        let guards = &job.spec.guards;
        match guards.on_missing_age {
            MissingAge::Allow => CooldownVerdict::Free,
            MissingAge::Warn => CooldownVerdict::Unknown(unknown_age(job, tag)),
            MissingAge::Hold => {
                // Seen now, it counts as observed from the next run on.
                let observed = guards.age_evidence.contains(&Evidence::Observed);
                let eligible = self
                    .length
                    .filter(|_| observed && self.exclude_newer.is_none());
                CooldownVerdict::TooYoung(Held {
                    name: job.spec.name.clone(),
                    tag: tag.clone(),
                    rule: Rule::Cooldown,
                    reason: "has no known age, and `on-missing-age` is `hold`".into(),
                    age: None,
                    eligible: eligible.and_then(|length| self.now.checked_add(length).ok()),
                    help: None,
                })
            }
        }
    }
}

fn unknown_age(job: &Job, tag: &Tag) -> Diagnostic {
    let message = format!(
        "nobody knows how old {}:{tag} is, so it is not held back",
        job.spec.repository
    );
    let kinds = job.spec.guards.age_evidence.iter();
    let kinds: Vec<&str> = kinds.map(|kind| kind.as_str()).collect();
    Diagnostic::new(Code::MissingAge, message)
        .subject(&job.spec.name)
        .note(format!("evidence that counts: {}", kinds.join(", ")))
        .help("keep the file of observations between runs (--state FILE), or write on-missing-age = \"hold\"")
}

/// Returns a length of time in words, rounded down: of long ones the hours play no part.
fn words(length: SignedDuration) -> String {
    let counted = |count: i64, unit: &str| {
        let plural = if count == 1 { "" } else { "s" };
        format!("{count} {unit}{plural}")
    };
    let minutes = length.as_mins().max(0);
    let hours = minutes / 60;
    match minutes {
        ..120 => counted(minutes, "minute"),
        120..2_880 => counted(hours, "hour"),
        2_880..14_400 if hours % 24 != 0 => {
            format!(
                "{} {}",
                counted(hours / 24, "day"),
                counted(hours % 24, "hour")
            )
        }
        _ => counted(hours / 24, "day"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::job::Goal;
    use super::super::sample::config;
    use super::*;

    fn job(on_missing_age: MissingAge) -> Job {
        let mut spec = config("app = \"^1\"").images.remove(0);
        spec.guards.cooldown = Some(SignedDuration::from_hours(72));
        spec.guards.on_missing_age = on_missing_age;
        Job {
            spec,
            old: None,
            goal: Goal::Choose,
            stays: false,
            at_once: false,
        }
    }

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn judge(job: &Job, exclude_newer: Option<&str>, since: Option<&str>) -> CooldownVerdict {
        let now = time("2026-03-10T12:00:00Z");
        let cooldown = CooldownCheck::of(job, exclude_newer.map(time), now).unwrap();
        let age = since.map(|since| Age {
            since: time(since),
            evidence: Evidence::Registry,
        });
        cooldown.judge(job, &Tag::parse("1.2.0").unwrap(), age)
    }

    fn held(standing: CooldownVerdict) -> Held {
        match standing {
            CooldownVerdict::TooYoung(held) => held,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_younger_than_the_cooldown_is_held_with_its_day() {
        let job = job(MissingAge::Warn);
        let young = held(judge(&job, None, Some("2026-03-08T12:00:00Z")));
        assert_eq!(
            young.reason,
            "is 2 days old (registry), and the cooldown is 3 days"
        );
        assert_eq!(young.eligible, Some(time("2026-03-11T12:00:00Z")));
        let exactly = Some("2026-03-07T12:00:00Z");
        assert_eq!(judge(&job, None, exactly), CooldownVerdict::Free);
        let future = held(judge(&job, None, Some("2026-03-11T12:00:00Z")));
        assert!(future.reason.starts_with("is 0 minutes old"), "{future:?}");
    }

    #[test]
    fn a_fixed_point_holds_what_is_newer() {
        let job = job(MissingAge::Warn);
        let limit = Some("2026-01-01T00:00:00Z");
        let newer = held(judge(&job, limit, Some("2026-02-01T00:00:00Z")));
        assert_eq!(newer.eligible, None);
        assert!(
            newer.reason.ends_with("newer than 2026-01-01T00:00:00Z"),
            "{newer:?}"
        );
        let older = Some("2025-12-31T00:00:00Z");
        assert_eq!(judge(&job, limit, older), CooldownVerdict::Free);
    }

    #[test]
    fn an_unknown_age_is_dealt_with_as_the_option_says() {
        assert_eq!(
            judge(&job(MissingAge::Allow), None, None),
            CooldownVerdict::Free
        );
        let CooldownVerdict::Unknown(notice) = judge(&job(MissingAge::Warn), None, None) else {
            panic!("it warns");
        };
        assert_eq!(notice.code, Code::MissingAge);
        assert!(notice.notes[0].contains("registry"), "{notice:?}");
        let held = held(judge(&job(MissingAge::Hold), None, None));
        assert_eq!(held.eligible, Some(time("2026-03-13T12:00:00Z")));
    }

    #[test]
    fn lengths_are_told_in_fitting_units() {
        let of = |minutes| words(SignedDuration::from_mins(minutes));
        assert_eq!(of(1), "1 minute");
        assert_eq!(of(119), "119 minutes");
        assert_eq!(of(120), "2 hours");
        assert_eq!(of(2_879), "47 hours");
        assert_eq!(of(2_940), "2 days 1 hour");
        assert_eq!(of(4_320), "3 days");
        assert_eq!(of(14_460), "10 days");
        assert_eq!(of(-5), "0 minutes");
    }
}

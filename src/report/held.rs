use jiff::Timestamp;
use serde::Serialize;

use super::age;
use super::escape::terminal;
#[cfg(test)]
use crate::generated::every_key_is_required;
use crate::resolve;
use crate::tag::Age;

/// A tag that is held back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Held"))]
#[cfg_attr(test, schemars(transform = every_key_is_required))]
#[serde(rename_all = "kebab-case")]
pub struct HeldReport {
    /// The image's name.
    pub name: String,
    /// The tag that is held back; the pinned tag, if a new digest of it is held back.
    pub tag: String,
    /// The rule that decided: `cooldown`, `platforms`, `prerelease`, `digest-updates` or `group`.
    pub rule: String,
    /// The reason, in a few words.
    pub reason: String,
    /// When the tag first pointed to this digest, with the source of that date; `null` if unknown.
    pub age: Option<Age>,
    /// When the tag becomes eligible; `null` if that does not depend on time alone.
    #[cfg_attr(test, schemars(with = "Option<String>", extend("format" = "date-time")))]
    pub eligible_at: Option<Timestamp>,
}

impl HeldReport {
    /// Makes it of a tag that resolving held back.
    pub fn of(held: &resolve::Held) -> Self {
        Self {
            name: held.name.clone(),
            tag: held.tag.to_string(),
            rule: held.rule.to_string(),
            reason: held.reason.clone(),
            age: held.age,
            eligible_at: held.eligible,
        }
    }

    /// Returns the rest of a line about it: why, and until when.
    pub(super) fn words(&self) -> String {
        let reason = terminal(&self.reason);
        match self.eligible_at {
            Some(eligible) => format!("{reason}; eligible {}", age::day(eligible)),
            None => reason,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::report::sample;

    #[test]
    fn the_day_is_named_where_time_alone_will_do() {
        let held = sample::held();
        assert_eq!(
            held[0].words(),
            "is 2 days old by registry, and the cooldown is 7 days; eligible 2026-08-27"
        );
        assert_eq!(held[1].words(), "lacks linux/arm64; it has linux/amd64");
    }
}

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{Guards, Level, Rule};
use crate::image::Tag;

/// The tags that a policy chooses among, and what is known of them.
#[derive(Clone, Copy, Debug)]
pub struct Candidates<'q> {
    /// The tags of the repository, in any order; repeated ones count once.
    pub tags: &'q [Tag],
    /// The tag of the pin that is there.
    ///
    /// It decides between two spellings of one version, it is what [`Level`] is measured from, and
    /// nothing below it is taken as long as the policy allows it. It need not be among the tags.
    pub current: Option<&'q Tag>,
    /// Tags that are not taken for what is known of them beyond their names.
    ///
    /// The date guard still counts them as versions of the list. A current tag that is passed over
    /// for its platforms may give way to a lower one.
    pub passed_over: &'q BTreeMap<Tag, PassedOver>,
    /// When the tags were built or pushed, which `newest-build` orders them by.
    pub dates: &'q BTreeMap<Tag, Timestamp>,
    /// How far from `current` the new tag may be; `None` is any distance.
    pub level: Option<Level>,
    /// Whether a tag below `current` may be taken.
    pub allow_downgrade: bool,
}

/// Why a tag is not taken that its name would allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedOver {
    /// The rule that decided.
    pub rule: Rule,
    /// The reason, in a few words.
    pub reason: String,
}

static NOTHING_PASSED_OVER: BTreeMap<Tag, PassedOver> = BTreeMap::new();
static NO_DATES: BTreeMap<Tag, Timestamp> = BTreeMap::new();

impl<'q> Candidates<'q> {
    /// Makes candidates of tags of which only the names are known.
    pub fn of(tags: &'q [Tag]) -> Self {
        Self {
            tags,
            current: None,
            passed_over: &NOTHING_PASSED_OVER,
            dates: &NO_DATES,
            level: None,
            allow_downgrade: false,
        }
    }

    /// Names the tag of the pin that is there.
    #[must_use]
    pub fn current(self, current: Option<&'q Tag>) -> Self {
        Self { current, ..self }
    }

    /// Names tags that are not taken.
    #[must_use]
    pub fn passed_over(self, passed_over: &'q BTreeMap<Tag, PassedOver>) -> Self {
        Self {
            passed_over,
            ..self
        }
    }

    /// Says when the tags were built or pushed.
    #[must_use]
    pub fn dates(self, dates: &'q BTreeMap<Tag, Timestamp>) -> Self {
        Self { dates, ..self }
    }

    /// Says how far from the current tag the new one may be.
    #[must_use]
    pub fn level(self, level: Option<Level>) -> Self {
        Self { level, ..self }
    }

    /// Says how far from the current tag the new one may be, and whether it may be below.
    #[must_use]
    pub fn guards(self, guards: &Guards) -> Self {
        Self {
            level: guards.level,
            allow_downgrade: guards.allow_downgrade,
            ..self
        }
    }

    /// Says whether a tag below the current one may be taken.
    #[must_use]
    pub fn allow_downgrade(self, allow_downgrade: bool) -> Self {
        Self {
            allow_downgrade,
            ..self
        }
    }

    /// Lets tags below the current one be taken.
    #[must_use]
    pub fn without_floor(self) -> Self {
        self.allow_downgrade(true)
    }

    /// Tells whether nothing below the current tag may be taken.
    pub(super) fn has_floor(&self) -> bool {
        !self.allow_downgrade
    }

    /// Returns the distinct tags, in byte order.
    pub(super) fn distinct(&self) -> BTreeSet<&'q Tag> {
        self.tags.iter().collect()
    }
}

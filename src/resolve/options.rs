use std::sync::Arc;

use jiff::Timestamp;

use crate::policy::Level;
use crate::tag::Ledger;

/// How a resolution runs, and what holds for all of its images.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// How many images are asked for at once; each registry has a gate of its own besides.
    pub jobs: usize,
    /// The time now, from which cooldowns are counted.
    pub now: Timestamp,
    /// Tags that are newer than this are held back, as by a cooldown.
    pub exclude_newer: Option<Timestamp>,
    /// How far pins may move; an image's own level may be narrower.
    pub level: Option<Level>,
    /// Whether a tag list that lost most of its tags is believed.
    pub accept_fewer_tags: bool,
    /// What earlier runs observed.
    pub ledger: Arc<Ledger>,
}

impl Options {
    /// Returns the usual options at a point in time.
    pub fn new(now: Timestamp) -> Self {
        Self {
            jobs: 64,
            now,
            exclude_newer: None,
            level: None,
            accept_fewer_tags: false,
            ledger: Arc::default(),
        }
    }
}

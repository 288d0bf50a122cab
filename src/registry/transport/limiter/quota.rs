use std::time::Duration;

use tokio::time::Instant;

use super::headers::RateLimitHeaders;

/// What a host says is left, and what is under way that will be taken from it.
///
/// A part of it is never used: somebody else may ask from the same address, and who has nothing left may be
/// shut out for hours.
#[derive(Debug, Default)]
pub(super) struct Quota {
    told: Option<QuotaReport>,
    /// Requests under way, by whether they count as pulls.
    under_way: [u64; 2],
}

#[derive(Debug)]
struct QuotaReport {
    left: u64,
    reserve: u64,
    reset: Option<Instant>,
    is_of_pulls: bool,
    at: Instant,
}

/// Whether a request may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum QuotaDecision {
    Now,
    /// When those that are under way have been answered.
    Soon,
    /// When the host says that there is more.
    At(Instant),
    /// In this run no more: the pulls are used up.
    Never,
}

impl Quota {
    /// Says whether a request may go.
    pub(super) fn leave(&self, is_pull: bool, now: Instant) -> QuotaDecision {
        let Some(told) = &self.told else {
            return QuotaDecision::Now;
        };
        if told.is_of_pulls && !is_pull {
            return QuotaDecision::Now;
        }
        let free = told.left.saturating_sub(told.reserve);
        match told.reset {
            Some(reset) if reset <= now => QuotaDecision::Now,
            _ if self.counting(told) < free => QuotaDecision::Now,
            _ if free > 0 => QuotaDecision::Soon,
            Some(reset) => QuotaDecision::At(reset),
            None if told.is_of_pulls => QuotaDecision::Never,
            // Without a word on when, the host's refusal is what tells.
            None => QuotaDecision::Now,
        }
    }

    fn counting(&self, told: &QuotaReport) -> u64 {
        let [others, pulls] = self.under_way;
        if told.is_of_pulls {
            pulls
        } else {
            others + pulls
        }
    }

    /// Notes that a request goes out.
    pub(super) fn begin(&mut self, is_pull: bool) {
        self.under_way[usize::from(is_pull)] += 1;
    }

    /// Notes that it is over; unless its answer told what is left, that is one less.
    pub(super) fn end(&mut self, is_pull: bool, has_told: bool) {
        let under_way = &mut self.under_way[usize::from(is_pull)];
        *under_way = under_way.saturating_sub(1);
        if let Some(told) = &mut self.told
            && !has_told
            && (is_pull || !told.is_of_pulls)
        {
            told.left = told.left.saturating_sub(1);
        }
    }

    /// Notes what an answer to a request that started then says is left.
    ///
    /// Answers overtake each other: one that is no newer than what is known can only say that less is left.
    pub(super) fn tell(&mut self, rate_headers: &RateLimitHeaders, started: Instant, now: Instant) {
        let mut left = rate_headers.left;
        if let Some(told) = &self.told
            && started < told.at
            && told.reset.is_none_or(|reset| reset > now)
        {
            left = left.min(told.left);
        }
        let reset = rate_headers
            .reset
            .and_then(|reset: Duration| now.checked_add(reset));
        self.told = Some(QuotaReport {
            left,
            reserve: rate_headers.limit.unwrap_or(left).div_ceil(20),
            reset,
            is_of_pulls: rate_headers.is_of_pulls,
            at: now,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate_headers(left: u64, reset: Option<u64>, is_of_pulls: bool) -> RateLimitHeaders {
        RateLimitHeaders {
            limit: Some(20),
            left,
            reset: reset.map(Duration::from_secs),
            is_of_pulls,
        }
    }

    #[test]
    fn what_is_under_way_counts_and_a_reserve_is_kept() {
        let mut budget = Quota::default();
        let now = Instant::now();
        assert_eq!(budget.leave(false, now), QuotaDecision::Now);
        budget.tell(&rate_headers(3, Some(30), false), now, now);
        for _ in 0..2 {
            assert_eq!(budget.leave(false, now), QuotaDecision::Now);
            budget.begin(false);
        }
        assert_eq!(budget.leave(false, now), QuotaDecision::Soon);
        budget.end(false, false);
        assert_eq!(
            budget.leave(false, now),
            QuotaDecision::Soon,
            "two are left"
        );
        budget.end(false, true);
        let reset = now + Duration::from_secs(30);
        budget.tell(&rate_headers(1, Some(30), false), now, now);
        assert_eq!(budget.leave(false, now), QuotaDecision::At(reset));
        assert_eq!(budget.leave(false, reset), QuotaDecision::Now);
    }

    #[test]
    fn an_answer_that_was_overtaken_gives_nothing_back() {
        let mut budget = Quota::default();
        let start = Instant::now();
        let at = |milliseconds| start + Duration::from_millis(milliseconds);
        budget.tell(&rate_headers(1, Some(30), false), start, at(10));
        budget.tell(&rate_headers(9, Some(30), false), start, at(20));
        assert!(matches!(budget.leave(false, at(20)), QuotaDecision::At(_)));
        budget.tell(&rate_headers(9, Some(30), false), at(25), at(30));
        assert_eq!(budget.leave(false, at(30)), QuotaDecision::Now);
    }

    #[test]
    fn pulls_are_counted_apart_and_may_be_over_for_good() {
        let mut budget = Quota::default();
        let now = Instant::now();
        budget.tell(&rate_headers(1, None, true), now, now);
        assert_eq!(budget.leave(false, now), QuotaDecision::Now);
        assert_eq!(budget.leave(true, now), QuotaDecision::Never);
        budget.tell(&rate_headers(0, None, false), now, now);
        assert_eq!(budget.leave(true, now), QuotaDecision::Now);
    }
}

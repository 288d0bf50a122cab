use std::sync::atomic::{AtomicU32, Ordering};

/// How a request wants to be let in.
#[derive(Clone, Copy, Debug)]
pub(in crate::registry) struct LimiterEntry {
    /// Whether a manifest is read, which some registries count.
    pub(in crate::registry) is_pull: bool,
    /// Whether it can be done without, and says nothing of other requests.
    pub(in crate::registry) is_optional: bool,
    /// Whether it goes before all that stand in line: others wait for what it brings, or it stood there before.
    pub(in crate::registry) is_first: bool,
}

/// How many wait for a host.
#[derive(Default)]
pub(super) struct WaitingLine(AtomicU32);

/// One of them, until it is dropped.
pub(super) struct LinePlace<'l>(&'l WaitingLine);

impl WaitingLine {
    pub(super) fn join(&self) -> LinePlace<'_> {
        self.0.fetch_add(1, Ordering::Relaxed);
        LinePlace(self)
    }

    pub(super) fn length(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Drop for LinePlace<'_> {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::super::PermitOutcome;
    use super::super::host_limiter::MOST_REFUSALS;
    use super::super::sample::{LINE, SECOND, enter, wide};
    use super::*;
    use crate::registry::error::ErrorKind;

    #[tokio::test(start_paused = true)]
    async fn who_goes_first_waits_for_one_turn_and_not_for_the_line() {
        let limiter = wide(4);
        enter(&limiter)
            .await
            .unwrap()
            .over(PermitOutcome::Good, None, 4 * SECOND);
        let pass = enter(&limiter).await.unwrap();
        pass.over(PermitOutcome::Busy(None), None, 4 * SECOND);
        let begin = Instant::now();
        let line = async {
            let all = (0..30).map(|_| async { enter(&limiter).await.map(drop) });
            futures_util::future::join_all(all).await;
            begin.elapsed()
        };
        let first = async {
            tokio::task::yield_now().await;
            let entry = LimiterEntry {
                is_first: true,
                ..LINE
            };
            let pass = limiter.enter(entry, &mut (60 * SECOND), &|_, _| {}).await;
            pass.unwrap().starting();
            begin.elapsed()
        };
        let (line, first) = tokio::join!(line, first);
        assert!(first <= 2 * SECOND, "{first:?}");
        assert!(line >= 30 * SECOND, "{line:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_is_told_how_long_it_takes_at_least() {
        let limiter = wide(4);
        enter(&limiter)
            .await
            .unwrap()
            .over(PermitOutcome::Good, None, 4 * SECOND);
        for _ in 0..2 {
            tokio::time::advance(SECOND).await;
            let pass = enter(&limiter).await.unwrap();
            pass.over(PermitOutcome::Busy(None), None, 4 * SECOND);
        }
        assert_eq!(limiter.least_time(), Duration::ZERO, "nobody waits");
        let line = futures_util::future::join_all((0..30).map(|_| enter(&limiter)));
        let mut line = std::pin::pin!(line);
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(line.as_mut().poll(&mut context).is_pending());
        assert_eq!(limiter.least_time(), 30 * SECOND);
        limiter.close(&ErrorKind::Timeout.into());
        let ended = line.await;
        assert!(ended.iter().all(Result::is_err));
    }

    #[tokio::test(start_paused = true)]
    async fn refusals_in_a_row_end_in_an_error_and_a_good_answer_begins_anew() {
        let limiter = wide(4);
        for _ in 1..MOST_REFUSALS {
            tokio::time::advance(60 * SECOND).await;
            let pass = enter(&limiter).await.unwrap();
            pass.over(PermitOutcome::Busy(None), None, SECOND);
        }
        assert!(limiter.is_refusing() && !limiter.is_hopeless());
        enter(&limiter)
            .await
            .unwrap()
            .over(PermitOutcome::Good, None, SECOND);
        assert!(!limiter.is_refusing());
    }
}

use jiff::Timestamp;

/// Returns the time now.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that reads the clock"
)]
pub(super) fn now() -> Timestamp {
    Timestamp::now()
}

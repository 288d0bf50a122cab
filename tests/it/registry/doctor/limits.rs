//! Limits.

use imagelock::embedded::{Behaviour, Operation};
use imagelock::error::Code;
use imagelock::registry::doctor::Area;

use super::super::*;
use super::support::*;

#[tokio::test]
async fn a_registry_that_is_asked_too_much_is_to_be_asked_more_gently() {
    let registry = registry_with(3).await;
    registry.behave(Behaviour::on(Operation::Tags).status(429));
    let diagnosis = diagnose(&registry).await;
    assert_eq!(failed(&diagnosis), Some((Area::Tags, Code::RateLimited)));
    assert_eq!(diagnosis.advice.concurrency, Some(2));
}

#[tokio::test]
async fn limits_are_read_and_a_used_up_one_is_a_warning() {
    let registry = registry_with(3).await;
    let limited = |left: &str| {
        Behaviour::on(Operation::ManifestHead)
            .header("ratelimit-limit", "100;w=21600")
            .header("ratelimit-remaining", &format!("{left};w=21600"))
    };
    registry.behave(limited("76"));
    let diagnosis = diagnose(&registry).await;
    assert_eq!(
        fact(&diagnosis, Area::Limits, "ratelimit-limit"),
        "100 in 6 h"
    );
    assert_eq!(
        fact(&diagnosis, Area::Limits, "ratelimit-remaining"),
        "76 in 6 h"
    );
    registry.behave_well();
    registry.behave(limited("0"));
    assert!(quirks(&diagnose(&registry).await).contains(&"limit-used-up"));
}

//! From the first step to the last.

use imagelock::embedded::{Behaviour, Operation};
use imagelock::registry::doctor::Area;

use super::super::*;
use super::support::*;

#[tokio::test]
async fn a_good_registry_needs_nothing_and_few_requests() {
    let registry = registry_with(3).await;
    let diagnosis = diagnose(&registry).await;
    assert!(diagnosis.is_lockable() && diagnosis.advice.is_empty());
    assert_eq!(quirks(&diagnosis), ["no-dates"]);
    assert_eq!(
        fact(&diagnosis, Area::Catalog, "repositories"),
        "are listed"
    );
    let areas: Vec<Area> = diagnosis.steps.iter().map(|step| step.area).collect();
    assert_eq!(areas, Area::ALL);
    // Ping, tags twice, HEAD, GET, referrers, config, catalog.
    assert_eq!(registry.requests().len(), 8);
}

#[tokio::test]
async fn what_can_be_done_without_does_not_fail() {
    let registry = registry_with(3).await;
    let optional = [Operation::Referrers, Operation::Catalog, Operation::BlobGet];
    for behaviour in [
        Behaviour::on_any(optional).status(500),
        Behaviour::on_any(optional).html("<html>"),
        Behaviour::on_any(optional).status(403),
    ] {
        registry.behave_well();
        registry.behave(behaviour);
        let diagnosis = diagnose(&registry).await;
        assert!(diagnosis.is_lockable(), "{:?}", diagnosis.failure);
        assert!(quirks(&diagnosis).contains(&"no-catalog"));
    }
}

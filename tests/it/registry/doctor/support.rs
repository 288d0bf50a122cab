//! What the tests of the doctor share.

use imagelock::error::Code;
use imagelock::registry::doctor::{Area, Diagnosis, StepOutcome};
use imagelock::registry::{Auth, Credential, Secret};

use super::super::*;

pub(super) const PASSWORD: &str = "canary-password";

pub(super) fn with_password(registry: &Registry, password: &str) -> ClientBuilder {
    let credential = Credential::basic("bot", Secret::new(password), "a test");
    builder().auth(registry.address(), Auth::Credential(credential))
}

pub(super) async fn diagnose(registry: &Registry) -> Diagnosis {
    client().diagnose(&app(registry)).await
}

pub(super) async fn diagnose_as(registry: &Registry, password: &str) -> Diagnosis {
    let client = with_password(registry, password).build().unwrap();
    client.diagnose(&app(registry)).await
}

/// Returns the area that failed, with the code of the failure.
pub(super) fn failed(diagnosis: &Diagnosis) -> Option<(Area, Code)> {
    let step = diagnosis
        .steps
        .iter()
        .find(|step| step.outcome == StepOutcome::Failed)?;
    Some((step.area, diagnosis.failure.as_ref()?.code()))
}

pub(super) fn quirks(diagnosis: &Diagnosis) -> Vec<&'static str> {
    diagnosis.quirks().map(|quirk| quirk.name).collect()
}

pub(super) fn fact<'d>(diagnosis: &'d Diagnosis, area: Area, name: &str) -> &'d str {
    let step = diagnosis
        .steps
        .iter()
        .find(|step| step.area == area)
        .unwrap();
    let fact = step.facts.iter().find(|fact| fact.name == name);
    fact.map_or("", |fact| &fact.value)
}

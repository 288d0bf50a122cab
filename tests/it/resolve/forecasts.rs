//! What a plan says of its requests, and what the registry then sees.

use std::collections::BTreeMap;

use imagelock::embedded::{AuthMode, Operation, Registry, TestImage};
use imagelock::lock::Lock;
use imagelock::observe::RequestKind;
use imagelock::resolve::{self, Forecast, Intent, Options};
use jiff::Timestamp;

use super::support::{BOTH, World, done, update};

const KINDS: [(RequestKind, Operation); 6] = [
    (RequestKind::Token, Operation::Token),
    (RequestKind::TagList, Operation::Tags),
    (RequestKind::ManifestHead, Operation::ManifestHead),
    (RequestKind::ManifestGet, Operation::ManifestGet),
    (RequestKind::Blob, Operation::BlobGet),
    (RequestKind::TagMetadata, Operation::HubTag),
];

/// Policies of all kinds, on a registry and on what plays Docker Hub.
const CONFIGS: [&str; 10] = [
    "app = { image = \"HOST/team/app\", constraint = \"^1\" }",
    "a = { image = \"HOST/team/app\", constraint = \"^1\" }\nb = { image = \"HOST/team/app\", constraint = \"*\" }\nc = { image = \"HOST/team/other\", constraint = \"^1\" }",
    "app = { image = \"HOST/team/app\", constraint = \"^1\", platforms = [\"linux/amd64\"] }",
    "app = { image = \"HOST/team/app\", constraint = \"^1\", cooldown = \"3 days\" }",
    "app = { image = \"HOST/team/app\", constraint = \"^1\", immutable = true }",
    "app = { image = \"HOST/team/app\", tag = \"1.0.0\" }",
    "app = { image = \"HOST/team/app\", tag = \"1.0.0\", platforms = [\"linux/arm64\"] }",
    "app = { image = \"HOST/team/app\", strategy = \"newest-build\" }",
    "app = { image = \"team/app\", constraint = \"^1\" }\nother = { image = \"team/other\", tag = \"1.0.0\" }",
    "a = { image = \"HOST/team/app\", constraint = \"^1\", group = \"g\", same-version = true }\nb = { image = \"HOST/team/other\", constraint = \"^1\", group = \"g\", same-version = true }",
];

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Holds what the registry saw to what was told before.
#[track_caller]
fn holds(forecast: &Forecast, registry: &Registry, context: &str) {
    let told = forecast.requests();
    let repeated: u64 = forecast
        .registries
        .values()
        .filter_map(|registry| registry.challenged.at_most)
        .sum();
    let mut all = 0;
    for (kind, operation) in KINDS {
        let count = registry.count(operation) as u64;
        all += count;
        let bounds = told.get(&kind).copied();
        let within = match bounds {
            None => count == 0,
            // Any one of them may be the one that is repeated.
            Some(bounds) => {
                bounds.hold(count) || (count > 0 && bounds.hold(count.saturating_sub(repeated)))
            }
        };
        assert!(within, "{kind}: told {bounds:?}, seen {count}: {context}");
    }
    assert_eq!(all, registry.requests().len() as u64, "{context}");
    assert!(
        forecast.total().hold(all),
        "{:?} {all}: {context}",
        forecast.total()
    );
}

/// Forecasts and makes a run, and returns its lock.
async fn told_and_done(
    world: &World,
    images: &str,
    lock: &Lock,
    intent: &Intent,
    case: &str,
) -> Lock {
    let config = world.config(images);
    let forecast = resolve::plan(&config, lock, intent)
        .unwrap()
        .forecast(false, &BTreeMap::new());
    let now = time("2026-11-25T00:00:00Z");
    let run = world
        .run_with(&config, lock, intent, &Options::new(now))
        .await;
    holds(&forecast, &world.registry, &format!("{case}: {images}"));
    done(run)
}

#[tokio::test]
async fn a_run_asks_for_what_its_plan_says() {
    for images in CONFIGS {
        for auth in [None, Some(AuthMode::bearer().anonymous())] {
            let world = World::new().await;
            for path in ["team/app", "team/other"] {
                for version in ["1.0.0", "1.1.0", "2.0.0"] {
                    world.image(path, version, |image| {
                        image.platforms(BOTH).created(time("2026-01-01T00:00:00Z"))
                    });
                }
            }
            if let Some(auth) = auth {
                world.registry.require(auth);
            }
            let cold = told_and_done(&world, images, &Lock::default(), &Intent::Lock, "cold").await;
            let nothing =
                told_and_done(&world, images, &cold, &Intent::Lock, "nothing to do").await;
            assert_eq!(
                (&nothing, world.registry.requests().len()),
                (&cold, 0),
                "{images}"
            );
            let warm = told_and_done(&world, images, &cold, &update(), "warm").await;
            assert_eq!(warm, cold, "{images}");
            // A new version, and a tag that names something else.
            for path in ["team/app", "team/other"] {
                for (version, seed) in [("1.2.0", "new"), ("1.0.0", "pushed again")] {
                    world.image(path, version, |_| {
                        TestImage::new(format!("{path} {seed}"))
                            .platforms(BOTH)
                            .created(time("2026-02-01T00:00:00Z"))
                    });
                }
            }
            let changed = told_and_done(&world, images, &cold, &update(), "changed").await;
            assert_ne!(changed, cold, "{images}");
        }
    }
}

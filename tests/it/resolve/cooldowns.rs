//! Tags that are too young, lists that lost their tags, and what is noted for later runs.

use std::sync::Arc;

use imagelock::config::Config;
use imagelock::error::{Class, Code};
use imagelock::image::Repository;
use imagelock::lock::Lock;
use imagelock::policy::{Guards, MissingAge};
use imagelock::resolve::{Intent, Options, Resolution};
use imagelock::tag::{Evidence, Ledger, Observations};
use jiff::{SignedDuration, Timestamp};

use super::support::{World, done, held, tag, tags, update};

const APP: &str = "app = { image = \"HOST/team/app\", constraint = \"^1\" }";
/// On Docker Hub, which tells when a tag was pushed.
const HUB: &str = "app = { image = \"docker.io/team/app\", constraint = \"^1\" }";

fn day(day: i8) -> Timestamp {
    format!("2026-03-{day:02}T12:00:00Z").parse().unwrap()
}

/// Returns the config with a cooldown of three days.
fn cooling(world: &World, images: &str) -> Config {
    with_guards(world, images, |_| {})
}

fn with_guards(world: &World, images: &str, change: impl FnOnce(&mut Guards)) -> Config {
    let mut config = world.config(images);
    let guards = &mut config.images[0].guards;
    guards.cooldown = Some(SignedDuration::from_hours(72));
    change(guards);
    config
}

/// A run on a day with what earlier runs observed.
async fn on(
    world: &World,
    today: i8,
    ledger: &Ledger,
    config: &Config,
    lock: &Lock,
    intent: &Intent,
) -> Resolution {
    let options = Options {
        ledger: Arc::new(ledger.clone()),
        ..Options::new(day(today))
    };
    world.run_with(config, lock, intent, &options).await
}

fn noted(ledger: &Ledger, resolution: &Resolution) -> Ledger {
    let mut ledger = ledger.clone();
    ledger.add(&resolution.observations);
    ledger
}

#[tokio::test]
async fn the_newest_that_is_old_enough_is_taken_by_the_registrys_word() {
    let world = World::new().await;
    for (tag, pushed) in [("1.0.0", 1), ("1.1.0", 6), ("1.2.0", 8), ("1.3.0", 9)] {
        world.index("team/app", tag);
        world
            .registry
            .store()
            .set_pushed("team/app", tag, day(pushed));
    }
    let config = cooling(&world, HUB);
    let none = Ledger::default();
    let first = on(&world, 10, &none, &config, &Lock::default(), &Intent::Lock).await;
    assert_eq!(
        held(&first),
        [
            "app 1.2.0: is 2 days old (registry), and the cooldown is 3 days",
            "app 1.3.0: is 24 hours old (registry), and the cooldown is 3 days",
        ]
    );
    assert_eq!(first.held[0].eligible, Some(day(11)));
    assert_eq!(first.warnings, []);
    let lock = done(first);
    assert_eq!(tags(&lock.images), ["app=1.1.0"]);
    let later = on(&world, 11, &none, &config, &lock, &update()).await;
    assert_eq!(tags(&done(later).images), ["app=1.2.0"]);
}

#[tokio::test]
async fn a_pin_is_never_evicted_and_locking_looks_at_no_clock() {
    let world = World::new().await;
    world.index("team/app", "1.0.0");
    world
        .registry
        .store()
        .set_pushed("team/app", "1.0.0", day(9));
    let lock = world.lock(HUB, &Lock::default()).await;
    let config = cooling(&world, HUB);
    let none = Ledger::default();
    for intent in [update(), Intent::Lock] {
        let resolution = on(&world, 10, &none, &config, &lock, &intent).await;
        assert_eq!(held(&resolution), [""; 0]);
        assert_eq!(done(resolution), lock);
    }
    // A tag that was asked for by name is taken as well.
    world.index("team/app", "1.1.0");
    world
        .registry
        .store()
        .set_pushed("team/app", "1.1.0", day(10));
    let precise = Intent::Precise {
        name: "app".into(),
        tag: tag("1.1.0"),
    };
    let resolution = on(&world, 10, &none, &config, &lock, &precise).await;
    assert_eq!(tags(&done(resolution).images), ["app=1.1.0"]);
}

#[tokio::test]
async fn what_was_observed_counts_from_the_second_look_on() {
    let world = World::new().await;
    world.index("team/app", "1.0.0");
    let config = cooling(&world, APP);
    let none = Ledger::default();
    let first = on(&world, 1, &none, &config, &Lock::default(), &Intent::Lock).await;
    let codes: Vec<Code> = first.warnings.iter().map(|warning| warning.code).collect();
    assert_eq!(codes, [Code::MissingAge]);
    let ledger = noted(&none, &first);
    let lock = done(first);

    world.index("team/app", "1.1.0");
    let second = on(&world, 5, &ledger, &config, &lock, &update()).await;
    assert_eq!(
        held(&second),
        ["app 1.1.0: is 0 minutes old (observed), and the cooldown is 3 days"]
    );
    assert_eq!(second.held[0].eligible, Some(day(8)));
    assert_eq!(second.warnings, []);
    let ledger = noted(&ledger, &second);

    // Pushed again, it begins again.
    world.image("team/app", "1.1.0", |image| image.label("build", "2"));
    let third = on(&world, 7, &ledger, &config, &lock, &update()).await;
    assert_eq!(third.held[0].eligible, Some(day(10)));
    let ledger = noted(&ledger, &third);
    let fourth = on(&world, 10, &ledger, &config, &lock, &update()).await;
    assert_eq!(tags(&done(fourth).images), ["app=1.1.0"]);
}

#[tokio::test]
async fn a_pinned_tag_that_was_pushed_again_keeps_its_old_digest_for_a_while() {
    let world = World::new().await;
    world.index("team/app", "1.0.0");
    let config = cooling(&world, APP);
    let none = Ledger::default();
    let first = on(&world, 1, &none, &config, &Lock::default(), &Intent::Lock).await;
    let ledger = noted(&none, &first);
    let lock = done(first);
    let moved = world.image("team/app", "1.0.0", |image| image.label("build", "2"));
    let young = on(&world, 5, &ledger, &config, &lock, &update()).await;
    assert_eq!(young.held.len(), 1);
    let ledger = noted(&ledger, &young);
    assert_eq!(done(young), lock);
    let old = on(&world, 8, &ledger, &config, &lock, &update()).await;
    assert_eq!(done(old).images[0].digest, moved);
}

#[tokio::test]
async fn an_age_that_nobody_knows_can_hold_an_image() {
    let world = World::new().await;
    world.index("team/app", "1.0.0");
    let strict = |guards: &mut Guards| guards.on_missing_age = MissingAge::Hold;
    let config = with_guards(&world, APP, strict);
    let none = Ledger::default();
    let first = on(&world, 1, &none, &config, &Lock::default(), &Intent::Lock).await;
    let [failure] = &first.failures[..] else {
        panic!("{:?}", first.failures)
    };
    assert_eq!(failure.diagnostic.code, Code::TooYoung);
    assert_eq!(failure.class(), Class::Policy);
    let ledger = noted(&none, &first);
    let later = on(&world, 4, &ledger, &config, &Lock::default(), &Intent::Lock).await;
    assert_eq!(tags(&done(later).images), ["app=1.0.0"]);

    let silent = |guards: &mut Guards| guards.on_missing_age = MissingAge::Allow;
    let config = with_guards(&world, APP, silent);
    let allowed = on(&world, 1, &none, &config, &Lock::default(), &Intent::Lock).await;
    assert_eq!(allowed.warnings, []);
    done(allowed);
}

#[tokio::test]
async fn a_publishers_word_counts_only_where_it_was_asked_for() {
    let world = World::new().await;
    world.image("team/app", "1.0.0", |image| image.created(day(1)));
    world.image("team/app", "1.1.0", |image| image.created(day(9)));
    let publisher = |guards: &mut Guards| guards.age_evidence = vec![Evidence::Publisher];
    let config = with_guards(&world, APP, publisher);
    let none = Ledger::default();
    let asked = on(&world, 10, &none, &config, &Lock::default(), &Intent::Lock).await;
    assert_eq!(
        held(&asked),
        ["app 1.1.0: is 24 hours old (publisher), and the cooldown is 3 days"]
    );
    assert_eq!(tags(&done(asked).images), ["app=1.0.0"]);
    let config = cooling(&world, APP);
    let unasked = on(&world, 10, &none, &config, &Lock::default(), &Intent::Lock).await;
    assert_eq!(tags(&done(unasked).images), ["app=1.1.0"]);
}

#[tokio::test]
async fn what_is_newer_than_a_fixed_point_is_held_without_a_cooldown() {
    let world = World::new().await;
    for (tag, pushed) in [("1.0.0", 1), ("1.1.0", 6)] {
        world.index("team/app", tag);
        world
            .registry
            .store()
            .set_pushed("team/app", tag, day(pushed));
    }
    let options = Options {
        exclude_newer: Some(day(5)),
        ..Options::new(day(10))
    };
    let config = world.config(HUB);
    let resolution = world
        .run_with(&config, &Lock::default(), &Intent::Lock, &options)
        .await;
    assert_eq!(resolution.held.len(), 1);
    assert_eq!(resolution.held[0].eligible, None);
    assert_eq!(tags(&done(resolution).images), ["app=1.0.0"]);
}

#[tokio::test]
async fn a_list_that_lost_most_of_its_tags_moves_nothing() {
    let world = World::new().await;
    let all: Vec<String> = (0..12).map(|minor| format!("1.{minor}.0")).collect();
    for tag in &all {
        world.index("team/app", tag);
    }
    let first = world.run(APP, &Lock::default(), &Intent::Lock).await;
    let mut ledger = Ledger::default();
    ledger.add(&first.counted());
    let lock = done(first);
    assert_eq!(tags(&lock.images), ["app=1.11.0"]);
    for tag in &all[3..11] {
        world.registry.store().remove_tag("team/app", tag);
    }
    world.index("team/app", "1.12.0");
    let config = world.config(APP);
    let lost = on(&world, 1, &ledger, &config, &lock, &update()).await;
    let [failure] = &lost.failures[..] else {
        panic!("{:?}", lost.failures)
    };
    assert_eq!(failure.diagnostic.code, Code::TagsLost);
    assert_eq!(failure.class(), Class::Policy);
    assert!(
        failure.diagnostic.message.contains("12 tags"),
        "{failure:?}"
    );
    assert_eq!(lost.images, lock.images);

    // An image without a pin takes what there is, and the list stays as doubtful as it was.
    let two = format!("{APP}\n{}", APP.replacen("app", "new", 1));
    let with_new = on(&world, 1, &ledger, &cooling(&world, &two), &lock, &update()).await;
    assert_eq!(tags(&with_new.images), ["app=1.11.0", "new=1.12.0"]);
    assert!(with_new.tag_counts.is_empty());
    let seen = noted(&ledger, &with_new);
    assert!(!seen.is_known(&world.repository("team/app")));

    let options = Options {
        accept_fewer_tags: true,
        ledger: Arc::new(ledger),
        ..Options::new(day(1))
    };
    let believed = world.run_with(&config, &lock, &update(), &options).await;
    let repository: Repository = world.repository("team/app");
    let mut counted = Ledger::default();
    counted.add(&believed.counted());
    assert_eq!(counted.tag_count(&repository), Some(5));
    assert_eq!(tags(&done(believed).images), ["app=1.12.0"]);
}

#[tokio::test]
async fn without_a_cooldown_only_the_number_of_tags_is_noted() {
    let world = World::new().await;
    world.index("team/app", "1.0.0");
    let resolution = world.run(APP, &Lock::default(), &Intent::Lock).await;
    assert_eq!(
        resolution.observations,
        Observations::at(Timestamp::UNIX_EPOCH)
    );
    assert!(!resolution.counted().is_empty());
}

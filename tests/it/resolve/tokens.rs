//! How many tokens a run asks for, and that a token of several repositories costs nothing where there is none.

use std::fmt::Write as _;

use imagelock::embedded::Operation::{ManifestGet, ManifestHead, Tags, Token};
use imagelock::embedded::{AuthMode, Unseen};
use imagelock::lock::Lock;
use imagelock::resolve::Intent;

use super::support::{World, asked, update};

/// So many images, each of a repository of its own.
fn images(world: &World, count: usize) -> String {
    let mut images = String::new();
    for number in 0..count {
        let path = format!("team/app-{number:02}");
        world.index(&path, "1.0.0");
        let _written = writeln!(
            images,
            "app-{number:02} = {{ image = \"HOST/{path}\", constraint = \"^1\" }}"
        );
    }
    images
}

#[tokio::test]
async fn a_realm_that_grants_several_gives_one_token_for_twenty() {
    for auth in [AuthMode::bearer(), AuthMode::bearer().tells_access()] {
        let world = World::new().await;
        world.registry.require(auth.anonymous());
        let images = images(&world, 50);
        let lock = world.lock(&images, &Lock::default()).await;
        // One list was refused, to learn who gives tokens.
        let cold = asked([(Tags, 51), (ManifestGet, 50), (Token, 3)]);
        assert_eq!(world.asked(), cold);
        assert_eq!(world.update(&images, &lock).await, lock);
        let mut warm = world.asked();
        let refused = warm.remove(&Tags).unwrap() + warm.remove(&ManifestHead).unwrap();
        assert_eq!(refused, 101);
        assert_eq!(warm, asked([(Token, 3)]));
        for number in [7, 31] {
            world.index(&format!("team/app-{number:02}"), "1.1.0");
        }
        let new = world.update(&images, &lock).await;
        assert_eq!(new.images[7].tag.as_str(), "1.1.0");
        let changed = world.asked();
        assert_eq!((changed[&ManifestGet], changed[&Token]), (2, 3));
    }
}

#[tokio::test]
async fn a_realm_that_reads_one_scope_costs_one_request_more() {
    for (auth, refused) in [
        (AuthMode::bearer(), 2),
        // It says itself what the token is good for.
        (AuthMode::bearer().tells_access(), 1),
    ] {
        let world = World::new().await;
        world.registry.require(auth.anonymous().first_scope_only());
        let images = images(&world, 30);
        world.lock(&images, &Lock::default()).await;
        let expected = asked([(Tags, 30 + refused), (ManifestGet, 30), (Token, 30)]);
        assert_eq!(world.asked(), expected);
    }
}

#[tokio::test]
async fn a_repository_that_is_not_to_be_seen_takes_no_token_from_the_others() {
    for unseen in [
        Unseen::NoScope,
        Unseen::NoToken(401),
        Unseen::NoToken(403),
        Unseen::Denied,
        Unseen::NotFound,
    ] {
        for auth in [AuthMode::bearer(), AuthMode::bearer().tells_access()] {
            let world = World::new().await;
            let images = images(&world, 30);
            for private in ["team/app-00", "team/app-01", "team/app-25"] {
                let auth = auth.clone().anonymous().unseen(unseen, unseen);
                world.registry.require(auth.private(private));
                let run = world.run(&images, &Lock::default(), &Intent::Lock).await;
                let failed = run.failures.iter().map(|failure| failure.name.as_str());
                let failed: Vec<_> = failed.collect();
                let name = private.trim_start_matches("team/");
                assert_eq!(failed, [name], "{unseen:?}");
                assert_eq!(run.images.len(), 29);
            }
        }
    }
}

#[tokio::test]
async fn a_shared_token_that_runs_out_is_fetched_anew_for_all() {
    let world = World::new().await;
    let images = images(&world, 20);
    let auth = AuthMode::bearer().anonymous().tells_access();
    world.registry.require(auth.token_uses(25));
    let lock = world.lock(&images, &Lock::default()).await;
    assert_eq!(lock.images.len(), 20);
    let tokens = world.asked()[&Token];
    assert!((2..=3).contains(&tokens), "{tokens}");
    assert_eq!(world.run(&images, &lock, &update()).await.failures, []);
}

#[tokio::test]
async fn a_single_repository_is_asked_for_as_ever() {
    let world = World::new().await;
    world.registry.require(AuthMode::bearer().anonymous());
    let images = images(&world, 1);
    world.lock(&images, &Lock::default()).await;
    assert_eq!(
        world.asked(),
        asked([(Tags, 2), (ManifestGet, 1), (Token, 1)])
    );
}

//! A registry of each family, with the same content, and a client that knows it by its usual name.

use std::sync::{Arc, LazyLock};

use imagelock::embedded::{Operation, Profile, Registry, Store, TestImage};
use imagelock::image::{Digest, Repository};
use imagelock::observe::Event;
use imagelock::registry::{Auth, Client, ClientBuilder, Credential, RegistryError, Secret};

use super::super::support::{Recorder, all_of, builder};

pub(super) const PASSWORD: &str = "canary-password";
pub(super) const IDENTITY: &str = "canary-identity";
/// Where the client is told that its credentials come from.
pub(super) const SOURCE: &str = "environment variable CANARY";

/// What all registries hold: for each place that a profile has for repositories
///
/// - `app` with 2,500 tags, of which those with high numbers were made first,
/// - `few` with three tags, `1.0` being an index of two platforms with attestations,
/// - `secret`, which strangers may not see where anybody is known,
/// - `empty` without tags, and `many-0` to `many-19` with one tag each.
static CONTENT: LazyLock<Store> = LazyLock::new(|| {
    let store = Store::new();
    for profile in Profile::all() {
        let path = |name: &str| profile.repository(name);
        if store.tags(&path("app")).is_some() {
            continue;
        }
        let images: Vec<Digest> = (0..7)
            .map(|number| {
                let image = TestImage::new(format!("app {number}"));
                store.publish(&path("app"), "latest", &image)
            })
            .collect();
        for number in (1..2500).rev() {
            let tag = format!("1.{}.{}", number / 50, number % 50);
            store.tag(&path("app"), &tag, &images[number % images.len()]);
        }
        let platforms = ["linux/amd64", "linux/arm64"];
        let index = TestImage::new("few").platforms(platforms).attestations("1");
        store.publish(&path("few"), "1.0", &index);
        let list = TestImage::new("list").platforms(platforms).docker();
        store.publish(&path("few"), "list", &list);
        store.publish(&path("few"), "single", &TestImage::new("single"));
        store.publish(&path("secret"), "1.0", &TestImage::new("secret"));
        store.put_blob(&path("empty"), "left behind");
        for number in 0..20 {
            let path = path(&format!("many-{number}"));
            store.publish(&path, "1.0", &TestImage::new(path.as_str()));
        }
    }
    store
});

/// A running registry of one family.
pub(super) struct Family {
    pub(super) profile: Profile,
    pub(super) registry: Registry,
    recorder: Recorder,
}

/// Starts a registry of each family.
pub(super) async fn families() -> Vec<Family> {
    let mut families = Vec::new();
    for profile in Profile::all() {
        families.push(Family::start(profile).await);
    }
    families
}

impl Family {
    pub(super) async fn start(profile: Profile) -> Self {
        let (user, secret) = (profile.username(), profile.repository("secret"));
        let profile = profile.user(user, PASSWORD);
        let profile = profile.identity_token(IDENTITY).private(&secret);
        let registry = profile.start(CONTENT.clone()).await.expect("a registry");
        Self {
            profile,
            registry,
            recorder: Recorder::default(),
        }
    }

    pub(super) fn name(&self) -> &'static str {
        self.profile.name()
    }

    pub(super) fn repository(&self, name: &str) -> Repository {
        Repository::new(self.profile.host(), &self.profile.repository(name)).expect("a repository")
    }

    pub(super) fn store(&self) -> &Store {
        self.registry.store()
    }

    pub(super) fn digest(&self, name: &str, tag: &str) -> Digest {
        let path = self.profile.repository(name);
        self.store().digest(&path, tag).expect("a tag")
    }

    /// Makes a client without credentials.
    pub(super) fn stranger(&self) -> Client {
        self.builder().build().expect("a client")
    }

    /// Makes a client that has what pulling needs and no more.
    pub(super) fn client(&self) -> Client {
        if self.profile.is_public() {
            return self.stranger();
        }
        self.user(PASSWORD)
    }

    /// Makes a client with a password.
    pub(super) fn user(&self, password: &str) -> Client {
        let username = self.profile.username();
        self.with(Credential::basic(username, Secret::new(password), SOURCE))
    }

    pub(super) fn with(&self, credential: Credential) -> Client {
        let auth = Auth::Credential(credential);
        let builder = self.builder().auth(self.profile.host(), auth);
        builder.build().expect("a client")
    }

    fn builder(&self) -> ClientBuilder {
        let url = self.registry.url("").parse().expect("a URL");
        builder()
            .endpoint(self.profile.host(), url)
            .observer(Arc::new(self.recorder.clone()))
    }

    /// Returns what the client was waiting for.
    pub(super) fn waits(&self) -> Vec<std::time::Duration> {
        self.recorder.waits()
    }

    /// Counts the events of a kind.
    pub(super) fn events(&self, is_meant: impl Fn(&Event) -> bool) -> usize {
        let events = self.recorder.events();
        events.iter().filter(|event| is_meant(event)).count()
    }

    /// Counts requests, at the registry and at the one that it redirects to.
    pub(super) fn count(&self, operation: Operation) -> usize {
        let behind = self.registry.behind();
        self.registry.count(operation) + behind.map_or(0, |behind| behind.count(operation))
    }

    /// Returns the registry that answers in the end.
    pub(super) fn answering(&self) -> &Registry {
        self.registry.behind().unwrap_or(&self.registry)
    }

    /// Checks that neither an error nor an event has a secret in it.
    pub(super) fn is_discreet(&self, error: Option<&RegistryError>) {
        let name = self.name();
        let events = format!("{:?}", self.recorder.events());
        let said = error.map(all_of).unwrap_or_default();
        for secret in [PASSWORD, IDENTITY, "embedded-token", "canary-wrong"] {
            assert!(!events.contains(secret), "{name}: {events}");
            assert!(!said.contains(secret), "{name}: {said}");
        }
        assert!(!said.contains('?'), "{name}: a query is shown: {said}");
    }
}

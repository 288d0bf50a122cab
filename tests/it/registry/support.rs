//! What the tests of the client share.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use imagelock::embedded::{Registry, TestImage};
use imagelock::error::{Code, Fault};
use imagelock::image::{Repository, Tag};
use imagelock::observe::{Event, Observer};
use imagelock::registry::{Client, ClientBuilder, RegistryError, Retries, Target};

/// Remembers every event.
#[derive(Clone, Default)]
pub(crate) struct Recorder(Arc<Mutex<Vec<Event>>>);

impl Observer for Recorder {
    fn on_event(&self, event: &Event) {
        self.0.lock().expect("events").push(event.clone());
    }
}

impl Recorder {
    pub(crate) fn events(&self) -> Vec<Event> {
        self.0.lock().expect("events").clone()
    }

    pub(crate) fn waits(&self) -> Vec<Duration> {
        let events = self.events().into_iter();
        events
            .filter_map(|event| match event {
                Event::Waiting { duration, .. } => Some(duration),
                _ => None,
            })
            .collect()
    }
}

pub(crate) async fn registry() -> Registry {
    Registry::start().await.expect("a registry")
}

/// A registry with one repository, `team/app`, and so many tags: `1`, `2` and so on.
pub(crate) async fn registry_with(tags: usize) -> Registry {
    let registry = registry().await;
    for tag in 1..=tags {
        let image = TestImage::new(format!("app {tag}"));
        registry
            .store()
            .publish("team/app", &tag.to_string(), &image);
    }
    registry
}

pub(crate) fn repository(registry: &Registry, path: &str) -> Repository {
    Repository::new(registry.address(), path).expect("a repository")
}

pub(crate) fn app(registry: &Registry) -> Repository {
    repository(registry, "team/app")
}

pub(crate) fn tag(text: &str) -> Target {
    Tag::parse(text).expect("a tag").into()
}

/// A builder whose retries cost no time.
pub(crate) fn builder() -> ClientBuilder {
    let retries = Retries {
        base: Duration::ZERO,
        ..Retries::default()
    };
    Client::builder().retries(retries)
}

pub(crate) fn client() -> Client {
    builder().build().expect("a client")
}

pub(crate) fn texts(tags: &[Tag]) -> Vec<&str> {
    tags.iter().map(Tag::as_str).collect()
}

/// Everything of an error that anyone may get to see.
pub(crate) fn all_of(error: &RegistryError) -> String {
    let notes = error.notes().join("\n");
    let help = error.help().unwrap_or_default();
    format!("{error}\n{notes}\n{help}\n{error:?}")
}

pub(crate) async fn tags_code(client: &Client, repository: &Repository) -> Code {
    client.tags(repository).await.expect_err("an error").code()
}

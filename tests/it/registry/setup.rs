//! What the tests of the client share.

pub(super) use std::sync::{Arc, Mutex};
pub(super) use std::time::Duration;

pub(super) use imagelock::embedded::{ImageSpec, Registry};
pub(super) use imagelock::error::{Code, Fault};
pub(super) use imagelock::image::{Repository, Tag};
pub(super) use imagelock::observe::{Event, Observer};
pub(super) use imagelock::registry::{Client, ClientBuilder, RegistryError, Retries, Target};

/// Remembers every event.
#[derive(Clone, Default)]
pub(super) struct Recorder(Arc<Mutex<Vec<Event>>>);

impl Observer for Recorder {
    fn on_event(&self, event: &Event) {
        self.0.lock().expect("events").push(event.clone());
    }
}

impl Recorder {
    pub(super) fn events(&self) -> Vec<Event> {
        self.0.lock().expect("events").clone()
    }

    pub(super) fn waits(&self) -> Vec<Duration> {
        let events = self.events().into_iter();
        events
            .filter_map(|event| match event {
                Event::Waiting { duration, .. } => Some(duration),
                _ => None,
            })
            .collect()
    }
}

pub(super) async fn registry() -> Registry {
    Registry::start().await.expect("a registry")
}

/// A registry with one repository, `team/app`, and so many tags: `1`, `2` and so on.
pub(super) async fn registry_with(tags: usize) -> Registry {
    let registry = registry().await;
    for tag in 1..=tags {
        let image = ImageSpec::new(format!("app {tag}"));
        registry
            .store()
            .publish("team/app", &tag.to_string(), &image);
    }
    registry
}

pub(super) fn repository(registry: &Registry, path: &str) -> Repository {
    Repository::new(registry.address(), path).expect("a repository")
}

pub(super) fn app(registry: &Registry) -> Repository {
    repository(registry, "team/app")
}

pub(super) fn tag(text: &str) -> Target {
    Tag::parse(text).expect("a tag").into()
}

/// A builder whose retries cost no time.
pub(super) fn builder() -> ClientBuilder {
    let retries = Retries {
        base: Duration::ZERO,
        ..Retries::default()
    };
    Client::builder().retries(retries)
}

pub(super) fn client() -> Client {
    builder().build().expect("a client")
}

pub(super) fn texts(tags: &[Tag]) -> Vec<&str> {
    tags.iter().map(Tag::as_str).collect()
}

/// Everything of an error that anyone may get to see.
pub(super) fn all_of(error: &RegistryError) -> String {
    let notes = error.notes().join("\n");
    let help = error.help().unwrap_or_default();
    format!("{error}\n{notes}\n{help}\n{error:?}")
}

pub(super) async fn tags_code(client: &Client, repository: &Repository) -> Code {
    client.tags(repository).await.expect_err("an error").code()
}

//! What the tests of the resolution share.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use imagelock::config::{self, Config, Format, SourceFile};
use imagelock::embedded::{Operation, Registry, TestImage};
use imagelock::image::{Digest, Repository, Tag};
use imagelock::lock::{Lock, Pin};
use imagelock::registry::{Client, ClientBuilder, Retries};
use imagelock::resolve::{self, Intent, Options, Resolution};
use jiff::Timestamp;
use url::Url;

pub(super) const BOTH: [&str; 2] = ["linux/amd64", "linux/arm64"];

/// A registry that also plays Docker Hub, and runs against it.
pub(super) struct World {
    pub(super) registry: Registry,
}

/// How often each operation was asked for.
pub(super) type Asked = BTreeMap<Operation, usize>;

pub(super) fn asked<const N: usize>(operations: [(Operation, usize); N]) -> Asked {
    operations.into()
}

impl World {
    pub(super) async fn new() -> Self {
        Self {
            registry: Registry::start().await.unwrap(),
        }
    }

    /// Publishes an index for two platforms.
    pub(super) fn index(&self, repository: &str, tag: &str) -> Digest {
        self.image(repository, tag, |image| image.platforms(BOTH))
    }

    /// Publishes an image whose content is named after its repository and tag.
    pub(super) fn image(
        &self,
        repository: &str,
        tag: &str,
        describe: impl FnOnce(TestImage) -> TestImage,
    ) -> Digest {
        let image = describe(TestImage::new(format!("{repository} {tag}")));
        self.registry.store().publish(repository, tag, &image)
    }

    pub(super) fn repository(&self, path: &str) -> Repository {
        Repository::new(self.registry.address(), path).unwrap()
    }

    /// Returns the config with these lines under `[images]`; `HOST` stands for the registry.
    pub(super) fn config(&self, images: &str) -> Config {
        let images = images.replace("HOST", self.registry.address());
        let text = format!("version = 1\n[images]\n{images}\n");
        config::parse(&SourceFile::new("images.toml", &text, Format::Toml)).unwrap()
    }

    /// Starts to set up a client for which the registry is Docker Hub too.
    pub(super) fn builder(&self) -> ClientBuilder {
        let url = Url::parse(&self.registry.url("/")).unwrap();
        let retries = Retries {
            base: Duration::ZERO,
            ..Retries::default()
        };
        Client::builder()
            .retries(retries)
            .endpoint("docker.io", url.clone())
            .endpoint("hub.docker.com", url)
    }

    pub(super) fn client(&self) -> Client {
        self.builder().build().unwrap()
    }

    /// Resolves with a new client; only the requests of this run are counted afterwards.
    pub(super) async fn run(&self, images: &str, lock: &Lock, intent: &Intent) -> Resolution {
        self.run_config(&self.config(images), lock, intent).await
    }

    /// Resolves a config that is at hand.
    pub(super) async fn run_config(
        &self,
        config: &Config,
        lock: &Lock,
        intent: &Intent,
    ) -> Resolution {
        let options = Options::new(Timestamp::UNIX_EPOCH);
        self.run_with(config, lock, intent, &options).await
    }

    /// Resolves a config that is at hand with these options.
    pub(super) async fn run_with(
        &self,
        config: &Config,
        lock: &Lock,
        intent: &Intent,
        options: &Options,
    ) -> Resolution {
        self.registry.forget_requests();
        let plan = resolve::plan(config, lock, intent).unwrap();
        resolve::resolve(plan, &self.client(), options).await
    }

    /// Runs `lock`, which must succeed.
    pub(super) async fn lock(&self, images: &str, lock: &Lock) -> Lock {
        done(self.run(images, lock, &Intent::Lock).await)
    }

    /// Runs `update` for all images, which must succeed.
    pub(super) async fn update(&self, images: &str, lock: &Lock) -> Lock {
        done(self.run(images, lock, &update()).await)
    }

    pub(super) fn asked(&self) -> Asked {
        let mut asked = Asked::new();
        for request in self.registry.requests() {
            *asked.entry(request.operation).or_default() += 1;
        }
        asked
    }

    /// Returns the tags and digests of an operation's requests, in their order.
    pub(super) fn references(&self, operation: Operation) -> Vec<String> {
        let requests = self.registry.requests().into_iter();
        requests
            .filter(|request| request.operation == operation)
            .map(|request| request.reference)
            .collect()
    }
}

pub(super) fn update() -> Intent {
    Intent::Update {
        names: BTreeSet::new(),
    }
}

#[track_caller]
pub(super) fn done(resolution: Resolution) -> Lock {
    assert_eq!(resolution.failures, []);
    lock_of(resolution.images)
}

pub(super) fn lock_of(images: Vec<Pin>) -> Lock {
    Lock {
        images,
        ..Lock::default()
    }
}

pub(super) fn tag(text: &str) -> Tag {
    Tag::parse(text).unwrap()
}

/// Returns the pins as `name=tag`.
pub(super) fn tags(images: &[Pin]) -> Vec<String> {
    let pins = images.iter();
    pins.map(|pin| format!("{}={}", pin.name, pin.tag))
        .collect()
}

/// Returns the platforms of a pin, by name.
pub(super) fn platforms(pin: &Pin) -> Vec<String> {
    pin.platforms.keys().map(ToString::to_string).collect()
}

/// Returns what pins were kept from, as `name tag: reason`.
pub(super) fn held(resolution: &Resolution) -> Vec<String> {
    let held = resolution.held.iter();
    held.map(|held| format!("{} {}: {}", held.name, held.tag, held.reason))
        .collect()
}

//! A registry of each kind that has an interface of its own, by its usual name.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use imagelock::config::{self, Config, Format, SourceFile};
use imagelock::embedded::{Operation, Profile, Registry, Store, TestImage};
use imagelock::image::{Digest, Repository};
use imagelock::lock::Lock;
use imagelock::observe::{Event, Observer};
use imagelock::registry::{
    Api, Auth, Client, ClientBuilder, Credential, HostSettings, Retries, Secret,
};
use imagelock::resolve::{self, Intent, Options, Resolution};
use jiff::Timestamp;
use url::Url;

use super::super::support::Asked;

pub(super) const PASSWORD: &str = "canary-password";

/// The profiles with the interfaces that they have; the settings name those that no host's name tells.
pub(super) const KINDS: &[(&str, Api)] = &[
    ("docker-hub", Api::DockerHub),
    ("quay", Api::Quay),
    ("google", Api::Google),
    ("harbor", Api::Harbor),
    ("azure-acr", Api::AzureAcr),
    ("gitlab", Api::Gitlab),
    ("zot", Api::Zot),
    #[cfg(feature = "aws")]
    ("amazon-ecr", Api::AmazonEcr),
];

pub(super) fn day(day: usize) -> Timestamp {
    format!("2026-03-{day:02}T08:00:00Z").parse().unwrap()
}

/// Remembers what it is told.
#[derive(Default)]
struct Recorder(Mutex<Vec<Event>>);

impl Observer for Recorder {
    fn on_event(&self, event: &Event) {
        self.0.lock().unwrap().push(event.clone());
    }
}

pub(super) struct Kind {
    pub(super) profile: Profile,
    pub(super) registry: Registry,
    pub(super) api: Api,
    recorder: Arc<Recorder>,
}

pub(super) async fn kinds() -> Vec<Kind> {
    let mut kinds = Vec::new();
    for (name, _) in KINDS {
        kinds.push(Kind::start(name).await);
    }
    kinds
}

impl Kind {
    pub(super) async fn start(name: &str) -> Self {
        Self::start_with(name, |profile| profile).await
    }

    pub(super) async fn start_with(name: &str, change: impl FnOnce(Profile) -> Profile) -> Self {
        let (_, api) = *KINDS.iter().find(|(known, _)| *known == name).unwrap();
        let profile = Profile::named(name).unwrap();
        let user = profile.username();
        let profile = change(
            profile
                .user(user, PASSWORD)
                .user("AWS", "embedded-ecr-password"),
        );
        Self {
            registry: profile.start(Store::new()).await.unwrap(),
            profile,
            api,
            recorder: Arc::default(),
        }
    }

    pub(super) fn name(&self) -> &'static str {
        self.profile.name()
    }

    pub(super) fn path(&self, name: &str) -> String {
        self.profile.repository(name)
    }

    pub(super) fn repository(&self, name: &str) -> Repository {
        Repository::new(self.profile.host(), &self.path(name)).unwrap()
    }

    pub(super) fn store(&self) -> &Store {
        self.registry.store()
    }

    /// Publishes an image of its own that is built on one day and pushed on another.
    pub(super) fn publish(&self, name: &str, tag: &str, built: usize, pushed: usize) -> Digest {
        let path = self.path(name);
        let image = TestImage::new(format!("{name} {tag} {built}")).created(day(built));
        let digest = self.store().publish(&path, tag, &image);
        self.store().set_pushed(&path, tag, day(pushed));
        digest
    }

    /// Publishes tags of `app`: `c` is built last, and `a` pushed last. Returns the digest of `a`.
    pub(super) fn publish_app(&self) -> Digest {
        self.publish("app", "b", 2, 8);
        self.publish("app", "c", 3, 7);
        self.publish("app", "a", 1, 9)
    }

    pub(super) fn builder(&self) -> ClientBuilder {
        let url = Url::parse(&self.registry.url("/")).unwrap();
        let host = self.profile.host();
        let retries = Retries {
            base: Duration::ZERO,
            ..Retries::default()
        };
        let builder = Client::builder()
            .retries(retries)
            .observer(Arc::clone(&self.recorder) as _)
            .endpoint(host, url.clone())
            .endpoint("hub.docker.com", url);
        let api = matches!(self.api, Api::Harbor | Api::Zot).then_some(self.api);
        let settings = HostSettings {
            api,
            ..HostSettings::default()
        };
        builder.host(host, settings).auth(host, self.auth())
    }

    fn auth(&self) -> Auth {
        #[cfg(feature = "aws")]
        if self.api == Api::AmazonEcr {
            use imagelock::registry::cloud::{AwsEcr, Cloud, CloudEnvironment};
            let variables = [
                ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE".to_owned()),
                ("AWS_SECRET_ACCESS_KEY", "canary-secret-key".to_owned()),
                ("AWS_ENDPOINT_URL_ECR", self.registry.url("/")),
            ];
            let variables = variables.map(|(name, value)| (name.to_owned(), value));
            let environment = CloudEnvironment::new(variables, day(10));
            return Auth::Cloud(Cloud::from(AwsEcr::new(environment)));
        }
        let (user, secret) = (self.profile.username(), Secret::new(PASSWORD));
        Auth::Credential(Credential::basic(user, secret, "a test"))
    }

    pub(super) fn client(&self) -> Client {
        self.builder().build().unwrap()
    }

    /// Returns a config with one image for each of these names; `rest` is what else their entries say.
    pub(super) fn config(&self, names: &[&str], rest: &str) -> Config {
        let entries = names.iter().map(|name| {
            let repository = self.repository(name);
            format!("{name} = {{ image = \"{repository}\", {rest} }}\n")
        });
        let images: String = entries.collect();
        let text = format!("version = 1\n[images]\n{images}");
        config::parse(&SourceFile::new("images.toml", &text, Format::Toml)).unwrap()
    }

    /// Locks with a new client; only the requests and events of this run are there afterwards.
    pub(super) async fn lock(&self, config: &Config) -> Resolution {
        self.registry.forget_requests();
        self.recorder.0.lock().unwrap().clear();
        let plan = resolve::plan(config, &Lock::default(), &Intent::Lock).unwrap();
        resolve::resolve(plan, &self.client(), &Options::new(day(10))).await
    }

    /// Locks `app` by date, which must succeed, and returns its tag and digest.
    pub(super) async fn newest(&self) -> (String, Digest) {
        let config = self.config(&["app"], "strategy = \"newest-build\"");
        let resolution = self.lock(&config).await;
        assert_eq!(resolution.failures, [], "{}", self.name());
        let pin = &resolution.images[0];
        (pin.tag.to_string(), pin.digest.clone())
    }

    pub(super) fn count(&self, operation: Operation) -> usize {
        self.registry.count(operation)
    }

    /// Returns how often each operation was asked for, without what proofs took.
    pub(super) fn asked(&self) -> Asked {
        let mut asked = BTreeMap::new();
        for request in self.registry.requests() {
            let is_proof = request.operation == Operation::Token
                || request.status == Some(401)
                || request.form == "{}";
            if !is_proof {
                *asked.entry(request.operation).or_default() += 1;
            }
        }
        asked
    }

    /// Returns why the interface was passed over, as often as it was told.
    pub(super) fn notices(&self) -> Vec<String> {
        let events = self.recorder.0.lock().unwrap();
        let notices = events.iter().filter_map(|event| match event {
            Event::InventoryPassed { registry, reason } => {
                assert_eq!(registry, self.profile.host());
                Some(reason.clone())
            }
            _ => None,
        });
        notices.collect()
    }
}

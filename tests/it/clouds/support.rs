//! What the tests of clouds share: an environment, a registry behind a cloud's name, and what came of it.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use imagelock::embedded::{Answers, AuthMode as Wanted, Behaviour, Registry, TestImage};
use imagelock::error::{Code, Fault as _};
use imagelock::image::Repository;
use imagelock::observe::{Event, Observer};
use imagelock::registry::cloud::{Cloud, CloudEnvironment};
use imagelock::registry::{Auth, Client, ClientBuilder, RegistryError, Retries, Timeouts};

/// Every secret of these tests begins so.
pub(super) const CANARY: &str = "canary";
pub(super) const NOW: &str = "2026-11-25T12:00:00Z";
pub(super) const ECR: &str = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
/// `AWS:canary-ecr-password`.
const ECR_TOKEN: &str = "QVdTOmNhbmFyeS1lY3ItcGFzc3dvcmQ=";

/// Makes an environment of variables and a home folder.
pub(super) fn environment(variables: &[(&str, &str)], home: &Path) -> CloudEnvironment {
    let variables = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    CloudEnvironment::new(variables, NOW.parse().unwrap()).home(home)
}

/// Writes a file below a folder, with the folders above it.
pub(super) fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

/// An answer with JSON.
pub(super) fn json(text: &str) -> Behaviour {
    Behaviour::always().json(text)
}

/// ECR's answer with a login.
pub(super) fn ecr_token() -> Behaviour {
    // 24:00 of the same day.
    json(&format!(
        r#"{{"authorizationData":[{{"authorizationToken":"{ECR_TOKEN}","expiresAt":1795651200.5,"proxyEndpoint":"https://{ECR}"}}]}}"#
    ))
}

/// ECR public's answer with a login.
pub(super) fn public_token() -> Behaviour {
    json(&format!(
        r#"{{"authorizationData":{{"authorizationToken":"{ECR_TOKEN}","expiresAt":1795651200.5}}}}"#
    ))
}

/// A registry with one image, `team/app:1`, that wants to see something.
pub(super) async fn registry(wanted: Wanted) -> Registry {
    let registry = Registry::start().await.unwrap();
    let image = TestImage::new("app");
    registry.store().publish("team/app", "1", &image);
    registry.require(wanted);
    registry
}

/// A registry that lets ECR's login in.
pub(super) async fn ecr_registry() -> Registry {
    registry(Wanted::basic().user("AWS", "canary-ecr-password")).await
}

/// Remembers what happened, as text.
#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<String>>);

impl Observer for Recorder {
    fn on_event(&self, event: &Event) {
        let mut text = self.0.lock().unwrap();
        writeln!(text, "{event:?}").unwrap();
    }
}

/// A builder with a cloud for a registry, which is reached at a URL of loopback.
pub(super) fn builder(name: &str, url: &str, cloud: impl Into<Cloud>) -> ClientBuilder {
    let retries = Retries {
        base: Duration::ZERO,
        ..Retries::default()
    };
    Client::builder()
        .retries(retries)
        .endpoint(name, url.parse().unwrap())
        .auth(name, Auth::Cloud(cloud.into()))
}

/// Lists the tags of `team/app`; nothing that anybody gets to see may hold a secret.
pub(super) async fn tags(name: &str, url: &str, cloud: impl Into<Cloud>) -> Result<usize, Failure> {
    outcome(name, builder(name, url, cloud)).await
}

/// The same without a second try.
pub(super) async fn once(name: &str, url: &str, cloud: impl Into<Cloud>) -> Result<usize, Failure> {
    let retries = Retries {
        count: 0,
        ..Retries::default()
    };
    outcome(name, builder(name, url, cloud).retries(retries)).await
}

/// The same with little patience, for servers that do not answer.
pub(super) async fn hasty(
    name: &str,
    url: &str,
    cloud: impl Into<Cloud>,
) -> Result<usize, Failure> {
    let timeouts = Timeouts {
        total: Duration::from_secs(1),
        ..Timeouts::default()
    };
    let retries = Retries {
        count: 0,
        ..Retries::default()
    };
    let builder = builder(name, url, cloud)
        .timeouts(timeouts)
        .retries(retries);
    outcome(name, builder).await
}

async fn outcome(name: &str, builder: ClientBuilder) -> Result<usize, Failure> {
    let recorder = Recorder::default();
    let client = builder
        .observer(Arc::new(recorder.clone()))
        .build()
        .unwrap();
    let repository = Repository::new(name, "team/app").unwrap();
    let outcome = client.tags(&repository).await;
    let events = recorder.0.lock().unwrap().clone();
    assert!(!events.contains(CANARY), "{events}");
    outcome
        .map(|tags| tags.len())
        .map_err(|error| Failure::of(&error))
}

/// An error as a user sees it.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) code: Code,
    pub(super) text: String,
}

impl Failure {
    #[track_caller]
    fn of(error: &RegistryError) -> Self {
        let notes = error.notes().join("\n");
        let help = error.help().unwrap_or_default();
        let shown = format!("{error}\n{notes}\n{help}\n{error:?}");
        assert!(!shown.contains(CANARY), "{shown}");
        Self {
            code: error.code(),
            text: error.to_string(),
        }
    }

    /// Holds it to an unusable credential, and to words that it says.
    #[track_caller]
    pub(super) fn says(&self, words: &[&str]) {
        assert_eq!(self.code, Code::Credentials, "{}", self.text);
        for word in words {
            assert!(self.text.contains(word), "lacks {word:?}: {}", self.text);
        }
    }
}

/// Returns the requests of a server as `METHOD path`.
pub(super) fn asked(server: &Answers) -> Vec<String> {
    let requests = server.requests().into_iter();
    requests
        .map(|request| format!("{} {}", request.method, request.path))
        .collect()
}

/// Returns a field of a form.
pub(super) fn field(form: &str, name: &str) -> Option<String> {
    let mut fields = url::form_urlencoded::parse(form.as_bytes());
    fields
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

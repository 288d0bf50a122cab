use std::io;
use std::time::Duration;

use super::{
    amazon_ecr, artifactory, azure_acr, distribution, docker_hub, ghcr, gitea_forgejo, gitlab,
    google, harbor, nexus, quay, registry_k8s_io, zot,
};
use crate::embedded::auth::{Anonymous, AuthMode};
use crate::embedded::behaviour::Behaviour;
use crate::embedded::interfaces::Interface;
use crate::embedded::operation::Operation;
use crate::embedded::paging::Paging;
use crate::embedded::server::Registry;
use crate::embedded::store::Store;

/// The ways of one registry family, in one of its versions or kinds.
///
/// ```
/// use imagelock::embedded::{TestImage, Profile, Store};
///
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// let profile = Profile::named("ghcr").expect("a profile");
/// let store = Store::new();
/// store.publish(&profile.repository("app"), "1.0", &TestImage::new("app 1.0"));
/// let registry = profile.start(store).await?;
/// let answer = reqwest::get(registry.url("/v2/")).await?;
/// assert!(answer.headers()["www-authenticate"].to_str()?.contains("service=\"ghcr.io\""));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Profile {
    name: &'static str,
    family: &'static str,
    host: &'static str,
    namespace: &'static str,
    username: &'static str,
    auth: Option<AuthMode>,
    identity_tokens: bool,
    manners: Vec<Behaviour>,
    interfaces: Vec<Interface>,
    busy: Busy,
    behind: Option<Box<Self>>,
}

/// How a registry says that it gets too many requests.
#[derive(Clone, Copy, Debug)]
pub(super) struct Busy {
    /// Creates the answer, with the time to wait where one is told.
    pub(super) says: fn(Behaviour, Option<Duration>) -> Behaviour,
    /// Whether it tells how long to wait.
    pub(super) tells_wait: bool,
}

impl Busy {
    /// Says it as many reverse proxies do: with `Retry-After` in seconds.
    pub(super) const PROXY: Self = Self {
        says: |base, wait| retry_after(base.status(429).html("<h1>Too Many Requests</h1>"), wait),
        tells_wait: true,
    };
}

/// Adds `Retry-After`, in seconds.
pub(super) fn retry_after(base: Behaviour, wait: Option<Duration>) -> Behaviour {
    match wait {
        Some(wait) => base.header("retry-after", &wait.as_secs().to_string()),
        None => base,
    }
}

impl Profile {
    /// Returns all profiles, sorted by name.
    pub fn all() -> Vec<Self> {
        let mut all = vec![
            amazon_ecr::private(),
            amazon_ecr::public(),
            artifactory::profile(),
            azure_acr::profile(),
            distribution::version_2_8(),
            distribution::version_3_0(),
            distribution::version_3_1_0(),
            distribution::version_3_1_1(),
            docker_hub::profile(),
            ghcr::profile(),
            gitea_forgejo::gitea(),
            gitea_forgejo::forgejo(),
            gitlab::profile(),
            google::profile(),
            harbor::profile(),
            nexus::hosted(),
            nexus::group(),
            quay::profile(),
            registry_k8s_io::profile(),
            zot::profile(),
        ];
        all.sort_by_key(|profile| profile.name);
        all
    }

    /// Returns the profile of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::all().into_iter().find(|profile| profile.name == name)
    }

    pub(super) fn new(name: &'static str, family: &'static str, host: &'static str) -> Self {
        Self {
            name,
            family,
            host,
            namespace: "acme",
            username: "bot",
            auth: None,
            identity_tokens: false,
            manners: Vec::new(),
            interfaces: Vec::new(),
            busy: Busy::PROXY,
            behind: None,
        }
    }

    /// Returns its name: `docker-hub`, `distribution-2.8`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the name of its family, which may have several profiles: `distribution`.
    pub fn family(&self) -> &'static str {
        self.family
    }

    /// Returns the host by which such a registry is known: `docker.io`, `registry.example.com`.
    pub fn host(&self) -> &'static str {
        self.host
    }

    /// Returns the path of a repository as such a registry has it: `library/app`, `acme/app`.
    pub fn repository(&self, name: &str) -> String {
        format!("{}/{name}", self.namespace)
    }

    /// Returns a user name as such a registry has them: `AWS`, `robot$acme+ci`.
    pub fn username(&self) -> &'static str {
        self.username
    }

    /// Returns `true` if strangers may pull what is public.
    pub fn is_public(&self) -> bool {
        let anonymous = self.auth.as_ref().map(|auth| auth.anonymous);
        anonymous != Some(Anonymous::Nothing)
    }

    /// Returns `true` if it knows users by name and password.
    pub fn takes_passwords(&self) -> bool {
        self.auth.is_some()
    }

    /// Returns `true` if its token endpoint takes identity tokens.
    pub fn takes_identity_tokens(&self) -> bool {
        self.identity_tokens
    }

    /// Returns `true` if it tells how long to wait when it gets too many requests.
    pub fn tells_wait(&self) -> bool {
        self.busy.tells_wait
    }

    /// Returns a behavior that says, in the form of the family, that there are too many requests.
    pub fn busy(&self, base: Behaviour, wait: Option<Duration>) -> Behaviour {
        (self.busy.says)(base, wait)
    }

    /// Knows a user, where it knows users at all.
    #[must_use]
    pub fn user(self, name: &str, password: &str) -> Self {
        self.with_auth(|auth| auth.user(name, password))
    }

    /// Takes an identity token, where it takes any.
    #[must_use]
    pub fn identity_token(self, token: &str) -> Self {
        if self.identity_tokens {
            return self.with_auth(|auth| auth.identity_token(token));
        }
        self
    }

    /// Keeps a repository from strangers, where it knows users at all.
    #[must_use]
    pub fn private(self, repository: &str) -> Self {
        self.with_auth(|auth| auth.private(repository))
    }

    /// Changes the rules of access, where there are any: lets tokens expire, for example.
    #[must_use]
    pub fn with_auth(mut self, change: impl FnOnce(AuthMode) -> AuthMode) -> Self {
        self.auth = self.auth.map(change);
        self
    }

    /// Starts a registry that serves a store in the ways of the family.
    ///
    /// # Errors
    ///
    /// If no port of the loopback interface can be had.
    pub async fn start(&self, store: Store) -> io::Result<Registry> {
        let registry = self.start_one(store.clone()).await?;
        let Some(behind) = &self.behind else {
            return Ok(registry);
        };
        let behind = behind.start_one(store).await?;
        let elsewhere = format!("http://{}{{bare path}}", behind.address());
        let content = [
            Operation::Tags,
            Operation::ManifestHead,
            Operation::ManifestGet,
            Operation::BlobHead,
            Operation::BlobGet,
            Operation::Referrers,
        ];
        registry.by_nature(Behaviour::on_any(content).redirect(&elsewhere));
        Ok(registry.before(behind))
    }

    async fn start_one(&self, store: Store) -> io::Result<Registry> {
        let registry = Registry::serving(store).await?;
        for manner in &self.manners {
            registry.by_nature(manner.clone());
        }
        for interface in &self.interfaces {
            registry.offer(*interface);
        }
        if let Some(auth) = &self.auth {
            registry.require(auth.clone());
        }
        Ok(registry)
    }

    pub(super) fn namespace(mut self, namespace: &'static str) -> Self {
        self.namespace = namespace;
        self
    }

    pub(super) fn username_like(mut self, username: &'static str) -> Self {
        self.username = username;
        self
    }

    pub(super) fn auth(mut self, auth: AuthMode) -> Self {
        self.auth = Some(auth);
        self
    }

    pub(super) fn with_identity_tokens(mut self) -> Self {
        self.identity_tokens = true;
        self
    }

    pub(super) fn manner(mut self, manner: Behaviour) -> Self {
        self.manners.push(manner);
        self
    }

    pub(super) fn offering(mut self, interface: Interface) -> Self {
        self.interfaces.push(interface);
        self
    }

    pub(super) fn tags(self, paging: Paging) -> Self {
        self.manner(Behaviour::on(Operation::Tags).paging(paging))
    }

    /// Answers as routers do that do not know the API.
    pub(super) fn without_referrers(self) -> Self {
        let missing = Behaviour::on(Operation::Referrers).status(404);
        self.manner(missing.text("404 page not found\n"))
    }

    pub(super) fn busy_like(mut self, busy: Busy) -> Self {
        self.busy = busy;
        self
    }

    /// Sends whoever asks for content to a registry of this profile, without the query.
    pub(super) fn redirecting_to(mut self, behind: Self) -> Self {
        self.behind = Some(Box::new(behind));
        self
    }
}

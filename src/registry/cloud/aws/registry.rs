use std::sync::Arc;

use serde_json::Value;

use super::chain::choose;
use super::describe::{Images, describe};
use super::ecr::log_in;
use super::endpoint::{EndpointPlace, Service};
use super::fetch::fetch;
use super::host::{EcrHost, PrivateEcr};
use super::keys::{KeyRing, NamedKeys};
use super::source::{AwsSource, Chosen, SourceProblem};
use crate::image::Repository;
use crate::registry::auth::{Credential, CredentialError};
use crate::registry::cloud::environment::CloudEnvironment;
use crate::registry::cloud::fresh::Fresh;
use crate::registry::transport::exchange::Exchange;
use crate::registry::transport::request::HttpResponse;

const SOURCES: &str = "the sources of Amazon credentials";
/// The one region that logs in to the public registry.
const PUBLIC_REGION: &str = "us-east-1";

/// Logs in to Amazon ECR, private and public, as the AWS SDKs do.
///
/// The access key comes from the first of these that is there: environment variables, a profile of
/// `~/.aws`, a web identity token (EKS's IRSA), the container's endpoint (ECS, EKS Pod Identity), the
/// metadata server of an EC2 instance (version 2). With it ECR is asked once a region for a login, which
/// is good for all registries there. A clone shares what was fetched.
///
/// ```
/// use imagelock::registry::cloud::{AwsEcr, CloudEnvironment};
///
/// let variables = [("AWS_ACCESS_KEY_ID", "AKIA…"), ("AWS_SECRET_ACCESS_KEY", "…")]
///     .map(|(name, value)| (name.to_string(), value.to_string()));
/// let environment = CloudEnvironment::new(variables, "2026-11-25T12:00:00Z".parse()?);
/// let ecr = AwsEcr::new(environment);
/// assert_eq!(ecr.source()?, "environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct AwsEcr {
    environment: CloudEnvironment,
    profile: Option<String>,
    logins: Arc<Fresh<(bool, EndpointPlace)>>,
    keys: Arc<KeyRing>,
}

impl AwsEcr {
    /// Takes credentials from the sources of this environment.
    pub fn new(environment: CloudEnvironment) -> Self {
        Self {
            environment,
            profile: None,
            logins: Arc::default(),
            keys: Arc::default(),
        }
    }

    /// Takes credentials from one profile of `~/.aws` and from nowhere else.
    #[must_use]
    pub fn profile(self, name: impl Into<String>) -> Self {
        Self {
            profile: Some(name.into()),
            ..Self::new(self.environment)
        }
    }

    /// Returns the source that would be used, in words for people, as far as it shows without a request.
    ///
    /// It reads the files of `~/.aws`.
    ///
    /// # Errors
    ///
    /// [`CredentialError`] if that source is there and cannot be used.
    pub fn source(&self) -> Result<String, CredentialError> {
        let chosen = choose(&self.environment, self.profile.as_deref());
        chosen.map(|chosen| chosen.name).map_err(error)
    }

    /// Fetches the login of a registry, or returns the one that is still good.
    pub(in crate::registry) async fn credential(
        &self,
        exchange: &Exchange,
        registry: &str,
    ) -> Result<Credential, CredentialError> {
        let (service, place) = match EcrHost::parse(registry) {
            Some(EcrHost::Private(private)) => (Service::Ecr, self.place_of(&private)),
            Some(EcrHost::Public) => {
                let place = EndpointPlace::new(PUBLIC_REGION, &self.environment);
                (Service::EcrPublic, place)
            }
            None => {
                let reason = format!(
                    "`{registry}` is not a registry of Amazon ECR, such as `123456789012.dkr.ecr.eu-west-1.amazonaws.com` or `public.ecr.aws`"
                );
                return Err(error(SourceProblem::new(SOURCES, reason)));
            }
        };
        let key = (service == Service::EcrPublic, place.clone());
        let fetch = async {
            let outcome = self.log_in(exchange, service, &place).await;
            outcome.map_err(error)
        };
        self.logins.get(key, &self.environment, fetch).await
    }

    async fn log_in(
        &self,
        exchange: &Exchange,
        service: Service,
        place: &EndpointPlace,
    ) -> Result<Credential, SourceProblem> {
        let NamedKeys { keys, source } = self.keys(exchange, place).await?;
        let login = log_in(exchange, &self.environment, service, place, &keys).await;
        let login = login.map_err(|reason| SourceProblem::new(&source, reason))?;
        let credential = Credential::basic(login.username, login.password, &source);
        Ok(credential.expiring(login.expires))
    }

    /// Returns `true` if a registry's images can be described: a private one's, by who owns it.
    pub(in crate::registry) fn describes(registry: &str) -> bool {
        matches!(EcrHost::parse(registry), Some(EcrHost::Private(_)))
    }

    /// Asks for images of a repository; the error has the status, if there was an answer, and why.
    pub(in crate::registry) async fn describe_images(
        &self,
        exchange: &Exchange,
        repository: &Repository,
        query: Value,
        most_bytes: usize,
    ) -> Result<HttpResponse, (Option<u16>, String)> {
        let registry = repository.registry();
        let Some(EcrHost::Private(private)) = EcrHost::parse(registry) else {
            return Err((None, "it has no such interface".into()));
        };
        let place = self.place_of(&private);
        let keys = self.keys(exchange, &place).await;
        let keys = keys.map_err(|problem| (None, problem.reason))?.keys;
        let images = Images {
            account: &private.account,
            repository: repository.path(),
            query,
            most_bytes,
        };
        describe(exchange, &self.environment, &place, &keys, images).await
    }

    /// Returns the access key for a place: the last one for that region while it is good.
    async fn keys(
        &self,
        exchange: &Exchange,
        place: &EndpointPlace,
    ) -> Result<NamedKeys, SourceProblem> {
        let mut kept = self.keys.lock().await;
        let now = self.environment.now();
        if let Some(named) = kept.get(&place.region).filter(|named| named.is_good(now)) {
            return Ok(named.clone());
        }
        let chosen = self.choose().await?;
        let problem = |reason| SourceProblem::new(&chosen.name, reason);
        let region = ["AWS_REGION", "AWS_DEFAULT_REGION"]
            .into_iter()
            .find_map(|name| self.environment.variable(name));
        let region = region.or(chosen.region.as_deref()).unwrap_or(&place.region);
        let keys = fetch(exchange, &self.environment, region, &chosen.source).await;
        let keys = keys
            .map_err(problem)?
            .ok_or_else(|| self.nothing(&chosen))?;
        let named = NamedKeys {
            keys,
            source: chosen.name.clone(),
        };
        kept.insert(place.region.clone(), named.clone());
        Ok(named)
    }

    /// Returns the endpoint that a private registry's name asks for.
    fn place_of(&self, private: &PrivateEcr) -> EndpointPlace {
        let mut place = EndpointPlace::new(&private.region, &self.environment);
        place.fips |= private.fips;
        place.dual_stack |= private.dual_stack;
        place
    }

    /// Chooses the source off the async threads, since files are read for it.
    async fn choose(&self) -> Result<Chosen, SourceProblem> {
        let (environment, profile) = (self.environment.clone(), self.profile.clone());
        let task = tokio::task::spawn_blocking(move || choose(&environment, profile.as_deref()));
        let stopped = |_| SourceProblem::new(SOURCES, "they cannot be read");
        task.await.map_err(stopped)?
    }

    /// Says where credentials were looked for.
    fn nothing(&self, chosen: &Chosen) -> SourceProblem {
        if !matches!(chosen.source, AwsSource::Instance) || self.profile.is_some() {
            return SourceProblem::new(&chosen.name, "it has no credentials");
        }
        let instance = if self.environment.says("AWS_EC2_METADATA_DISABLED") {
            "the EC2 metadata server is switched off by AWS_EC2_METADATA_DISABLED"
        } else {
            "no EC2 metadata server with a role answers"
        };
        let reason = format!(
            "none has any: no AWS_ACCESS_KEY_ID, no profile `default` with credentials in ~/.aws, no AWS_WEB_IDENTITY_TOKEN_FILE, no AWS_CONTAINER_CREDENTIALS_…_URI, and {instance}; set the variables, run `aws configure`, or name a profile with AWS_PROFILE"
        );
        SourceProblem::new(SOURCES, reason)
    }
}

fn error(problem: SourceProblem) -> CredentialError {
    CredentialError {
        origin: problem.origin,
        reason: problem.reason,
    }
}

use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;

use url::Url;

use super::account::Account;
use super::federation;
use super::impersonation::impersonate;
use super::metadata;
use super::token::AccessToken;
use crate::registry::auth::{Credential, CredentialError};
use crate::registry::cloud::environment::CloudEnvironment;
use crate::registry::cloud::file;
use crate::registry::cloud::fresh::Fresh;
use crate::registry::cloud::wire::post_form;
use crate::registry::transport::endpoint::is_loopback;
use crate::registry::transport::exchange::Exchange;

const SOURCES: &str = "the sources of Google credentials";
const METADATA: &str = "the Google metadata server";
const VARIABLE: &str = "GOOGLE_APPLICATION_CREDENTIALS";
/// The user name that stands for an access token.
const USER: &str = "oauth2accesstoken";

/// Logs in to Google's registries by application default credentials.
///
/// The access token comes from the first of these that is there: the file that
/// `GOOGLE_APPLICATION_CREDENTIALS` names, the one that `gcloud auth application-default login` leaves,
/// the metadata server. A clone shares what was fetched.
///
/// ```
/// use imagelock::registry::cloud::{CloudEnvironment, Google};
///
/// let environment = CloudEnvironment::new([], "2026-11-25T12:00:00Z".parse()?);
/// assert_eq!(Google::new(environment).source()?, "the Google metadata server");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Google {
    environment: CloudEnvironment,
    tokens: Arc<Fresh<()>>,
}

type FetchingLogin<'account> =
    Pin<Box<dyn Future<Output = Result<AccessToken, String>> + Send + 'account>>;

impl Google {
    /// Takes credentials from the sources of this environment.
    pub fn new(environment: CloudEnvironment) -> Self {
        Self {
            environment,
            tokens: Arc::default(),
        }
    }

    /// Returns the source that would be used, in words for people, as far as it shows without a request.
    ///
    /// # Errors
    ///
    /// [`CredentialError`] if a file is there, or is named by the variable, and cannot be used.
    pub fn source(&self) -> Result<String, CredentialError> {
        let Some(path) = self.file() else {
            return Ok(METADATA.into());
        };
        let origin = self.environment.shown(&path);
        match read(&path) {
            Ok(_) => Ok(origin),
            Err(reason) => Err(CredentialError { origin, reason }),
        }
    }

    /// Returns the file to read: one that a variable names, whether it is there or not, or the usual one.
    fn file(&self) -> Option<PathBuf> {
        if let Some(path) = self.environment.variable(VARIABLE) {
            return Some(path.into());
        }
        let folder = self
            .environment
            .variable("CLOUDSDK_CONFIG")
            .map(PathBuf::from)
            .or_else(|| {
                let data = self
                    .environment
                    .variable("APPDATA")
                    .filter(|_| cfg!(windows));
                data.map(|data| PathBuf::from(data).join("gcloud"))
            })
            .or_else(|| self.environment.below_home(".config/gcloud"))?;
        let path = folder.join("application_default_credentials.json");
        path.exists().then_some(path)
    }

    /// Fetches an access token, or returns the one that is still good; it is the same for all registries.
    ///
    /// It opens far more than registries, so no other host gets it.
    pub(in crate::registry) async fn credential(
        &self,
        exchange: &Exchange,
        registry: &str,
        base: &Url,
    ) -> Result<Credential, CredentialError> {
        if !is_registry(registry) && !is_loopback(base) {
            return Err(CredentialError {
                origin: SOURCES.into(),
                reason: format!(
                    "`{registry}` is not a registry of Google, such as `europe-docker.pkg.dev` or `gcr.io`"
                ),
            });
        }
        let fetch = self.log_in(exchange);
        self.tokens.get((), &self.environment, fetch).await
    }

    async fn log_in(&self, exchange: &Exchange) -> Result<Credential, CredentialError> {
        let file = self.file();
        let source = match &file {
            Some(path) => self.environment.shown(path),
            None => METADATA.into(),
        };
        let problem = |reason| CredentialError {
            origin: source.clone(),
            reason,
        };
        let token = if let Some(path) = file {
            let task = tokio::task::spawn_blocking(move || read(&path));
            let account = task
                .await
                .unwrap_or_else(|_| Err("it cannot be read".into()));
            let account = account.map_err(problem)?;
            self.token(exchange, &account).await.map_err(problem)?
        } else {
            let token = metadata::fetch(exchange, &self.environment).await;
            token.map_err(problem)?.ok_or_else(|| CredentialError {
                origin: SOURCES.into(),
                reason: format!("none has any: {VARIABLE} is not set, there is no application_default_credentials.json of gcloud, and no metadata server answers; set the variable, or run `gcloud auth application-default login`"),
            })?
        };
        let credential = Credential::basic(USER, token.text, source);
        Ok(credential.expiring(token.expires))
    }

    fn token<'account>(
        &'account self,
        exchange: &'account Exchange,
        account: &'account Account,
    ) -> FetchingLogin<'account> {
        Box::pin(async move {
            let now = self.environment.now();
            match account {
                Account::User(user) => {
                    let fields = [
                        ("grant_type", "refresh_token"),
                        ("client_id", user.client_id.as_str()),
                        ("client_secret", user.client_secret.reveal()),
                        ("refresh_token", user.refresh_token.reveal()),
                    ];
                    let request = post_form(user.token_url.clone(), &fields);
                    let secrets = [&user.client_secret, &user.refresh_token];
                    AccessToken::fetch(exchange, &request, &secrets, now).await
                }
                Account::Service(service) => {
                    let assertion = service.assertion(now)?;
                    let fields = [
                        ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
                        ("assertion", assertion.reveal()),
                    ];
                    let request = post_form(service.token_url.clone(), &fields);
                    AccessToken::fetch(exchange, &request, &[&assertion], now).await
                }
                Account::External(external) => {
                    federation::fetch(exchange, &self.environment, external).await
                }
                Account::Impersonated {
                    url,
                    delegates,
                    base,
                } => {
                    let token = self.token(exchange, base).await?;
                    impersonate(exchange, url, delegates, 3600, &token).await
                }
            }
        })
    }
}

fn read(path: &Path) -> Result<Account, String> {
    let text = file::read(path)?;
    let text = text.ok_or_else(|| format!("`{}` does not exist", path.display()))?;
    Account::parse(&text)
}

/// Returns `true` if a host is one of Artifact Registry's or Container Registry's.
fn is_registry(host: &str) -> bool {
    host == "gcr.io" || host.ends_with(".gcr.io") || host.ends_with(".pkg.dev")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_hosts_of_google_are_its_registries() {
        for (host, expected) in [
            ("gcr.io", true),
            ("eu.gcr.io", true),
            ("europe-west1-docker.pkg.dev", true),
            ("evilgcr.io", false),
            ("gcr.io.evil.example", false),
            ("pkg.dev", false),
            ("gcr.io:5000", false),
            ("evil.example", false),
        ] {
            assert_eq!(is_registry(host), expected, "{host}");
        }
    }
}

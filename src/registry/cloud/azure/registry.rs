use std::sync::Arc;

use serde::Deserialize;
use url::Url;

use super::directory;
use super::host::authority_of;
use super::source::AzureSource;
use crate::registry::auth::{Credential, CredentialError, Secret};
use crate::registry::cloud::environment::CloudEnvironment;
use crate::registry::cloud::fresh::Fresh;
use crate::registry::cloud::wire::{ask, post_form, read};
use crate::registry::transport::endpoint::{host_of, is_loopback};
use crate::registry::transport::exchange::Exchange;

const SOURCES: &str = "the sources of Azure credentials";

/// Logs in to Azure's registries (ACR) with a token of Microsoft Entra ID.
///
/// The token comes from the first of these that is there: an application's secret, a workload identity
/// (AKS), the managed identity of an app, the managed identity of the machine. The registry exchanges it
/// for a refresh token of its own. A clone shares what was fetched.
///
/// ```
/// use imagelock::registry::cloud::{Azure, CloudEnvironment};
///
/// let environment = CloudEnvironment::new([], "2026-11-25T12:00:00Z".parse()?);
/// assert_eq!(Azure::new(environment).source()?, "the managed identity of the machine");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Azure {
    environment: CloudEnvironment,
    logins: Arc<Fresh<String>>,
}

#[derive(Deserialize)]
struct ExchangeBody {
    refresh_token: Secret,
}

impl Azure {
    /// Takes credentials from the sources of this environment.
    pub fn new(environment: CloudEnvironment) -> Self {
        Self {
            environment,
            logins: Arc::default(),
        }
    }

    /// Returns the source that would be used, in words for people, as far as it shows without a request.
    ///
    /// # Errors
    ///
    /// [`CredentialError`] if that source is there and cannot be used.
    pub fn source(&self) -> Result<String, CredentialError> {
        Ok(self.choose()?.name())
    }

    fn choose(&self) -> Result<AzureSource, CredentialError> {
        AzureSource::choose(&self.environment).map_err(|reason| CredentialError {
            origin: "environment variables".into(),
            reason,
        })
    }

    /// Fetches the login of a registry, which is reached at `base`, or returns the one that is still good.
    pub(in crate::registry) async fn credential(
        &self,
        exchange: &Exchange,
        registry: &str,
        base: &Url,
    ) -> Result<Credential, CredentialError> {
        let fetch = self.log_in(exchange, registry, base);
        self.logins
            .get(registry.into(), &self.environment, fetch)
            .await
    }

    async fn log_in(
        &self,
        exchange: &Exchange,
        registry: &str,
        base: &Url,
    ) -> Result<Credential, CredentialError> {
        let nowhere = |reason: String| CredentialError {
            origin: SOURCES.into(),
            reason,
        };
        let authenticator = authority_of(registry).ok_or_else(|| {
            nowhere(format!(
                "`{registry}` is not a registry of Azure, such as `acme.azurecr.io`"
            ))
        })?;
        let source = self.choose()?;
        let problem = |reason| CredentialError {
            origin: source.name(),
            reason,
        };
        let token = directory::token(exchange, &self.environment, authenticator, &source).await;
        let token = token.map_err(problem)?.ok_or_else(|| {
            nowhere("none has any: AZURE_CLIENT_SECRET, AZURE_FEDERATED_TOKEN_FILE and IDENTITY_ENDPOINT are not set, and no metadata server answers; set the variables, or run `az acr login` and take `auth` away".into())
        })?;
        let refresh = self.trade(exchange, registry, base, &token).await;
        Ok(Credential::identity_token(
            refresh.map_err(problem)?,
            source.name(),
        ))
    }

    /// Trades the token for a refresh token of the registry itself, at the registry itself.
    async fn trade(
        &self,
        exchange: &Exchange,
        registry: &str,
        base: &Url,
        token: &Secret,
    ) -> Result<Secret, String> {
        if base.scheme() != "https" && !is_loopback(base) {
            return Err(format!("{registry} is not sent a token without TLS"));
        }
        let mut url = base.clone();
        url.set_path("/oauth2/exchange");
        let mut fields = vec![
            ("grant_type", "access_token"),
            ("service", registry),
            ("access_token", token.reveal()),
        ];
        let tenant = self.environment.variable("AZURE_TENANT_ID");
        fields.extend(tenant.map(|tenant| ("tenant", tenant)));
        let mut request = post_form(url, &fields);
        request.label = registry.into();
        let response = ask(exchange, &request, &[token]).await?;
        let body: ExchangeBody = read(&response, "a refresh token")?;
        if body.refresh_token.is_empty() {
            let host = host_of(&response.url);
            return Err(format!("the answer of {host} has no token"));
        }
        Ok(body.refresh_token)
    }
}

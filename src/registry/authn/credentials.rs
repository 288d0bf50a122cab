use super::authenticator::Authenticator;
use crate::registry::auth::{Auth, Credential, CredentialError, CredentialStatus};
use crate::registry::host::Host;
use crate::registry::transport::exchange::Exchange;

impl Authenticator {
    /// Finds the credentials for a repository, in the order in which they are to be tried.
    pub(in crate::registry) async fn credentials(
        &self,
        #[cfg_attr(
            not(any(feature = "aws", feature = "azure", feature = "google")),
            expect(unused_variables, reason = "only clouds are asked")
        )]
        exchange: &Exchange,
        host: &Host,
        path: &str,
    ) -> Result<Vec<Credential>, CredentialError> {
        let found = match self.scopes.source(&host.name, path) {
            #[cfg(any(feature = "aws", feature = "azure", feature = "google"))]
            Some(Auth::Cloud(cloud)) => {
                vec![cloud.credential(exchange, &host.name, &host.base).await?]
            }
            source => self.kept(source, &host.name, path).await?,
        };
        for credential in &found {
            self.secrets.learn(credential);
        }
        if let (false, Some(first)) = (host.takes_credentials, found.first()) {
            let name = &host.name;
            return Err(CredentialError {
                origin: first.source().into(),
                reason: format!(
                    "{name} is reached without TLS; `plain-http = true` below `[registries.\"{name}\"]` lets them go there"
                ),
            });
        }
        checked(found)
    }

    /// Says which credential a repository would get; clouds are not asked for theirs.
    pub(in crate::registry) async fn status(
        &self,
        registry: &str,
        path: &str,
    ) -> Result<CredentialStatus, CredentialError> {
        let found = match self.scopes.source(registry, path) {
            #[cfg(any(feature = "aws", feature = "azure", feature = "google"))]
            Some(Auth::Cloud(cloud)) => return Ok(CredentialStatus::unasked(cloud.source()?)),
            source => self.kept(source, registry, path).await?,
        };
        let status = checked(found)?.first().map(CredentialStatus::of);
        Ok(status.unwrap_or_else(CredentialStatus::anonymous))
    }

    /// Finds what is kept on this machine.
    async fn kept(
        &self,
        source: Option<&Auth>,
        registry: &str,
        path: &str,
    ) -> Result<Vec<Credential>, CredentialError> {
        match source {
            Some(Auth::Anonymous) => Ok(Vec::new()),
            #[cfg(any(feature = "aws", feature = "azure", feature = "google"))]
            Some(Auth::Cloud(_)) => Ok(Vec::new()),
            Some(Auth::Credential(credential)) => Ok(vec![credential.clone()]),
            Some(Auth::Missing(error)) => Err(error.clone()),
            Some(Auth::Store(store)) => store.find(registry, path).await,
            None => self.scopes.default().find(registry, path).await,
        }
    }
}

fn checked(found: Vec<Credential>) -> Result<Vec<Credential>, CredentialError> {
    for credential in &found {
        credential.check()?;
    }
    Ok(found)
}

use url::Url;

#[cfg(feature = "aws")]
use super::AwsEcr;
#[cfg(feature = "azure")]
use super::Azure;
#[cfg(feature = "google")]
use super::Google;
use crate::registry::auth::{Credential, CredentialError};
use crate::registry::transport::exchange::Exchange;

/// One of the clouds, as the source of a registry's credentials.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Cloud {
    /// Amazon ECR.
    #[cfg(feature = "aws")]
    AwsEcr(AwsEcr),
    /// Google's registries.
    #[cfg(feature = "google")]
    Google(Google),
    /// Azure's registries.
    #[cfg(feature = "azure")]
    Azure(Azure),
}

impl Cloud {
    /// Returns which of the cloud's sources would be used, for display, without a request.
    ///
    /// Reads files of the cloud's tools.
    ///
    /// # Errors
    ///
    /// [`CredentialError`] if that source exists and cannot be used.
    pub fn source(&self) -> Result<String, CredentialError> {
        match self {
            #[cfg(feature = "aws")]
            Self::AwsEcr(ecr) => ecr.source(),
            #[cfg(feature = "google")]
            Self::Google(google) => google.source(),
            #[cfg(feature = "azure")]
            Self::Azure(azure) => azure.source(),
        }
    }

    /// Fetches the credential for a registry, which is reached at `base`.
    pub(in crate::registry) async fn credential(
        &self,
        exchange: &Exchange,
        registry: &str,
        #[cfg_attr(
            not(any(feature = "azure", feature = "google")),
            expect(unused_variables, reason = "Amazon's are told by their names")
        )]
        base: &Url,
    ) -> Result<Credential, CredentialError> {
        match self {
            #[cfg(feature = "aws")]
            Self::AwsEcr(ecr) => ecr.credential(exchange, registry).await,
            #[cfg(feature = "google")]
            Self::Google(google) => google.credential(exchange, registry, base).await,
            #[cfg(feature = "azure")]
            Self::Azure(azure) => azure.credential(exchange, registry, base).await,
        }
    }
}

#[cfg(feature = "aws")]
impl From<AwsEcr> for Cloud {
    fn from(ecr: AwsEcr) -> Self {
        Self::AwsEcr(ecr)
    }
}

#[cfg(feature = "google")]
impl From<Google> for Cloud {
    fn from(google: Google) -> Self {
        Self::Google(google)
    }
}

#[cfg(feature = "azure")]
impl From<Azure> for Cloud {
    fn from(azure: Azure) -> Self {
        Self::Azure(azure)
    }
}

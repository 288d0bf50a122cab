use super::Family;
use crate::registry::{ErrorKind, TlsProblem};

/// What the config needs for a registry: nothing that works without.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Advice {
    /// Where its credentials come from.
    pub auth: Option<AdvisedAuth>,
    /// Other hosts whose token realm may get its credentials, if they are the registry's.
    pub token_realms: Vec<String>,
    /// Whether it speaks plain HTTP alone, or TLS alone where the config says otherwise.
    pub plain_http: Option<bool>,
    /// Whether its certificate is of an authority that has to be named.
    pub ca_file: bool,
    /// Whether it wants to see a certificate.
    pub client_certificate: bool,
    /// How many requests it stands at once.
    pub concurrency: Option<usize>,
}

/// A source of credentials that fits a registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdvisedAuth {
    /// None: those that were found are refused, and none are needed.
    Anonymous,
    /// An environment variable with a password or a token, and a user name beside it.
    Environment {
        /// A name for the variable.
        variable: &'static str,
    },
    /// Amazon ECR's own.
    AwsEcr,
    /// Google's own.
    Google,
    /// Azure's own.
    Azure,
}

impl Advice {
    /// Returns `true` if nothing is needed.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Takes from a failure what would mend it.
    pub(super) fn learn(&mut self, failure: &ErrorKind, family: Option<Family>) {
        match failure {
            ErrorKind::Denied { source: None } => self.auth = Some(AdvisedAuth::of(family)),
            ErrorKind::ForeignRealm { realm, .. } => self.token_realms.push(realm.clone()),
            ErrorKind::RateLimited { quota: false, .. } => self.concurrency = Some(2),
            ErrorKind::Tls(TlsProblem::UnknownAuthority) => self.ca_file = true,
            ErrorKind::Tls(TlsProblem::IdentityWanted) => self.client_certificate = true,
            _ => {}
        }
    }
}

impl AdvisedAuth {
    fn of(family: Option<Family>) -> Self {
        match family {
            Some(Family::AmazonEcr) => Self::AwsEcr,
            Some(Family::Google) => Self::Google,
            Some(Family::AzureAcr) => Self::Azure,
            _ => Self::Environment {
                variable: match family {
                    Some(Family::DockerHub) => "DOCKERHUB_TOKEN",
                    Some(Family::Ghcr) => "GITHUB_TOKEN",
                    Some(Family::Quay) => "QUAY_TOKEN",
                    Some(Family::Harbor) => "HARBOR_TOKEN",
                    Some(Family::Artifactory) => "JFROG_TOKEN",
                    Some(Family::GiteaForgejo) => "GITEA_TOKEN",
                    Some(Family::Gitlab) => "DEPLOY_TOKEN",
                    _ => "REGISTRY_PASSWORD",
                },
            },
        }
    }
}

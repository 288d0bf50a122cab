use super::Family;
use crate::registry::{ErrorKind, TlsProblem};

/// The config that a registry needs; empty if it works without.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Advice {
    /// The source of its credentials.
    pub auth: Option<AdvisedAuth>,
    /// Other hosts whose token server may receive its credentials, if they belong to the registry.
    pub token_realms: Vec<String>,
    /// Whether it supports only plain HTTP, or only TLS although the config says otherwise.
    pub plain_http: Option<bool>,
    /// Whether its certificate comes from a CA that must be set.
    pub ca_file: bool,
    /// Whether it requires a client certificate.
    pub client_certificate: bool,
    /// The most concurrent requests that it accepts.
    pub concurrency: Option<usize>,
}

/// A source of credentials that a registry accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdvisedAuth {
    /// None: the available credentials are rejected, and none are needed.
    Anonymous,
    /// An environment variable with a password or a token, and a user name.
    Environment {
        /// The name of the variable.
        variable: &'static str,
    },
    /// The login of Amazon ECR.
    AwsEcr,
    /// The login of Google.
    Google,
    /// The login of Azure.
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

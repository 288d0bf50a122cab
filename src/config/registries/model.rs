use serde::Deserialize;

#[cfg(test)]
use super::settings::ApiSetting;
use super::values::{AuthEntry, MirrorEntry, ProxyEntry};
#[cfg(test)]
use crate::config::json_schema;

/// How to reach and how to treat one registry.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(transform = json_schema::absent_is_not_null))]
pub(in crate::config) struct Registry {
    /// Where the credentials come from, in place of the files and helpers of Docker and Podman.
    pub(super) auth: Option<AuthEntry>,
    /// Other hosts whose token realm may get this registry's credentials: `gitlab.example.com`.
    pub(super) token_realms: Option<Vec<String>>,
    /// How many requests may be under way at once.
    #[cfg_attr(test, schemars(range(min = 1, max = 256)))]
    pub(super) concurrency: Option<u16>,
    /// Whether to speak HTTP without TLS. Loopback hosts are spoken to so without being asked.
    pub(super) plain_http: Option<bool>,
    /// Where content that is known by its digest may come from as well, in the order in which they
    /// are asked; the registry itself is asked last.
    pub(super) mirrors: Option<Vec<MirrorEntry>>,
    /// A file with certificate authorities (PEM) that are trusted there besides the usual ones.
    pub(super) ca_file: Option<String>,
    /// A file with the certificate (PEM) that this client shows there, with those above it.
    pub(super) client_cert: Option<String>,
    /// The file with the private key (PEM) of `client-cert`.
    pub(super) client_key: Option<String>,
    /// Whether to believe any certificate. Whoever is on the way can then read and change all that
    /// is sent, credentials too.
    pub(super) tls_skip_verify: Option<bool>,
    /// The proxy to use there, or `false` for none, whatever the environment says.
    pub(super) proxy: Option<ProxyEntry>,
    /// The interface of the registry's own that tells when many tags were pushed, where its host's name does
    /// not tell which one it has.
    #[cfg_attr(test, schemars(with = "Option<ApiSetting>"))]
    pub(super) api: Option<String>,
}

/// Where the credentials for a registry come from: one of these. A secret itself never stands in the config.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Auth", transform = json_schema::absent_is_not_null))]
pub(super) struct AuthTable {
    /// The environment variable that holds the password or token.
    #[cfg_attr(test, schemars(regex(pattern = "^[A-Za-z_][A-Za-z0-9_]*$")))]
    pub(super) env: Option<String>,
    /// The user name that goes with `env`. Without it the variable holds `user:password`, or a token.
    pub(super) username: Option<String>,
    /// The credential helper `docker-credential-NAME`, by its NAME.
    pub(super) helper: Option<String>,
    /// A file with a Kubernetes Secret of type `kubernetes.io/dockerconfigjson` or
    /// `kubernetes.io/dockercfg`: its manifest, or the file as it is mounted into a pod.
    pub(super) kubernetes_secret_file: Option<String>,
    /// A profile of the AWS configuration, for Amazon ECR.
    pub(super) aws_profile: Option<String>,
}

/// A mirror, and what it may be asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Mirror", transform = json_schema::absent_is_not_null))]
pub(super) struct MirrorTable {
    /// What takes the place of the registry's host in a reference: `mirror.example.com/ghcr`.
    pub(super) location: String,
    /// Whether the mirror is also believed about what tags there are and what they name. Without
    /// it only the registry itself is.
    pub(super) resolve: Option<bool>,
}

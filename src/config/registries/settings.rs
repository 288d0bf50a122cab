use crate::error::Place;

/// How to reach and how to treat one registry, or the repositories below one path of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegistrySettings {
    /// Where credentials come from; without it, from the files and helpers of Docker and Podman.
    pub auth: Option<AuthSettings>,
    /// Other hosts whose token realm may get this registry's credentials, with a port where it is
    /// not the usual one.
    pub token_realms: Vec<String>,
    /// How many requests may be under way at once, 1 to 256.
    pub concurrency: Option<usize>,
    /// Whether to speak HTTP without TLS.
    pub plain_http: Option<bool>,
    /// The mirrors, in the order in which to use them.
    pub mirrors: Vec<MirrorSettings>,
    /// The certificate authorities that are trusted there besides the usual ones, in PEM.
    pub ca_file: Option<FileSetting>,
    /// The certificate that this client shows, in PEM. It has a key.
    pub client_cert: Option<FileSetting>,
    /// The private key of the certificate, in PEM.
    pub client_key: Option<FileSetting>,
    /// Whether certificate verification is disabled.
    pub tls_skip_verify: bool,
    /// The proxy; without it, the environment decides.
    pub proxy: Option<ProxySettings>,
    /// The interface of its own that the registry has; without it, its host's name tells.
    pub api: Option<ApiSetting>,
}

/// An interface of a registry's own that tells when many tags were pushed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(rename = "Api", rename_all = "kebab-case")
)]
#[non_exhaustive]
pub enum ApiSetting {
    /// Azure Container Registry's `/acr/v1`.
    AzureAcr,
    /// GitLab's `/gitlab/v1`.
    Gitlab,
    /// The additions of Google's registries to the tag list.
    Google,
    /// Harbor's `/api/v2.0`.
    Harbor,
    /// None, whatever the host's name tells.
    None,
    /// Quay's `/api/v1`.
    Quay,
    /// zot's search extension.
    Zot,
}

/// Where the credentials for one registry come from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthSettings {
    /// Nowhere: the registry is asked without any.
    Anonymous,
    /// The files and helpers of Docker and Podman.
    Docker,
    /// An environment variable.
    Environment {
        /// The variable that holds the password or token.
        variable: String,
        /// The user name; without it the variable holds `user:password`, or a token.
        username: Option<String>,
    },
    /// A credential helper.
    Helper {
        /// What stands behind `docker-credential-` in the program's name.
        name: String,
    },
    /// A Kubernetes Secret.
    KubernetesSecret(FileSetting),
    /// Amazon ECR, with what AWS is configured for.
    AwsEcr {
        /// The profile of the AWS configuration; without it the environment decides.
        profile: Option<String>,
    },
    /// Google Artifact Registry and Container Registry, with Application Default Credentials.
    Google,
    /// Azure Container Registry, with an Entra ID identity.
    Azure,
}

/// A file that the config names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSetting {
    /// The path as written, from the config's folder.
    pub path: String,
    /// Where the config names it.
    pub place: Place,
}

/// Another place that has a registry's content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MirrorSettings {
    /// The host, with its port, and the path below it, if any: it stands in the place of the registry's
    /// host, or of the host and the path that the table is for.
    pub location: String,
    /// Whether it is trusted for tags.
    pub resolve: bool,
}

/// Which proxy leads to a registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProxySettings {
    /// None, whatever the environment says.
    Direct,
    /// The one at this URL, of `http` or `https`, without credentials.
    Url(String),
}

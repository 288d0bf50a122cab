use std::path::PathBuf;

use url::Url;

use crate::registry::auth::Secret;
use crate::registry::cloud::environment::CloudEnvironment;
use crate::registry::transport::endpoint::{is_loopback, is_private};

/// One way to a token of Microsoft Entra ID, which was Azure Active Directory.
pub(super) enum AzureSource {
    /// An application with a secret.
    ClientSecret {
        tenant: String,
        client: String,
        secret: Secret,
    },
    /// An application that another identity provider speaks for: AKS workload identity.
    WorkloadIdentity {
        tenant: String,
        client: String,
        token_file: PathBuf,
    },
    /// The endpoint of an App Service, a function or a container app.
    AppService {
        url: Url,
        header: Secret,
        client: Option<String>,
    },
    /// The metadata server of a virtual machine or a cluster's node.
    Machine { base: Url, client: Option<String> },
}

const METADATA: &str = "http://169.254.169.254/";

impl AzureSource {
    /// Says where the token comes from, in the order of Azure's default credential.
    ///
    /// The first that is there is used; if it is broken, that is an error.
    pub(super) fn choose(environment: &CloudEnvironment) -> Result<Self, String> {
        let text = |name: &str| environment.variable(name).map(ToOwned::to_owned);
        let client = text("AZURE_CLIENT_ID");
        let application = || {
            let tenant = text("AZURE_TENANT_ID").ok_or("AZURE_TENANT_ID is not set")?;
            let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
            if !tenant.bytes().all(fits) || tenant.starts_with('.') {
                return Err("AZURE_TENANT_ID is not a tenant".to_string());
            }
            Ok((tenant, client.clone().ok_or("AZURE_CLIENT_ID is not set")?))
        };
        if let Some(secret) = environment.secret("AZURE_CLIENT_SECRET") {
            let (tenant, client) = application()?;
            let secret = secret.clone();
            return Ok(Self::ClientSecret {
                tenant,
                client,
                secret,
            });
        }
        if let Some(file) = environment.variable("AZURE_FEDERATED_TOKEN_FILE") {
            let (tenant, client) = application()?;
            let token_file = file.into();
            return Ok(Self::WorkloadIdentity {
                tenant,
                client,
                token_file,
            });
        }
        let endpoint = environment.variable("IDENTITY_ENDPOINT");
        if let (Some(url), Some(header)) = (endpoint, environment.secret("IDENTITY_HEADER")) {
            let url = near("IDENTITY_ENDPOINT", url)?;
            let header = header.clone();
            return Ok(Self::AppService {
                url,
                header,
                client,
            });
        }
        let base = environment.variable("AZURE_POD_IDENTITY_AUTHORITY_HOST");
        let base = near(
            "AZURE_POD_IDENTITY_AUTHORITY_HOST",
            base.unwrap_or(METADATA),
        )?;
        Ok(Self::Machine { base, client })
    }

    /// Returns the source's name for people.
    pub(super) fn name(&self) -> String {
        match self {
            Self::ClientSecret { .. } => {
                "environment variables AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET"
                    .into()
            }
            Self::WorkloadIdentity { token_file, .. } => {
                format!("the workload identity token {}", token_file.display())
            }
            Self::AppService { .. } => "the managed identity of the app (IDENTITY_ENDPOINT)".into(),
            Self::Machine { .. } => "the managed identity of the machine".into(),
        }
    }
}

/// Reads the URL of an endpoint for identities: over TLS, or near.
fn near(name: &str, text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|_| format!("`{name}` is not a URL"))?;
    let allowed = match url.scheme() {
        "https" => url.has_host(),
        "http" => is_loopback(&url) || is_private(&url),
        _ => false,
    };
    if allowed && url.username().is_empty() && url.password().is_none() {
        return Ok(url);
    }
    Err(format!(
        "`{name}` must be an `https` URL, or lead to this machine or its network"
    ))
}

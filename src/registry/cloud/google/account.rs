use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::external::{ExternalAccount, ExternalFile};
use super::place::checked;
use super::service_account::ServiceAccount;
use crate::registry::auth::Secret;

const TOKEN_URI: &str = "https://oauth2.googleapis.com/token";

/// What a credentials file makes us, by its `type`.
pub(super) enum Account {
    /// A user, by a refresh token.
    User(User),
    /// A service account, by its key.
    Service(ServiceAccount),
    /// An identity of another provider.
    External(Box<ExternalAccount>),
    /// A service account that one of the others may act as.
    Impersonated {
        url: Url,
        delegates: Vec<String>,
        base: Box<Self>,
    },
}

/// A user who logged in with `gcloud auth application-default login`.
pub(super) struct User {
    pub(super) client_id: String,
    pub(super) client_secret: Secret,
    pub(super) refresh_token: Secret,
    pub(super) token_url: Url,
}

#[derive(Deserialize)]
struct Kind {
    r#type: Option<String>,
    universe_domain: Option<String>,
}

#[derive(Deserialize)]
struct UserFile {
    client_id: String,
    client_secret: Secret,
    refresh_token: Secret,
    token_uri: Option<String>,
}

#[derive(Deserialize)]
struct ServiceFile {
    client_email: String,
    private_key: Secret,
    private_key_id: Option<String>,
    token_uri: Option<String>,
}

#[derive(Deserialize)]
struct ImpersonatedFile {
    service_account_impersonation_url: String,
    #[serde(default)]
    delegates: Vec<String>,
    source_credentials: Value,
}

impl Account {
    /// Reads a file of application default credentials.
    pub(super) fn parse(text: &Secret) -> Result<Self, String> {
        Self::read(text, true)
    }

    fn read(text: &Secret, may_impersonate: bool) -> Result<Self, String> {
        let kind: Kind = part(text)?;
        if kind
            .universe_domain
            .is_some_and(|domain| domain != "googleapis.com")
        {
            return Err("its `universe_domain` is not googleapis.com".into());
        }
        let token_url = |uri: Option<String>| {
            let uri = uri.filter(|uri| !uri.is_empty());
            checked("token_uri", uri.as_deref().unwrap_or(TOKEN_URI))
        };
        match kind.r#type.as_deref() {
            Some("authorized_user") => {
                let file: UserFile = part(text)?;
                Ok(Self::User(User {
                    client_id: file.client_id,
                    client_secret: file.client_secret,
                    refresh_token: file.refresh_token,
                    token_url: token_url(file.token_uri)?,
                }))
            }
            Some("service_account") => {
                let file: ServiceFile = part(text)?;
                Ok(Self::Service(ServiceAccount {
                    email: file.client_email,
                    key: file.private_key,
                    key_id: file.private_key_id,
                    token_url: token_url(file.token_uri)?,
                }))
            }
            Some("external_account") => {
                let file: ExternalFile = part(text)?;
                Ok(Self::External(Box::new(file.try_into()?)))
            }
            Some("impersonated_service_account") if may_impersonate => {
                let file: ImpersonatedFile = part(text)?;
                let source = Secret::new(file.source_credentials.to_string());
                let base = Self::read(&source, false)
                    .map_err(|reason| format!("its `source_credentials`: {reason}"))?;
                Ok(Self::Impersonated {
                    url: checked(
                        "service_account_impersonation_url",
                        &file.service_account_impersonation_url,
                    )?,
                    delegates: file.delegates,
                    base: Box::new(base),
                })
            }
            _ => Err("its `type` is none of `authorized_user`, `service_account`, `external_account` and `impersonated_service_account`".into()),
        }
    }
}

fn part<'text, T: Deserialize<'text>>(text: &'text Secret) -> Result<T, String> {
    serde_json::from_str(text.reveal()).map_err(|error| {
        // The parser's own message may quote a value.
        let (line, column) = (error.line(), error.column());
        format!("it is not JSON of a credentials file (line {line}, column {column})")
    })
}

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::place::{checked, checked_provider};
use crate::registry::auth::Secret;

/// An identity of another provider, that Google knows by workload identity federation.
pub(super) struct ExternalAccount {
    pub(super) audience: String,
    pub(super) subject_token_type: String,
    pub(super) token_url: Url,
    pub(super) impersonation_url: Option<Url>,
    pub(super) lifetime_seconds: u32,
    pub(super) client: Option<(String, Secret)>,
    /// The project that is billed, for workforce pools.
    pub(super) user_project: Option<String>,
    pub(super) provider: Provider,
    pub(super) format: SubjectFormat,
}

/// Where the other provider's token comes from.
pub(super) enum Provider {
    File(PathBuf),
    Url {
        url: Url,
        headers: BTreeMap<String, Secret>,
    },
}

/// How the token stands there.
pub(super) enum SubjectFormat {
    Text,
    /// In this field of a JSON object.
    Json(String),
}

#[derive(Deserialize)]
pub(super) struct ExternalFile {
    audience: String,
    subject_token_type: String,
    token_url: String,
    service_account_impersonation_url: Option<String>,
    service_account_impersonation: Option<Impersonation>,
    client_id: Option<String>,
    client_secret: Option<Secret>,
    workforce_pool_user_project: Option<String>,
    credential_source: CredentialSource,
}

#[derive(Deserialize)]
struct Impersonation {
    token_lifetime_seconds: Option<u32>,
}

#[derive(Deserialize)]
struct CredentialSource {
    file: Option<String>,
    url: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, Secret>,
    format: Option<FormatFile>,
    environment_id: Option<String>,
    executable: Option<Value>,
}

#[derive(Deserialize)]
struct FormatFile {
    r#type: Option<String>,
    subject_token_field_name: Option<String>,
}

impl TryFrom<ExternalFile> for ExternalAccount {
    type Error = String;

    fn try_from(file: ExternalFile) -> Result<Self, String> {
        let source = file.credential_source;
        if source.environment_id.is_some() {
            return Err("its `credential_source` is AWS, which is not read here; make a file with a token of another kind".into());
        }
        if source.executable.is_some() {
            return Err("its `credential_source` is a program, and imagelock runs no command that a file names".into());
        }
        let provider = match (source.file, source.url) {
            (Some(file), _) => Provider::File(file.into()),
            (None, Some(url)) => Provider::Url {
                url: checked_provider(&url)?,
                headers: source.headers,
            },
            (None, None) => {
                return Err("its `credential_source` has neither `file` nor `url`".into());
            }
        };
        let impersonation_url = file
            .service_account_impersonation_url
            .map(|url| checked("service_account_impersonation_url", &url))
            .transpose()?;
        let lifetime = file
            .service_account_impersonation
            .and_then(|impersonation| impersonation.token_lifetime_seconds);
        Ok(Self {
            audience: file.audience,
            subject_token_type: file.subject_token_type,
            token_url: checked("token_url", &file.token_url)?,
            impersonation_url,
            lifetime_seconds: lifetime.unwrap_or(3600),
            client: file.client_id.zip(file.client_secret),
            user_project: file.workforce_pool_user_project,
            provider,
            format: source
                .format
                .map_or(Ok(SubjectFormat::Text), SubjectFormat::try_from)?,
        })
    }
}

impl TryFrom<FormatFile> for SubjectFormat {
    type Error = String;

    fn try_from(file: FormatFile) -> Result<Self, String> {
        match (file.r#type.as_deref(), file.subject_token_field_name) {
            (None | Some("text"), _) => Ok(Self::Text),
            (Some("json"), Some(name)) => Ok(Self::Json(name)),
            (Some("json"), None) => {
                Err("its `credential_source.format` has no `subject_token_field_name`".into())
            }
            _ => Err("its `credential_source.format` is neither `text` nor `json`".into()),
        }
    }
}

impl SubjectFormat {
    /// Takes the token out of what a file or a server said.
    pub(super) fn token(&self, text: &Secret) -> Result<Secret, String> {
        let token = match self {
            Self::Text => text.reveal().trim().to_string(),
            Self::Json(name) => {
                let value: BTreeMap<String, Value> = serde_json::from_str(text.reveal())
                    .map_err(|_| "it is not a JSON object".to_string())?;
                let found = value.get(name).and_then(Value::as_str);
                found
                    .ok_or_else(|| format!("it has no text in the field `{name}`"))?
                    .to_string()
            }
        };
        if token.is_empty() {
            return Err("it is empty".into());
        }
        Ok(Secret::new(token))
    }
}

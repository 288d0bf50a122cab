use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{AUTHORIZATION, HeaderName};
use serde_json::json;

use super::external::{ExternalAccount, Provider};
use super::impersonation::impersonate;
use super::token::{AccessToken, SCOPE};
use crate::registry::auth::Secret;
use crate::registry::cloud::environment::CloudEnvironment;
use crate::registry::cloud::file;
use crate::registry::cloud::wire::{add_secret, ask, get, near, post_form};
use crate::registry::transport::endpoint::host_of;
use crate::registry::transport::exchange::Exchange;

/// Exchanges a token of another identity provider for one of Google's (RFC 8693), which may then take a
/// service account on.
pub(super) async fn fetch(
    exchange: &Exchange,
    environment: &CloudEnvironment,
    account: &ExternalAccount,
) -> Result<AccessToken, String> {
    let subject = subject_token(exchange, account).await?;
    let options = account.user_project.as_ref();
    let options = options.map(|project| json!({"userProject": project}).to_string());
    let mut fields = vec![
        (
            "grant_type",
            "urn:ietf:params:oauth:grant-type:token-exchange",
        ),
        ("audience", account.audience.as_str()),
        ("scope", SCOPE),
        (
            "requested_token_type",
            "urn:ietf:params:oauth:token-type:access_token",
        ),
        ("subject_token_type", &account.subject_token_type),
        ("subject_token", subject.reveal()),
    ];
    let mut request = {
        // With a client of its own the pool's project is known by that.
        fields.extend(
            options
                .as_deref()
                .filter(|_| account.client.is_none())
                .map(|options| ("options", options)),
        );
        post_form(account.token_url.clone(), &fields)
    };
    let mut secrets = vec![&subject];
    if let Some((id, secret)) = &account.client {
        let pair = Secret::new(format!("{id}:{}", secret.reveal()));
        let header = Secret::new(format!("Basic {}", STANDARD.encode(pair.reveal())));
        add_secret(&mut request, AUTHORIZATION, &header)?;
        secrets.push(secret);
    }
    let token = AccessToken::fetch(exchange, &request, &secrets, environment.now()).await?;
    match &account.impersonation_url {
        None => Ok(token),
        Some(url) => impersonate(exchange, url, &[], account.lifetime_seconds, &token).await,
    }
}

async fn subject_token(exchange: &Exchange, account: &ExternalAccount) -> Result<Secret, String> {
    match &account.provider {
        Provider::File(path) => {
            let shown = path.display();
            let text = read(path).await?;
            let token = account.format.token(&text);
            token.map_err(|reason| format!("the token in `{shown}` cannot be used: {reason}"))
        }
        Provider::Url { url, headers } => {
            let mut request = get(url.clone());
            if url.scheme() == "http" {
                request = near(request);
            }
            let mut secrets = Vec::new();
            for (name, value) in headers {
                let name = HeaderName::from_bytes(name.as_bytes())
                    .map_err(|_| "its `credential_source.headers` has a name that no header has")?;
                add_secret(&mut request, name, value)?;
                let bare = value.reveal().rsplit(' ').next().unwrap_or_default();
                secrets.push(Secret::new(bare));
            }
            let response = ask(exchange, &request, &secrets.iter().collect::<Vec<_>>()).await?;
            let host = host_of(&response.url);
            if response.is_html() {
                return Err(format!("{host} answered with a web page"));
            }
            let text = Secret::new(String::from_utf8_lossy(&response.body));
            let token = account.format.token(&text);
            token.map_err(|reason| format!("the answer of {host} is not a token: {reason}"))
        }
    }
}

async fn read(path: &Path) -> Result<Secret, String> {
    let path = path.to_path_buf();
    let task = tokio::task::spawn_blocking(move || {
        let text = file::read(&path)?;
        text.ok_or_else(|| format!("`{}` does not exist", path.display()))
    });
    task.await.map_err(|_| "its token cannot be read")?
}

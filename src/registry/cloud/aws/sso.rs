use http::header::HeaderName;
use jiff::Timestamp;
use serde::Deserialize;

use super::endpoint::{EndpointPlace, Service};
use super::keys::Keys;
use super::source::Session;
use crate::registry::auth::Secret;
use crate::registry::cloud::environment::CloudEnvironment;
use crate::registry::cloud::file;
use crate::registry::cloud::wire::{add_secret, ask, get, read};
use crate::registry::transport::exchange::Exchange;

/// What `aws sso login` leaves.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SsoCacheFile {
    access_token: Secret,
    expires_at: Timestamp,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SsoBody {
    role_credentials: RoleCredentials,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RoleCredentials {
    access_key_id: String,
    secret_access_key: Secret,
    session_token: Option<Secret>,
    /// In milliseconds.
    expiration: Option<i64>,
}

/// Asks the IAM Identity Center for the access key of a role (`GetRoleCredentials`).
pub(super) async fn fetch(
    exchange: &Exchange,
    environment: &CloudEnvironment,
    session: &Session,
) -> Result<Keys, String> {
    let place = EndpointPlace::new(&session.region, environment);
    let base = Service::Sso.url(&place, environment)?;
    let kept = kept(session, environment.now()).await?;
    let mut url = base
        .join("federation/credentials")
        .map_err(|_| "the endpoint of the IAM Identity Center is not a URL")?;
    url.query_pairs_mut()
        .append_pair("role_name", &session.role)
        .append_pair("account_id", &session.account);
    let mut request = get(url);
    let name = HeaderName::from_static("x-amz-sso_bearer_token");
    add_secret(&mut request, name, &kept.access_token)?;
    let response = ask(exchange, &request, &[&kept.access_token]).await?;
    let body: SsoBody = read(&response, "a document of credentials")?;
    let credentials = body.role_credentials;
    let end = credentials.expiration.map(Timestamp::from_millisecond);
    Ok(Keys {
        id: credentials.access_key_id,
        secret: credentials.secret_access_key,
        session: credentials.session_token,
        expires: end
            .transpose()
            .map_err(|_| "its expiration is not a time".to_string())?,
    })
}

async fn kept(session: &Session, now: Timestamp) -> Result<SsoCacheFile, String> {
    let login = format!("run `aws sso login --profile {}`", session.profile);
    let path = session.token_file.clone();
    let task = tokio::task::spawn_blocking(move || file::read(&path));
    let text = task.await.map_err(|_| "its session cannot be read")??;
    let text = text.ok_or_else(|| format!("nobody is logged in: {login}"))?;
    let kept: SsoCacheFile = serde_json::from_str(text.reveal()).map_err(|_| {
        let path = session.token_file.display();
        format!("`{path}` is not a session: {login}")
    })?;
    if kept.expires_at <= now {
        let end = kept.expires_at;
        return Err(format!("its session ended at {end}: {login}"));
    }
    Ok(kept)
}

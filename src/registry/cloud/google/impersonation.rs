use http::header::AUTHORIZATION;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;
use url::Url;

use super::token::{AccessToken, SCOPE, WHAT};
use crate::registry::auth::Secret;
use crate::registry::cloud::wire::{add_secret, ask, post, read};
use crate::registry::transport::exchange::Exchange;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ImpersonationBody {
    access_token: Secret,
    expire_time: Option<Timestamp>,
}

/// Takes a service account on (`generateAccessToken` of the IAM Service Account Credentials API).
pub(super) async fn impersonate(
    exchange: &Exchange,
    url: &Url,
    delegates: &[String],
    seconds: u32,
    token: &AccessToken,
) -> Result<AccessToken, String> {
    let body = json!({
        "delegates": delegates,
        "scope": [SCOPE],
        "lifetime": format!("{seconds}s"),
    });
    let text = Secret::new(body.to_string());
    let mut request = post(url.clone(), "application/json", text);
    let header = Secret::new(format!("Bearer {}", token.text.reveal()));
    add_secret(&mut request, AUTHORIZATION, &header)?;
    let response = ask(exchange, &request, &[&token.text]).await?;
    let body: ImpersonationBody = read(&response, WHAT)?;
    Ok(AccessToken {
        text: body.access_token,
        expires: body.expire_time,
    })
}

use http::HeaderValue;
use http::header::HeaderName;
use serde::Deserialize;
use url::Url;

use super::source::AzureSource;
use crate::registry::auth::Secret;
use crate::registry::cloud::environment::CloudEnvironment;
use crate::registry::cloud::file::read_token;
use crate::registry::cloud::wire::{CloudRefusal, add_secret, ask, get, near, post_form, read};
use crate::registry::transport::endpoint::{host_of, is_loopback};
use crate::registry::transport::exchange::Exchange;
use crate::registry::transport::request::HttpRequest;

/// What a token is for: registries, and nothing else of Azure. It is the same in all clouds.
const AUDIENCE: &str = "https://containerregistry.azure.net";
const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const AUTHORITY: &str = "AZURE_AUTHORITY_HOST";

#[derive(Deserialize)]
struct DirectoryBody {
    access_token: Secret,
}

/// Gets a token of Microsoft Entra ID; none if no metadata server answers.
pub(super) async fn token(
    exchange: &Exchange,
    environment: &CloudEnvironment,
    authenticator: &str,
    source: &AzureSource,
) -> Result<Option<Secret>, String> {
    match source {
        AzureSource::ClientSecret {
            tenant,
            client,
            secret,
        } => {
            let url = endpoint(environment, authenticator, tenant)?;
            let authorization = [("client_secret", secret.reveal())];
            log_in(exchange, url, client, &authorization, secret)
                .await
                .map(Some)
        }
        AzureSource::WorkloadIdentity {
            tenant,
            client,
            token_file,
        } => {
            let url = endpoint(environment, authenticator, tenant)?;
            let file = token_file.clone();
            let task = tokio::task::spawn_blocking(move || read_token(&file));
            let token = task.await.map_err(|_| "its token cannot be read")??;
            let authorization = [
                ("client_assertion_type", ASSERTION),
                ("client_assertion", token.reveal()),
            ];
            log_in(exchange, url, client, &authorization, &token)
                .await
                .map(Some)
        }
        AzureSource::AppService {
            url,
            header,
            client,
        } => {
            let mut request = managed(url.clone(), "2019-08-01", client.as_deref());
            let name = HeaderName::from_static("x-identity-header");
            add_secret(&mut request, name, header)
                .map_err(|reason| format!("IDENTITY_HEADER cannot be used: {reason}"))?;
            fetch(exchange, &request, &[header])
                .await
                .map_err(Into::into)
                .map(Some)
        }
        AzureSource::Machine { base, client } => {
            let url = base
                .join("metadata/identity/oauth2/token")
                .map_err(|_| "the metadata server's address is not a URL")?;
            let mut request = managed(url, "2018-02-01", client.as_deref());
            let name = HeaderName::from_static("metadata");
            request
                .headers
                .push((name, HeaderValue::from_static("true")));
            match fetch(exchange, &request, &[]).await {
                Ok(token) => Ok(Some(token)),
                Err(CloudRefusal { status: None, .. }) => Ok(None),
                Err(refusal) => Err(refusal.into()),
            }
        }
    }
}

/// Creates the request for a managed identity's token.
fn managed(mut url: Url, version: &str, client: Option<&str>) -> HttpRequest {
    let mut query = url.query_pairs_mut();
    query.append_pair("api-version", version);
    query.append_pair("resource", AUDIENCE);
    query.extend_pairs(client.map(|client| ("client_id", client)));
    drop(query);
    let request = get(url);
    if request.url.scheme() == "http" {
        near(request)
    } else {
        request
    }
}

/// Returns the token endpoint of a tenant.
fn endpoint(
    environment: &CloudEnvironment,
    authenticator: &str,
    tenant: &str,
) -> Result<Url, String> {
    let text = environment.variable(AUTHORITY).unwrap_or(authenticator);
    // Azure's own programs take it without the scheme as well.
    let text = if text.contains("://") {
        text.to_string()
    } else {
        format!("https://{text}")
    };
    let text = format!("{}/{tenant}/oauth2/v2.0/token", text.trim_end_matches('/'));
    let url = Url::parse(&text).map_err(|_| format!("`{AUTHORITY}` is not a URL"))?;
    let safe = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url));
    if !safe || !url.username().is_empty() || url.password().is_some() || url.query().is_some() {
        return Err(format!(
            "`{AUTHORITY}` must be an `https` URL without credentials"
        ));
    }
    Ok(url)
}

/// Logs an application in (`client_credentials` of the Microsoft identity platform).
async fn log_in(
    exchange: &Exchange,
    url: Url,
    client: &str,
    authorization: &[(&str, &str)],
    secret: &Secret,
) -> Result<Secret, String> {
    let scope = format!("{AUDIENCE}/.default");
    let mut fields = vec![
        ("grant_type", "client_credentials"),
        ("client_id", client),
        ("scope", &scope),
    ];
    fields.extend_from_slice(authorization);
    let request = post_form(url, &fields);
    fetch(exchange, &request, &[secret])
        .await
        .map_err(Into::into)
}

async fn fetch(
    exchange: &Exchange,
    request: &HttpRequest,
    secrets: &[&Secret],
) -> Result<Secret, CloudRefusal> {
    let response = ask(exchange, request, secrets).await?;
    let status = Some(response.status.as_u16());
    let wrong = |reason| CloudRefusal { status, reason };
    let body: DirectoryBody = read(&response, "a token of Microsoft Entra ID").map_err(wrong)?;
    if body.access_token.is_empty() {
        let host = host_of(&response.url);
        return Err(wrong(format!("the answer of {host} has no token")));
    }
    Ok(body.access_token)
}

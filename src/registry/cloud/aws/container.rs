use http::header::AUTHORIZATION;
use jiff::Timestamp;
use serde::Deserialize;
use url::{Host, Url};

use super::keys::Keys;
use super::source::{AwsSource, ContainerEndpoint, SourceProblem};
use crate::registry::auth::Secret;
use crate::registry::cloud::environment::CloudEnvironment;
use crate::registry::cloud::file::read_token;
use crate::registry::cloud::wire::{add_secret, ask, get, near, read};
use crate::registry::transport::endpoint::is_loopback;
use crate::registry::transport::exchange::Exchange;

pub(super) const NAME: &str = "the container's credentials endpoint";
const RELATIVE: &str = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
const FULL: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
/// Where ECS and EKS have their endpoints.
const NEAR: [&str; 3] = ["169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"];

/// The document of credentials that containers and instances are given.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ContainerDocument {
    access_key_id: String,
    secret_access_key: Secret,
    token: Option<Secret>,
    expiration: Option<Timestamp>,
}

impl From<ContainerDocument> for Keys {
    fn from(document: ContainerDocument) -> Self {
        Self {
            id: document.access_key_id,
            secret: document.secret_access_key,
            session: document.token.filter(|token| !token.is_empty()),
            expires: document.expiration,
        }
    }
}

/// Returns the endpoint of the container that this runs in ("Container credential provider" in the
/// SDKs' reference guide).
pub(super) fn find(environment: &CloudEnvironment) -> Result<Option<AwsSource>, SourceProblem> {
    let url = match (environment.variable(RELATIVE), environment.variable(FULL)) {
        (Some(path), _) if path.starts_with('/') => {
            Url::parse(&format!("http://{}{path}", NEAR[0])).map_err(|_| RELATIVE)
        }
        (Some(_), _) => Err(RELATIVE),
        (None, Some(text)) => Url::parse(text).map_err(|_| FULL),
        (None, None) => return Ok(None),
    };
    let problem = |reason: String| SourceProblem::new(NAME, reason);
    let url = url.map_err(|name| problem(format!("`{name}` is not a URL")))?;
    if !is_allowed(&url) {
        return Err(problem(format!(
            "`{FULL}` must be an `https` URL, or lead to this machine or to an endpoint of ECS or EKS"
        )));
    }
    Ok(Some(AwsSource::Container(ContainerEndpoint {
        url,
        token: environment
            .secret("AWS_CONTAINER_AUTHORIZATION_TOKEN")
            .cloned(),
        token_file: environment
            .variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")
            .map(Into::into),
    })))
}

fn is_allowed(url: &Url) -> bool {
    match url.scheme() {
        "https" => url.has_host(),
        "http" => is_near(url) || is_loopback(url),
        _ => false,
    }
}

fn is_near(url: &Url) -> bool {
    let name = matches!(url.host(), Some(Host::Domain(_)));
    !name && url.host_str().is_some_and(|host| NEAR.contains(&host))
}

/// Asks a container's endpoint for its access key.
pub(super) async fn fetch(
    exchange: &Exchange,
    container: &ContainerEndpoint,
) -> Result<Keys, String> {
    let mut request = get(container.url.clone());
    if request.url.scheme() == "http" {
        request = near(request);
    }
    let from_file = match container.token_file.clone() {
        Some(file) => {
            let task = tokio::task::spawn_blocking(move || read_token(&file));
            Some(task.await.map_err(|_| "its token cannot be read")??)
        }
        None => None,
    };
    let token = from_file.as_ref().or(container.token.as_ref());
    if let Some(token) = token {
        add_secret(&mut request, AUTHORIZATION, token)
            .map_err(|reason| format!("its authorization token cannot be used: {reason}"))?;
    }
    let secrets: Vec<_> = token.into_iter().collect();
    let response = ask(exchange, &request, &secrets).await?;
    let document: ContainerDocument = read(&response, "a document of credentials")?;
    Ok(document.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(variables: &[(&str, &str)]) -> Result<String, String> {
        let variables = variables
            .iter()
            .map(|(name, value)| ((*name).to_string(), (*value).to_string()));
        let environment = CloudEnvironment::new(variables, Timestamp::UNIX_EPOCH);
        match find(&environment) {
            Ok(Some(AwsSource::Container(container))) => Ok(container.url.into()),
            Ok(_) => Ok(String::new()),
            Err(problem) => Err(problem.reason),
        }
    }

    #[test]
    fn only_endpoints_of_containers_are_asked() {
        let relative = url(&[(RELATIVE, "/v2/credentials/x"), (FULL, "https://x/")]);
        assert_eq!(relative.unwrap(), "http://169.254.170.2/v2/credentials/x");
        for allowed in [
            "http://169.254.170.23/v1/credentials",
            "http://[fd00:ec2::23]/v1/credentials",
            "http://localhost:1234/x",
            "http://127.0.0.1:1234/x",
            "https://credentials.example.com/x",
        ] {
            assert_eq!(url(&[(FULL, allowed)]).as_deref(), Ok(allowed));
        }
        for refused in [
            "http://credentials.example.com/x",
            "http://169.254.169.254/latest",
            "http://10.0.0.1/x",
            "file:///etc/passwd",
            "x",
        ] {
            assert!(url(&[(FULL, refused)]).is_err(), "{refused}");
        }
        assert!(url(&[(RELATIVE, "@evil.example/")]).is_err());
        assert_eq!(url(&[]).as_deref(), Ok(""));
    }
}

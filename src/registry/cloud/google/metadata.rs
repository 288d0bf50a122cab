use http::HeaderValue;
use http::header::HeaderName;
use url::Url;

use super::token::AccessToken;
use crate::registry::cloud::environment::CloudEnvironment;
use crate::registry::cloud::wire::{CloudRefusal, ask, get, near};
use crate::registry::transport::exchange::Exchange;

const HOST: &str = "metadata.google.internal";
const TOKEN: &str = "computeMetadata/v1/instance/service-accounts/default/token";
const FLAVOR: HeaderName = HeaderName::from_static("metadata-flavor");

/// Asks the metadata server of a Google machine or cluster; none if nothing answers.
pub(super) async fn fetch(
    exchange: &Exchange,
    environment: &CloudEnvironment,
) -> Result<Option<AccessToken>, String> {
    let host = environment.variable("GCE_METADATA_HOST").unwrap_or(HOST);
    let url = Url::parse(&format!("http://{host}/{TOKEN}"));
    let url = url.map_err(|_| "`GCE_METADATA_HOST` is not a host")?;
    let mut request = near(get(url));
    let google = HeaderValue::from_static("Google");
    request.headers.push((FLAVOR, google));
    let response = match ask(exchange, &request, &[]).await {
        Ok(response) => response,
        Err(CloudRefusal { status: None, .. }) => return Ok(None),
        Err(refusal) => return Err(refusal.into()),
    };
    if response.header(FLAVOR.as_str()) != Some("Google") {
        let host = &request.label;
        return Err(format!(
            "{host} answers without `Metadata-Flavor: Google`, so it is not the metadata server"
        ));
    }
    AccessToken::read(&response, environment.now()).map(Some)
}

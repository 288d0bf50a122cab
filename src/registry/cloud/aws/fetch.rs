use std::pin::Pin;

use super::keys::Keys;
use super::source::AwsSource;
use super::{container, instance, security_token, sso};
use crate::registry::cloud::environment::CloudEnvironment;
use crate::registry::cloud::file::read_token;
use crate::registry::transport::exchange::Exchange;

type FetchingCredential<'source> =
    Pin<Box<dyn Future<Output = Result<Option<Keys>, String>> + Send + 'source>>;

/// Gets the access key from a source; none if nothing answers where it would be.
pub(super) fn fetch<'source>(
    exchange: &'source Exchange,
    environment: &'source CloudEnvironment,
    region: &'source str,
    source: &'source AwsSource,
) -> FetchingCredential<'source> {
    Box::pin(async move {
        let keys = match source {
            AwsSource::Keys(keys) => keys.clone(),
            AwsSource::Role { role, base } => {
                let base = fetch(exchange, environment, region, base).await?;
                let base = base.ok_or("there are no credentials to take its role on with")?;
                security_token::assume(exchange, environment, region, role, &base).await?
            }
            AwsSource::WebIdentity { role, token_file } => {
                let file = token_file.clone();
                let task = tokio::task::spawn_blocking(move || read_token(&file));
                let token = task.await.map_err(|_| "its token cannot be read")??;
                security_token::assume_with_token(exchange, environment, region, role, &token)
                    .await?
            }
            AwsSource::Session(session) => sso::fetch(exchange, environment, session).await?,
            AwsSource::Container(endpoint) => container::fetch(exchange, endpoint).await?,
            AwsSource::Instance => {
                if environment.says("AWS_EC2_METADATA_DISABLED") {
                    return Ok(None);
                }
                match instance::fetch(exchange, environment).await? {
                    Some(keys) => keys,
                    None => return Ok(None),
                }
            }
        };
        keys.check(environment.now()).map(Some)
    })
}

use super::container;
use super::keys::Keys;
use super::profile::Profiles;
use super::source::{AssumedRole, AwsSource, Chosen, SourceProblem};
use crate::registry::cloud::environment::CloudEnvironment;

const KEY_VARIABLES: &str = "environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";
const SESSION_NAME: &str = "imagelock";

/// Says where the access key comes from, as far as that shows without a request.
///
/// The order: variables, profile, web identity, container, instance. The first that is there is used, and
/// if it is broken, that is an error: something else than what was set up must not be used in its place.
/// A profile that the user names is the only source.
pub(super) fn choose(
    environment: &CloudEnvironment,
    profile: Option<&str>,
) -> Result<Chosen, SourceProblem> {
    if let Some(name) = profile {
        return Profiles::new(environment).named(name);
    }
    if let Some(chosen) = from_variables(environment)? {
        return Ok(chosen);
    }
    let profiles = Profiles::new(environment);
    let chosen = match environment.variable("AWS_PROFILE") {
        Some(name) => Some(profiles.named(name)?),
        None => profiles.usual()?,
    };
    if let Some(chosen) = chosen {
        return Ok(chosen);
    }
    if let Some(chosen) = web_identity(environment)? {
        return Ok(chosen);
    }
    if let Some(container) = container::find(environment)? {
        return Ok(of(container, container::NAME));
    }
    Ok(instance())
}

/// Returns the access key of the variables, if they hold one.
pub(super) fn from_variables(
    environment: &CloudEnvironment,
) -> Result<Option<Chosen>, SourceProblem> {
    let problem = |reason: &str| SourceProblem::new(KEY_VARIABLES, reason);
    let id = environment.variable("AWS_ACCESS_KEY_ID");
    let secret = environment.secret("AWS_SECRET_ACCESS_KEY");
    let (id, secret) = match (id, secret) {
        (Some(id), Some(secret)) => (id, secret),
        (None, None) => return Ok(None),
        (Some(_), None) => return Err(problem("AWS_SECRET_ACCESS_KEY is not set")),
        (None, Some(_)) => return Err(problem("AWS_ACCESS_KEY_ID is not set")),
    };
    let expires = environment
        .variable("AWS_CREDENTIAL_EXPIRATION")
        .map(str::parse)
        .transpose()
        .map_err(|_| problem("AWS_CREDENTIAL_EXPIRATION is not a time"))?;
    let keys = Keys {
        id: id.into(),
        secret: secret.clone(),
        session: environment.secret("AWS_SESSION_TOKEN").cloned(),
        expires,
    };
    Ok(Some(of(AwsSource::Keys(keys), KEY_VARIABLES)))
}

fn web_identity(environment: &CloudEnvironment) -> Result<Option<Chosen>, SourceProblem> {
    let Some(file) = environment.variable("AWS_WEB_IDENTITY_TOKEN_FILE") else {
        return Ok(None);
    };
    let name = format!("the web identity token {file}");
    let Some(arn) = environment.variable("AWS_ROLE_ARN") else {
        return Err(SourceProblem::new(name, "AWS_ROLE_ARN is not set"));
    };
    let source = AwsSource::WebIdentity {
        role: role(environment, arn),
        token_file: file.into(),
    };
    Ok(Some(of(source, &name)))
}

/// Returns a role with the session's name that the environment gives.
pub(super) fn role(environment: &CloudEnvironment, arn: &str) -> AssumedRole {
    let name = environment.variable("AWS_ROLE_SESSION_NAME");
    AssumedRole {
        arn: arn.into(),
        session_name: name.unwrap_or(SESSION_NAME).into(),
        external_id: None,
    }
}

pub(super) fn instance() -> Chosen {
    of(AwsSource::Instance, "the EC2 metadata server")
}

pub(super) fn of(source: AwsSource, name: &str) -> Chosen {
    Chosen {
        source,
        name: name.into(),
        region: None,
    }
}

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use crate::registry::auth::Secret;

/// The beginnings of the variables that clouds' own programs read.
const PREFIXES: [&str; 7] = [
    "APPDATA",
    "AWS_",
    "AZURE_",
    "CLOUDSDK_",
    "GCE_METADATA_",
    "GOOGLE_",
    "IDENTITY_",
];

/// The inputs of the clouds' credential sources: variables, the home directory, the time.
///
/// The library reads neither the environment nor the clock, so the caller passes them. Only the variables of
/// clouds are kept, and none is ever shown.
///
/// ```
/// use imagelock::registry::cloud::CloudEnvironment;
///
/// let variables = [("AWS_PROFILE".to_string(), "prod".to_string())];
/// let now = "2026-11-25T12:00:00Z".parse()?;
/// let environment = CloudEnvironment::new(variables, now).home("/home/me");
/// # let _ = environment;
/// # Ok::<(), jiff::Error>(())
/// ```
#[derive(Clone)]
pub struct CloudEnvironment {
    variables: Arc<BTreeMap<String, Secret>>,
    pub(super) home: Option<PathBuf>,
    time: (Timestamp, Instant),
}

impl CloudEnvironment {
    /// Creates the environment from variables and the current time, which continues from there.
    pub fn new(variables: impl IntoIterator<Item = (String, String)>, now: Timestamp) -> Self {
        let known = |name: &str| PREFIXES.iter().any(|prefix| name.starts_with(prefix));
        let variables = variables
            .into_iter()
            .filter(|(name, _)| known(name))
            .map(|(name, value)| (name, Secret::new(value)));
        Self {
            variables: Arc::new(variables.collect()),
            home: None,
            time: (now, Instant::now()),
        }
    }

    /// Sets the user's home directory, where the clouds' tools keep their files.
    #[must_use]
    pub fn home(mut self, folder: impl Into<PathBuf>) -> Self {
        self.home = Some(folder.into());
        self
    }

    /// Returns a variable that is set and not empty.
    pub(super) fn secret(&self, name: &str) -> Option<&Secret> {
        self.variables.get(name).filter(|value| !value.is_empty())
    }

    /// Returns a variable that holds no secret.
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        self.secret(name).map(Secret::reveal)
    }

    /// Returns `true` if a variable is set to `true`.
    #[cfg(feature = "aws")]
    pub(super) fn says(&self, name: &str) -> bool {
        self.variable(name)
            .is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// Returns the time now.
    pub(super) fn now(&self) -> Timestamp {
        let (then, since) = self.time;
        let failover = SignedDuration::try_from(since.elapsed()).unwrap_or(SignedDuration::MAX);
        then.saturating_add(failover).unwrap_or(Timestamp::MAX)
    }
}

impl fmt::Debug for CloudEnvironment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("CloudEnvironment(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test(start_paused = true)]
    async fn time_goes_on_and_variables_of_others_are_not_kept() {
        let variables = [("AWS_PROFILE", "p"), ("AWS_REGION", ""), ("PATH", "/bin")]
            .map(|(name, value)| (name.to_string(), value.to_string()));
        let now: Timestamp = "2026-11-25T12:00:00Z".parse().unwrap();
        let environment = CloudEnvironment::new(variables, now).home("/home/me");
        assert_eq!(environment.variable("AWS_PROFILE"), Some("p"));
        assert_eq!(environment.variable("AWS_REGION"), None);
        assert_eq!(environment.variable("PATH"), None);
        tokio::time::advance(Duration::from_secs(90)).await;
        assert_eq!(environment.now().to_string(), "2026-11-25T12:01:30Z");
        assert_eq!(format!("{environment:?}"), "CloudEnvironment(…)");
    }
}

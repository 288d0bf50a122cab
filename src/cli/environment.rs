use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

/// The environment variables, as they were when the process started.
#[derive(Clone, Default)]
pub struct Environment {
    variables: BTreeMap<String, String>,
}

/// The folders in which programs are.
pub(super) const PATH: &str = "PATH";
/// The folder of Docker's `config.json`.
pub(super) const DOCKER_CONFIG: &str = "DOCKER_CONFIG";
/// Docker's `config.json` itself, inline.
pub(super) const DOCKER_AUTH_CONFIG: &str = "DOCKER_AUTH_CONFIG";
/// Podman's and Skopeo's credential file, which then is the only one.
pub(super) const REGISTRY_AUTH_FILE: &str = "REGISTRY_AUTH_FILE";
/// Where Podman keeps credentials until the next boot.
pub(super) const XDG_RUNTIME_DIR: &str = "XDG_RUNTIME_DIR";
/// Where Podman keeps credentials for longer.
pub(super) const XDG_CONFIG_HOME: &str = "XDG_CONFIG_HOME";
/// The proxy for requests without TLS, but not where a web server sets it from what it was sent.
pub(super) const HTTP_PROXY: [&str; 2] = ["HTTP_PROXY", "http_proxy"];
/// The proxy for requests with TLS.
pub(super) const HTTPS_PROXY: [&str; 2] = ["HTTPS_PROXY", "https_proxy"];
/// The proxy for requests that neither of the others is for.
pub(super) const ALL_PROXY: [&str; 2] = ["ALL_PROXY", "all_proxy"];
/// The hosts that are reached without a proxy.
pub(super) const NO_PROXY: [&str; 2] = ["NO_PROXY", "no_proxy"];
/// Set by web servers for the programs that they run (RFC 3875, 4.1.12).
pub(super) const REQUEST_METHOD: &str = "REQUEST_METHOD";
/// The folder of the content cache.
pub(super) const IMAGELOCK_CACHE_DIR: &str = "IMAGELOCK_CACHE_DIR";
/// Where caches are kept, but on macOS and Windows.
pub(super) const XDG_CACHE_HOME: &str = "XDG_CACHE_HOME";
/// Where Windows keeps what stays on one machine.
pub(super) const LOCALAPPDATA: &str = "LOCALAPPDATA";
/// Any value that is not empty turns colours off.
pub(super) const NO_COLOR: &str = "NO_COLOR";
/// Any value but `0` turns colours on, also where no terminal is.
pub(super) const CLICOLOR_FORCE: &str = "CLICOLOR_FORCE";
/// `dumb` is a terminal without colours and without a movable cursor.
pub(super) const TERM: &str = "TERM";
/// Set by continuous integration, where progress would fill the log.
pub(super) const CI: &str = "CI";

impl fmt::Debug for Environment {
    /// Writes the names alone: values may be secrets.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Environment ")?;
        formatter
            .debug_set()
            .entries(self.variables.keys())
            .finish()
    }
}

impl Environment {
    /// Reads the variables of this process; values that are no text are passed over.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the environment"
    )]
    pub fn of_process() -> Self {
        let variables = std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        });
        Self {
            variables: variables.collect(),
        }
    }

    /// Returns an environment with one more variable.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.into(), value.into());
        self
    }

    /// Returns all variables.
    pub(super) fn all(&self) -> impl Iterator<Item = (String, String)> {
        let all = self.variables.iter();
        all.map(|(name, value)| (name.clone(), value.clone()))
    }

    /// Returns a variable, unless it is unset or empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.variables
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// Returns the first of these variables that is set and not empty, with its name.
    pub(super) fn first<'n>(&self, names: &[&'n str]) -> Option<(&'n str, &str)> {
        names.iter().find_map(|name| Some((*name, self.get(name)?)))
    }

    pub(super) fn path(&self, name: &str) -> Option<PathBuf> {
        self.get(name).map(PathBuf::from)
    }

    /// Returns the user's own folder.
    pub(super) fn home(&self) -> Option<PathBuf> {
        self.path(if cfg!(windows) { "USERPROFILE" } else { "HOME" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_not_written() {
        let environment = Environment::default().with("GHCR_TOKEN", "canary");
        assert_eq!(format!("{environment:?}"), "Environment {\"GHCR_TOKEN\"}");
    }
}

use jiff::SignedDuration;
use serde::Serialize;
use serde_json::Value;

use super::json::{read_list, text};

/// The default settings of a container from an image (OCI image spec 1.1, "OCI Image Configuration",
/// `config`).
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct RunSettings {
    /// The user, and optionally the group: a name or a number.
    pub user: Option<String>,
    /// The environment, `NAME=value`, in the config's order.
    pub env: Vec<String>,
    /// The program with its first arguments.
    pub entrypoint: Vec<String>,
    /// The arguments after the entrypoint; without an entrypoint, the program.
    pub cmd: Vec<String>,
    /// The working directory.
    pub working_dir: Option<String>,
    /// The ports, such as `80/tcp`, sorted.
    pub exposed_ports: Vec<String>,
    /// The directories that are volumes, sorted.
    pub volumes: Vec<String>,
    /// The signal that stops the container, a name or a number.
    pub stop_signal: Option<String>,
    /// The health check (Docker only).
    pub healthcheck: Option<Healthcheck>,
}

/// A health check of a container.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Healthcheck {
    /// The kind (`CMD`, `CMD-SHELL`, `NONE`), then the command.
    pub test: Vec<String>,
    /// The time between two checks, in ISO 8601 in JSON: `PT30S`.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub interval: Option<SignedDuration>,
    /// The time limit for a check.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub timeout: Option<SignedDuration>,
    /// The initial period in which failures do not count.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub start_period: Option<SignedDuration>,
    /// The time between two checks in the initial period.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub start_interval: Option<SignedDuration>,
    /// The number of consecutive failures that make the container unhealthy.
    pub retries: Option<u64>,
}

impl RunSettings {
    /// Reads the member `config`, leniently.
    pub(super) fn read(value: &Value) -> Self {
        let owned = |member| text(value, member).map(Into::into);
        let list = |member| read_list(value.get(member));
        let keys = |member| {
            let members = value.get(member).and_then(Value::as_object);
            let mut keys: Vec<String> = members
                .into_iter()
                .flatten()
                .map(|(k, _)| k.clone())
                .collect();
            keys.sort();
            keys
        };
        let healthcheck = value.get("Healthcheck").filter(|value| value.is_object());
        Self {
            user: owned("User"),
            env: list("Env"),
            entrypoint: list("Entrypoint"),
            cmd: list("Cmd"),
            working_dir: owned("WorkingDir"),
            exposed_ports: keys("ExposedPorts"),
            volumes: keys("Volumes"),
            stop_signal: owned("StopSignal"),
            healthcheck: healthcheck.map(Healthcheck::read),
        }
    }
}

impl Healthcheck {
    fn read(value: &Value) -> Self {
        // Docker writes nanoseconds, and zero for what is not set.
        let number = |member| value.get(member).and_then(Value::as_u64).filter(|n| *n > 0);
        let time = |member| {
            let nanoseconds = number(member)?;
            i64::try_from(nanoseconds)
                .ok()
                .map(SignedDuration::from_nanos)
        };
        Self {
            test: read_list(value.get("Test")),
            interval: time("Interval"),
            timeout: time("Timeout"),
            start_period: time("StartPeriod"),
            start_interval: time("StartInterval"),
            retries: number("Retries"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn reads_what_builders_write() {
        let run = RunSettings::read(&json!({
            "User": "1000:1000",
            "Env": ["PATH=/bin", null, "A=b"],
            "Entrypoint": ["/entry.sh"],
            "Cmd": "sh",
            "WorkingDir": "/srv",
            "ExposedPorts": {"80/tcp": {}, "443/tcp": {}},
            "Volumes": {"/data": {}},
            "StopSignal": "SIGQUIT",
            "Healthcheck": {"Test": ["CMD", "true"], "Interval": 30_000_000_000_u64, "Timeout": 0, "Retries": 3},
        }));
        assert_eq!(run.user.as_deref(), Some("1000:1000"));
        assert_eq!(run.env, ["PATH=/bin", "A=b"]);
        assert_eq!(run.cmd, ["sh"]);
        assert_eq!(run.exposed_ports, ["443/tcp", "80/tcp"]);
        let health = run.healthcheck.unwrap();
        assert_eq!(health.interval, Some(SignedDuration::from_secs(30)));
        assert_eq!((health.timeout, health.retries), (None, Some(3)));
    }

    #[test]
    fn what_is_broken_is_absent() {
        let broken = json!({"User": 7, "Env": {}, "Cmd": 7, "ExposedPorts": ["80"], "Volumes": null, "Healthcheck": "x"});
        assert_eq!(RunSettings::read(&broken), RunSettings::default());
        assert_eq!(RunSettings::read(&json!(null)), RunSettings::default());
    }
}

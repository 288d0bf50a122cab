use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde::Deserialize;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::credential::Login;
use super::entry::login_of;
use super::{Credential, Secret};
use crate::registry::error::seconds;

/// How long a helper may take, unless said otherwise.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);
/// What the names of programs end with.
const EXE_SUFFIX: &str = if cfg!(windows) { ".exe" } else { "" };
const ANSWER_CAP_BYTES: u64 = 256 * 1024;

/// Where helpers are looked for.
#[derive(Clone, Debug, Default)]
pub(super) struct HelperSearch {
    /// The folders; without them, those of the process's `PATH`.
    pub(super) folders: Option<Vec<PathBuf>>,
    /// The `PATH` of a helper that starts programs itself, if not the process's.
    pub(super) path: Option<OsString>,
}

/// Why a helper gave no credential.
#[derive(Clone, Debug)]
pub(super) enum HelperError {
    /// There is no such program.
    Missing(String),
    /// The program failed.
    Failed(String),
}

#[derive(Deserialize)]
struct HelperAnswer {
    #[serde(rename = "Username", default)]
    username: String,
    #[serde(rename = "Secret")]
    secret: Option<Secret>,
}

/// Asks `docker-credential-NAME get` for the credential of a server; `None` if it knows of none.
pub(super) async fn ask(
    name: &str,
    server: &str,
    search: &HelperSearch,
    patience: Duration,
) -> Result<Option<Credential>, HelperError> {
    let program = format!("docker-credential-{name}");
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if name.is_empty() || !name.bytes().all(plain) {
        let reason = "the name of its credential helper is not one".to_string();
        return Err(HelperError::Failed(reason));
    }
    let missing = || HelperError::Missing(format!("{program} is not installed"));
    let path = match &search.folders {
        Some(folders) => find(folders, &program).ok_or_else(missing)?,
        None => PathBuf::from(&program),
    };
    let Ok(outcome) = timeout(patience, run(&path, search, server)).await else {
        let patience = seconds(patience);
        let reason = format!("{program} did not answer within {patience}");
        return Err(HelperError::Failed(reason));
    };
    let (success, stdout) = outcome.map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => missing(),
        _ => HelperError::Failed(format!("{program} cannot be run: {error}")),
    })?;
    let source = format!("credential helper {program}");
    read(&program, success, &stdout)
        .map(|login| login.map(|login| Credential::new(login, source)))
        .map_err(HelperError::Failed)
}

/// Returns the program in the first of the folders that has it.
fn find(folders: &[PathBuf], program: &str) -> Option<PathBuf> {
    let program = format!("{program}{EXE_SUFFIX}");
    let programs = folders.iter().map(|folder| folder.join(&program));
    programs.into_iter().find(|program| program.is_file())
}

async fn run(
    program: &Path,
    search: &HelperSearch,
    server: &str,
) -> std::io::Result<(bool, Zeroizing<Vec<u8>>)> {
    let mut command = Command::new(program);
    if let Some(path) = &search.path {
        command.env("PATH", path);
    }
    let mut child = command
        .arg("get")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        // A helper may answer without reading: a closed pipe is its own business.
        let _ = stdin.write_all(format!("{server}\n").as_bytes()).await;
    }
    let mut stdout = Zeroizing::new(Vec::new());
    if let Some(pipe) = child.stdout.take() {
        pipe.take(ANSWER_CAP_BYTES).read_to_end(&mut stdout).await?;
    }
    Ok((child.wait().await?.success(), stdout))
}

fn read(program: &str, success: bool, stdout: &[u8]) -> Result<Option<Login>, String> {
    if !success {
        let text = Zeroizing::new(String::from_utf8_lossy(stdout).to_lowercase());
        if text.contains("credentials not found") {
            return Ok(None);
        }
        // Its output may hold anything, so it is not shown.
        return Err(format!("{program} failed"));
    }
    let response: HelperAnswer = serde_json::from_slice(stdout)
        .map_err(|_| format!("{program} gave an answer that is not of the helper protocol"))?;
    let secret = response.secret.unwrap_or_else(|| Secret::new(""));
    if response.username.is_empty() && secret.is_empty() {
        return Ok(None);
    }
    login_of(response.username, secret)
        .map(Some)
        .ok_or_else(|| format!("{program} gave no user name"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_protocol() {
        let read = |success, text: &str| read("docker-credential-x", success, text.as_bytes());
        let full = r#"{"ServerURL":"s","Username":"u","Secret":"hunter2"}"#;
        assert!(matches!(read(true, full), Ok(Some(Login::Basic { .. }))));
        let token = r#"{"ServerURL":"s","Username":"<token>","Secret":"t"}"#;
        assert!(matches!(
            read(true, token),
            Ok(Some(Login::Identity { .. }))
        ));
        assert!(matches!(
            read(true, r#"{"Username":"","Secret":""}"#),
            Ok(None)
        ));
        let missing = "credentials not found in native keychain\n";
        assert!(matches!(read(false, missing), Ok(None)));
        for (success, text) in [(false, "boom hunter2"), (true, "hunter2")] {
            let error = read(success, text).unwrap_err();
            assert!(!error.contains("hunter2"), "{error}");
        }
    }

    #[tokio::test]
    async fn refuses_names_that_lead_elsewhere() {
        for name in ["", "../x", "a b", "x;y"] {
            let outcome = ask(name, "ghcr.io", &HelperSearch::default(), PATIENCE).await;
            assert!(matches!(outcome, Err(HelperError::Failed(_))), "{name}");
        }
    }
}

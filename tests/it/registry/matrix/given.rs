//! Credentials where each source has them.

use std::path::Path;

use imagelock::registry::{Auth, Credential, CredentialStore, Secret};

use super::super::*;

use super::cases::*;
use super::demanded::{IDENTITY, PASSWORD, TOKEN, USER};

/// Long enough for a script to start, and short enough to wait for.
const PATIENCE: Duration = Duration::from_secs(20);

fn secret_of(source: Source, fate: Fate) -> String {
    let secret = match source.kind() {
        Kind::Password => PASSWORD,
        Kind::Identity => IDENTITY,
        Kind::Token => TOKEN,
    };
    match fate {
        Fate::LineBreak => format!("{secret}\n"),
        Fate::Control => format!("can\u{7}ary{secret}"),
        _ => secret.into(),
    }
}

fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Returns the entry of a file for the credentials.
fn entry(source: Source, secret: &str) -> String {
    use base64::Engine as _;

    let encoded = base64::engine::general_purpose::STANDARD.encode(format!("{USER}:{secret}"));
    match source {
        Source::FileIdentity => format!(r#"{{"identitytoken":{}}}"#, json(secret)),
        Source::FileToken => format!(r#"{{"registrytoken":{}}}"#, json(secret)),
        Source::FileUserAndPassword => {
            format!(r#"{{"username":"{USER}","password":{}}}"#, json(secret))
        }
        _ => format!(r#"{{"auth":"{encoded}"}}"#),
    }
}

fn write(folder: &Path, name: &str, text: &str) -> std::path::PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

/// Puts a credential helper there; a script that is written and run at once may still be open for writing.
#[cfg(unix)]
fn link_helper(folder: &Path) {
    let name = "docker-credential-matrix";
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");
    std::os::unix::fs::symlink(Path::new(script).join(name), folder.join(name)).unwrap();
}

/// Sets up a client with the credentials of a source.
pub(super) fn client_of(source: Source, fate: Fate, host: &str, folder: &Path) -> ClientBuilder {
    use base64::Engine as _;

    let secret = secret_of(source, fate);
    let given = Secret::new(secret.as_str());
    let variable = "environment variable BOT_TOKEN";
    let broken = fate == Fate::Broken;
    let entry = if broken {
        r#"{"auth":"canary-%%%"}"#.to_string()
    } else {
        entry(source, &secret)
    };
    let key = match source {
        Source::FileByPath => format!("{host}/team"),
        _ => host.to_string(),
    };
    let auths = format!(r#"{{"auths":{{"{key}":{entry},"other.example":{{"auth":"eDp5"}}}}}}"#);
    let bare = format!(r#"{{"{key}":{entry}}}"#);
    let store = CredentialStore::new().helper_folders([folder.into()]);
    let credentials = |store: CredentialStore| builder().credentials(store);
    let scoped = |auth: Auth| builder().auth(host, auth);
    match source {
        Source::Settings => scoped(Auth::Credential(Credential::basic(USER, given, variable))),
        Source::SettingsToken => scoped(Auth::Credential(Credential::registry_token(
            given, variable,
        ))),
        Source::SettingsIdentity => scoped(Auth::Credential(Credential::identity_token(
            given, variable,
        ))),
        Source::Text => credentials(store.text("environment variable DOCKER_AUTH_CONFIG", auths)),
        Source::File
        | Source::FileByPath
        | Source::FileUserAndPassword
        | Source::FileIdentity
        | Source::FileToken => credentials(store.file(write(folder, "auth.json", &auths))),
        Source::LegacyFile => credentials(store.legacy_file(write(folder, ".dockercfg", &bare))),
        Source::Manifest => {
            let encoded = base64::engine::general_purpose::STANDARD.encode(&auths);
            let text = format!(
                "apiVersion: v1\nkind: Secret\nmetadata: {{name: pull}}\ntype: kubernetes.io/dockerconfigjson\ndata:\n  .dockerconfigjson: {encoded}\n"
            );
            let file = write(folder, "secret.yaml", &text);
            scoped(Auth::Store(store.kubernetes_secret(file).required()))
        }
        Source::Mounted | Source::MountedLegacy => {
            let text = if source == Source::Mounted {
                &auths
            } else {
                &bare
            };
            let file = write(folder, "mounted", text);
            scoped(Auth::Store(store.kubernetes_secret(file).required()))
        }
        Source::Helper | Source::HelperIdentity | Source::CredHelpers | Source::CredsStore => {
            let user = match source.kind() {
                Kind::Identity => "<token>",
                _ => USER,
            };
            let answer = format!(
                r#"{{"ServerURL":"{host}","Username":"{user}","Secret":{}}}"#,
                json(&secret)
            );
            write(folder, "server", host);
            if !broken {
                write(folder, "answer.json", &answer);
            }
            #[cfg(unix)]
            link_helper(folder);
            let store = store.helper_patience(PATIENCE);
            match source {
                Source::CredHelpers => {
                    let text = format!(r#"{{"credHelpers":{{"{host}":"matrix"}}}}"#);
                    credentials(store.file(write(folder, "auth.json", &text)))
                }
                Source::CredsStore => {
                    let text = format!(r#"{{"auths":{{"{host}":{{}}}},"credsStore":"matrix"}}"#);
                    credentials(store.file(write(folder, "auth.json", &text)))
                }
                _ => scoped(Auth::Store(store.helper("matrix").required())),
            }
        }
    }
}

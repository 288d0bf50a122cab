//! Every source of credentials, with every scheme, in every way in which they can fail.

use std::path::Path;

use futures_util::{StreamExt as _, stream};
use imagelock::embedded::{self, Behaviour, Operation};
use imagelock::error::Code;
use imagelock::registry::{Auth, Credential, CredentialStore, Retries, Secret, Timeouts};

use super::*;

const USER: &str = "bot";
const PASSWORD: &str = "canary-password";
const IDENTITY: &str = "canary-identity";
const TOKEN: &str = "canary-registry-token";
/// What `Authorization: Basic` has for the user and the password.
const ENCODED: &str = "Ym90OmNhbmFyeS1wYXNzd29yZA==";
/// Long enough for a script to start, and short enough to wait for.
const PATIENCE: Duration = Duration::from_secs(20);

/// Where credentials come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    Settings,
    SettingsToken,
    SettingsIdentity,
    Text,
    File,
    FileByPath,
    FileUserAndPassword,
    FileIdentity,
    FileToken,
    LegacyFile,
    Manifest,
    Mounted,
    MountedLegacy,
    Helper,
    HelperIdentity,
    CredHelpers,
    CredsStore,
}

/// How a registry wants to see them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    Basic,
    Bearer,
    BearerAndBasic,
}

/// What happens to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Accepted,
    /// They were good once.
    Revoked,
    /// The first token is refused before its time.
    ExpiredToken,
    /// The realm answers with a page for browsers.
    Page,
    /// The realm answers without a token.
    NoToken,
    /// The realm never answers.
    Slow,
    /// The realm stands at a place that no credentials go to.
    OddRealm,
    /// Every proof is refused, for ever.
    Refused,
    /// The secret ends in a line break.
    LineBreak,
    /// The secret has a control character in it.
    Control,
    /// What holds them is broken.
    Broken,
}

const SOURCES: [Source; 17] = [
    Source::Settings,
    Source::SettingsToken,
    Source::SettingsIdentity,
    Source::Text,
    Source::File,
    Source::FileByPath,
    Source::FileUserAndPassword,
    Source::FileIdentity,
    Source::FileToken,
    Source::LegacyFile,
    Source::Manifest,
    Source::Mounted,
    Source::MountedLegacy,
    Source::Helper,
    Source::HelperIdentity,
    Source::CredHelpers,
    Source::CredsStore,
];
const SCHEMES: [Scheme; 3] = [Scheme::Basic, Scheme::Bearer, Scheme::BearerAndBasic];
const FATES: [Fate; 11] = [
    Fate::Accepted,
    Fate::Revoked,
    Fate::ExpiredToken,
    Fate::Page,
    Fate::NoToken,
    Fate::Slow,
    Fate::OddRealm,
    Fate::Refused,
    Fate::LineBreak,
    Fate::Control,
    Fate::Broken,
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Password,
    Identity,
    Token,
}

impl Source {
    fn kind(self) -> Kind {
        match self {
            Self::SettingsToken | Self::FileToken => Kind::Token,
            Self::SettingsIdentity | Self::FileIdentity | Self::HelperIdentity => Kind::Identity,
            _ => Kind::Password,
        }
    }

    fn is_helper(self) -> bool {
        matches!(
            self,
            Self::Helper | Self::HelperIdentity | Self::CredHelpers | Self::CredsStore
        )
    }

    /// Returns what an error must say of where they came from.
    fn named(self) -> &'static str {
        match self {
            Self::Settings | Self::SettingsToken | Self::SettingsIdentity => "variable BOT_TOKEN",
            Self::Text => "variable DOCKER_AUTH_CONFIG",
            Self::LegacyFile => ".dockercfg",
            Self::Manifest => "secret.yaml",
            Self::Mounted | Self::MountedLegacy => "mounted",
            Self::Helper | Self::HelperIdentity | Self::CredHelpers | Self::CredsStore => {
                "docker-credential-matrix"
            }
            _ => "auth.json",
        }
    }
}

/// Says whether there is such a case.
fn exists(source: Source, scheme: Scheme, fate: Fate) -> bool {
    let kind = source.kind();
    let uses_realm = scheme != Scheme::Basic && kind != Kind::Token;
    match fate {
        Fate::ExpiredToken | Fate::Page | Fate::NoToken | Fate::Slow | Fate::OddRealm => uses_realm,
        // Nothing can be wrong with what is given as it is; base64 is decoded first.
        Fate::Broken => !matches!(
            source,
            Source::Settings | Source::SettingsToken | Source::SettingsIdentity
        ),
        _ => true,
    }
}

/// Returns what must come of it: success, or an error of this code.
fn expected(source: Source, scheme: Scheme, fate: Fate) -> Option<Code> {
    let is_of_no_use = source.kind() == Kind::Identity && scheme == Scheme::Basic;
    Some(match fate {
        Fate::LineBreak | Fate::Control | Fate::Broken => Code::Credentials,
        _ if is_of_no_use => Code::Denied,
        Fate::Accepted | Fate::ExpiredToken => return None,
        Fate::Revoked | Fate::Refused => Code::Denied,
        Fate::Page | Fate::NoToken => Code::RegistryInvalid,
        Fate::Slow => Code::Timeout,
        Fate::OddRealm => Code::UnsafeRealm,
    })
}

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
fn client_of(source: Source, fate: Fate, host: &str, folder: &Path) -> ClientBuilder {
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
    let store = CredentialStore::new().helper_folder(folder);
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

/// Makes the registry want credentials in a way, and treat them as their fate has it.
fn demand(registry: &Registry, scheme: Scheme, fate: Fate) {
    let base = match scheme {
        Scheme::Basic => embedded::Auth::basic(),
        Scheme::Bearer => embedded::Auth::bearer(),
        Scheme::BearerAndBasic => embedded::Auth::bearer().or_basic(),
    };
    let mut auth = match fate {
        Fate::Revoked => base.user(USER, "another").identity_token("another"),
        _ => base
            .user(USER, PASSWORD)
            .identity_token(IDENTITY)
            .registry_token(TOKEN),
    };
    if fate == Fate::OddRealm {
        auth = auth.realm("https://169.254.169.254/token");
    }
    registry.require(auth);
    let realm = Behaviour::on(Operation::Token);
    match fate {
        Fate::Page => registry.behave(realm.html("<html>Please log in</html>")),
        Fate::NoToken => registry.behave(realm.json(r#"{"expires_in":300}"#)),
        Fate::Slow => registry.behave(realm.never_answer()),
        Fate::ExpiredToken => {
            // Of the first request that has a token.
            let refusal = Behaviour::on(Operation::Tags).times(1).status(401);
            registry.behave(refusal.header(
                "www-authenticate",
                r#"Bearer realm="http://{address}/token",error="invalid_token""#,
            ));
        }
        Fate::Refused => registry.behave(Behaviour::on(Operation::Tags).status(403)),
        _ => {}
    }
}

#[tokio::test]
async fn every_source_with_every_scheme_in_every_way() {
    let sources = SOURCES.into_iter();
    let sources = sources.filter(|source| cfg!(unix) || !source.is_helper());
    let all = sources.flat_map(|source| {
        let pairs = SCHEMES.into_iter();
        pairs.flat_map(move |scheme| FATES.map(|fate| (source, scheme, fate)))
    });
    let cases: Vec<_> = all
        .filter(|(source, scheme, fate)| exists(*source, *scheme, *fate))
        .collect();
    assert!(cases.len() > 300, "{}", cases.len());
    let runs = cases
        .into_iter()
        .map(|(source, scheme, fate)| one_case(source, scheme, fate));
    stream::iter(runs)
        .buffer_unordered(16)
        .collect::<()>()
        .await;
}

async fn one_case(source: Source, scheme: Scheme, fate: Fate) {
    let case = format!("{source:?}, {scheme:?}, {fate:?}");
    let registry = registry_with(1).await;
    demand(&registry, scheme, fate);
    let folder = tempfile::tempdir().unwrap();
    let recorder = Recorder::default();
    let mut builder = client_of(source, fate, registry.address(), folder.path())
        .observer(Arc::new(recorder.clone()));
    if fate == Fate::Slow {
        let timeouts = Timeouts {
            total: Duration::from_secs(4),
            ..Timeouts::default()
        };
        let retries = Retries {
            count: 0,
            ..Retries::default()
        };
        builder = builder.timeouts(timeouts).retries(retries);
    }
    let client = builder.build().unwrap();
    let outcome = client.tags(&app(&registry)).await;
    let events = format!("{:?}", recorder.events());
    assert!(!events.contains("canary"), "{case}: {events}");
    match (expected(source, scheme, fate), outcome) {
        (None, Ok(tags)) => assert_eq!(tags.len(), 1, "{case}"),
        (Some(code), Err(error)) => {
            let shown = all_of(&error);
            assert_eq!(error.code(), code, "{case}: {error}");
            assert!(shown.contains(registry.address()), "{case}: {shown}");
            assert!(shown.contains(source.named()), "{case}: {shown}");
            let hides = |secret: &str| !shown.contains(secret);
            assert!(hides("canary") && hides(ENCODED), "{case}: {shown}");
        }
        (expected, outcome) => panic!("{case}: expected {expected:?}, got {outcome:?}"),
    }
    if fate == Fate::ExpiredToken {
        assert_eq!(registry.count(Operation::Token), 2, "{case}");
    }
    for request in registry.requests() {
        let may_hold = match source.kind() {
            Kind::Password => request.operation == Operation::Token || scheme == Scheme::Basic,
            Kind::Identity => request.operation == Operation::Token,
            Kind::Token => true,
        };
        let holds = request.contains("canary") || request.contains(ENCODED);
        assert!(may_hold || !holds, "{case}: {request:?}");
    }
    assert!(registry.requests().len() <= 6, "{case}");
}

//! A registry that takes credentials of many sources, and a home in which they are.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use imagelock::embedded::{Answers, AuthMode, Background, Behaviour, Operation, TestImage};

use crate::support::sandbox::{Output, Run, Sandbox};

/// The users of the registry, with the path that each of them may see; a password is `canary-USER`.
pub(super) const USERS: [&str; 5] = ["env", "file", "helper", "secret", "google"];
/// What no output may have: passwords, the tokens that the registry gives out, signatures of URLs.
const SECRETS: [&str; 3] = ["canary", "embedded-token", "X-Amz-Signature"];

pub(super) struct World {
    pub(super) registry: Background,
    /// Where the registry sends for content, with a signature in the URL.
    pub(super) storage: Background,
    /// Gives out the cloud's token, and is rude about it.
    pub(super) cloud: Background<Answers>,
    pub(super) sandbox: Sandbox,
}

pub(super) fn encoded(user: &str) -> String {
    STANDARD.encode(format!("{user}:canary-{user}"))
}

impl World {
    pub(super) fn new() -> Self {
        let world = Self {
            registry: Background::start().unwrap(),
            storage: Background::start().unwrap(),
            cloud: Background::answers().unwrap(),
            sandbox: Sandbox::new(),
        };
        for path in USERS.into_iter().chain(["identity", "bad"]) {
            for version in ["1.0.0", "1.1.0"] {
                world.publish(path, version);
            }
        }
        world.demand();
        world.plant();
        world
    }

    /// Publishes an image in the registry and in its storage.
    pub(super) fn publish(&self, path: &str, version: &str) {
        let path = format!("team/{path}");
        let image = TestImage::new(format!("{path} {version}"))
            .platforms(["linux/amd64", "linux/arm64"])
            .attestations("build");
        for registry in [&self.registry, &self.storage] {
            registry.store().publish(&path, version, &image);
        }
    }

    fn demand(&self) {
        let mut auth = AuthMode::bearer().identity_token("canary-identity");
        for user in USERS {
            let user = if user == "google" {
                "oauth2accesstoken"
            } else {
                user
            };
            let password = if user == "oauth2accesstoken" {
                "google"
            } else {
                user
            };
            auth = auth.user(user, &format!("canary-{password}"));
        }
        self.registry.require(auth.expires_in(300));
        let address = self.storage.address();
        let signed = format!("http://{address}{{path}}?X-Amz-Signature=canary-signature");
        self.registry
            .behave(Behaviour::on(Operation::BlobGet).redirect(&signed));
        let token = r#"{"access_token":"canary-google","expires_in":3600}"#;
        let behaviour = Behaviour::always().json(token);
        self.cloud.on(
            "POST",
            "/token",
            behaviour.header("x-echo", "canary-google"),
        );
    }

    /// Puts credentials where users have them, and a config that uses each of them.
    fn plant(&self) {
        let host = self.registry.address();
        let home = self.sandbox.home();
        fs::create_dir(home.join(".docker")).unwrap();
        let docker = format!(
            r#"{{"auths":{{"{host}/team/file":{{"auth":"{}"}},"{host}/team/identity":{{"identitytoken":"canary-identity"}}}}}}"#,
            encoded("file")
        );
        fs::write(home.join(".docker/config.json"), docker).unwrap();
        let secret = format!(
            "kind: Secret\nstringData:\n  .dockerconfigjson: '{{\"auths\":{{\"{host}\":{{\"username\":\"secret\",\"password\":\"canary-secret\"}}}}}}'\n"
        );
        fs::write(home.join("secret.yaml"), secret).unwrap();
        let token = format!("http://{}/token", self.cloud.address());
        let google = format!(
            r#"{{"type":"authorized_user","client_id":"id","client_secret":"canary-client","refresh_token":"canary-refresh","token_uri":"{token}"}}"#
        );
        fs::write(home.join("google.json"), google).unwrap();
        let mut config = format!(
            r#"version = 1

[registries."{host}/team/env"]
auth = {{ env = "CANARY", username = "env" }}

[registries."{host}/team/bad"]
auth = {{ env = "CANARY", username = "bad" }}

[registries."{host}/team/helper"]
auth = {{ helper = "loud" }}

[registries."{host}/team/secret"]
auth = {{ kubernetes-secret-file = "{}" }}

[registries."{host}/team/google"]
auth = "google"

[images]
"#,
            home.join("secret.yaml").display()
        );
        for path in USERS.into_iter().chain(["identity"]) {
            let _ = writeln!(config, "{path} = {{ image = \"{host}/team/{path}\" }}");
        }
        self.sandbox.write("images.toml", config);
    }

    /// Prepares a run in which the credentials can be found, as loud as it can be.
    pub(super) fn prepare(&self, arguments: &[&str]) -> Run<'_> {
        let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");
        #[expect(clippy::disallowed_methods, reason = "programs are found on the path")]
        let path = std::env::var("PATH").unwrap_or_default();
        let google = self.sandbox.home().join("google.json");
        self.sandbox
            .imagelock(arguments.iter().copied().chain(["-vvv", "--retries", "0"]))
            .env("PATH", format!("{fixtures}:{path}"))
            .env("CANARY", "canary-env")
            .env("GOOGLE_APPLICATION_CREDENTIALS", google)
            .env("RUST_BACKTRACE", "full")
    }

    /// Runs a command, and holds its output to be without secrets.
    #[track_caller]
    pub(super) fn run(&self, arguments: &[&str], code: i32) -> Output {
        let output = self.prepare(arguments).run().exits(code).hides("panicked");
        for secret in Self::secrets() {
            let shown = output.stdout.contains(&secret) || output.stderr.contains(&secret);
            assert!(!shown, "{secret} is shown: {output}");
        }
        output
    }

    fn secrets() -> Vec<String> {
        let plain = SECRETS.map(ToOwned::to_owned);
        plain.into_iter().chain(USERS.map(encoded)).collect()
    }
}

/// Holds all files below a folder to be without secrets; returns how many there are.
#[track_caller]
pub(super) fn check_files(folder: &Path) -> usize {
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            count += check_files(&path);
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        // The config names the variable, and no secret.
        let text = text.replace("\"CANARY\"", "");
        for secret in World::secrets() {
            assert!(!text.contains(&secret), "{secret} is in {}", path.display());
        }
        count += 1;
    }
    count
}

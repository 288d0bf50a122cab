//! Credentials and token servers that are bad in every way, through the program: one error that names the
//! registry and the source, exit code 3, nothing leaked, nothing written.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use imagelock::embedded::{AuthMode, Background, Behaviour, Operation, TestImage};

use crate::support::sandbox::{Output, Sandbox};

const CANARY: &str = "canary";

/// A locked image at a registry that then wants credentials, with the user's own in a file.
struct Case {
    registry: Background,
    sandbox: Sandbox,
    lock: String,
}

impl Case {
    fn new() -> Self {
        let registry = Background::start().unwrap();
        for version in ["1.0.0", "1.1.0"] {
            let image = TestImage::new(format!("app {version}"));
            registry.store().publish("team/app", version, &image);
        }
        let sandbox = Sandbox::new();
        let address = registry.address();
        let config = format!("version = 1\n[images]\napp = {{ image = \"{address}/team/app\" }}\n");
        sandbox.write("images.toml", config);
        sandbox.run(["lock"]).exits(0);
        let lock = sandbox.read("images.lock");
        registry.require(
            AuthMode::bearer()
                .user("bot", "canary-good")
                .expires_in(300),
        );
        Self {
            registry,
            sandbox,
            lock,
        }
    }

    /// Writes Docker's file with an entry for the registry.
    fn log_in(&self, entry: &str) {
        let address = self.registry.address();
        self.docker(&format!(r#"{{"auths":{{"{address}":{entry}}}}}"#));
    }

    fn docker(&self, text: &str) {
        let folder = self.sandbox.home().join(".docker");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("config.json"), text).unwrap();
    }

    /// Runs `update` as loudly as it goes, and holds it to what every failure must be.
    #[track_caller]
    fn fails(&self, error: &str, source: &str) -> Output {
        let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");
        #[expect(clippy::disallowed_methods, reason = "programs are found on the path")]
        let path = std::env::var("PATH").unwrap_or_default();
        let output = self
            .sandbox
            .imagelock(["update", "-vvv", "--retries", "0", "--timeout", "3s"])
            .env("PATH", format!("{fixtures}:{path}"))
            .run()
            .exits(3)
            .hides("panicked")
            .hides(CANARY)
            .hides(&STANDARD.encode("bot:canary-good"))
            .complains(&format!("error[{error}]"))
            .complains(self.registry.address())
            .complains(source);
        assert_eq!(output.stderr.matches("error[").count(), 1, "{output}");
        assert_eq!(self.sandbox.read("images.lock"), self.lock, "{output}");
        output
    }
}

fn password(text: &str) -> String {
    let auth = STANDARD.encode(format!("bot:{text}"));
    format!(r#"{{"auth":"{auth}"}}"#)
}

#[test]
fn credentials_that_are_no_good() {
    let case = Case::new();
    for (entry, error) in [
        (password("canary-revoked"), "denied"),
        (password("canary\u{1b}[31m"), "credentials"),
        (password("canary-good\n"), "credentials"),
        (r#"{"auth":"canary%%"}"#.into(), "credentials"),
        (r#"{"auth":"Y2FuYXJ5"}"#.into(), "credentials"),
        (r#"{"identitytoken":"canary-expired"}"#.into(), "denied"),
        (r#"{"registrytoken":"canary-expired"}"#.into(), "denied"),
        (r#"{"registrytoken":"canary token"}"#.into(), "credentials"),
        (
            r#"{"username":"canary","password":7}"#.into(),
            "credentials",
        ),
    ] {
        case.log_in(&entry);
        case.fails(error, ".docker/config.json");
    }
    let invalid = Behaviour::on(Operation::Token).status(400);
    let invalid =
        invalid.json(r#"{"error":"invalid_grant","error_description":"canary-old is old"}"#);
    case.registry.behave(invalid.times(1));
    case.log_in(r#"{"identitytoken":"canary-old"}"#);
    case.fails("denied", ".docker/config.json")
        .complains("… is old");
    case.log_in(&password("canary-good"));
    case.sandbox.run(["update"]).exits(0).hides(CANARY);
}

#[cfg(unix)]
#[test]
fn helpers_that_are_no_good() {
    let case = Case::new();
    let address = case.registry.address();
    for (helper, reason) in [
        ("hangs", "did not answer within"),
        ("crashes", "failed"),
        ("broken", "failed"),
        ("no-such-helper", "is not installed"),
        ("../evil", "is not one"),
    ] {
        case.docker(&format!(r#"{{"credHelpers":{{"{address}":"{helper}"}}}}"#));
        case.fails("credentials", ".docker/config.json")
            .complains(reason);
    }
}

#[test]
fn token_servers_that_are_no_good() {
    let case = Case::new();
    case.log_in(&password("canary-good"));
    let realm = || Behaviour::on(Operation::Token);
    for (behaviour, error) in [
        (
            realm().html("<html>canary: please log in</html>"),
            "registry-invalid",
        ),
        (
            realm().json(r#"{"token":"","access_token":null}"#),
            "registry-invalid",
        ),
        (
            realm().json(r#"{"token":"canary\ntoken"}"#),
            "registry-invalid",
        ),
        (realm().json(r#"["canary"]"#), "registry-invalid"),
        (realm().never_answer(), "timeout"),
        (realm().stalled(3), "timeout"),
        (realm().oversized(1 << 40), "too-large"),
        (realm().hang_up(), "unreachable"),
        (realm().status(500), "registry-failed"),
        (
            realm().redirect("http://{address}{path}"),
            "registry-invalid",
        ),
        (realm().redirect("file:///etc/passwd"), "unsafe-realm"),
        (
            realm()
                .status(401)
                .json(r#"{"details":"canary-good of bot is wrong"}"#),
            "denied",
        ),
    ] {
        case.registry.behave_well();
        case.registry.behave(behaviour);
        case.fails(error, ".docker/config.json");
    }
}

#[test]
fn a_registry_that_refuses_for_ever_is_asked_a_few_times() {
    let case = Case::new();
    case.log_in(&password("canary-good"));
    let challenge = r#"Bearer realm="http://{address}/token",error="invalid_token""#;
    for operation in [
        Operation::Tags,
        Operation::ManifestHead,
        Operation::ManifestGet,
    ] {
        let refusal = Behaviour::on(operation).status(401);
        case.registry
            .behave(refusal.header("www-authenticate", challenge));
    }
    case.registry.forget_requests();
    case.fails("denied", ".docker/config.json");
    assert!(case.registry.requests().len() < 16);
}

#[test]
fn realms_at_odd_addresses() {
    let case = Case::new();
    case.log_in(&password("canary-good"));
    for realm in [
        "https://169.254.169.254/token",
        "https://[fe80::1]/token",
        "https://10.0.0.1/token",
        "http://auth.example.com/token",
        "https://bot:canary@auth.example.com/token",
        "ftp://auth.example.com/token",
        "data:text/plain,canary",
    ] {
        let auth = AuthMode::bearer().user("bot", "canary-good").realm(realm);
        case.registry.require(auth);
        case.fails("unsafe-realm", ".docker/config.json");
    }
}

//! Every request of every cloud, failing in every way.

use std::path::Path;

use futures_util::{StreamExt as _, stream};
use imagelock::embedded::{Answers, Behaviour};
use imagelock::registry::cloud::{AwsEcr, Azure, Cloud, Google};
use serde_json::json;

use super::support::{ECR, ecr_token, environment, hasty, json as body, once, write};

const GAR: &str = "europe-west1-docker.pkg.dev";
const ACR: &str = "acme.azurecr.io";
const ROLES: &str = "/imds/latest/meta-data/iam/security-credentials/";
const METADATA: &str = "/computeMetadata/v1/instance/service-accounts/default/token";
const ASSUMED: &str = "<R><AccessKeyId>A</AccessKeyId><SecretAccessKey>canary-k</SecretAccessKey><SessionToken>canary-s</SessionToken><Expiration>2026-11-25T13:00:00Z</Expiration></R>";
const DOCUMENT: &str = r#"{"AccessKeyId":"A","SecretAccessKey":"canary-k","Token":"canary-s"}"#;

/// A way to credentials.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Key,
    WebIdentity,
    Role,
    Container,
    Instance,
    Session,
    User,
    Federation,
    GoogleMachine,
    Secret,
    App,
    AzureMachine,
}

impl Way {
    fn registry(self) -> &'static str {
        match self {
            Self::User | Self::Federation | Self::GoogleMachine => GAR,
            Self::Secret | Self::App | Self::AzureMachine => ACR,
            _ => ECR,
        }
    }

    fn cloud(self, server: &Answers, home: &Path) -> Cloud {
        let urls = ["/ecr", "/sts", "/sso/", "/imds", "/container", "/msi", ""];
        let [ecr, sts, sso, imds, container, msi, root] = urls.map(|path| server.url(path));
        let token = write(home, "token", "canary.subject.token");
        let mut variables = vec![
            ("AWS_ENDPOINT_URL_ECR", ecr.as_str()),
            ("AWS_ENDPOINT_URL_STS", &sts),
            ("AWS_ENDPOINT_URL_SSO", &sso),
            ("AWS_EC2_METADATA_SERVICE_ENDPOINT", &imds),
            ("GCE_METADATA_HOST", server.address()),
            ("AZURE_AUTHORITY_HOST", &root),
            ("AZURE_POD_IDENTITY_AUTHORITY_HOST", &root),
        ];
        variables.extend_from_slice(match self {
            Self::Key => &[
                ("AWS_ACCESS_KEY_ID", "A"),
                ("AWS_SECRET_ACCESS_KEY", "canary-k"),
            ],
            Self::WebIdentity => &[("AWS_ROLE_ARN", "arn:aws:iam::1:role/x")],
            Self::Role => &[("AWS_PROFILE", "role")],
            Self::Session => &[("AWS_PROFILE", "sso")],
            Self::Secret => &[
                ("AZURE_TENANT_ID", "tenant"),
                ("AZURE_CLIENT_ID", "client"),
                ("AZURE_CLIENT_SECRET", "canary-secret"),
            ],
            Self::App => &[("IDENTITY_HEADER", "canary-header")],
            _ => &[],
        });
        match self {
            Self::WebIdentity => variables.push(("AWS_WEB_IDENTITY_TOKEN_FILE", &token)),
            Self::Container => variables.push(("AWS_CONTAINER_CREDENTIALS_FULL_URI", &container)),
            Self::App => variables.push(("IDENTITY_ENDPOINT", &msi)),
            _ => {}
        }
        let file = match self {
            Self::User => Some(json!({
                "type": "authorized_user", "client_id": "c", "client_secret": "canary-c",
                "refresh_token": "canary-r", "token_uri": server.url("/token"),
            })),
            Self::Federation => Some(json!({
                "type": "external_account", "audience": "a", "subject_token_type": "t",
                "token_url": server.url("/exchange"),
                "service_account_impersonation_url": server.url("/generate"),
                "credential_source": {"url": server.url("/oidc"), "headers": {"Authorization": "Bearer canary-o"}},
            })),
            _ => None,
        };
        if let Some(file) = file {
            let name = ".config/gcloud/application_default_credentials.json";
            write(home, name, &file.to_string());
        }
        if matches!(self, Self::Role | Self::Session) {
            profiles(home);
        }
        let environment = environment(&variables, home);
        match self.registry() {
            ECR => AwsEcr::new(environment).into(),
            GAR => Google::new(environment).into(),
            _ => Azure::new(environment).into(),
        }
    }
}

fn profiles(home: &Path) {
    let config = "[profile role]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = keys\n[profile keys]\naws_access_key_id = A\naws_secret_access_key = canary-k\n[profile sso]\nsso_start_url = corp\nsso_region = eu-west-1\nsso_account_id = 1\nsso_role_name = r\n";
    write(home, ".aws/config", config);
    let session = r#"{"accessToken":"canary-t","expiresAt":"2026-11-25T20:00:00Z"}"#;
    let file = ".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";
    write(home, file, session);
}

/// Each request that can fail: how it comes to it, and what it is.
const REQUESTS: [(Way, &str, &str); 19] = [
    (Way::Key, "POST", "/ecr"),
    (Way::WebIdentity, "POST", "/sts"),
    (Way::WebIdentity, "POST", "/ecr"),
    (Way::Role, "POST", "/sts"),
    (Way::Container, "GET", "/container"),
    (Way::Instance, "PUT", "/imds/latest/api/token"),
    (Way::Instance, "GET", ROLES),
    (
        Way::Instance,
        "GET",
        "/imds/latest/meta-data/iam/security-credentials/role",
    ),
    (Way::Session, "GET", "/sso/federation/credentials"),
    (Way::User, "POST", "/token"),
    (Way::Federation, "GET", "/oidc"),
    (Way::Federation, "POST", "/exchange"),
    (Way::Federation, "POST", "/generate"),
    (Way::GoogleMachine, "GET", METADATA),
    (Way::Secret, "POST", "/tenant/oauth2/v2.0/token"),
    (Way::Secret, "POST", "/oauth2/exchange"),
    (Way::App, "GET", "/msi"),
    (Way::AzureMachine, "GET", "/metadata/identity/oauth2/token"),
    (Way::AzureMachine, "POST", "/oauth2/exchange"),
];

/// Adds what a good cloud answers, and a registry that wants credentials.
fn behave(server: &Answers) {
    let token = r#"{"access_token":"canary.access.token","expires_in":"3599"}"#;
    let google = r#"{"access_token":"canary.access.token","expires_in":3599}"#;
    let generated = r#"{"accessToken":"canary-g","expireTime":"2026-11-25T13:00:00Z"}"#;
    let session = r#"{"roleCredentials":{"accessKeyId":"A","secretAccessKey":"canary-k","sessionToken":"canary-s"}}"#;
    for (method, path, answer) in [
        ("POST", "/ecr", ecr_token()),
        ("POST", "/sts", Behaviour::always().body(ASSUMED)),
        ("GET", "/container", body(DOCUMENT)),
        ("PUT", "/imds/latest/api/token", body("canary-imds")),
        ("GET", ROLES, Behaviour::always().body("role")),
        (
            "GET",
            "/imds/latest/meta-data/iam/security-credentials/role",
            body(DOCUMENT),
        ),
        ("GET", "/sso/federation/credentials", body(session)),
        ("POST", "/token", body(google)),
        (
            "GET",
            "/oidc",
            Behaviour::always().body("canary.subject.token"),
        ),
        ("POST", "/exchange", body(google)),
        ("POST", "/generate", body(generated)),
        (
            "GET",
            METADATA,
            body(google).header("metadata-flavor", "Google"),
        ),
        ("POST", "/tenant/oauth2/v2.0/token", body(token)),
        ("GET", "/msi", body(token)),
        ("GET", "/metadata/identity/oauth2/token", body(token)),
        (
            "POST",
            "/oauth2/exchange",
            body(r#"{"refresh_token":"canary-r"}"#),
        ),
    ] {
        server.on(method, path, answer);
    }
    let refusal = Behaviour::always().status(401);
    let refusal = refusal.header("www-authenticate", "Basic realm=\"x\"");
    server.on("GET", "/v2/team/app/tags/list", refusal);
}

#[tokio::test]
async fn each_failure_is_one_error_that_names_the_registry_and_leaks_nothing() {
    let evil = Answers::start().await.unwrap();
    let failures = [
        (
            "refused",
            Behaviour::always()
                .status(403)
                .json(r#"{"error":{"message":"go away","status":"DENIED"}}"#),
            "refused (403 DENIED): go away",
        ),
        (
            "refused in html",
            Behaviour::always().status(403).html("<html>canary"),
            "refused (403)",
        ),
        (
            "broken",
            Behaviour::always().status(500).body("canary".repeat(100)),
            "refused (500)",
        ),
        ("malformed", body("{\"canary"), ""),
        ("empty object", body("{}"), ""),
        ("list", body("[\"canary\"]"), ""),
        ("html", Behaviour::always().html("<html>canary</html>"), ""),
        (
            "oversized",
            Behaviour::always().oversized(1 << 30),
            "is larger than 262144 bytes",
        ),
        (
            "redirected",
            Behaviour::always().redirect(&evil.url("/x")),
            "refused (307)",
        ),
        (
            "hung up",
            Behaviour::always().hang_up(),
            "cannot be reached",
        ),
        (
            "slow",
            Behaviour::always().never_answer(),
            "did not answer in time",
        ),
        (
            "stalled",
            Behaviour::always().status(403).stalled(5),
            "did not answer in time",
        ),
        ("empty", Behaviour::always(), ""),
    ];
    // Side by side, since some of them wait for an answer that never comes.
    let all = REQUESTS.iter().flat_map(|request| {
        let one = |(name, failure, words): &(&'static str, Behaviour, &'static str)| {
            fail(*request, name, failure.clone(), words)
        };
        failures.iter().map(one).collect::<Vec<_>>()
    });
    stream::iter(all).buffer_unordered(24).count().await;
    assert_eq!(evil.requests().len(), 0);
}

/// Lets one request fail and holds the outcome to an error.
async fn fail((way, method, path): (Way, &str, &str), name: &str, failure: Behaviour, words: &str) {
    // The token of an instance is whatever text its metadata server says.
    let any = matches!(name, "malformed" | "empty object" | "list");
    if any && (path.ends_with("api/token") || path == "/oidc") {
        return;
    }
    let (server, home) = (
        Answers::start().await.unwrap(),
        tempfile::tempdir().unwrap(),
    );
    server.on(method, path, failure);
    behave(&server);
    let cloud = way.cloud(&server, home.path());
    let registry = way.registry();
    let outcome = if matches!(name, "slow" | "stalled") {
        hasty(registry, &server.url(""), cloud).await
    } else {
        once(registry, &server.url(""), cloud).await
    };
    let Err(error) = outcome else {
        panic!("{way:?} {path} {name} gives a credential");
    };
    let about = format!("the credentials for {registry} in ");
    let text = &error.text;
    assert!(text.starts_with(&about), "{path} {name}: {text}");
    // Where nothing answers there is no such machine, which is told as that.
    let near = matches!(way, Way::Instance | Way::GoogleMachine | Way::AzureMachine);
    if !near || path == "/oauth2/exchange" {
        error.says(&[words]);
    }
    let requests = server.requests();
    let asked = requests
        .iter()
        .any(|request| request.path.starts_with(path));
    assert!(asked, "{path} {name}: {requests:?}");
}

#[tokio::test]
async fn secrets_that_a_cloud_repeats_are_not_shown() {
    for (way, method, path, secret) in [
        (Way::Key, "POST", "/ecr", "canary-k"),
        (Way::WebIdentity, "POST", "/sts", "canary.subject.token"),
        (Way::Role, "POST", "/sts", "canary-k"),
        (
            Way::Session,
            "GET",
            "/sso/federation/credentials",
            "canary-t",
        ),
        (Way::User, "POST", "/token", "canary-r"),
        (Way::Federation, "GET", "/oidc", "canary-o"),
        (Way::Federation, "POST", "/exchange", "canary.subject.token"),
        (Way::Federation, "POST", "/generate", "canary.access.token"),
        (
            Way::Secret,
            "POST",
            "/tenant/oauth2/v2.0/token",
            "canary-secret",
        ),
        (
            Way::Secret,
            "POST",
            "/oauth2/exchange",
            "canary.access.token",
        ),
        (Way::App, "GET", "/msi", "canary-header"),
    ] {
        let (server, home) = (
            Answers::start().await.unwrap(),
            tempfile::tempdir().unwrap(),
        );
        let far = "x".repeat(295);
        let echo = format!(r#"{{"message":"{secret} is wrong {far} {secret}"}}"#);
        server.on(method, path, Behaviour::always().status(400).json(&echo));
        behave(&server);
        let cloud = way.cloud(&server, home.path());
        let error = once(way.registry(), &server.url(""), cloud).await;
        error.unwrap_err().says(&["refused (400): … is wrong xxx"]);
    }
}

#[tokio::test]
async fn what_has_expired_when_it_comes_is_not_used() {
    let past = "2026-11-25T11:59:59Z";
    let assumed = ASSUMED.replace("2026-11-25T13:00:00Z", past);
    let document = DOCUMENT.replace('}', &format!(r#","Expiration":"{past}"}}"#));
    let session = r#"{"roleCredentials":{"accessKeyId":"A","secretAccessKey":"canary-k","sessionToken":"canary-s","expiration":1795607999000}}"#;
    let token = r#"{"access_token":"canary.access.token","expires_in":0}"#;
    let role = "/imds/latest/meta-data/iam/security-credentials/role";
    let expired = "they expired at 2026-11-25T11:59:59Z";
    for (way, method, path, answer, words) in [
        (Way::WebIdentity, "POST", "/sts", assumed.as_str(), expired),
        (Way::Role, "POST", "/sts", &assumed, expired),
        (Way::Container, "GET", "/container", &document, expired),
        (Way::Instance, "GET", role, &document, expired),
        (
            Way::Session,
            "GET",
            "/sso/federation/credentials",
            session,
            expired,
        ),
        (Way::User, "POST", "/token", token, "has expired"),
        (Way::Federation, "POST", "/exchange", token, "has expired"),
    ] {
        let (server, home) = (
            Answers::start().await.unwrap(),
            tempfile::tempdir().unwrap(),
        );
        server.on(method, path, body(answer));
        behave(&server);
        let cloud = way.cloud(&server, home.path());
        let error = once(way.registry(), &server.url(""), cloud).await;
        error.unwrap_err().says(&[way.registry(), words]);
        let requests = server.requests();
        assert!(!requests.iter().any(|request| request.path == "/ecr"));
    }
}

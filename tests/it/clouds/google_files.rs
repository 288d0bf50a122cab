use std::path::Path;

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RsaKeyPair, UnparsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use imagelock::embedded::{Answers, AuthMode as Wanted, Behaviour};
use imagelock::registry::cloud::Google;
use serde_json::{Value, json};

use super::support::{Failure, asked, environment, field, registry, tags, write};

const GAR: &str = "europe-west1-docker.pkg.dev";
const SCOPE: &str = "https://www.googleapis.com/auth/cloud-platform";
const ADC: &str = ".config/gcloud/application_default_credentials.json";

fn token(name: &str) -> Behaviour {
    let body = json!({"access_token": name, "expires_in": 3599, "token_type": "Bearer"});
    Behaviour::always().json(&body.to_string())
}

/// Lists tags with a credentials file in its usual place.
async fn listed(file: &Value) -> Result<usize, Failure> {
    let home = tempfile::tempdir().unwrap();
    write(home.path(), ADC, &file.to_string());
    of_home(home.path()).await
}

async fn of_home(home: &Path) -> Result<usize, Failure> {
    let registry = registry(Wanted::bearer().user("oauth2accesstoken", "canary-access")).await;
    let cloud = Google::new(environment(&[], home));
    tags(GAR, &registry.url(""), cloud).await
}

fn user(token_uri: &str) -> Value {
    json!({
        "type": "authorized_user",
        "client_id": "the-client",
        "client_secret": "canary-client-secret",
        "refresh_token": "canary-refresh",
        "token_uri": token_uri,
    })
}

#[tokio::test]
async fn a_user_has_a_refresh_token() {
    let google = Answers::start().await.unwrap();
    google.on("POST", "/token", token("canary-access"));
    assert_eq!(listed(&user(&google.url("/token"))).await.unwrap(), 1);
    let request = &google.requests()[0];
    for (name, value) in [
        ("grant_type", "refresh_token"),
        ("client_id", "the-client"),
        ("client_secret", "canary-client-secret"),
        ("refresh_token", "canary-refresh"),
    ] {
        assert_eq!(field(&request.form, name).as_deref(), Some(value));
    }
}

#[tokio::test]
async fn a_variable_names_the_file_and_goes_before_the_usual_one() {
    let (home, google) = (
        tempfile::tempdir().unwrap(),
        Answers::start().await.unwrap(),
    );
    google.on("POST", "/mine", token("canary-access"));
    write(home.path(), ADC, &user("http://localhost:1/").to_string());
    let file = user(&google.url("/mine")).to_string();
    let file = write(home.path(), "mine.json", &file);
    let variables = [("GOOGLE_APPLICATION_CREDENTIALS", file.as_str())];
    let cloud = Google::new(environment(&variables, home.path()));
    assert_eq!(cloud.source().unwrap(), "~/mine.json");
    let wanted = Wanted::bearer().user("oauth2accesstoken", "canary-access");
    let registry = registry(wanted).await;
    tags(GAR, &registry.url(""), cloud).await.unwrap();
    let folder = home.path().join(".config/gcloud").display().to_string();
    let variables = [("CLOUDSDK_CONFIG", folder.as_str())];
    let cloud = Google::new(environment(&variables, Path::new("/nowhere")));
    assert!(cloud.source().unwrap().ends_with(ADC));
}

#[tokio::test]
async fn a_service_account_signs_with_its_key() {
    let google = Answers::start().await.unwrap();
    google.on("POST", "/token", token("canary-access"));
    let key = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let der: Pkcs8V1Der<'_> = key.as_der().unwrap();
    let lines: Vec<_> = STANDARD.encode(der.as_ref()).into_bytes();
    let lines: Vec<_> = lines
        .chunks(64)
        .map(|line| String::from_utf8_lossy(line).into_owned())
        .collect();
    let marks = ["BEGIN", "END"].map(|word| format!("-----{word} PRIVATE KEY-----"));
    let pem = format!("{}\n{}\n{}\n", marks[0], lines.join("\n"), marks[1]);
    let url = google.url("/token");
    let file = json!({
        "type": "service_account",
        "client_email": "puller@project.iam.gserviceaccount.com",
        "private_key_id": "the-key",
        "private_key": pem,
        "token_uri": url,
    });
    assert_eq!(listed(&file).await.unwrap(), 1);
    let form = google.requests()[0].form.clone();
    assert_eq!(
        field(&form, "grant_type").as_deref(),
        Some("urn:ietf:params:oauth:grant-type:jwt-bearer")
    );
    let assertion = field(&form, "assertion").unwrap();
    let (signed, signature) = assertion.rsplit_once('.').unwrap();
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    let public = key.public_key().as_ref();
    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public)
        .verify(signed.as_bytes(), &decode(signature))
        .unwrap();
    let part = |index| -> Value {
        let part = signed.split('.').nth(index).unwrap();
        serde_json::from_slice(&decode(part)).unwrap()
    };
    let header = json!({"alg": "RS256", "typ": "JWT", "kid": "the-key"});
    assert_eq!(part(0), header);
    let claims = json!({
        "iss": "puller@project.iam.gserviceaccount.com",
        "scope": SCOPE,
        "aud": url,
        "iat": 1_795_608_000,
        "exp": 1_795_611_600,
    });
    assert_eq!(part(1), claims);
}

fn external(google: &Answers, source: &Value) -> Value {
    json!({
        "type": "external_account",
        "audience": "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q",
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "token_url": google.url("/sts"),
        "credential_source": source,
    })
}

#[tokio::test]
async fn another_providers_token_is_exchanged() {
    let (google, home) = (
        Answers::start().await.unwrap(),
        tempfile::tempdir().unwrap(),
    );
    google.on("POST", "/sts", token("canary-access"));
    let text = write(home.path(), "text", "canary.subject.token\n");
    let json_file = write(
        home.path(),
        "json",
        r#"{"id_token":"canary.subject.token"}"#,
    );
    google.on(
        "GET",
        "/oidc",
        Behaviour::always().json(r#"{"value":"canary.subject.token"}"#),
    );
    let format = |name: &str| json!({"type": "json", "subject_token_field_name": name});
    for source in [
        json!({"file": text}),
        json!({"file": json_file, "format": format("id_token")}),
        json!({
            "url": google.url("/oidc?audience=x"),
            "headers": {"Authorization": "Bearer canary-request-token"},
            "format": format("value"),
        }),
    ] {
        google.forget_requests();
        let outcome = listed(&external(&google, &source)).await;
        assert_eq!(outcome.unwrap(), 1, "{source}");
        let requests = google.requests();
        let sts = requests.last().unwrap();
        assert_eq!(sts.path, "/sts");
        for (name, value) in [
            (
                "grant_type",
                "urn:ietf:params:oauth:grant-type:token-exchange",
            ),
            (
                "audience",
                "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q",
            ),
            ("scope", SCOPE),
            (
                "requested_token_type",
                "urn:ietf:params:oauth:token-type:access_token",
            ),
            ("subject_token_type", "urn:ietf:params:oauth:token-type:jwt"),
            ("subject_token", "canary.subject.token"),
        ] {
            assert_eq!(field(&sts.form, name).as_deref(), Some(value), "{name}");
        }
    }
    let provider = &google.requests()[0];
    assert_eq!(provider.path, "/oidc?audience=x");
    assert_eq!(
        provider.authorization(),
        Some("Bearer canary-request-token")
    );
}

#[tokio::test]
async fn a_service_account_is_taken_on_with_another_token() {
    let (google, home) = (
        Answers::start().await.unwrap(),
        tempfile::tempdir().unwrap(),
    );
    google.on("POST", "/sts", token("canary-federated"));
    google.on("POST", "/token", token("canary-federated"));
    let body = r#"{"accessToken":"canary-access","expireTime":"2026-11-25T13:00:00Z"}"#;
    google.on("POST", "/generate", Behaviour::always().json(body));
    let subject = write(home.path(), "token", "canary.subject.token");
    let mut federated = external(&google, &json!({"file": subject}));
    federated["service_account_impersonation_url"] = google.url("/generate").into();
    let impersonated = json!({
        "type": "impersonated_service_account",
        "service_account_impersonation_url": google.url("/generate"),
        "delegates": ["projects/-/serviceAccounts/between@x"],
        "source_credentials": user(&google.url("/token")),
    });
    for (file, delegates) in [
        (federated, json!([])),
        (
            impersonated,
            json!(["projects/-/serviceAccounts/between@x"]),
        ),
    ] {
        google.forget_requests();
        assert_eq!(listed(&file).await.unwrap(), 1, "{file}");
        let requests = google.requests();
        let request = requests.last().unwrap();
        assert_eq!(request.path, "/generate");
        assert_eq!(request.authorization(), Some("Bearer canary-federated"));
        assert_eq!(request.header("content-type"), Some("application/json"));
        let sent: Value = serde_json::from_str(&request.form).unwrap();
        let expected = json!({"delegates": delegates, "scope": [SCOPE], "lifetime": "3600s"});
        assert_eq!(sent, expected);
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_used_says_why_and_nothing_is_sent() {
    let google = Answers::start().await.unwrap();
    let evil = "https://oauth2.googleapis.com.evil.example/token";
    let mut elsewhere = external(&google, &json!({"file": "/x"}));
    elsewhere["token_url"] = evil.into();
    let mut impersonating = external(&google, &json!({"file": "/x"}));
    impersonating["service_account_impersonation_url"] = evil.into();
    let key = |text: &str| json!({"type": "service_account", "client_email": "x", "private_key": text, "token_uri": google.url("/")});
    let mut universe = user(&google.url("/"));
    universe["universe_domain"] = "example.com".into();
    for (file, words) in [
        (json!({"type": "canary"}), "its `type` is none of"),
        (
            json!("canary"),
            "it is not JSON of a credentials file (line 1",
        ),
        (
            json!({"type": "authorized_user", "client_secret": "canary"}),
            "it is not JSON of a credentials file",
        ),
        (
            user(evil),
            "its `token_uri` leads to oauth2.googleapis.com.evil.example",
        ),
        (
            user("http://10.0.0.1/token"),
            "its `token_uri` leads to 10.0.0.1",
        ),
        (
            elsewhere,
            "its `token_url` leads to oauth2.googleapis.com.evil.example",
        ),
        (
            impersonating,
            "its `service_account_impersonation_url` leads to",
        ),
        (universe, "its `universe_domain` is not googleapis.com"),
        (key("canary"), "is not PEM of a PKCS #8 key"),
        (
            key("-----BEGIN PRIVATE KEY-----\nY2FuYXJ5\n-----END PRIVATE KEY-----\n"),
            "is not an RSA key",
        ),
        (
            external(&google, &json!({"environment_id": "aws1"})),
            "its `credential_source` is AWS",
        ),
        (
            external(&google, &json!({"executable": {"command": "canary"}})),
            "imagelock runs no command",
        ),
        (
            external(&google, &json!({})),
            "has neither `file` nor `url`",
        ),
        (
            external(&google, &json!({"url": "http://example.com/x"})),
            "leads to example.com without TLS",
        ),
        (
            external(&google, &json!({"file": "/nowhere/token"})),
            "`/nowhere/token` does not exist",
        ),
        (
            json!({"type": "impersonated_service_account", "service_account_impersonation_url": google.url("/"), "source_credentials": {"type": "impersonated_service_account"}}),
            "its `source_credentials`: its `type` is none of",
        ),
    ] {
        let failure = listed(&file).await.unwrap_err();
        failure.says(&[GAR, "~/.config/gcloud", words]);
    }
    assert_eq!(asked(&google).len(), 0);
}

#[tokio::test]
async fn a_file_that_is_named_must_be_there() {
    let variables = [("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere/key.json")];
    let cloud = Google::new(environment(&variables, Path::new("/home")));
    let error = cloud.source().unwrap_err();
    assert_eq!(error.origin, "/nowhere/key.json");
    assert_eq!(error.reason, "`/nowhere/key.json` does not exist");
}

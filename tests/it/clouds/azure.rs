use std::path::Path;

use imagelock::embedded::{Answers, Behaviour};
use imagelock::registry::cloud::Azure;

use super::support::{Failure, asked, environment, field, json, tags, write};

const ACR: &str = "acme.azurecr.io";
const TENANT: &str = "11111111-2222-3333-4444-555555555555";
const AUDIENCE: &str = "https://containerregistry.azure.net";

/// A registry of Azure's: it exchanges a token of the directory, then one of its own, then it answers.
async fn acr() -> Answers {
    let acr = Answers::start().await.unwrap();
    let challenge = format!(
        r#"Bearer realm="http://{}/oauth2/token",service="{ACR}",scope="repository:team/app:pull""#,
        acr.address()
    );
    let refusal = Behaviour::always().times(1).status(401);
    let list = "/v2/team/app/tags/list";
    acr.on("GET", list, refusal.header("www-authenticate", &challenge));
    acr.on("GET", list, json(r#"{"name":"team/app","tags":["1"]}"#));
    let refresh = r#"{"refresh_token":"canary-acr-refresh"}"#;
    acr.on("POST", "/oauth2/exchange", json(refresh));
    let access = r#"{"access_token":"canary-acr-access"}"#;
    acr.on("POST", "/oauth2/token", json(access));
    acr
}

fn token() -> Behaviour {
    json(r#"{"token_type":"Bearer","expires_in":3599,"access_token":"canary.aad.token"}"#)
}

async fn listed(variables: &[(&str, &str)], acr: &Answers) -> (Result<usize, Failure>, String) {
    let cloud = Azure::new(environment(variables, Path::new("/nowhere")));
    let source = match cloud.source() {
        Ok(source) => source,
        Err(error) => error.to_string(),
    };
    (tags(ACR, &acr.url(""), cloud).await, source)
}

#[tokio::test]
async fn an_applications_secret_is_exchanged_for_a_token_of_the_registry() {
    let (acr, aad) = (acr().await, Answers::start().await.unwrap());
    let path = format!("/{TENANT}/oauth2/v2.0/token");
    aad.on("POST", &path, token());
    let authority = aad.url("/");
    let (outcome, source) = listed(
        &[
            ("AZURE_TENANT_ID", TENANT),
            ("AZURE_CLIENT_ID", "the-client"),
            ("AZURE_CLIENT_SECRET", "canary/client+secret"),
            ("AZURE_AUTHORITY_HOST", &authority),
        ],
        &acr,
    )
    .await;
    assert_eq!(outcome.unwrap(), 1);
    assert!(source.contains("AZURE_CLIENT_SECRET"), "{source}");
    let [request] = &aad.requests()[..] else {
        panic!("{:?}", asked(&aad));
    };
    let scope = format!("{AUDIENCE}/.default");
    for (name, value) in [
        ("grant_type", "client_credentials"),
        ("client_id", "the-client"),
        ("scope", &scope),
        ("client_secret", "canary/client+secret"),
    ] {
        assert_eq!(field(&request.form, name).as_deref(), Some(value));
    }
    assert_eq!(
        asked(&acr),
        [
            "GET /v2/team/app/tags/list?n=1000",
            "POST /oauth2/exchange",
            "POST /oauth2/token",
            "GET /v2/team/app/tags/list?n=1000"
        ]
    );
    let requests = acr.requests();
    for (name, value) in [
        ("grant_type", "access_token"),
        ("service", ACR),
        ("tenant", TENANT),
        ("access_token", "canary.aad.token"),
    ] {
        assert_eq!(field(&requests[1].form, name).as_deref(), Some(value));
    }
    for (name, value) in [
        ("grant_type", "refresh_token"),
        ("service", ACR),
        ("scope", "repository:team/app:pull"),
        ("refresh_token", "canary-acr-refresh"),
    ] {
        assert_eq!(field(&requests[2].form, name).as_deref(), Some(value));
    }
    let header = requests[3].authorization();
    assert_eq!(header, Some("Bearer canary-acr-access"));
    // The application's secret is for the directory alone.
    assert!(!requests.iter().any(|request| request.contains("secret")));
}

#[tokio::test]
async fn a_workload_identity_speaks_by_its_token() {
    let (acr, aad) = (acr().await, Answers::start().await.unwrap());
    let home = tempfile::tempdir().unwrap();
    aad.on("POST", &format!("/{TENANT}/oauth2/v2.0/token"), token());
    let file = write(home.path(), "token", "canary.federated.token\n");
    let authority = aad.url("");
    let (outcome, source) = listed(
        &[
            ("AZURE_TENANT_ID", TENANT),
            ("AZURE_CLIENT_ID", "the-client"),
            ("AZURE_FEDERATED_TOKEN_FILE", &file),
            ("AZURE_AUTHORITY_HOST", &authority),
        ],
        &acr,
    )
    .await;
    assert_eq!(outcome.unwrap(), 1);
    assert_eq!(source, format!("the workload identity token {file}"));
    let form = aad.requests()[0].form.clone();
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    assert_eq!(field(&form, "client_assertion_type").as_deref(), Some(kind));
    assert_eq!(
        field(&form, "client_assertion").as_deref(),
        Some("canary.federated.token")
    );
    assert_eq!(field(&form, "client_secret"), None);
}

#[tokio::test]
async fn managed_identities_are_asked_for_the_registries_audience_alone() {
    let encoded = "https%3A%2F%2Fcontainerregistry.azure.net";
    let (acr_one, app) = (acr().await, Answers::start().await.unwrap());
    app.on("GET", "/msi/token", token());
    let endpoint = app.url("/msi/token");
    let variables = [
        ("IDENTITY_ENDPOINT", endpoint.as_str()),
        ("IDENTITY_HEADER", "canary-identity-header"),
        ("AZURE_CLIENT_ID", "the-client"),
    ];
    let (outcome, source) = listed(&variables, &acr_one).await;
    assert_eq!(outcome.unwrap(), 1);
    assert!(source.contains("IDENTITY_ENDPOINT"), "{source}");
    let request = &app.requests()[0];
    assert_eq!(
        request.path,
        format!("/msi/token?api-version=2019-08-01&resource={encoded}&client_id=the-client")
    );
    let header = request.header("x-identity-header");
    assert_eq!(header, Some("canary-identity-header"));

    let (acr_two, machine) = (acr().await, Answers::start().await.unwrap());
    machine.on("GET", "/metadata/identity/oauth2/token", token());
    let host = machine.url("");
    let variables = [("AZURE_POD_IDENTITY_AUTHORITY_HOST", host.as_str())];
    let (outcome, source) = listed(&variables, &acr_two).await;
    assert_eq!(outcome.unwrap(), 1);
    assert_eq!(source, "the managed identity of the machine");
    let request = &machine.requests()[0];
    assert_eq!(
        request.path,
        format!("/metadata/identity/oauth2/token?api-version=2018-02-01&resource={encoded}")
    );
    assert_eq!(request.header("metadata"), Some("true"));
    let requests = acr_two.requests();
    assert_eq!(field(&requests[1].form, "tenant"), None);
}

#[tokio::test]
async fn the_directory_says_why_it_refuses() {
    let (acr, aad) = (acr().await, Answers::start().await.unwrap());
    let body = r#"{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided: canary-secret.\r\nTrace ID: 1"}"#;
    let refusal = Behaviour::always().status(401).json(body);
    aad.on("POST", &format!("/{TENANT}/oauth2/v2.0/token"), refusal);
    let authority = aad.url("");
    let variables = [
        ("AZURE_TENANT_ID", TENANT),
        ("AZURE_CLIENT_ID", "the-client"),
        ("AZURE_CLIENT_SECRET", "canary-secret"),
        ("AZURE_AUTHORITY_HOST", &authority),
    ];
    let (outcome, _) = listed(&variables, &acr).await;
    outcome.unwrap_err().says(&[
        ACR,
        "AZURE_CLIENT_SECRET",
        "refused (401 invalid_client): AADSTS7000215: Invalid client secret provided: …. Trace ID: 1",
    ]);
    assert_eq!(asked(&acr).len(), 1);
}

#[tokio::test]
async fn a_source_that_is_there_and_broken_is_an_error() {
    let tenant = ("AZURE_TENANT_ID", TENANT);
    let client = ("AZURE_CLIENT_ID", "the-client");
    let secret = ("AZURE_CLIENT_SECRET", "canary-secret");
    let host = |host| ("AZURE_AUTHORITY_HOST", host);
    let endpoint = |url| ("IDENTITY_ENDPOINT", url);
    let header = ("IDENTITY_HEADER", "canary-header");
    for (variables, words) in [
        (vec![secret], "AZURE_TENANT_ID is not set"),
        (vec![secret, tenant], "AZURE_CLIENT_ID is not set"),
        (
            vec![secret, client, ("AZURE_TENANT_ID", "../evil")],
            "AZURE_TENANT_ID is not a tenant",
        ),
        (
            vec![secret, client, tenant, host("http://login.example.com")],
            "`AZURE_AUTHORITY_HOST` must be an `https` URL",
        ),
        (
            vec![
                secret,
                client,
                tenant,
                host("https://u:canary@login.example.com"),
            ],
            "`AZURE_AUTHORITY_HOST` must be an `https` URL",
        ),
        (
            vec![
                client,
                tenant,
                ("AZURE_FEDERATED_TOKEN_FILE", "/nowhere/token"),
            ],
            "`/nowhere/token` does not exist",
        ),
        (
            vec![endpoint("http://example.com/x"), header],
            "`IDENTITY_ENDPOINT` must be an `https` URL",
        ),
        (
            vec![
                endpoint("http://127.0.0.1:1/x"),
                ("IDENTITY_HEADER", "canary\n"),
            ],
            "IDENTITY_HEADER cannot be used",
        ),
    ] {
        let acr = acr().await;
        let (outcome, _) = listed(&variables, &acr).await;
        outcome.unwrap_err().says(&[ACR, words]);
        assert_eq!(asked(&acr).len(), 1);
    }
}

#[tokio::test]
async fn without_any_source_all_of_them_are_named() {
    let (acr, machine) = (acr().await, Answers::start().await.unwrap());
    let path = "/metadata/identity/oauth2/token";
    machine.on("GET", path, Behaviour::always().hang_up());
    let host = machine.url("");
    let variables = [("AZURE_POD_IDENTITY_AUTHORITY_HOST", host.as_str())];
    let (outcome, _) = listed(&variables, &acr).await;
    outcome.unwrap_err().says(&[
        "AZURE_CLIENT_SECRET",
        "AZURE_FEDERATED_TOKEN_FILE",
        "IDENTITY_ENDPOINT",
        "no metadata server answers",
        "run `az acr login`",
    ]);
}

#[tokio::test]
async fn another_registry_is_told_to_be_none_of_azure() {
    let acr = acr().await;
    let cloud = Azure::new(environment(&[], Path::new("/nowhere")));
    let failure = tags("acme.azurecr.io.evil.example", &acr.url(""), cloud).await;
    failure.unwrap_err().says(&["is not a registry of Azure"]);
    assert_eq!(asked(&acr).len(), 1);
}

#[tokio::test]
async fn an_open_registry_needs_no_token() {
    let acr = Answers::start().await.unwrap();
    let list = json(r#"{"name":"team/app","tags":["1"]}"#);
    acr.on("GET", "/v2/team/app/tags/list", list);
    let (outcome, _) = listed(&[], &acr).await;
    assert_eq!(outcome.unwrap(), 1);
    assert_eq!(asked(&acr).len(), 1);
}

//! Clouds as the command meets them: named by a config, with their own variables in the environment.

use imagelock::embedded::{AuthMode, Background, Behaviour, TestImage};
use serde_json::Value;

use super::support::CANARY;
use crate::support::sandbox::{Output, Run, Sandbox};

const METADATA: &str = "/computeMetadata/v1/instance/service-accounts/default/token";

fn rows(output: &Output) -> Vec<[String; 3]> {
    let value: Value = serde_json::from_str(&output.stdout).unwrap();
    let rows = value["registries"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    rows.map(|row| ["registry", "source", "problem"].map(|key| text(&row[key])))
        .collect()
}

fn status(sandbox: &Sandbox) -> Run<'_> {
    let run = sandbox.imagelock(["auth", "status", "--format", "json"]);
    run.env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "canary-secret")
}

#[test]
fn the_status_names_the_source_of_each_cloud_and_asks_none() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "images.toml",
        r#"version = 1
[registries."123456789012.dkr.ecr.eu-west-1.amazonaws.com"]
auth = "aws-ecr"
[registries."123456789012.dkr.ecr.us-east-1.amazonaws.com"]
auth = { aws-profile = "prod" }
[registries."acme.azurecr.io"]
auth = "azure"
[registries."gcr.io"]
auth = "google"
[images]
api = { image = "gcr.io/acme/api", constraint = "^1" }
"#,
    );
    let credentials = "[prod]\naws_access_key_id = AKIDPROD\naws_secret_access_key = canary-prod\n";
    let folder = sandbox.home().join(".aws");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("credentials"), credentials).unwrap();
    let output = status(&sandbox).run().exits(0).hides(CANARY);
    let expected = [
        [
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
            "environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
            "",
        ],
        [
            "123456789012.dkr.ecr.us-east-1.amazonaws.com",
            "profile prod of ~/.aws/credentials",
            "",
        ],
        ["acme.azurecr.io", "the managed identity of the machine", ""],
        ["gcr.io", "the Google metadata server", ""],
    ];
    assert_eq!(rows(&output), expected);
    std::fs::write(folder.join("credentials"), "canary").unwrap();
    let output = status(&sandbox)
        .env("AZURE_CLIENT_SECRET", "canary-secret")
        .run()
        .exits(3)
        .hides(CANARY);
    let problems: Vec<_> = rows(&output).into_iter().map(|[_, _, why]| why).collect();
    assert_eq!(
        problems,
        [
            "",
            "line 1 is neither a section nor a setting",
            "AZURE_TENANT_ID is not set",
            ""
        ]
    );
}

#[test]
fn a_lock_is_made_with_the_login_of_a_cloud_or_not_at_all() {
    let (registry, metadata) = (Background::start().unwrap(), Background::answers().unwrap());
    registry
        .store()
        .publish("acme/api", "1.2.3", &TestImage::new("api"));
    registry.require(AuthMode::bearer().user("oauth2accesstoken", "canary-access"));
    let host = registry.address();
    let sandbox = Sandbox::new();
    sandbox.write(
        "images.toml",
        format!(
            "version = 1\n[registries.\"{host}\"]\nauth = \"google\"\n[images]\napi = {{ image = \"{host}/acme/api\", constraint = \"^1\" }}\n"
        ),
    );
    let lock = || {
        let run = sandbox.imagelock(["-vv", "lock"]);
        run.env("GCE_METADATA_HOST", metadata.address())
    };
    let refusal = r#"{"error":"invalid_scope","error_description":"no account"}"#;
    let refusal = Behaviour::always().status(404).json(refusal);
    metadata.on("GET", METADATA, refusal.times(1));
    let output = lock().run().exits(3).hides(CANARY);
    let output = output.complains(&format!(
        "the credentials for {host} in the Google metadata server cannot be used: {} refused (404 invalid_scope): no account",
        metadata.address()
    ));
    output.complains("error[credentials]");
    assert!(!sandbox.exists("images.lock"));
    let token = r#"{"access_token":"canary-access","expires_in":3599}"#;
    let token = Behaviour::always().json(token);
    metadata.on("GET", METADATA, token.header("metadata-flavor", "Google"));
    lock().run().exits(0).hides(CANARY);
    let text = sandbox.read("images.lock");
    assert!(text.contains("1.2.3") && !text.contains(CANARY), "{text}");
}

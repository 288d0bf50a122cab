use std::path::Path;

use imagelock::embedded::{Answers, Behaviour};
use imagelock::registry::cloud::AwsEcr;

use super::support::{
    ECR, Failure, asked, ecr_registry, ecr_token, environment, field, json, tags, write,
};

/// What an instance or a container is given.
const DOCUMENT: &str = r#"{"Code":"Success","AccessKeyId":"AKIDNEAR","SecretAccessKey":"canary-secret-key","Token":"canary-session","Expiration":"2026-11-25T18:00:00Z"}"#;

/// What STS answers.
const ASSUMED: &str = "<AssumeRoleWithWebIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleWithWebIdentityResult><Credentials><SessionToken>canary-session</SessionToken><SecretAccessKey>canary-secret-key</SecretAccessKey><Expiration>2026-11-25T13:00:00Z</Expiration><AccessKeyId>ASIAROLE</AccessKeyId></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>";

/// Lists tags with the sources of an environment; the cloud is at `aws`, its metadata server too.
async fn listed(
    aws: &Answers,
    home: &Path,
    variables: &[(&str, &str)],
) -> (Result<usize, Failure>, String) {
    let registry = ecr_registry().await;
    aws.on("POST", "/ecr", ecr_token());
    let (ecr, sts, metadata) = (aws.url("/ecr"), aws.url("/sts"), aws.url("/imds"));
    let mut all = vec![
        ("AWS_ENDPOINT_URL_ECR", ecr.as_str()),
        ("AWS_ENDPOINT_URL_STS", &sts),
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT", &metadata),
    ];
    all.extend(variables);
    let cloud = AwsEcr::new(environment(&all, home));
    let source = match cloud.source() {
        Ok(source) => source,
        Err(error) => error.to_string(),
    };
    (tags(ECR, &registry.url(""), cloud).await, source)
}

/// Returns the access key with which ECR was asked.
fn key(aws: &Answers) -> String {
    let requests = aws.requests();
    let ecr = requests.iter().find(|request| request.path == "/ecr");
    let header = ecr.unwrap().authorization().unwrap();
    let (_, rest) = header.split_once("Credential=").unwrap();
    rest.split('/').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_web_identity_token_takes_its_role_on() {
    let (aws, home) = (
        Answers::start().await.unwrap(),
        tempfile::tempdir().unwrap(),
    );
    aws.on("POST", "/sts", Behaviour::always().body(ASSUMED));
    let token = write(home.path(), "token", "canary.web.identity\n");
    let (outcome, source) = listed(
        &aws,
        home.path(),
        &[
            ("AWS_WEB_IDENTITY_TOKEN_FILE", &token),
            ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/puller"),
            ("AWS_ROLE_SESSION_NAME", "ci"),
        ],
    )
    .await;
    assert_eq!(outcome.unwrap(), 1);
    assert_eq!(source, format!("the web identity token {token}"));
    assert_eq!(key(&aws), "ASIAROLE");
    let sts = &aws.requests()[0];
    assert_eq!((sts.path.as_str(), sts.authorization()), ("/sts", None));
    for (name, value) in [
        ("Action", "AssumeRoleWithWebIdentity"),
        ("Version", "2011-06-15"),
        ("RoleArn", "arn:aws:iam::123456789012:role/puller"),
        ("RoleSessionName", "ci"),
        ("WebIdentityToken", "canary.web.identity"),
    ] {
        assert_eq!(field(&sts.form, name).as_deref(), Some(value), "{name}");
    }
}

#[tokio::test]
async fn a_role_that_sts_refuses_is_told_in_its_words() {
    let (aws, home) = (
        Answers::start().await.unwrap(),
        tempfile::tempdir().unwrap(),
    );
    let refusal = "<ErrorResponse><Error><Type>Sender</Type><Code>InvalidIdentityToken</Code><Message>No OpenIDConnect provider found in your account for canary.web.identity</Message></Error></ErrorResponse>";
    aws.on(
        "POST",
        "/sts",
        Behaviour::always().status(400).body(refusal),
    );
    let token = write(home.path(), "token", "canary.web.identity");
    let variables = [
        ("AWS_WEB_IDENTITY_TOKEN_FILE", token.as_str()),
        ("AWS_ROLE_ARN", "arn:aws:iam::1:role/x"),
    ];
    let (outcome, _) = listed(&aws, home.path(), &variables).await;
    outcome.unwrap_err().says(&[
        ECR,
        "the web identity token",
        "refused (400 InvalidIdentityToken): No OpenIDConnect provider found in your account for …",
    ]);
    assert_eq!(asked(&aws), ["POST /sts"]);
}

#[tokio::test]
async fn a_container_is_asked_with_the_token_of_its_file_first() {
    let (aws, home) = (
        Answers::start().await.unwrap(),
        tempfile::tempdir().unwrap(),
    );
    aws.on("GET", "/v1/credentials", json(DOCUMENT));
    let file = write(home.path(), "eks", "canary-file-token\n");
    let url = aws.url("/v1/credentials");
    let (outcome, source) = listed(
        &aws,
        home.path(),
        &[
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", &url),
            ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "canary-other-token"),
            ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", &file),
        ],
    )
    .await;
    assert_eq!(outcome.unwrap(), 1);
    assert_eq!(source, "the container's credentials endpoint");
    assert_eq!(aws.requests()[0].authorization(), Some("canary-file-token"));
    assert_eq!(key(&aws), "AKIDNEAR");
}

#[tokio::test]
async fn an_instance_is_asked_by_version_two() {
    let (aws, home) = (
        Answers::start().await.unwrap(),
        tempfile::tempdir().unwrap(),
    );
    let roles = "/imds/latest/meta-data/iam/security-credentials/";
    aws.on("PUT", "/imds/latest/api/token", json("canary-imds-token"));
    aws.on("GET", roles, Behaviour::always().body("my-role\n"));
    aws.on("GET", &format!("{roles}my-role"), json(DOCUMENT));
    let (outcome, source) = listed(&aws, home.path(), &[]).await;
    assert_eq!(outcome.unwrap(), 1);
    assert_eq!(source, "the EC2 metadata server");
    assert_eq!(
        asked(&aws),
        [
            "PUT /imds/latest/api/token".to_owned(),
            format!("GET {roles}"),
            format!("GET {roles}my-role"),
            "POST /ecr".to_owned(),
        ]
    );
    let requests = aws.requests();
    let seconds = requests[0].header("x-aws-ec2-metadata-token-ttl-seconds");
    assert_eq!(seconds, Some("300"));
    for request in &requests[1..3] {
        let token = request.header("x-aws-ec2-metadata-token");
        assert_eq!(token, Some("canary-imds-token"));
    }
}

#[tokio::test]
async fn without_any_source_all_of_them_are_named() {
    let (aws, home) = (
        Answers::start().await.unwrap(),
        tempfile::tempdir().unwrap(),
    );
    // A machine without a role, no machine at all, and one that must not be asked.
    aws.on("PUT", "/imds/latest/api/token", json("canary-imds-token"));
    let (outcome, _) = listed(&aws, home.path(), &[]).await;
    let words = [
        "AWS_ACCESS_KEY_ID",
        "~/.aws",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS",
        "no EC2 metadata server with a role answers",
        "run `aws configure`",
    ];
    outcome.unwrap_err().says(&words);
    aws.forget_answers();
    aws.on(
        "PUT",
        "/imds/latest/api/token",
        Behaviour::always().hang_up(),
    );
    let (outcome, _) = listed(&aws, home.path(), &[]).await;
    outcome.unwrap_err().says(&words);
    aws.forget_requests();
    let disabled = [("AWS_EC2_METADATA_DISABLED", "true")];
    let (outcome, _) = listed(&aws, home.path(), &disabled).await;
    outcome
        .unwrap_err()
        .says(&["switched off by AWS_EC2_METADATA_DISABLED"]);
    assert_eq!(asked(&aws).len(), 0);
}

#[tokio::test]
async fn the_first_source_that_is_there_is_used() {
    let home = tempfile::tempdir().unwrap();
    let profile = "[default]\naws_access_key_id = AKIDPROFILE\naws_secret_access_key = canary-p\n";
    write(home.path(), ".aws/credentials", profile);
    let token = write(home.path(), "token", "canary.web.identity");
    let all = [
        ("AWS_ACCESS_KEY_ID", "AKIDENV"),
        ("AWS_SECRET_ACCESS_KEY", "canary-e"),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", token.as_str()),
        ("AWS_ROLE_ARN", "arn:aws:iam::1:role/x"),
        ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x"),
    ];
    let source = |variables: &[(&str, &str)], home: &Path| {
        AwsEcr::new(environment(variables, home)).source().unwrap()
    };
    assert_eq!(
        source(&all, home.path()),
        "environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
    );
    assert_eq!(
        source(&all[2..], home.path()),
        "profile default of ~/.aws/credentials"
    );
    let nowhere = Path::new("/nowhere");
    let identity = format!("the web identity token {token}");
    assert_eq!(source(&all[2..], nowhere), identity);
    let container = "the container's credentials endpoint";
    assert_eq!(source(&all[4..], nowhere), container);
    assert_eq!(source(&[], nowhere), "the EC2 metadata server");
}

#[tokio::test]
async fn a_source_that_is_there_and_broken_is_an_error_and_the_next_is_not_used() {
    let (aws, home) = (
        Answers::start().await.unwrap(),
        tempfile::tempdir().unwrap(),
    );
    let id = ("AWS_ACCESS_KEY_ID", "AKIDENV");
    let secret = ("AWS_SECRET_ACCESS_KEY", "canary-e");
    let missing = home.path().join("missing").display().to_string();
    let empty = write(home.path(), "empty", " \n");
    let large = write(home.path(), "large", &"canary".repeat(1 << 18));
    let arn = ("AWS_ROLE_ARN", "arn:aws:iam::1:role/x");
    let file = |path| ("AWS_WEB_IDENTITY_TOKEN_FILE", path);
    let full = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
    let token = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
    let here = aws.url("/v1");
    for (variables, words) in [
        (vec![id], "AWS_SECRET_ACCESS_KEY is not set"),
        (vec![secret], "AWS_ACCESS_KEY_ID is not set"),
        (
            vec![
                id,
                secret,
                ("AWS_CREDENTIAL_EXPIRATION", "2026-11-25T11:00:00Z"),
            ],
            "they expired at 2026-11-25T11:00:00Z",
        ),
        (
            vec![id, secret, ("AWS_SESSION_TOKEN", "canary\nx")],
            "characters that no header can carry",
        ),
        (vec![file(missing.as_str())], "AWS_ROLE_ARN is not set"),
        (vec![file(missing.as_str()), arn], "does not exist"),
        (vec![file(empty.as_str()), arn], "is empty"),
        (vec![file(large.as_str()), arn], "is larger than 1 MiB"),
        (
            vec![(full, "http://credentials.example.com/")],
            "must be an `https` URL",
        ),
        (
            vec![(full, &here), (token, "canary\r\nx: y")],
            "its authorization token cannot be used",
        ),
        (
            vec![id, secret, ("AWS_ENDPOINT_URL_ECR", "canary")],
            "`AWS_ENDPOINT_URL_ECR` is not a URL",
        ),
    ] {
        let (outcome, _) = listed(&aws, home.path(), &variables).await;
        outcome.unwrap_err().says(&[words]);
    }
    assert_eq!(asked(&aws).len(), 0);
}

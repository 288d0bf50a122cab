use std::path::Path;

use imagelock::embedded::{Answers, AuthMode as Wanted, Behaviour, Gate, TestImage};
use imagelock::image::Repository;
use imagelock::registry::cloud::AwsEcr;
use imagelock::registry::{Auth, Client};

use super::support::{
    ECR, asked, builder, ecr_registry, ecr_token, environment, public_token, registry, tags,
};

const NOWHERE: &str = "/nowhere";

/// The variables of an access key, with ECR at a URL.
fn variables<'text>(ecr: &'text str, public: &'text str) -> Vec<(&'text str, &'text str)> {
    vec![
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "canary-secret-key"),
        ("AWS_SESSION_TOKEN", "canary-session"),
        ("AWS_ENDPOINT_URL_ECR", ecr),
        ("AWS_ENDPOINT_URL_ECR_PUBLIC", public),
    ]
}

#[tokio::test]
async fn ecr_is_asked_in_its_own_words_and_its_answer_logs_in() {
    let (registry, aws) = (ecr_registry().await, Answers::start().await.unwrap());
    aws.on("POST", "/ecr", ecr_token());
    let ecr = aws.url("/ecr");
    let environment = environment(&variables(&ecr, ""), Path::new(NOWHERE));
    let cloud = AwsEcr::new(environment);
    assert_eq!(tags(ECR, &registry.url(""), cloud).await.unwrap(), 1);
    let [request] = &aws.requests()[..] else {
        panic!("{:?}", aws.requests());
    };
    assert_eq!(request.form, "{}");
    let header = |name: &str| request.header(name).unwrap_or_default();
    assert_eq!(
        header("x-amz-target"),
        "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken"
    );
    assert_eq!(header("content-type"), "application/x-amz-json-1.1");
    assert_eq!(header("x-amz-date"), "20261125T120000Z");
    assert_eq!(header("x-amz-security-token"), "canary-session");
    let signed = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261125/eu-west-1/ecr/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, Signature=";
    assert!(header("authorization").starts_with(signed));
    // The key itself signs and stays here.
    assert!(!request.contains("canary-secret-key"));
    let first = &registry.requests()[0];
    assert_eq!(first.authorization(), None);
}

#[tokio::test]
async fn one_login_serves_all_accounts_of_a_region_and_no_other_region() {
    let (registry, aws) = (ecr_registry().await, Answers::start().await.unwrap());
    let gate = Gate::new();
    aws.on("POST", "/ecr", ecr_token().wait_at(&gate));
    let ecr = aws.url("/ecr");
    let cloud = AwsEcr::new(environment(&variables(&ecr, ""), Path::new(NOWHERE)));
    let names = [
        ECR,
        "210987654321.dkr.ecr.eu-west-1.amazonaws.com",
        "123456789012.dkr.ecr.us-east-1.amazonaws.com",
        "123456789012.dkr.ecr-fips.us-east-1.amazonaws.com",
    ];
    let mut client = Client::builder();
    for name in names {
        client = client
            .endpoint(name, registry.url("").parse().unwrap())
            .auth(name, Auth::Cloud(cloud.clone().into()));
    }
    for repository in ["team/b", "team/c"] {
        let image = TestImage::new(repository);
        registry.store().publish(repository, "1", &image);
    }
    let client = client.build().unwrap();
    let all = names.iter().flat_map(|name| {
        ["team/app", "team/b", "team/c"].map(|path| {
            let client = &client;
            let repository = Repository::new(name, path).unwrap();
            async move { client.tags(&repository).await }
        })
    });
    let all = futures_util::future::join_all(all);
    let (tags, ()) = tokio::join!(all, async {
        gate.arrived(3).await;
        gate.open();
    });
    assert!(tags.iter().all(Result::is_ok));
    // One for eu-west-1, one for us-east-1, one for its FIPS endpoint.
    assert_eq!(aws.requests().len(), 3);
}

#[tokio::test]
async fn the_public_registry_logs_in_in_its_one_region() {
    let wanted = Wanted::bearer().user("AWS", "canary-ecr-password");
    let (registry, aws) = (registry(wanted).await, Answers::start().await.unwrap());
    aws.on("POST", "/public", public_token());
    let public = aws.url("/public");
    let mut variables = variables("http://localhost:1", &public);
    variables.push(("AWS_REGION", "eu-central-1"));
    let cloud = AwsEcr::new(environment(&variables, Path::new(NOWHERE)));
    let found = tags("public.ecr.aws", &registry.url(""), cloud).await;
    assert_eq!(found.unwrap(), 1);
    let request = &aws.requests()[0];
    assert_eq!(
        request.header("x-amz-target"),
        Some("SpencerFrontendService.GetAuthorizationToken")
    );
    let signed = request.authorization().unwrap();
    assert!(
        signed.contains("/us-east-1/ecr-public/aws4_request"),
        "{signed}"
    );
}

#[tokio::test]
async fn an_open_registry_needs_no_login_and_a_refused_one_is_told() {
    let aws = Answers::start().await.unwrap();
    let ecr = aws.url("/ecr");
    let cloud = AwsEcr::new(environment(&variables(&ecr, ""), Path::new(NOWHERE)));
    let open = imagelock::embedded::Registry::start().await.unwrap();
    open.store()
        .publish("team/app", "1", &TestImage::new("app"));
    tags(ECR, &open.url(""), cloud.clone()).await.unwrap();
    assert_eq!(asked(&aws).len(), 0);
    let refusal = r#"{"__type":"UnrecognizedClientException","message":"The security token included in the request is invalid: canary-session"}"#;
    aws.on(
        "POST",
        "/ecr",
        Behaviour::always().status(400).json(refusal),
    );
    let registry = ecr_registry().await;
    let failure = tags(ECR, &registry.url(""), cloud).await.unwrap_err();
    failure.says(&[
        &format!("the credentials for {ECR} in environment variables AWS_ACCESS_KEY_ID"),
        "refused (400 UnrecognizedClientException): The security token included in the request is invalid: …",
    ]);
}

#[tokio::test]
async fn what_is_refused_once_is_not_asked_again_for_each_image() {
    let (registry, aws) = (ecr_registry().await, Answers::start().await.unwrap());
    aws.on("POST", "/ecr", Behaviour::always().status(403).json("{}"));
    let ecr = aws.url("/ecr");
    let cloud = AwsEcr::new(environment(&variables(&ecr, ""), Path::new(NOWHERE)));
    let client = builder(ECR, &registry.url(""), cloud).build().unwrap();
    for path in ["team/app", "team/b", "team/c"] {
        let repository = Repository::new(ECR, path).unwrap();
        client.tags(&repository).await.unwrap_err();
    }
    assert_eq!(aws.requests().len(), 1);
}

#[tokio::test]
async fn another_registry_is_told_to_be_none_of_amazon() {
    let registry = ecr_registry().await;
    let cloud = AwsEcr::new(environment(&variables("", ""), Path::new(NOWHERE)));
    let failure = tags("ghcr.io", &registry.url(""), cloud).await;
    failure
        .unwrap_err()
        .says(&["`ghcr.io` is not a registry of Amazon ECR"]);
}

#[tokio::test]
async fn the_status_names_the_source_and_asks_nobody() {
    let cloud = AwsEcr::new(environment(&variables("", ""), Path::new(NOWHERE)));
    let client = builder(ECR, "http://localhost:1", cloud).build().unwrap();
    let status = client.credential_status(ECR, "team/app").await.unwrap();
    assert_eq!(
        status.source.as_deref(),
        Some("environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
    );
    assert_eq!((status.kind, status.expires), (None, None));
}

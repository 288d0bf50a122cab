use std::path::Path;

use imagelock::embedded::{Answers, Behaviour};
use imagelock::registry::cloud::AwsEcr;

use super::support::{
    ECR, Failure, asked, ecr_registry, ecr_token, environment, field, json, tags, write,
};

const CONFIG: &str = "\
[default]
region = eu-central-1

[profile prod]
aws_access_key_id = AKIDCONFIG
aws_secret_access_key = canary-config-key

[profile role]
role_arn = arn:aws:iam::123456789012:role/puller
source_profile = keys
external_id = the-id
region = us-west-2

[profile instance]
role_arn = arn:aws:iam::123456789012:role/puller
credential_source = Ec2InstanceMetadata

[profile circle]
role_arn = arn:aws:iam::1:role/x
source_profile = other-half

[profile other-half]
role_arn = arn:aws:iam::1:role/y
source_profile = circle

[profile process]
credential_process = /bin/echo canary-process

[profile device]
role_arn = arn:aws:iam::1:role/x
source_profile = keys
mfa_serial = arn:aws:iam::1:mfa/me

[profile empty]
region = eu-west-1

[profile sso]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = ReadOnly

[sso-session corp]
sso_region = eu-west-1
sso_start_url = https://corp.awsapps.com/start
";
const CREDENTIALS: &str = "\
[keys]
aws_access_key_id = AKIDKEYS
aws_secret_access_key = canary-profile-key
";
const ASSUMED: &str = "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>canary-secret-key</SecretAccessKey><SessionToken>canary-session</SessionToken><Expiration>2026-11-25T13:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>";
/// Named by the SHA-1 of `corp`.
const SESSION_FILE: &str = ".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";

fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    write(home.path(), ".aws/config", CONFIG);
    write(home.path(), ".aws/credentials", CREDENTIALS);
    home
}

async fn listed(aws: &Answers, home: &Path, profile: &str) -> (Result<usize, Failure>, String) {
    let registry = ecr_registry().await;
    aws.on("POST", "/ecr", ecr_token());
    let endpoints = ["/ecr", "/sts", "/sso/", "/imds"].map(|path| aws.url(path));
    let variables = [
        ("AWS_ENDPOINT_URL_ECR", endpoints[0].as_str()),
        ("AWS_ENDPOINT_URL_STS", &endpoints[1]),
        ("AWS_ENDPOINT_URL_SSO", &endpoints[2]),
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT", &endpoints[3]),
        // A profile that the config names goes before these.
        ("AWS_ACCESS_KEY_ID", "AKIDENV"),
        ("AWS_SECRET_ACCESS_KEY", "canary-e"),
    ];
    let cloud = AwsEcr::new(environment(&variables, home)).profile(profile);
    let source = match cloud.source() {
        Ok(source) => source,
        Err(error) => error.to_string(),
    };
    (tags(ECR, &registry.url(""), cloud).await, source)
}

#[tokio::test]
async fn a_profile_has_its_key_in_either_file() {
    let home = home();
    for (profile, key, file) in [
        ("keys", "AKIDKEYS", "credentials"),
        ("prod", "AKIDCONFIG", "config"),
    ] {
        let aws = Answers::start().await.unwrap();
        let (outcome, source) = listed(&aws, home.path(), profile).await;
        assert_eq!(outcome.unwrap(), 1);
        assert_eq!(source, format!("profile {profile} of ~/.aws/{file}"));
        let header = aws.requests()[0].authorization().unwrap().to_owned();
        // The registry's region, not the profile's.
        assert!(header.contains(&format!("{key}/20261125/eu-west-1/ecr")));
    }
}

#[tokio::test]
async fn variables_name_the_files_and_the_profile() {
    let (home, aws) = (home(), Answers::start().await.unwrap());
    let file = "[ci]\naws_access_key_id = AKIDCI\naws_secret_access_key = canary-ci\n";
    let file = write(home.path(), "elsewhere", file);
    aws.on("POST", "/", ecr_token());
    let registry = ecr_registry().await;
    let url = aws.url("");
    let variables = [
        ("AWS_PROFILE", "ci"),
        ("AWS_SHARED_CREDENTIALS_FILE", file.as_str()),
        ("AWS_ENDPOINT_URL", &url),
    ];
    let cloud = AwsEcr::new(environment(&variables, home.path()));
    assert_eq!(cloud.source().unwrap(), "profile ci of ~/elsewhere");
    tags(ECR, &registry.url(""), cloud).await.unwrap();
    assert_eq!(asked(&aws), ["POST /"]);
}

#[tokio::test]
async fn a_role_is_taken_on_with_the_key_of_another_profile() {
    let (home, aws) = (home(), Answers::start().await.unwrap());
    aws.on("POST", "/sts", Behaviour::always().body(ASSUMED));
    let (outcome, source) = listed(&aws, home.path(), "role").await;
    assert_eq!(outcome.unwrap(), 1);
    assert_eq!(source, "profile role of ~/.aws/config");
    let [sts, ecr] = &aws.requests()[..] else {
        panic!("{:?}", asked(&aws));
    };
    let signed = sts.authorization().unwrap();
    assert!(
        signed.contains("AKIDKEYS/20261125/us-west-2/sts/"),
        "{signed}"
    );
    for (name, value) in [
        ("Action", "AssumeRole"),
        ("RoleArn", "arn:aws:iam::123456789012:role/puller"),
        ("RoleSessionName", "imagelock"),
        ("ExternalId", "the-id"),
    ] {
        assert_eq!(field(&sts.form, name).as_deref(), Some(value), "{name}");
    }
    assert!(ecr.authorization().unwrap().contains("ASIAROLE/"));
    assert_eq!(ecr.header("x-amz-security-token"), Some("canary-session"));
}

#[tokio::test]
async fn a_role_may_stand_on_the_instance() {
    let (home, aws) = (home(), Answers::start().await.unwrap());
    let roles = "/imds/latest/meta-data/iam/security-credentials/";
    aws.on("PUT", "/imds/latest/api/token", json("canary-imds-token"));
    aws.on("GET", roles, Behaviour::always().body("node"));
    let document =
        r#"{"AccessKeyId":"AKIDNODE","SecretAccessKey":"canary-node","Token":"canary-session"}"#;
    aws.on("GET", &format!("{roles}node"), json(document));
    aws.on("POST", "/sts", Behaviour::always().body(ASSUMED));
    let (outcome, _) = listed(&aws, home.path(), "instance").await;
    assert_eq!(outcome.unwrap(), 1);
    let requests = aws.requests();
    let sts = requests.iter().find(|request| request.path == "/sts");
    assert!(sts.unwrap().authorization().unwrap().contains("AKIDNODE/"));
}

#[tokio::test]
async fn a_session_of_the_identity_center_gives_the_key_of_its_role() {
    let (home, aws) = (home(), Answers::start().await.unwrap());
    let kept = r#"{"startUrl":"https://corp.awsapps.com/start","region":"eu-west-1","accessToken":"canary-sso-token","expiresAt":"2026-11-25T20:00:00Z"}"#;
    let file = write(home.path(), SESSION_FILE, kept);
    let body = r#"{"roleCredentials":{"accessKeyId":"ASIASSO","secretAccessKey":"canary-secret","sessionToken":"canary-session","expiration":1795640400000}}"#;
    aws.on("GET", "/sso/federation/credentials", json(body));
    let (outcome, source) = listed(&aws, home.path(), "sso").await;
    assert_eq!(outcome.unwrap(), 1);
    assert_eq!(source, "profile sso of ~/.aws/config");
    let request = &aws.requests()[0];
    assert_eq!(
        request.path,
        "/sso/federation/credentials?role_name=ReadOnly&account_id=123456789012"
    );
    let token = request.header("x-amz-sso_bearer_token");
    assert_eq!(token, Some("canary-sso-token"));
    std::fs::write(&file, kept.replace("T20:", "T11:")).unwrap();
    let (outcome, _) = listed(&aws, home.path(), "sso").await;
    outcome.unwrap_err().says(&[
        "profile sso of ~/.aws/config",
        "its session ended at 2026-11-25T11:00:00Z: run `aws sso login --profile sso`",
    ]);
    std::fs::write(&file, "canary").unwrap();
    let (outcome, _) = listed(&aws, home.path(), "sso").await;
    outcome.unwrap_err().says(&["is not a session"]);
    std::fs::remove_file(&file).unwrap();
    let (outcome, _) = listed(&aws, home.path(), "sso").await;
    outcome
        .unwrap_err()
        .says(&["nobody is logged in: run `aws sso login --profile sso`"]);
}

#[tokio::test]
async fn a_profile_that_cannot_be_used_says_why_and_nothing_else_is_used() {
    let (home, aws) = (home(), Answers::start().await.unwrap());
    for (profile, words) in [
        (
            "none",
            "there is no such profile with credentials in ~/.aws/credentials and ~/.aws/config",
        ),
        ("empty", "there is no such profile with credentials"),
        ("circle", "from profile to profile without an end"),
        ("process", "imagelock runs no command that a file names"),
        ("device", "`mfa_serial`"),
    ] {
        let (outcome, source) = listed(&aws, home.path(), profile).await;
        outcome
            .unwrap_err()
            .says(&[words, &format!("profile {profile}")]);
        assert!(source.contains(words), "{source}");
    }
    write(home.path(), ".aws/config", "[profile x]\ncanary\n");
    let (outcome, _) = listed(&aws, home.path(), "keys").await;
    outcome
        .unwrap_err()
        .says(&["in ~/.aws/config cannot be used: line 2 is neither"]);
    assert_eq!(asked(&aws).len(), 0);
}

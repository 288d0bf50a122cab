//! Amazon's interfaces as `moto` has them, before a real registry that takes the login they give.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use imagelock::embedded::TestImage;
use imagelock::image::{Repository, Tag};
use imagelock::registry::cloud::AwsEcr;
use imagelock::registry::{Auth, Client};
use serde_json::Value;

use super::support::{ECR, environment, write};
use crate::support::distribution::{Distribution, client};
use crate::support::programs::runs;

const PROGRAM: &str = "moto_server";
const PATIENCE: Duration = Duration::from_secs(60);

/// A running `moto_server`; it ends when this is dropped.
struct Moto {
    child: Child,
    url: String,
}

impl Moto {
    fn start() -> Option<Self> {
        if !runs(PROGRAM, &["--help"]) {
            return None;
        }
        let mut child = Command::new(PROGRAM)
            .args(["-H", "127.0.0.1", "-p", "0"])
            .env("PYTHONUNBUFFERED", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stderr = child.stderr.take().unwrap();
        let mut moto = Self {
            child,
            url: String::new(),
        };
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                let _nobody_listens = sender.send(line);
            }
        });
        let mut seen = Vec::new();
        while moto.url.is_empty() {
            let line = lines.recv_timeout(PATIENCE);
            let line = line.unwrap_or_else(|_| panic!("{PROGRAM} does not listen: {seen:?}"));
            if let Some((_, url)) = line.split_once("Running on ") {
                url.trim().clone_into(&mut moto.url);
            }
            seen.push(line);
        }
        Some(moto)
    }

    /// Makes a request as the AWS SDKs do; moto looks at the service in the header alone.
    async fn ask(&self, operation: &str, body: &str) -> Value {
        let answer = client()
            .post(&self.url)
            .header("content-type", "application/x-amz-json-1.1")
            .header(
                "x-amz-target",
                format!("AmazonEC2ContainerRegistry_V20150921.{operation}"),
            )
            .header(
                "authorization",
                "AWS4-HMAC-SHA256 Credential=X/20261125/eu-west-1/ecr/aws4_request, SignedHeaders=host, Signature=x",
            )
            .body(body.to_owned())
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 200, "{answer:?}");
        serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        // Both fail only if it has ended by itself.
        let _ended = self.child.kill();
        let _status = self.child.wait();
    }
}

#[tokio::test]
async fn the_login_that_ecr_gives_opens_its_registry() {
    let Some(moto) = Moto::start() else {
        return;
    };
    let created = moto
        .ask("CreateRepository", r#"{"repositoryName":"team/app"}"#)
        .await;
    let uri = created["repository"]["repositoryUri"].as_str();
    assert_eq!(uri, Some(format!("{ECR}/team/app").as_str()));
    let login = moto.ask("GetAuthorizationToken", "{}").await;
    let token = &login["authorizationData"][0]["authorizationToken"];
    let login = STANDARD.decode(token.as_str().unwrap()).unwrap();
    let login = String::from_utf8(login).unwrap();
    let (user, password) = login.split_once(':').unwrap();
    let Some(registry) = Distribution::start_with(user, password) else {
        return;
    };
    let image = TestImage::new("app").platforms(["linux/amd64", "linux/arm64"]);
    let digest = registry.push("team/app", "1.0", &image).await;

    let home = tempfile::tempdir().unwrap();
    let web = write(home.path(), "token", "a.web.token");
    for variables in [
        vec![
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "canary-key"),
            ("AWS_ENDPOINT_URL", moto.url.as_str()),
        ],
        vec![
            ("AWS_WEB_IDENTITY_TOKEN_FILE", web.as_str()),
            ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/puller"),
            ("AWS_ENDPOINT_URL", moto.url.as_str()),
        ],
    ] {
        let cloud = AwsEcr::new(environment(&variables, home.path()));
        let client = Client::builder()
            .endpoint(ECR, registry.url("/").parse().unwrap())
            .auth(ECR, Auth::Cloud(cloud.into()))
            .build()
            .unwrap();
        let repository = Repository::new(ECR, "team/app").unwrap();
        let tags = client.tags(&repository).await.unwrap();
        assert_eq!(tags.len(), 1);
        let tag = Tag::parse("1.0").unwrap();
        let pinned = client.head(&repository, &tag.into()).await.unwrap();
        assert_eq!(pinned, digest);
    }
    // Without the login nothing is to be had.
    let client = Client::builder()
        .endpoint(ECR, registry.url("/").parse().unwrap())
        .auth(ECR, Auth::Anonymous)
        .build()
        .unwrap();
    let repository = Repository::new(ECR, "team/app").unwrap();
    assert!(client.tags(&repository).await.is_err());
}

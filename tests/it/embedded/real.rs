//! The profile of distribution 2.8 beside the program itself.

use std::process::Command;

use imagelock::embedded::{Profile, Store, TestImage};
use imagelock::image::media_type;
use reqwest::header::ACCEPT;
use reqwest::{Client, Method};
use serde_json::Value;

use crate::support::distribution::{Distribution, client};

/// What a client goes by in an answer; lists are sorted, since they have no order there.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    status: u16,
    content_type: String,
    digest: Option<String>,
    link: Option<String>,
    body: String,
}

async fn ask(client: &Client, origin: &str, method: Method, path: &str) -> Seen {
    let request = client.request(method, format!("{origin}{path}"));
    let answer = request.header(ACCEPT, media_type::ACCEPT).send().await;
    let answer = answer.unwrap();
    let header = |name: &str| {
        let value = answer.headers().get(name)?;
        Some(value.to_str().unwrap().to_owned())
    };
    let (digest, link) = (header("docker-content-digest"), header("link"));
    let content_type = media_type::essence(&header("content-type").unwrap_or_default());
    let status = answer.status().as_u16();
    let text = answer.text().await.unwrap();
    let body = match serde_json::from_str::<Value>(&text) {
        Ok(Value::Object(mut document)) if document.contains_key("tags") => {
            if let Some(tags) = document["tags"].as_array_mut() {
                tags.sort_by_key(ToString::to_string);
            }
            Value::Object(document).to_string()
        }
        // The code counts, not the words.
        Ok(document) if document["errors"].is_array() => document["errors"][0]["code"].to_string(),
        _ => text,
    };
    Seen {
        status,
        content_type,
        digest,
        link,
        body,
    }
}

fn is_2_8() -> bool {
    let output = Command::new("docker-registry").arg("--version").output();
    let version = String::from_utf8(output.unwrap().stdout).unwrap();
    version.contains(" v2.8") || version.contains(" 2.8")
}

#[tokio::test]
async fn the_profile_answers_as_distribution_does() {
    let Some(real) = Distribution::start() else {
        return;
    };
    if !is_2_8() {
        return;
    }
    let profile = Profile::named("distribution-2.8").unwrap();
    let open = profile.with_auth(imagelock::embedded::AuthMode::open);
    let registry = open.start(Store::new()).await.unwrap();
    let client = client();
    let (one, two) = (real.url(""), registry.url(""));
    let image = TestImage::new("app").platforms(["linux/amd64", "linux/arm64"]);
    for tag in ["1.0", "1.1", "b", "a", "latest"] {
        let pushed = real.push("team/app", tag, &image).await;
        let published = registry.store().publish("team/app", tag, &image);
        assert_eq!(pushed, published);
    }
    let digest = registry.store().digest("team/app", "1.0").unwrap();
    for (method, path) in [
        (Method::GET, "tags/list".to_owned()),
        (Method::GET, "tags/list?n=2".into()),
        (Method::GET, "tags/list?n=2&last=1.0".into()),
        (Method::HEAD, "manifests/1.0".into()),
        (Method::GET, "manifests/1.0".into()),
        (Method::GET, format!("manifests/{digest}")),
        (Method::GET, "manifests/2.0".into()),
        (Method::HEAD, "manifests/2.0".into()),
        (Method::GET, format!("referrers/{digest}")),
        (Method::GET, format!("blobs/{digest}")),
    ] {
        let path = format!("/v2/team/app/{path}");
        let real = ask(&client, &one, method.clone(), &path).await;
        let ours = ask(&client, &two, method, &path).await;
        assert_eq!(ours, real, "{path}");
    }
    for path in ["tags/list", "manifests/1.0"] {
        let path = format!("/v2/team/none/{path}");
        let real = ask(&client, &one, Method::GET, &path).await;
        let ours = ask(&client, &two, Method::GET, &path).await;
        assert_eq!(ours, real, "{path}");
    }
}

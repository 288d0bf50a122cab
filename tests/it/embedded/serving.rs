//! What is served, and to whom.

use std::process::Command;

use imagelock::embedded::{
    AuthMode, Background, Behaviour, Operation, Registry, TestImage, sample,
};
use imagelock::image::{Digest, media_type};
use reqwest::StatusCode;
use reqwest::header::ACCEPT;
use serde_json::{Value, json};

use super::support::{error_code, get, json_of, status, text, with_app};
use crate::support::distribution::{client, push_image};
use crate::support::programs::installed;

#[tokio::test]
async fn a_manifest_comes_with_its_digest_type_and_length() {
    let (registry, digest) = with_app().await;
    let path = "/v2/team/app/manifests/1.0";
    let answer = get(&registry, path).await;
    let headers = answer.headers().clone();
    let body = answer.bytes().await.unwrap();
    assert!(digest.verify(&body));
    assert_eq!(
        text(&headers, "docker-content-digest"),
        Some(digest.as_str())
    );
    assert_eq!(text(&headers, "content-type"), Some(media_type::OCI_INDEX));

    let request = client().head(registry.url(path));
    let head = request
        .header(ACCEPT, media_type::ACCEPT)
        .send()
        .await
        .unwrap();
    for name in [
        "docker-content-digest",
        "content-type",
        "content-length",
        "etag",
    ] {
        assert_eq!(head.headers().get(name), headers.get(name), "{name}");
    }
    assert_eq!(registry.count(Operation::ManifestHead), 1);
    assert_eq!(registry.requests()[0].status, Some(200));

    let request = client()
        .get(registry.url(path))
        .header(ACCEPT, media_type::ACCEPT);
    let again = request.header("if-none-match", &headers["etag"]);
    assert_eq!(again.send().await.unwrap().status(), 304);
}

#[tokio::test]
async fn what_is_not_accepted_is_not_served() {
    let (registry, digest) = with_app().await;
    let path = "/v2/team/app/manifests/1.0";
    let request = client().get(registry.url(path)).header(ACCEPT, "*/*");
    let body = json_of(request.send().await.unwrap()).await;
    assert_eq!(error_code(&body), "MANIFEST_UNKNOWN");
    assert!(
        body.to_string().contains("does not support OCI indexes"),
        "{body}"
    );

    let list = TestImage::new("old")
        .docker()
        .platforms(["linux/arm64", "linux/amd64"]);
    let list = registry.store().publish("team/old", "1", &list);
    let ask = |reference: &str| {
        let path = format!("/v2/team/old/manifests/{reference}");
        let request = client().get(registry.url(&path));
        request.header(ACCEPT, media_type::DOCKER_MANIFEST).send()
    };
    let child = ask("1").await.unwrap();
    assert_eq!(
        text(child.headers(), "content-type"),
        Some(media_type::DOCKER_MANIFEST)
    );
    let by_digest = ask(list.as_str()).await.unwrap();
    assert_eq!(
        text(by_digest.headers(), "content-type"),
        Some(media_type::DOCKER_LIST)
    );
    assert_ne!(list, digest);
}

#[tokio::test]
async fn what_is_missing_has_the_right_code() {
    let (registry, digest) = with_app().await;
    let cases = [
        ("/v2/team/app/manifests/2.0".to_owned(), "MANIFEST_UNKNOWN"),
        ("/v2/team/none/manifests/1.0".to_owned(), "NAME_UNKNOWN"),
        ("/v2/team/none/tags/list".to_owned(), "NAME_UNKNOWN"),
        (format!("/v2/team/app/blobs/{digest}"), "BLOB_UNKNOWN"),
    ];
    for (path, code) in cases {
        let answer = get(&registry, &path).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
        assert_eq!(error_code(&json_of(answer).await), code, "{path}");
    }
    assert_eq!(status(&registry, "/v2/").await, 200);
}

#[tokio::test]
async fn lists_have_pages() {
    let registry = Registry::start().await.unwrap();
    sample::many(registry.store(), "team/app", 1, 5);
    let list = "/v2/team/app-000/tags/list";
    registry.behave(Behaviour::on(Operation::Tags).page_size(2));

    let first = get(&registry, &format!("{list}?n=1000")).await;
    let link = text(first.headers(), "link").unwrap().to_owned();
    assert_eq!(link, format!("<{list}?last=1.0.1&n=1000>; rel=\"next\""));
    assert_eq!(json_of(first).await["tags"], json!(["1.0.0", "1.0.1"]));
    let end = get(&registry, &format!("{list}?last=1.0.3")).await;
    assert_eq!(text(end.headers(), "link"), None);
    assert_eq!(json_of(end).await["tags"], json!(["1.0.4"]));
    assert_eq!(status(&registry, &format!("{list}?n=many")).await, 400);

    let link_with = async |behaviour: Behaviour| {
        registry.behave_well();
        registry.behave(behaviour.page_size(2));
        let answer = get(&registry, list).await;
        text(answer.headers(), "link").unwrap().to_owned()
    };
    let tags = || Behaviour::on(Operation::Tags);
    let absolute = link_with(tags().absolute_links()).await;
    assert!(
        absolute.starts_with(&format!("<{}?", registry.url(list))),
        "{absolute}"
    );
    let away = link_with(tags().links_to("http://elsewhere.test")).await;
    assert!(away.starts_with("<http://elsewhere.test/v2/"), "{away}");
    assert_eq!(
        link_with(tags().link_loop()).await,
        format!("<{list}>; rel=\"next\"")
    );
    let endless = link_with(tags().endless_pages()).await;
    assert!(endless.contains("last=endless-0"), "{endless}");
}

#[tokio::test]
async fn a_token_opens_one_repository() {
    let (registry, _) = with_app().await;
    registry
        .store()
        .publish("team/other", "1", &TestImage::new("other"));
    registry.require(AuthMode::bearer().user("bot", "secret").expires_in(300));
    let path = "/v2/team/app/tags/list";
    let refused = get(&registry, path).await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    let challenge = text(refused.headers(), "www-authenticate").unwrap();
    let realm = registry.url("/token");
    let expected = format!(
        "Bearer realm=\"{realm}\",service=\"registry.example.com\",scope=\"repository:team/app:pull\""
    );
    assert_eq!(challenge, expected);

    let realm = format!("{realm}?service=registry.example.com&scope=repository:team/app:pull");
    assert_eq!(client().get(&realm).send().await.unwrap().status(), 401);
    let request = client().get(&realm).basic_auth("bot", Some("secret"));
    let body = json_of(request.send().await.unwrap()).await;
    assert_eq!(body["expires_in"], 300);
    let token = body["token"].as_str().unwrap();

    let with_token = async |path: &str| {
        let request = client().get(registry.url(path)).bearer_auth(token);
        let answer = request.send().await.unwrap();
        let challenge = text(answer.headers(), "www-authenticate").unwrap_or_default();
        (answer.status().as_u16(), challenge.to_owned())
    };
    assert_eq!(with_token(path).await.0, 200);
    let (status, challenge) = with_token("/v2/team/other/tags/list").await;
    assert_eq!(status, 401);
    assert!(
        challenge.contains("error=\"insufficient_scope\""),
        "{challenge}"
    );
    registry.revoke_tokens();
    let (status, challenge) = with_token(path).await;
    assert_eq!(status, 401);
    assert!(challenge.contains("error=\"invalid_token\""), "{challenge}");
    assert_eq!(registry.count(Operation::Token), 2);
}

#[tokio::test]
async fn anybody_may_have_a_token_for_pulling_where_that_is_allowed() {
    let (registry, _) = with_app().await;
    let auth = AuthMode::bearer()
        .anonymous()
        .identity_token("refresh")
        .token_uses(1);
    registry.require(auth);
    let scope = "repository:team/app:pull,push";
    let realm = registry.url(&format!("/token?scope={scope}"));
    let body = json_of(client().get(realm).send().await.unwrap()).await;
    let token = body["token"].as_str().unwrap().to_owned();
    let use_it = async |method: &str, path: &str| {
        let request = client().request(method.parse().unwrap(), registry.url(path));
        let answer = request.bearer_auth(&token).send().await.unwrap();
        answer.status().as_u16()
    };
    assert_eq!(use_it("POST", "/v2/team/app/blobs/uploads/").await, 401);
    assert_eq!(use_it("GET", "/v2/team/app/tags/list").await, 200);
    assert_eq!(use_it("GET", "/v2/team/app/tags/list").await, 401);

    let form = "grant_type=refresh_token&refresh_token=refresh&scope=repository:team/app:pull";
    let request = client().post(registry.url("/token")).body(form);
    assert_eq!(request.send().await.unwrap().status(), 200);
    let last = registry.requests().pop().unwrap();
    assert!(last.contains("refresh_token=refresh"), "{last:?}");
}

#[tokio::test]
async fn basic_and_hand_written_challenges() {
    let (registry, _) = with_app().await;
    let path = "/v2/team/app/tags/list";
    registry.require(AuthMode::bearer().or_basic().user("bot", "secret"));
    let refused = get(&registry, path).await;
    let challenge = text(refused.headers(), "www-authenticate").unwrap();
    assert!(challenge.starts_with("Bearer realm="), "{challenge}");
    assert!(challenge.contains("\",Basic realm=\""), "{challenge}");
    let request = client().get(registry.url(path));
    let answer = request
        .basic_auth("bot", Some("secret"))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    let seen = registry.requests().pop().unwrap();
    assert_eq!(seen.authorization(), Some("Basic Ym90OnNlY3JldA=="));
    assert_eq!(seen.host, registry.address());

    let auth = AuthMode::basic()
        .challenge("Negotiate")
        .challenge("Basic realm=\"{service}\"");
    registry.require(auth);
    let refused = get(&registry, path).await;
    let challenges: Vec<_> = refused
        .headers()
        .get_all("www-authenticate")
        .iter()
        .collect();
    assert_eq!(
        challenges,
        ["Negotiate", "Basic realm=\"registry.example.com\""]
    );
}

#[tokio::test]
async fn what_is_pushed_can_be_pulled() {
    let registry = Registry::start().await.unwrap();
    let origin = registry.url("");
    let image = TestImage::new("app")
        .platforms(["linux/amd64"])
        .attestations("1");
    let digest = push_image(&client(), &origin, "team/app", "1.0", &image)
        .await
        .unwrap();
    assert_eq!(registry.store().digest("team/app", "1.0"), Some(digest));
    for blob in image.build().blobs {
        let path = format!("/v2/team/app/blobs/{}", Digest::sha256_of(&blob));
        assert_eq!(get(&registry, &path).await.bytes().await.unwrap(), blob);
    }
    let put = async |name: &str, body: &'static str| {
        let request = client().put(format!("{origin}/v2/team/app/manifests/{name}"));
        let request = request.header("content-type", media_type::OCI_MANIFEST);
        let answer = request.body(body).send().await.unwrap();
        assert_eq!(answer.status(), 400);
        error_code(&json_of(answer).await).to_owned()
    };
    assert_eq!(put("x", "no JSON").await, "MANIFEST_INVALID");
    assert_eq!(put("-x", "{}").await, "TAG_INVALID");
    let unknown = r#"{"config": {"digest": "sha256:00"}, "layers": []}"#;
    assert_eq!(put("x", unknown).await, "MANIFEST_BLOB_UNKNOWN");
    assert_eq!(
        put(Digest::sha256_of(b"y").as_str(), "{}").await,
        "DIGEST_INVALID"
    );
    let catalog = json_of(get(&registry, "/v2/_catalog").await).await;
    assert_eq!(catalog, json!({"repositories": ["team/app"]}));
}

#[tokio::test]
async fn docker_hubs_own_api_tells_of_a_tag() {
    let registry = Registry::start().await.unwrap();
    sample::hub(registry.store());
    let new = "/v2/namespaces/library/repositories/nginx/tags/1.27.4";
    let old = "/v2/repositories/library/nginx/tags/1.27.4/";
    let tag = json_of(get(&registry, new).await).await;
    assert_eq!(tag, json_of(get(&registry, old).await).await);
    let digest = registry.store().digest("library/nginx", "1.27.4").unwrap();
    assert_eq!(tag["digest"], digest.as_str());
    assert_eq!(tag["tag_last_pushed"], "2025-02-14T09:00:00Z");
    assert_eq!(tag["images"][1]["architecture"], "arm64");
    assert_eq!(tag["images"].as_array().map(Vec::len), Some(6));
    registry.store().publish(
        "library/one",
        "1",
        &TestImage::new("one").platform("linux/s390x"),
    );
    let one = "/v2/namespaces/library/repositories/one/tags/1";
    let one = json_of(get(&registry, one).await).await;
    assert_eq!(one["images"][0]["architecture"], "s390x");
    let none = "/v2/namespaces/library/repositories/nginx/tags/9";
    assert_eq!(status(&registry, none).await, 404);
}

#[test]
fn skopeo_copies_into_it_and_reads_from_it() {
    if !installed("skopeo") {
        return;
    }
    let registry = Background::start().unwrap();
    let image = TestImage::new("app").platforms(["linux/amd64", "linux/arm64"]);
    let digest = registry.store().publish("team/app", "1.0", &image);
    let one = TestImage::new("app").docker().platform("linux/amd64");
    registry.store().publish("team/docker", "1.0", &one);
    let run = |arguments: &[&str]| {
        let output = Command::new("skopeo").args(arguments).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "skopeo {arguments:?}: {errors}");
        output.stdout
    };
    let reference = |rest: &str| format!("docker://{}/{rest}", registry.address());
    for (from, to) in [
        ("team/app:1.0", "copy/app:1.0"),
        ("team/docker:1.0", "copy/docker:1.0"),
    ] {
        run(&[
            "copy",
            "--all",
            "--preserve-digests",
            "--insecure-policy",
            "--src-tls-verify=false",
            "--dest-tls-verify=false",
            &reference(from),
            &reference(to),
        ]);
    }
    assert_eq!(
        registry.store().digest("copy/app", "1.0"),
        Some(digest.clone())
    );
    let pinned = reference(&format!("copy/app@{digest}"));
    let raw = run(&["inspect", "--raw", "--tls-verify=false", &pinned]);
    assert!(digest.verify(&raw));
    let shown = run(&[
        "inspect",
        "--tls-verify=false",
        &reference("copy/docker:1.0"),
    ]);
    let shown: Value = serde_json::from_slice(&shown).unwrap();
    assert_eq!(shown["RepoTags"], json!(["1.0"]));
    assert_eq!(shown["Architecture"], "amd64");
}

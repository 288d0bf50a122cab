//! Locks through nginx that succeed.

use std::fmt::Write as _;

use imagelock::embedded::{AuthMode, TestImage};

use crate::support::distribution::Distribution;
use crate::support::nginx::{Nginx, Server};
use crate::support::pki::{Authority, VALID};
use crate::support::sandbox::Sandbox;
use crate::transport::program::{config, fails, lock, project};

/// What `bot` with the password `canary-password` sends.
const LOGIN: &str = "Basic Ym90OmNhbmFyeS1wYXNzd29yZA==";

#[tokio::test]
async fn a_real_registry_behind_tls_is_locked_over_http_2() {
    let authority = Authority::new("ours");
    let Some(registry) = Distribution::start() else {
        return;
    };
    let issued = authority.server(&["localhost"], VALID);
    let servers = |_| [Server::passing(registry.address()).tls(&issued)];
    let Some(nginx) = Nginx::start(servers) else {
        return;
    };
    let image = TestImage::new("app").platforms(["linux/amd64", "linux/arm64"]);
    let digest = registry.push("team/app", "1.2.0", &image).await;
    registry
        .push("team/app", "1.1.0", &TestImage::new("old"))
        .await;
    let sandbox = Sandbox::new();
    sandbox.write("ca.pem", authority.pem());
    let name = nginx.at("localhost", 0);
    config(&sandbox, &name, "plain-http = false\nca-file = \"ca.pem\"");
    lock(&sandbox).run().exits(0);
    let written = sandbox.read("images.lock");
    for line in [
        format!("image = \"{name}/team/app\""),
        "tag = \"1.2.0\"".into(),
        format!("digest = \"{digest}\""),
    ] {
        assert!(written.contains(&line), "{line}: {written}");
    }
    sandbox.run(["check"]).exits(0);
    let requests = nginx.requests(0);
    assert!(requests.len() >= 2, "{requests:?}");
    for request in requests {
        assert_eq!(request.protocol, "HTTP/2.0", "{request:?}");
        assert_eq!(request.authorization, "", "{request:?}");
    }
}

#[test]
fn lists_come_packed_and_what_is_hashed_as_it_is() {
    let (registry, sandbox) = project();
    let packing = "gzip on; gzip_types *; gzip_min_length 1; gzip_proxied any;\n";
    let servers = |_| [Server::passing(registry.address()).with(packing)];
    let Some(nginx) = Nginx::start(servers) else {
        return;
    };
    config(&sandbox, &nginx.at("localhost", 0), "plain-http = true");
    lock(&sandbox).run().exits(0);
    let digest = TestImage::new("app").build().digest;
    assert!(sandbox.read("images.lock").contains(digest.as_str()));
    let requests = nginx.requests(0);
    assert!(requests.len() >= 2, "{requests:?}");
    for request in requests {
        let packed = request.path.contains("/tags/list");
        assert_eq!(request.encoding == "gzip", packed, "{request:?}");
    }
}

/// nginx ends a connection after so many requests, whatever else is still asked over it.
#[test]
fn connections_that_end_in_between_cost_nothing() {
    let (registry, sandbox) = project();
    let authority = Authority::new("ours");
    let issued = authority.server(&["localhost"], VALID);
    let servers = |_| {
        let server = Server::passing(registry.address());
        let few = "keepalive_requests 20;\n";
        [server.with(few).tls(&issued)]
    };
    let Some(nginx) = Nginx::start(servers) else {
        return;
    };
    let name = nginx.at("localhost", 0);
    sandbox.write("ca.pem", authority.pem());
    let mut text = format!(
        "version = 1\n[registries.\"{name}\"]\nplain-http = false\nca-file = \"ca.pem\"\n[images]\n"
    );
    for number in 0..100 {
        let path = format!("team/app-{number}");
        let image = TestImage::new(path.as_str());
        registry.store().publish(&path, "1.0.0", &image);
        let _written = writeln!(text, "app-{number} = {{ image = \"{name}/{path}\" }}");
    }
    sandbox.write("images.toml", text);
    lock(&sandbox).run().exits(0);
    let written = sandbox.read("images.lock");
    assert_eq!(written.matches("tag = \"1.0.0\"").count(), 100);
    let requests = nginx.requests(0);
    let older = requests
        .iter()
        .find(|request| request.protocol != "HTTP/2.0");
    assert_eq!(older, None);
}

#[test]
fn a_registry_that_wants_certificates_of_its_clients_gets_one() {
    let (registry, sandbox) = project();
    let (servers, clients) = (Authority::new("servers"), Authority::new("clients"));
    let issued = servers.server(&["localhost"], VALID);
    let front = |_| {
        let server = Server::passing(registry.address());
        [server.tls(&issued).clients_of(&clients)]
    };
    let Some(nginx) = Nginx::start(front) else {
        return;
    };
    let bot = clients.client("bot");
    sandbox
        .write("ca.pem", servers.pem())
        .write("bot.pem", &bot.certificate)
        .write("bot.key", &bot.key);
    config(
        &sandbox,
        &nginx.at("localhost", 0),
        "plain-http = false\nca-file = \"ca.pem\"\nclient-cert = \"bot.pem\"\nclient-key = \"bot.key\"",
    );
    lock(&sandbox).run().exits(0);
    assert!(sandbox.read("images.lock").contains("1.0.0"));
    let requests = nginx.requests(0);
    assert!(!requests.is_empty());
    assert!(
        requests.iter().all(|request| request.verified == "SUCCESS"),
        "{requests:?}"
    );
}

/// Registries keep content in stores of their own, and send clients there with a URL that is enough by itself.
#[test]
fn credentials_are_not_taken_along_to_the_store_of_the_content() {
    let (registry, sandbox) = project();
    registry.require(AuthMode::basic().user("bot", "canary-password"));
    let authority = Authority::new("ours");
    let issued = authority.server(&["localhost"], VALID);
    let upstream = registry.address();
    let servers = |[_, store]: [u16; 2]| {
        let away = format!(
            "location ~ ^/v2/.*/(manifests|blobs)/ {{ return 307 https://localhost:{store}$uri?signature=canary; }}\n"
        );
        let inside = format!(
            "location / {{ proxy_pass http://{upstream}; proxy_set_header Authorization \"{LOGIN}\"; }}\n"
        );
        [
            Server::passing(upstream).with(&away).tls(&issued),
            Server::plain(inside).tls(&issued),
        ]
    };
    let Some(nginx) = Nginx::start(servers) else {
        return;
    };
    sandbox.write("ca.pem", authority.pem());
    // The store has a table of its own, although no image names it.
    let settle = |file: &str| {
        let store = nginx.at("localhost", 1);
        config(
            &sandbox,
            &nginx.at("localhost", 0),
            &format!(
                "plain-http = false\nca-file = \"ca.pem\"\nauth = {{ env = \"TOKEN\", username = \"bot\" }}\n\n[registries.\"{store}\"]\nplain-http = false\nca-file = \"{file}\""
            ),
        );
    };
    let lock = || {
        let run = sandbox.imagelock(["lock", "-vv"]);
        run.env("TOKEN", "canary-password")
    };
    settle("none.pem");
    fails(lock(), &sandbox, 3, "transport")
        .complains("none.pem: No such file")
        .hides("canary");
    settle("ca.pem");
    lock().run().exits(0).hides("canary");
    let digest = TestImage::new("app").build().digest;
    assert!(sandbox.read("images.lock").contains(digest.as_str()));
    let asked = nginx.requests(0);
    assert!(
        asked.iter().any(|request| request.authorization == LOGIN),
        "{asked:?}"
    );
    assert!(asked.iter().any(|request| request.status == "307"));
    let stored = nginx.requests(1);
    assert!(!stored.is_empty());
    for request in stored {
        assert_eq!(request.authorization, "", "{request:?}");
        assert_eq!(request.status, "200", "{request:?}");
    }
}

//! `registry doctor`, as a user and a program see it.

use imagelock::embedded::{AuthMode, Background, TestImage};

use super::support::follows;
use crate::support::distribution::Distribution;
use crate::support::pki::{Authority, VALID};
use crate::support::sandbox::Sandbox;
use crate::support::tls_front::{Clients, TlsFront};

fn registry() -> Background {
    let registry = Background::start().unwrap();
    for tag in ["1.0", "1.1", "1.2"] {
        registry
            .store()
            .publish("team/app", tag, &TestImage::new(tag));
    }
    registry
}

#[test]
fn a_good_registry_needs_no_config() {
    let (registry, sandbox) = (registry(), Sandbox::new());
    let repository = format!("{}/team/app", registry.address());
    let output = sandbox.run(["registry", "doctor", &repository]).exits(0);
    assert_eq!(output.stderr, "");
    output
        .says("reach       address        http://127.0.0.1:")
        .says("the same digest, by hash and by header")
        .says("the repository can be locked from: 1 warning\n")
        .says("nothing has to be written into the config\n");
    let output = sandbox
        .run(["registry", "doctor", "--format", "json", &repository])
        .exits(0);
    let value = follows(&sandbox, &output, "doctor");
    assert_eq!(value["schema"], "imagelock.doctor/v1");
    assert_eq!(value["lockable"], true);
    assert_eq!(value["steps"].as_array().unwrap().len(), 8);
    assert_eq!(value["table"], serde_json::Value::Null);
}

#[test]
fn what_fails_is_explained_and_the_table_can_be_pasted() {
    let (registry, sandbox) = (registry(), Sandbox::new());
    registry.require(AuthMode::basic().user("bot", "canary-3141"));
    let repository = format!("{}/team/app", registry.address());
    let output = sandbox
        .run(["registry", "doctor", &repository])
        .exits(3)
        .complains("error[denied]")
        .says("cannot be locked from as things are");
    let table = output
        .stdout
        .split("write into images.toml:\n\n")
        .nth(1)
        .unwrap();
    let expected = format!(
        "[registries.\"{}\"]\nauth = {{ env = \"REGISTRY_PASSWORD\", username = \"USERNAME\" }}\n",
        registry.address()
    );
    assert_eq!(table, expected);
    let output = sandbox
        .run(["registry", "doctor", "--format", "json", &repository])
        .exits(3);
    let value = follows(&sandbox, &output, "doctor");
    assert_eq!(value["failure"]["code"], "denied");
    assert_eq!(value["steps"][1]["outcome"], "failed");
    assert_eq!(value["steps"][7]["outcome"], "skipped");
    assert_eq!(value["table"], expected.as_str());

    // Pasted, with the user's own name and password, it works.
    let config = format!(
        "version = 1\n\n{}\n[images]\n",
        expected.replace("USERNAME", "bot")
    );
    sandbox.write("images.toml", config);
    let run = sandbox.imagelock(["registry", "doctor", "-vv", &repository]);
    run.env("REGISTRY_PASSWORD", "canary-3141")
        .run()
        .exits(0)
        .says("accepted: those from environment variable REGISTRY_PASSWORD")
        .says("nothing has to be written into the config")
        .hides("canary-3141")
        .hides("Ym90OmNhbmFyeS0zMTQx");
}

#[test]
fn a_real_registry_is_known_and_can_be_locked_from() {
    let Some(registry) = Distribution::start() else {
        return;
    };
    let push = async {
        for tag in ["1.0", "1.1", "1.2"] {
            registry.push("team/app", tag, &TestImage::new(tag)).await;
        }
    };
    tokio::runtime::Runtime::new().unwrap().block_on(push);
    let sandbox = Sandbox::new();
    let repository = format!("{}/team/app", registry.address());
    sandbox
        .run(["registry", "doctor", &repository])
        .exits(0)
        .says("/team/app: distribution\n")
        .says("no-referrers-api")
        .says("repositories   are listed");
    sandbox
        .run(["registry", "doctor", &format!("{repository}/nothing")])
        .exits(3)
        .complains("error[repository-not-found]");
}

#[test]
fn only_a_repository_is_looked_at() {
    let sandbox = Sandbox::new();
    sandbox
        .run(["registry", "doctor", "ghcr.io/acme/api:1.0"])
        .exits(2)
        .complains("error[bad-reference]");
    // A host alone is no image of Docker Hub, which must not be asked for it.
    for host in ["ghcr.io", "localhost:5000", "localhost"] {
        sandbox
            .run(["registry", "doctor", host])
            .exits(2)
            .complains(&format!(
                "`{host}` is a registry, and a repository is wanted"
            ));
    }
    sandbox.run(["registry"]).exits(2);
}

#[test]
fn certificates_that_are_wanted_stand_in_the_table() {
    let (registry, sandbox) = (registry(), Sandbox::new());
    let (servers, clients) = (Authority::new("servers"), Authority::new("clients"));
    let issued = servers.server(&["localhost"], VALID);
    let front = TlsFront::start(registry.address(), &issued, Clients::Of(&clients));
    let host = front.at("localhost");
    let doctor = || sandbox.run(["registry", "doctor", &format!("{host}/team/app")]);
    let config = |keys: &str| {
        let text = format!("version = 1\n[registries.\"{host}\"]\n{keys}\n[images]\n");
        sandbox.write("images.toml", text);
    };
    config("plain-http = false");
    doctor()
        .exits(3)
        .says("the config has this table: add to it")
        .says("ca-file = \"certs/ca.pem\"");
    sandbox.write("certs/ca.pem", servers.pem());
    // On this machine it implies TLS.
    config("ca-file = \"certs/ca.pem\"");
    doctor()
        .exits(3)
        .says("client-cert = \"certs/client.pem\"\nclient-key = \"certs/client.key\"\n");
    let bot = clients.client("bot");
    sandbox
        .write("certs/client.pem", &bot.certificate)
        .write("certs/client.key", &bot.key);
    config(
        "ca-file = \"certs/ca.pem\"\nclient-cert = \"certs/client.pem\"\nclient-key = \"certs/client.key\"\nmirrors = [\"mirror.example.com\"]",
    );
    doctor()
        .exits(0)
        .says("mirror         mirror.example.com, which is not looked at");
}

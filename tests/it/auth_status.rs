//! `auth status`, and the order in which the program asks sources of credentials.

use imagelock::embedded::{AuthMode, Background, TestImage};
use serde_json::Value;

use crate::support::sandbox::{Output, Sandbox};

/// `host:canary-host`.
const HOST: &str = "aG9zdDpjYW5hcnktaG9zdA==";
const CANARY: &str = "canary";

/// A JSON Web Token that ended in 2001.
const EXPIRED: &str = "eyJhbGciOiJub25lIn0.eyJleHAiOjEwMDAwMDAwMDB9.canary";

fn write(sandbox: &Sandbox, path: &str, text: &str) {
    let path = sandbox.home().join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn docker(entries: &str) -> String {
    format!(r#"{{"auths":{{{entries}}}}}"#)
}

fn source_of(output: &Output, registry: &str) -> Value {
    let value: Value = serde_json::from_str(&output.stdout).unwrap();
    let rows = value["registries"].as_array().unwrap();
    let row = rows.iter().find(|row| row["registry"] == registry);
    row.unwrap_or_else(|| panic!("{registry}: {output}"))["source"].clone()
}

#[test]
fn it_names_sources_and_never_values() {
    let sandbox = Sandbox::new();
    let entries = format!(
        r#""ghcr.io":{{"auth":"{HOST}"}},"quay.io/acme":{{"identitytoken":"{EXPIRED}"}},"https://index.docker.io/v1/":{{"registrytoken":"canary-token"}}"#
    );
    write(&sandbox, ".docker/config.json", &docker(&entries));
    let output = sandbox.run(["auth", "status"]).exits(0).hides(CANARY);
    let lines: Vec<Vec<&str>> = output
        .stdout
        .lines()
        .map(|line| {
            line.split("  ")
                .map(str::trim)
                .filter(|cell| !cell.is_empty())
                .collect()
        })
        .collect();
    let rows: Vec<_> = lines.iter().map(|cells| &cells[..3]).collect();
    assert_eq!(
        rows,
        [
            ["REGISTRY", "CREDENTIALS", "EXPIRES"],
            ["docker.io", "registry-token", "-"],
            ["ghcr.io", "password", "-"],
            [
                "quay.io/acme",
                "identity-token",
                "expired 2001-09-09 01:46 UTC"
            ],
        ]
    );
    assert!(
        lines[3][3].ends_with("config.json (entry `quay.io/acme`)"),
        "{lines:?}"
    );
    let output = sandbox
        .run([
            "auth",
            "status",
            "nginx",
            "quay.io/acme/api",
            "quay.io/other",
            "--format",
            "json",
        ])
        .exits(0)
        .hides(CANARY);
    let schema: Value = serde_json::from_str(&sandbox.run(["schema", "auth"]).stdout).unwrap();
    let value: Value = serde_json::from_str(&output.stdout).unwrap();
    assert!(jsonschema::is_valid(&schema, &value), "{output}");
    assert_eq!(source_of(&output, "quay.io/other"), Value::Null);
    let quay = &value["registries"][1];
    assert_eq!(
        (&quay["kind"], &quay["expired"]),
        (&"identity-token".into(), &true.into())
    );
}

#[test]
fn what_is_broken_is_shown_beside_the_rest() {
    let sandbox = Sandbox::new();
    let entries = r#""good.io":{"username":"a","password":"canary"},"bad.io":{"auth":"canary%"}"#;
    write(&sandbox, ".docker/config.json", &docker(entries));
    let output = sandbox.run(["auth", "status"]).exits(3).hides(CANARY);
    output
        .says("good.io   password")
        .says("bad.io    unusable")
        .complains("error[credentials]")
        .complains("`bad.io` has an `auth` that is not base64");
    sandbox.write(
        "images.toml",
        "version = 1\n[registries.\"a.io\"]\nauth = { env = \"NO_SUCH\" }\n",
    );
    sandbox
        .run(["auth", "status"])
        .exits(3)
        .says("a.io      unusable")
        .complains("environment variable NO_SUCH");
}

#[test]
fn nothing_at_all_is_said_to_be_nothing() {
    let sandbox = Sandbox::new();
    let output = sandbox.run(["auth", "status"]).exits(0).prints("");
    output.complains("no credentials are kept here");
}

#[test]
fn a_config_says_which_registries_are_asked() {
    let sandbox = Sandbox::new();
    let secret = "kind: Secret\nstringData:\n  .dockercfg: '{\"*.example.com\":{\"username\":\"a\",\"password\":\"canary\"}}'\n";
    sandbox.write("deploy/pull.yaml", secret);
    sandbox.write(
        "deploy/images.toml",
        r#"version = 1

[registries."a.example.com"]
auth = { kubernetes-secret-file = "pull.yaml" }
mirrors = ["mirror.example.com/a"]

[registries."quay.io"]
auth = "anonymous"

[registries."quay.io/acme"]
auth = { env = "QUAY", username = "robot" }

[images]
nginx = "^1"
redis = "7"
api = { image = "quay.io/acme/api", constraint = "1" }
web = { image = "quay.io/other/web", constraint = "1" }
app = { image = "a.example.com/team/app", constraint = "1" }
"#,
    );
    // The config's folder counts, wherever the command is run.
    let output = sandbox
        .imagelock(["-C", "deploy", "auth", "status"])
        .env("QUAY", "canary-quay")
        .run()
        .exits(0)
        .hides(CANARY);
    let rows: Vec<String> = output
        .stdout
        .lines()
        .skip(1)
        .map(|line| {
            line.split_whitespace()
                .take(2)
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect();
    assert_eq!(
        rows,
        [
            "a.example.com password",
            "docker.io/library none",
            "mirror.example.com/a none",
            "quay.io none",
            "quay.io/acme password",
            "quay.io/acme/api password",
            "quay.io/other/web none",
        ]
    );
    assert!(
        output.stdout.contains("pull.yaml (entry `*.example.com`)"),
        "{output}"
    );
    assert!(
        output.stdout.contains("environment variable QUAY"),
        "{output}"
    );
}

#[test]
fn sources_are_asked_in_the_order_that_users_of_docker_and_podman_expect() {
    let sandbox = Sandbox::new();
    let home = sandbox.home();
    let entry = |user: &str| docker(&format!(r#""r.io":{{"username":"{user}","password":"p"}}"#));
    let files = [
        ("runtime/containers/auth.json", "runtime"),
        (".config/containers/auth.json", "podman"),
        (".docker/config.json", "docker"),
    ];
    write(
        &sandbox,
        ".dockercfg",
        r#"{"r.io":{"username":"old","password":"p"}}"#,
    );
    for (path, user) in files {
        write(&sandbox, path, &entry(user));
    }
    write(&sandbox, "explicit.json", &entry("explicit"));
    let ask = |variables: &[(&str, &str)]| {
        let mut run = sandbox.imagelock(["auth", "status", "r.io", "--format", "json"]);
        run = run.env("XDG_RUNTIME_DIR", home.join("runtime"));
        for (name, value) in variables {
            run = run.env(name, *value);
        }
        source_of(&run.run().exits(0), "r.io").to_string()
    };
    let file = home.join("explicit.json");
    let file = file.to_str().unwrap();
    let text = entry("text");
    let both = [
        ("REGISTRY_AUTH_FILE", file),
        ("DOCKER_AUTH_CONFIG", text.as_str()),
    ];
    assert!(ask(&both).contains("explicit.json"));
    assert!(ask(&both[1..]).contains("DOCKER_AUTH_CONFIG"));
    for (path, _) in files {
        let source = ask(&[]);
        assert!(source.contains(path), "{path}: {source}");
        std::fs::remove_file(home.join(path)).unwrap();
    }
    assert!(ask(&[]).contains(".dockercfg"));
    // The file that is named is the only one, also where it has nothing or is missing.
    let none = home.join("none.json");
    assert_eq!(
        ask(&[("REGISTRY_AUTH_FILE", none.to_str().unwrap())]),
        "null"
    );
    let other = home.join("docker");
    std::fs::create_dir(&other).unwrap();
    std::fs::write(other.join("config.json"), entry("moved")).unwrap();
    let source = ask(&[("DOCKER_CONFIG", other.to_str().unwrap())]);
    assert!(source.contains("docker/config.json"), "{source}");
}

#[test]
fn the_config_decides_about_a_path_and_its_source_is_used() {
    let registry = Background::start().unwrap();
    for path in ["team/app", "other/app"] {
        registry
            .store()
            .publish(path, "1.0.0", &TestImage::new(path));
    }
    registry.require(AuthMode::bearer().user("robot", "canary-robot"));
    let address = registry.address();
    let sandbox = Sandbox::new();
    let auths = docker(&format!(
        r#""{address}":{{"username":"robot","password":"canary-wrong"}}"#
    ));
    write(&sandbox, ".docker/config.json", &auths);
    sandbox.write(
        "images.toml",
        format!(
            "version = 1\n[registries.\"{address}/team\"]\nauth = {{ env = \"ROBOT\" }}\n\
             [images]\napp = {{ image = \"{address}/team/app\" }}\n"
        ),
    );
    let lock = |value: &str| sandbox.imagelock(["lock", "-vv"]).env("ROBOT", value).run();
    lock("robot:canary-wrong")
        .exits(3)
        .hides(CANARY)
        .complains("error[denied]")
        .complains("environment variable ROBOT");
    assert!(!sandbox.exists("images.lock"));
    lock("robot:canary-robot").exits(0).hides(CANARY);
    assert!(!sandbox.read("images.lock").contains(CANARY));
    // Beside that path the file of Docker counts, which is wrong here.
    sandbox
        .run(["tags", &format!("{address}/other/app")])
        .exits(3)
        .hides(CANARY)
        .complains(".docker/config.json (entry");
}

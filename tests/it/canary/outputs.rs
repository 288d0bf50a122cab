//! What the program prints and writes.

use imagelock::embedded::{Background, Behaviour, Operation};

use super::world::{USERS, World, check_files, encoded};

#[cfg(unix)]
#[test]
fn no_output_and_no_file_has_a_secret() {
    let world = World::new();
    let host = world.registry.address().to_string();
    let env = format!("{host}/team/env");
    let image = format!("{env}:1.1.0");
    world.run(&["lock"], 0);
    // They were used: each went to the token server, and to nobody else.
    let requests = world.registry.requests();
    for user in USERS.into_iter().filter(|user| *user != "google") {
        let login = format!("Basic {}", encoded(user));
        let used = |request: &imagelock::embedded::LoggedRequest| {
            request.operation == Operation::Token && request.authorization() == Some(&login)
        };
        assert!(requests.iter().any(used), "{user}");
    }
    assert!(
        requests
            .iter()
            .any(|request| request.contains("canary-identity"))
    );
    assert!(
        world
            .cloud
            .requests()
            .iter()
            .any(|request| request.contains("canary-refresh"))
    );
    for (path, version) in [("env", "1.2.0"), ("file", "2.0.0")] {
        world.publish(path, version);
    }
    for arguments in [
        &["update", "-n"][..],
        &["update", "-n", "--format", "json"],
        &["update", "-n", "--format", "markdown"],
        &["update", "-n", "--format", "unified"],
        &["outdated"],
        &["outdated", "--format", "json"],
        &["why", "env"],
        &["why", "env", "--format", "json"],
        &["tags", &env, "--digests", "--dates"],
        &["tags", &env, "--format", "json"],
        &["update", "--plan"],
        &["update", "--plan=json"],
        &["update", "--shard", "1/2"],
        &["update", "--shard", "2/2"],
        &["merge-shards", "-n"],
        &["merge-shards", "-n", "--format", "json"],
        &["merge-shards", "-n", "--format", "markdown"],
        &["update", "-n", "--stats", "text"],
        &["update", "-n", "--stats", "json", "--timings", "a.html"],
        &[
            "inspect",
            &image,
            "--stats",
            "json=stats.json",
            "--timings",
            "b.html",
        ],
        &["inspect", &image],
        &["inspect", &image, "--format", "json"],
        &["inspect", &image, "--raw"],
        &["inspect", &image, "--raw-config"],
        &["inspect", &image, "--attestations"],
        &["registry", "doctor", &env],
        &["registry", "doctor", &env, "--format", "json"],
        &["auth", "status"],
        &["auth", "status", "--format", "json"],
        &["check"],
        &["list"],
        &["list", "--format", "json"],
        &[
            "update",
            "--report",
            "markdown=body.md",
            "--report",
            "json=diff.json",
        ],
        &["diff", "images.lock", "images.lock"],
        &["update", "--offline"],
    ] {
        let code = if arguments == ["update", "--offline"] {
            3
        } else {
            0
        };
        world.run(arguments, code);
    }
    // Storage got a signed URL, and no credentials.
    assert!(
        world
            .storage
            .requests()
            .iter()
            .any(|request| request.contains("canary-signature"))
    );
    for request in world.storage.requests() {
        assert_eq!(request.authorization(), None);
    }
    assert!(check_files(&world.sandbox.path()) >= 7);
    assert!(check_files(&world.sandbox.cache()) >= 10);
}

#[cfg(unix)]
#[test]
fn no_error_has_a_secret() {
    let world = World::new();
    let host = world.registry.address().to_string();
    let bad = format!("{host}/team/bad");
    let env = format!("{host}/team/env");
    let login = encoded("env");
    // The password is good for another user only.
    world
        .run(&["tags", &bad], 3)
        .complains("environment variable CANARY");
    let echo = format!(
        r#"{{"errors":[{{"code":"DENIED","message":"Basic {login} and canary-env are wrong"}}]}}"#
    );
    // What failed is written into a part, with what the registry said.
    world
        .registry
        .behave(Behaviour::on(Operation::Tags).status(403).json(&echo));
    world.run(&["update", "--shard", "1/1", "--keep-going"], 3);
    world.run(&["merge-shards"], 3);
    assert!(check_files(&world.sandbox.path()) >= 2);
    for status in [400, 401, 403, 404, 500] {
        for operation in [Operation::Token, Operation::Tags] {
            world.registry.behave_well();
            let behaviour = Behaviour::on(operation).status(status).json(&echo);
            world.registry.behave(behaviour);
            world.run(&["tags", &env], 3);
            world.run(&["registry", "doctor", &env], 3);
        }
    }
    let refusal = Behaviour::on(Operation::Tags).status(401);
    for location in [
        "http://user:canary-userinfo@{address}/canary-env?X-Amz-Signature=canary",
        "http://127.0.0.1:1/canary-env?X-Amz-Signature=canary",
        "https://169.254.169.254/latest/canary-env",
        "http://{address}{path}?X-Amz-Signature=canary",
    ] {
        world.registry.behave_well();
        let behaviour = Behaviour::on(Operation::Tags).redirect(location);
        world.registry.behave(behaviour);
        world.run(&["tags", &env], 3);
    }
    world.registry.behave_well();
    let challenge = r#"Bearer realm="http://{address}/token?key=canary",error="canary""#;
    world
        .registry
        .behave(refusal.header("www-authenticate", challenge));
    world.run(&["tags", &env], 3);
}

#[test]
fn no_error_of_a_proxy_has_a_secret() {
    let world = World::new();
    for proxy in [
        "http://canary-user:canary-password@127.0.0.1:1",
        "http://canary-user:canary-password@[",
        "canary://canary:canary@127.0.0.1:1",
    ] {
        let arguments = ["tags", "registry.example.com/team/app"];
        let output = world.prepare(&arguments).env("HTTPS_PROXY", proxy).run();
        output
            .exits(3)
            .hides("canary")
            .hides("panicked")
            .complains("HTTPS_PROXY");
    }
}

#[cfg(unix)]
#[test]
fn no_message_about_a_config_has_a_secret() {
    let world = World::new();
    for text in [
        "auth = \"canary\"",
        "auth = { password = \"canary\" }",
        "auth = { env = \"canary-!\" }",
        "auth = { env = \"A\", token = \"canary\" }",
        "proxy = \"http://user:canary@proxy.example.com\"",
        "proxy = \"canary://user:canary@proxy.example.com\"",
    ] {
        world.sandbox.write(
            "bad.toml",
            format!("version = 1\n[registries.\"r.io\"]\n{text}\n"),
        );
        world.run(&["check", "--config", "bad.toml"], 2);
    }
    world.sandbox.write(
        "bad.toml",
        "version = 1\n[registries.\"bot:canary@r.io\"]\n",
    );
    world.run(&["check", "--config", "bad.toml"], 2);
}

#[cfg(unix)]
#[test]
fn no_line_of_a_config_shows_a_secret() {
    let world = World::new();
    for (name, text) in [
        // Wrong keys and values in a text that can be read.
        ("a.toml", "[registries.\"r.io\"]\npassword = \"canary\"\n"),
        (
            "a.toml",
            "[registries.\"r.io\"]\nheader = { x = [\"canary\"] }\n",
        ),
        (
            "a.toml",
            "[registries.\"r.io\"]\nmirrors = [\"https://me:canary@m.io\"]\n",
        ),
        (
            "a.toml",
            "[registries.\"r.io\"]\ntoken-realms = [\"me:canary@m.io\"]\n",
        ),
        (
            "a.toml",
            "[registries.\"r.io\"]\nauth = 1\npasswd = \"canary\"\n",
        ),
        ("a.toml", "[defaults]\nsecret = \"canary\"\n"),
        (
            "a.toml",
            "[images]\na = { image = \"a\", api-key = \"canary\" }\n",
        ),
        (
            "a.yaml",
            "registries:\n  r.io:\n    private_key: |\n      canary\n",
        ),
        ("a.yaml", "registries:\n  r.io: { headers: [canary] }\n"),
        (
            "a.json",
            "\"registries\": { \"r.io\": { \"token\": \"canary\" } }",
        ),
        // Lines that cannot be read.
        ("a.toml", "password = \"canary\n"),
        (
            "a.toml",
            "[registries.\"r.io\"]\nauth = { token = \"canary\", \n",
        ),
        ("a.toml", "token \"canary\"\n"),
        ("a.toml", "mirrors = [\"https://me:canary@m.io\", }\n"),
        (
            "a.toml",
            "[registries.\"r.io\".auth]\nenv = canary canary\n",
        ),
        ("a.yaml", "registries:\n  r.io:\n    password: @canary\n"),
        ("a.yaml", "registries:\n  r.io:\n    token: \"canary\n"),
        ("a.yaml", "a: {api_key: canary]\n"),
        ("a.json", "\"a\": { \"passwd\": \"canary\" \"b\" }"),
        ("a.json", "\"authorization\": 'canary'"),
    ] {
        let text = match name {
            "a.toml" => format!("version = 1\n{text}"),
            "a.yaml" => format!("version: 1\n{text}"),
            _ => format!("{{ \"version\": 1, {text} }}"),
        };
        world.sandbox.write(name, &text);
        let output = world.run(&["check", "--config", name], 2);
        output.complains(name);
    }
}

#[cfg(unix)]
#[test]
fn nothing_that_a_server_repeats_has_a_secret() {
    let world = World::new();
    let host = world.registry.address().to_string();
    let env = format!("{host}/team/env");
    let login = encoded("env");
    for echo in [
        format!("Basic {} ...", &login[..13]),
        login.trim_end_matches('=').replace('+', "%2B"),
        "c&#97;nary&#x2d;env".into(),
        "can%61ry%2Denv".into(),
        "\\\\u0063anary-env".into(),
        format!("/{login}/blob"),
    ] {
        world.registry.behave_well();
        let body = format!(r#"{{"errors":[{{"code":"DENIED","message":"you sent {echo}"}}]}}"#);
        let behaviour = Behaviour::on(Operation::Tags).status(403).json(&body);
        world.registry.behave(behaviour);
        let arguments = [
            "tags",
            &env,
            "--stats",
            "json=s.json",
            "--timings",
            "t.html",
        ];
        let output = world.run(&arguments, 3).complains("you sent");
        let parts = [&login[..12], "anary", "%61ry", "&#97;nary"];
        for part in parts {
            assert!(!output.stderr.contains(part), "{part}: {output}");
        }
    }
    // The path of a redirect is in the log and on the page.
    world.registry.behave_well();
    let location = format!(
        "http://{{address}}/signed/{}/blob",
        login.trim_end_matches('=')
    );
    let behaviour = Behaviour::on(Operation::Tags).redirect(&location);
    world.registry.behave(behaviour);
    let arguments = [
        "tags",
        &env,
        "--stats",
        "json=s.json",
        "--timings",
        "t.html",
    ];
    let output = world.run(&arguments, 3);
    assert!(!output.stderr.contains(&login[..12]), "{output}");
    check_files(&world.sandbox.path());
}

#[cfg(unix)]
#[test]
fn nothing_said_of_mirrors_has_a_secret() {
    let world = World::new();
    let host = world.registry.address().to_string();
    let image = format!("{host}/team/env:1.1.0");
    let folder = world.sandbox.home().join("hosts");
    let own = folder.join(host.replace(':', "_") + "_");
    std::fs::create_dir_all(&own).unwrap();
    let from = format!("containerd={}", folder.display());
    let rude = Background::start().unwrap();
    let mirror = format!("http://{}", rude.address());
    let echo = r#"{"errors":[{"code":"DENIED","message":"canary-env is wrong"}]}"#;
    rude.behave(Behaviour::always().status(403).json(echo));
    let table = format!("[host.\"{mirror}\"]\ncapabilities = [\"pull\", \"resolve\"]\n");
    for header in [
        "header = { authorization = \"Basic canary\" }\n".into(),
        format!("[host.\"{mirror}\".header]\nx = [\"canary\"]\n"),
    ] {
        std::fs::write(own.join("hosts.toml"), format!("{table}{header}")).unwrap();
        let arguments = ["inspect", &image, "--mirrors-from", &from];
        let output = world.run(&arguments, 0);
        output
            .complains("warning[mirror-setting]")
            .complains("passed over as a mirror");
    }
    for broken in [
        "server = \"https://me:canary@r.io\"",
        "header = { authorization = [\"canary\"]",
        "server = 1\nheader.x = \"canary\"",
    ] {
        std::fs::write(own.join("hosts.toml"), broken).unwrap();
        let arguments = ["inspect", &image, "--mirrors-from", &from];
        world.run(&arguments, 2).complains("hosts.toml:1:");
    }
}

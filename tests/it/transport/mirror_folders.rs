//! What folders of containerd and lists of credential helpers govern, and what a broken file stops.

use imagelock::embedded::{AuthMode, Background, Operation, TestImage};

use super::mirror_files::{Pair, table};

/// The name of a registry's folder as containerd writes it: `127.0.0.1_5000_`.
fn encoded(address: &str) -> String {
    format!("{}_", address.replace(':', "_"))
}

/// A `hosts.toml` with one host that is believed.
fn hosts(mirror: &str) -> String {
    format!(
        "[host.\"http://{mirror}/v2/hub\"]\noverride_path = true\ncapabilities = [\"pull\", \"resolve\"]\n"
    )
}

#[test]
fn a_folder_of_its_own_exempts_a_registry_from_the_default() {
    let pair = Pair::new();
    pair.config("");
    let folder = format!("certs.d/{}", encoded(pair.registry.address()));
    for (file, text) in [
        ("hosts.toml", String::new()),
        (
            "hosts.toml",
            format!("server = \"http://{}\"\n", pair.registry.address()),
        ),
        ("README", String::new()),
    ] {
        let sandbox = &pair.sandbox;
        sandbox.write("certs.d/_default/hosts.toml", hosts(pair.mirror.address()));
        sandbox.write(format!("{folder}/{file}"), text);
        pair.lock(&["containerd=certs.d"]).exits(0);
        assert_eq!(pair.mirror.requests().len(), 0, "{file}");
        assert!(pair.registry.count(Operation::Tags) > 0, "{file}");
        std::fs::remove_dir_all(sandbox.path().join("certs.d")).unwrap();
        std::fs::remove_file(sandbox.path().join("images.lock")).unwrap();
        std::fs::remove_dir_all(sandbox.cache()).unwrap();
        pair.registry.forget_requests();
    }
    // Without a folder of its own the default holds.
    pair.sandbox
        .write("certs.d/_default/hosts.toml", hosts(pair.mirror.address()));
    pair.lock(&["containerd=certs.d"]).exits(0);
    assert_eq!(pair.registry.requests().len(), 0);
}

#[test]
fn the_encoded_folder_goes_before_the_plain_one() {
    let pair = Pair::new();
    pair.config("");
    let registry = pair.registry.address();
    pair.sandbox
        .write(
            format!("certs.d/{registry}/hosts.toml"),
            hosts("127.0.0.1:1"),
        )
        .write(
            format!("certs.d/{}/hosts.toml", encoded(registry)),
            hosts(pair.mirror.address()),
        );
    pair.lock(&["containerd=certs.d"])
        .exits(0)
        .hides("127.0.0.1:1 ");
    assert_eq!(registry_requests(&pair), 0);
}

fn registry_requests(pair: &Pair) -> usize {
    pair.registry.requests().len()
}

#[test]
fn a_broken_file_stops_its_own_registry_alone() {
    let pair = Pair::new();
    let other = Background::start().unwrap();
    other
        .store()
        .publish("team/other", "1.0.0", &TestImage::new("other"));
    let (registry, address) = (pair.registry.address(), other.address());
    pair.sandbox.write(
        "images.toml",
        format!(
            "version = 1\n[images]\napp = {{ image = \"{registry}/team/app\" }}\n\
             other = {{ image = \"{address}/team/other\" }}\n"
        ),
    );
    let broken = format!("certs.d/{}/hosts.toml", encoded(registry));
    pair.sandbox.write(&broken, "\n[host\n");
    let lock = [
        "lock",
        "--keep-going",
        "--mirrors-from",
        "containerd=certs.d",
    ];
    let output = pair.sandbox.run(lock).exits(2);
    output
        .complains("error[mirrors-syntax]: app: ")
        .complains(&format!("{broken}:2:"));
    let lock = pair.sandbox.read("images.lock");
    assert!(lock.contains(address) && !lock.contains(registry), "{lock}");
    assert_eq!(registry_requests(&pair), 0);
    // A broken default governs whoever has no folder, and nobody else.
    pair.sandbox.write(&broken, "");
    std::fs::remove_file(pair.sandbox.path().join("images.lock")).unwrap();
    pair.sandbox
        .write("certs.d/_default/hosts.toml", "host = 1\n");
    pair.lock(&["containerd=certs.d"])
        .exits(2)
        .complains("error[mirrors-syntax]: other: ");
}

#[cfg(unix)]
#[test]
fn a_file_of_the_repository_that_leads_out_is_not_shown() {
    let pair = Pair::new();
    pair.config("");
    let sandbox = &pair.sandbox;
    sandbox
        .write(".git/HEAD", "")
        .write("../home/secret", "C4n4ry\n");
    let folder = format!("certs.d/{}", encoded(pair.registry.address()));
    sandbox.write(format!("{folder}/README"), "");
    let link = sandbox.path().join(folder).join("hosts.toml");
    std::os::unix::fs::symlink(sandbox.home().join("secret"), link).unwrap();
    let output = pair.lock(&["containerd=certs.d"]).exits(2);
    output.complains("leads out of").hides("C4n4ry");
}

#[test]
fn a_plan_counts_requests_at_mirrors() {
    let pair = Pair::new();
    pair.config("");
    let (registry, mirror) = (pair.registry.address(), pair.mirror.address());
    let plan = |conf: String| {
        pair.sandbox.write("registries.conf", conf);
        let arguments = [
            "lock",
            "--plan",
            "--mirrors-from",
            "containers=registries.conf",
        ];
        let output = pair.sandbox.run(arguments);
        assert_eq!(registry_requests(&pair) + pair.mirror.requests().len(), 0);
        output
    };
    let row = |output: &crate::support::sandbox::Output, host: &str| {
        let line = output
            .stdout
            .lines()
            .find(|line| line.starts_with(host))
            .unwrap()
            .to_owned();
        line.split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>()
            .join(" ")
    };
    let by_digest = plan(table(registry, &format!("{mirror}/hub"), "")).exits(0);
    let head = row(&by_digest, "registry");
    assert!(
        head.ends_with("token tag-list manifest-head manifest-get again with a token all"),
        "{head}"
    );
    assert!(
        row(&by_digest, registry).contains(" 1 or more 0 to 1 0 "),
        "{by_digest}"
    );
    assert!(row(&by_digest, mirror).contains(" 0 0 1 "), "{by_digest}");
    let all = plan(table(
        registry,
        &format!("{mirror}/hub"),
        "pull-from-mirror = \"all\"",
    ))
    .exits(0);
    assert_eq!(row(&all, registry), format!("{registry} 1 0 0 0 0 0 0 0"));
    assert!(row(&all, mirror).contains(" 1 or more 0 to 1 1 "), "{all}");
    plan("[[registry".into())
        .exits(2)
        .complains("error[mirrors-syntax]");
    plan(format!(
        "[[registry]]\nlocation = \"{registry}\"\nblocked = true\n"
    ))
    .exits(3)
    .complains("error[blocked]");
}

#[cfg(unix)]
#[test]
fn credential_helpers_of_registries_conf_are_asked_in_their_order() {
    let pair = Pair::new();
    pair.config("");
    pair.registry
        .require(AuthMode::basic().user("bot", "canary-pw"));
    let sandbox = &pair.sandbox;
    let program = |name: &str, text: &str| {
        use std::os::unix::fs::PermissionsExt as _;

        let name = format!("../home/bin/docker-credential-{name}");
        sandbox.write(&name, format!("#!/bin/sh\n{text}\n"));
        let all = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(sandbox.path().join(name), all).unwrap();
    };
    program(
        "good",
        "echo '{\"Username\": \"bot\", \"Secret\": \"canary-pw\"}'",
    );
    program("bad", "exit 1");
    let docker = format!(
        "{{\"auths\": {{\"{}\": {{\"auth\": \"Ym90Ondyb25n\"}}}}}}",
        pair.registry.address()
    );
    sandbox.write("../home/.docker/config.json", docker);
    #[expect(
        clippy::disallowed_methods,
        reason = "programs of the machine are needed as well"
    )]
    let path = std::env::var("PATH").unwrap();
    let path = format!("{}:{path}", sandbox.home().join("bin").display());
    for (helpers, code) in [
        ("\"bad\", \"good\", \"containers-auth.json\"", 0),
        ("\"containers-auth.json\", \"good\"", 3),
        ("\"bad\"", 3),
    ] {
        sandbox.write(
            "registries.conf",
            format!("credential-helpers = [{helpers}]\n"),
        );
        let arguments = ["lock", "--mirrors-from", "containers=registries.conf"];
        let output = sandbox.imagelock(arguments).env("PATH", &path).run();
        output.exits(code).hides("canary-pw");
        let _absent = std::fs::remove_file(sandbox.path().join("images.lock"));
        let _absent = std::fs::remove_dir_all(sandbox.cache());
    }
}

//! The program with mirrors from the config, and from the files of other tools.

use std::fmt::Write as _;

use imagelock::embedded::{AuthMode, Background, Behaviour, Operation, TestImage};

use crate::support::pki::{Authority, VALID};
use crate::support::sandbox::Sandbox;
use crate::support::tls_front::{Clients, TlsFront};

/// A registry with an image, and a mirror that has the same below `hub`.
pub(super) struct Pair {
    pub(super) registry: Background,
    pub(super) mirror: Background,
    pub(super) sandbox: Sandbox,
}

impl Pair {
    pub(super) fn new() -> Self {
        let registry = Background::start().unwrap();
        let mirror = Background::start().unwrap();
        let image = TestImage::new("app");
        registry.store().publish("team/app", "1.0.0", &image);
        mirror.store().publish("hub/team/app", "1.0.0", &image);
        let sandbox = Sandbox::new();
        Self {
            registry,
            mirror,
            sandbox,
        }
    }

    /// Writes a config with the image and these lines before it.
    pub(super) fn config(&self, lines: &str) {
        let image = format!("{}/team/app", self.registry.address());
        self.sandbox.write(
            "images.toml",
            format!("version = 1\n\n{lines}\n\n[images]\napp = {{ image = \"{image}\" }}\n"),
        );
    }

    pub(super) fn lock(&self, from: &[&str]) -> crate::support::sandbox::Output {
        let flags = from.iter().flat_map(|from| ["--mirrors-from", from]);
        let arguments = ["lock", "--retries", "0", "-v"].into_iter().chain(flags);
        self.sandbox.run(arguments)
    }

    /// Checks that the image was locked, and where its content came from.
    #[track_caller]
    pub(super) fn is_locked_from_mirror(&self) {
        let lock = self.sandbox.read("images.lock");
        let origin = self.registry.address();
        assert!(lock.contains(&format!("{origin}/team/app")), "{lock}");
        assert!(!lock.contains(self.mirror.address()), "{lock}");
        assert_eq!(self.registry.count(Operation::ManifestGet), 0);
        assert!(self.mirror.count(Operation::ManifestGet) > 0);
    }
}

/// A table of `registries.conf` with one mirror.
pub(super) fn table(registry: &str, mirror: &str, more: &str) -> String {
    format!(
        "[[registry]]\nlocation = \"{registry}\"\n[[registry.mirror]]\nlocation = \"{mirror}\"\n{more}\n"
    )
}

#[test]
fn mirrors_of_the_config_have_the_content() {
    let pair = Pair::new();
    let (registry, mirror) = (pair.registry.address(), pair.mirror.address());
    pair.mirror
        .require(AuthMode::basic().user("bot", "canary-pw"));
    pair.config(&format!(
        "[registries.\"{registry}\"]\nmirrors = [\"{mirror}/hub\"]\n\n[registries.\"{mirror}\"]\nauth = {{ env = \"MIRROR\", username = \"bot\" }}"
    ));
    let run = pair.sandbox.imagelock(["lock"]).env("MIRROR", "canary-pw");
    run.run().exits(0);
    pair.is_locked_from_mirror();
    assert_eq!(pair.mirror.count(Operation::Tags), 0, "it is not believed");
    let strays = pair.registry.requests();
    assert!(
        strays
            .iter()
            .all(|request| request.authorization().is_none()),
        "the mirror's credentials are the mirror's"
    );
}

#[test]
fn a_mirror_that_resolves_stands_in_for_a_registry_that_is_down() {
    let mut pair = Pair::new();
    let registry = pair.registry.address().to_string();
    let mirror = pair.mirror.address();
    pair.config(&format!(
        "[registries.\"{registry}\"]\nmirrors = [{{ location = \"{mirror}/hub\", resolve = true }}]"
    ));
    pair.registry = Background::start().unwrap();
    pair.lock(&[]).exits(0);
    let lock = pair.sandbox.read("images.lock");
    assert!(lock.contains(&format!("{registry}/team/app")), "{lock}");
    assert_eq!(pair.mirror.count(Operation::Tags), 1);
}

#[test]
fn files_of_other_tools_are_followed_only_when_that_is_asked_for() {
    let pair = Pair::new();
    pair.config("");
    let registry = pair.registry.address();
    let conf = table(registry, &format!("{}/hub", pair.mirror.address()), "");
    pair.sandbox
        .write("../home/.config/containers/registries.conf", &conf);
    pair.lock(&[]).exits(0);
    assert_eq!(pair.mirror.requests().len(), 0);

    std::fs::remove_file(pair.sandbox.path().join("images.lock")).unwrap();
    std::fs::remove_dir_all(pair.sandbox.cache()).unwrap();
    pair.registry.forget_requests();
    pair.lock(&["containers"]).exits(0);
    pair.is_locked_from_mirror();
}

#[test]
fn drop_in_files_stand_beside_the_file_that_is_named() {
    let pair = Pair::new();
    pair.config("");
    let registry = pair.registry.address();
    pair.sandbox
        .write("etc/registries.conf", table(registry, "127.0.0.1:1", ""))
        .write("etc/registries.conf.d/README", "not a file of settings")
        .write(
            "etc/registries.conf.d/10-mirror.conf",
            table(
                registry,
                &format!("{}/hub", pair.mirror.address()),
                "pull-from-mirror = \"all\"",
            ),
        );
    let run = pair.sandbox.imagelock(["lock"]);
    let run = run.env("IMAGELOCK_MIRRORS_FROM", "containers=etc/registries.conf");
    run.run().exits(0);
    assert_eq!(pair.registry.requests().len(), 0, "the mirror has all");
}

#[test]
fn what_a_file_blocks_is_not_asked() {
    let pair = Pair::new();
    pair.config("");
    let registry = pair.registry.address();
    pair.sandbox.write(
        "registries.conf",
        format!("[[registry]]\nlocation = \"{registry}\"\nblocked = true\n"),
    );
    let from = "containers=registries.conf";
    let image = format!("{registry}/team/app");
    for arguments in [
        &["lock"][..],
        &["tags", &image],
        &["catalog", registry],
        &["registry", "doctor", &image],
    ] {
        let run = pair.sandbox.imagelock(arguments.iter().copied());
        run.env("IMAGELOCK_MIRRORS_FROM", from)
            .run()
            .exits(3)
            .complains("error[blocked]")
            .complains("./registries.conf blocks it");
    }
    assert_eq!(pair.registry.requests().len(), 0);
    assert!(!pair.sandbox.exists("images.lock"));
}

#[test]
fn hosts_of_containerd_have_their_own_certificates_and_learn_the_registry() {
    let pair = Pair::new();
    pair.config("");
    let authority = Authority::new("servers");
    let issued = authority.server(&["localhost"], VALID);
    let front = TlsFront::start(pair.mirror.address(), &issued, Clients::Anyone);
    let registry = pair.registry.address();
    let folder = format!("certs.d/{}_", registry.replace(':', "_"));
    pair.sandbox
        .write(format!("{folder}/ca.pem"), authority.pem())
        .write(
            format!("{folder}/hosts.toml"),
            format!(
                "server = \"http://{registry}\"\n\n[host.\"https://{}/v2/hub\"]\ncapabilities = [\"pull\", \"resolve\"]\nca = \"ca.pem\"\noverride_path = true\n",
                front.at("localhost")
            ),
        );
    pair.lock(&["containerd=certs.d"]).exits(0);
    assert_eq!(pair.registry.requests().len(), 0, "the mirror has all");
    let asked = pair.mirror.requests();
    assert!(!asked.is_empty());
    for request in asked {
        let told = format!("ns={}", registry.replace(':', "%3A"));
        assert!(request.path.contains(&told), "{}", request.path);
    }
}

#[test]
fn files_of_several_tools_are_followed_together() {
    let pair = Pair::new();
    let registry = pair.registry.address();
    let mirror = pair.mirror.address();
    pair.mirror
        .store()
        .publish("library/app", "1.0.0", &TestImage::new("app"));
    pair.sandbox
        .write("images.toml", "version = 1\n\n[images]\napp = { image = \"app\" }\n")
        // In the place of Docker Hub, which is not asked by a test.
        .write(
            "registries.conf",
            format!("[[registry]]\nprefix = \"docker.io/library\"\nlocation = \"{registry}/team\"\n"),
        )
        .write(
            "daemon.json",
            format!("{{ \"registry-mirrors\": [\"http://{mirror}\"], \"insecure-registries\": [\"10.0.0.0/8\"] }}"),
        );
    let output = pair
        .lock(&["docker=daemon.json", "containers=registries.conf"])
        .exits(0);
    output
        .complains("warning[mirror-setting]")
        .complains("daemon.json:1:");
    let lock = pair.sandbox.read("images.lock");
    assert!(lock.contains("docker.io/library/app"), "{lock}");
    assert_eq!(pair.registry.count(Operation::Tags), 1);
    assert_eq!(pair.registry.count(Operation::ManifestGet), 0);
    assert_eq!(pair.mirror.count(Operation::ManifestGet), 1);
}

#[test]
fn mistakes_in_files_are_shown_without_what_is_secret() {
    let pair = Pair::new();
    pair.config("");
    pair.sandbox
        .write(
            format!("hosts/{}/hosts.toml", pair.registry.address()),
            "server = \"https://me:canary@r.io\"\n",
        )
        .write("daemon.json", "{\n  \"registry-mirrors\": 5\n}")
        .write("old.conf", "[registries.search]\nregistries = []\n");
    for (from, code, words) in [
        ("podman", 2, "write `containers`, `containerd` or `docker`"),
        ("docker=", 2, "there is no path"),
        ("docker=nothing.json", 2, "cannot read ./nothing.json"),
        ("containerd=nothing", 2, "cannot read ./nothing"),
        ("containerd=hosts", 2, "/hosts.toml:1:10"),
        ("docker=daemon.json", 2, "./daemon.json:2:"),
        ("containers=old.conf", 2, "format 1"),
    ] {
        let output = pair.lock(&[from]).exits(code);
        output.complains(words).hides("canary").hides("panicked");
    }
    assert!(!pair.sandbox.exists("images.lock"));
    assert_eq!(pair.registry.requests().len(), 0);
}

#[test]
fn a_machine_without_such_files_is_told_so() {
    let pair = Pair::new();
    pair.config("");
    pair.sandbox.write("certs.d/README", "nothing here");
    pair.lock(&["containerd=certs.d"])
        .exits(0)
        .complains("there is no hosts.toml at ./certs.d");
}

#[test]
fn a_mirror_that_hangs_is_asked_once() {
    let pair = Pair::new();
    let registry = pair.registry.address();
    let mirror = pair.mirror.address();
    pair.mirror.behave(Behaviour::always().never_answer());
    let image = TestImage::new("other");
    let mut images = String::new();
    for name in ["one", "two", "three"] {
        pair.registry.store().publish(name, "1.0.0", &image);
        let _ = writeln!(images, "{name} = {{ image = \"{registry}/{name}\" }}");
    }
    pair.sandbox.write(
        "images.toml",
        format!("version = 1\n\n[registries.\"{registry}\"]\nmirrors = [\"{mirror}\"]\n\n[images]\n{images}"),
    );
    let run = pair.sandbox.run(["lock", "-v", "--timeout", "1s"]);
    let output = run.exits(0);
    assert_eq!(output.stderr.matches("passed over as a mirror").count(), 3);
    assert_eq!(pair.mirror.requests().len(), 1, "{output}");
}

#[test]
fn an_error_of_the_registry_says_that_a_mirror_is_not_believed() {
    let mut pair = Pair::new();
    let registry = pair.registry.address().to_string();
    let mirror = pair.mirror.address();
    pair.config(&format!(
        "[registries.\"{registry}\"]\nmirrors = [\"{mirror}/hub\"]"
    ));
    pair.registry = Background::start().unwrap();
    pair.lock(&[])
        .exits(3)
        .complains("error[unreachable]")
        .complains("it is not trusted for tags");
}

#[test]
fn variables_that_are_set_to_nothing_say_nothing() {
    let pair = Pair::new();
    pair.config("");
    let run = pair.sandbox.imagelock(["lock"]);
    run.env("IMAGELOCK_MIRRORS_FROM", "")
        .env("IMAGELOCK_CONFIG", "")
        .env("IMAGELOCK_STATE", "")
        .run()
        .exits(0);
}

//! Bad input of every kind: one clear error with what to do, the right exit code, the old lock untouched.

use imagelock::embedded::{Auth, Background, Behaviour, ImageSpec, Operation};

use crate::support::sandbox::{Output, Sandbox};

/// A locked image at a registry that then turns bad.
struct Case {
    registry: Background,
    sandbox: Sandbox,
    lock: String,
}

impl Case {
    fn new() -> Self {
        let registry = Background::start().unwrap();
        for version in ["1.0.0", "1.1.0", "2.0.0"] {
            let image =
                ImageSpec::new(format!("app {version}")).platforms(["linux/amd64", "linux/arm64"]);
            registry.store().publish("team/app", version, &image);
        }
        let sandbox = Sandbox::new();
        let case = Self {
            registry,
            sandbox,
            lock: String::new(),
        };
        case.config("constraint = \"^1\"");
        case.sandbox.run(["lock"]).exits(0);
        let lock = case.sandbox.read("images.lock");
        Self { lock, ..case }
    }

    /// Writes a config with one image of these options.
    fn config(&self, options: &str) {
        let address = self.registry.address();
        self.sandbox.write(
            "images.toml",
            format!(
                "version = 1\n\n[images]\napp = {{ image = \"{address}/team/app\", {options} }}\n"
            ),
        );
    }

    /// Runs `update` without retries, and holds it to an exit code, an error and an untouched lock.
    #[track_caller]
    fn fails(&self, code: i32, error: &str) -> Output {
        let output = self
            .sandbox
            .run(["update", "--retries", "0", "--timeout", "2s"])
            .exits(code);
        self.untouched(output, error)
    }

    #[track_caller]
    fn untouched(&self, output: Output, error: &str) -> Output {
        assert_eq!(
            self.sandbox.read("images.lock"),
            self.lock,
            "the lock was touched: {output}"
        );
        let errors = output.stderr.matches("error[").count();
        assert_eq!(errors, 1, "one error is shown: {output}");
        output
            .complains(&format!("error[{error}]"))
            .hides("panicked")
    }
}

#[test]
fn configs_that_cannot_be_read() {
    let case = Case::new();
    for (file, text, error, place) in [
        (
            "images.toml",
            "version = 1\n[images]\nnginx = \"^1\nredis = 2\n",
            "config-syntax",
            "images.toml:3:",
        ),
        (
            "images.yaml",
            "version: 1\nimages:\n  nginx: [\n",
            "config-syntax",
            "images.yaml:",
        ),
        (
            "images.json",
            "{\"version\": 1,\n \"images\": {,}}",
            "config-syntax",
            "images.json:2:",
        ),
        (
            "images.toml",
            "version = 1\n[images]\na = { image = \"x\", suffx = \"-a\" }\n",
            "unknown-key",
            "images.toml:3:",
        ),
        (
            "images.toml",
            "version = 1\n[images]\na = { image = \"https://x/y\" }\n",
            "bad-reference",
            "images.toml:3:",
        ),
        (
            "images.toml",
            "version = 1\n[images]\na = \"^1,,27\"\n",
            "bad-constraint",
            "images.toml:3:",
        ),
        (
            "images.toml",
            "version = 1\n[images]\na = { allow-tags = \"regexp:[\" }\n",
            "bad-pattern",
            "images.toml:3:",
        ),
        (
            "images.toml",
            "version = 1\n[images]\na = { platforms = [\"linux/amd46\"] }\n",
            "bad-platform",
            "images.toml:3:",
        ),
        (
            "images.toml",
            "version = 1\n[images]\na = \"1\"\na = \"2\"\n",
            "duplicate-name",
            "images.toml:4:",
        ),
        (
            "images.yaml",
            "version: 1\nimages:\n  a: \"1\"\n  a: \"2\"\n",
            "duplicate-name",
            "images.yaml:4:",
        ),
        (
            "images.json",
            "{\"version\": 1, \"images\": {\"a\": \"1\",\n\"a\": \"2\"}}",
            "duplicate-name",
            "images.json:2:",
        ),
        (
            "images.toml",
            "version = 1\n[images]\na = { strategy = \"newest\" }\n",
            "unknown-strategy",
            "images.toml:3:",
        ),
        (
            "images.toml",
            "version = 2\n",
            "config-version",
            "images.toml:1:",
        ),
    ] {
        case.sandbox.write(file, text);
        let output = case.sandbox.run(["lock", "--config", file]).exits(2);
        case.untouched(output, error).complains(place);
    }
}

#[test]
fn all_violations_are_shown_in_one_run() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "images.toml",
        "version = 1\n[images]\na = { image = \"x\", suffx = \"-a\" }\nb = \"^1,,27\"\nc = { platforms = [\"moon/amd64\"] }\n",
    );
    sandbox
        .run(["check"])
        .exits(2)
        .complains("error[unknown-key]")
        .complains("did you mean `suffix`")
        .complains("error[bad-constraint]")
        .complains("error[bad-platform]");
}

#[test]
fn policies_that_nothing_satisfies() {
    let case = Case::new();
    case.config("constraint = \"^3\"");
    case.fails(4, "no-tag-fits")
        .complains("3 tags")
        .complains("imagelock why app");
    case.config("constraint = \"^1\", platforms = [\"linux/s390x\"]");
    case.fails(4, "no-tag-fits").complains("linux/s390x");
    case.config("constraint = \"^1\"");
    let output = case
        .sandbox
        .run(["update", "app", "--precise", "2.0.0"])
        .exits(4);
    case.untouched(output, "precise-refused");
    let output = case.sandbox.run(["update", "ap"]).exits(2);
    case.untouched(output, "unknown-image")
        .complains("did you mean `app`?");
}

#[test]
fn registries_that_are_down_or_slow() {
    let case = Case::new();
    let Case {
        registry,
        sandbox,
        lock,
    } = case;
    registry.behave(Behaviour::always().never_answer());
    sandbox
        .run(["update", "--retries", "0", "--timeout", "300ms"])
        .exits(3)
        .complains("error[timeout]");
    registry.behave_well();
    registry.behave(Behaviour::always().hang_up());
    sandbox
        .run(["update", "--retries", "0"])
        .exits(3)
        .complains("error[unreachable]");
    drop(registry);
    sandbox
        .run(["update", "--retries", "0"])
        .exits(3)
        .complains("error[unreachable]");
    assert_eq!(sandbox.read("images.lock"), lock);
    sandbox.run(["check"]).exits(0);
    sandbox.run(["lock"]).exits(0);
    sandbox
        .run(["update", "--offline"])
        .exits(3)
        .complains("error[offline]");
    assert_eq!(sandbox.read("images.lock"), lock);
}

#[test]
fn registries_that_answer_nonsense() {
    let case = Case::new();
    for (behaviour, error) in [
        (
            Behaviour::on(Operation::Tags).json("{\"tags\": ["),
            "registry-invalid",
        ),
        (
            Behaviour::on(Operation::Tags).html("<html>please log in</html>"),
            "registry-invalid",
        ),
        (
            Behaviour::on(Operation::Tags)
                .status(502)
                .html("<html>bad gateway</html>"),
            "registry-failed",
        ),
        (
            Behaviour::on(Operation::Tags)
                .page_size(1)
                .links_to("http://registry.example.com"),
            "pagination",
        ),
        (Behaviour::on(Operation::Tags).endless_pages(), "pagination"),
        (
            Behaviour::on(Operation::Tags)
                .status(429)
                .header("retry-after", "3600"),
            "rate-limited",
        ),
        (Behaviour::on(Operation::Tags).status(403), "denied"),
        (
            Behaviour::on(Operation::Tags).status(404),
            "repository-not-found",
        ),
    ] {
        case.registry.behave(behaviour);
        case.fails(3, error).complains(case.registry.address());
        case.registry.behave_well();
    }
    case.registry
        .store()
        .publish("team/app", "1.2.0", &ImageSpec::new("app 1.2.0"));
    for (behaviour, error) in [
        (
            Behaviour::on(Operation::ManifestGet).body("{\"schemaVersion\": 2}"),
            "digest-mismatch",
        ),
        (
            Behaviour::on(Operation::ManifestGet)
                .status(404)
                .json("{\"errors\": [{\"code\": \"MANIFEST_UNKNOWN\"}]}"),
            "manifest-not-found",
        ),
        (
            Behaviour::on(Operation::ManifestGet).oversized(64 << 20),
            "too-large",
        ),
    ] {
        case.registry.behave(behaviour);
        case.fails(3, error);
        case.registry.behave_well();
    }
}

#[test]
fn repositories_that_are_missing_or_denied() {
    let case = Case::new();
    let address = case.registry.address().to_string();
    case.sandbox.write(
        "images.toml",
        format!("version = 1\n[images]\napp = {{ image = \"{address}/team/none\" }}\n"),
    );
    case.fails(3, "repository-not-found").complains("team/none");
    case.registry.require(Auth::basic().user("bot", "right"));
    case.config("constraint = \"^1\"");
    case.fails(3, "denied").complains("docker login");
    case.sandbox.write(
        "images.toml",
        format!(
            "version = 1\n[registries.\"{address}\"]\nauth = {{ env = \"TOKEN\", username = \"bot\" }}\n\
             [images]\napp = {{ image = \"{address}/team/app\", constraint = \"^1\" }}\n"
        ),
    );
    let output = case.sandbox.run(["update", "--retries", "0"]).exits(3);
    case.untouched(output, "credentials").complains("TOKEN");
    let output = case
        .sandbox
        .imagelock(["update", "--retries", "0"])
        .env("TOKEN", "canary-3141")
        .run()
        .exits(3);
    case.untouched(output, "denied")
        .hides("canary-3141")
        .complains("environment variable TOKEN");
    case.sandbox
        .imagelock(["update", "-vv"])
        .env("TOKEN", "right")
        .run()
        .exits(0)
        .hides("cmlnaHQ");
}

#[test]
fn one_failure_keeps_the_whole_lock_unless_told_otherwise() {
    let case = Case::new();
    let address = case.registry.address();
    case.registry
        .store()
        .publish("team/other", "1.0.0", &ImageSpec::new("other"));
    let two = format!(
        "version = 1\n[images]\napp = {{ image = \"{address}/team/app\", constraint = \"^2\" }}\n\
         broken = {{ image = \"{address}/team/none\" }}\nother = {{ image = \"{address}/team/other\" }}\n"
    );
    case.sandbox.write("images.toml", two);
    let output = case.sandbox.run(["lock", "--retries", "0"]).exits(3);
    case.untouched(output, "repository-not-found")
        .complains("broken")
        .complains("--keep-going");
    case.sandbox
        .run(["lock", "--retries", "0", "--keep-going"])
        .exits(3)
        .complains("broken");
    let lock = case.sandbox.read("images.lock");
    assert!(
        lock.contains("tag = \"2.0.0\"")
            && lock.contains("name = \"other\"")
            && !lock.contains("broken")
    );
}

#[test]
fn locks_that_cannot_be_read_or_written() {
    let case = Case::new();
    let newer = case.lock.replace("version = 1", "version = 2");
    case.sandbox.write("images.lock", &newer);
    for command in [["lock"], ["update"], ["check"], ["list"]] {
        case.sandbox
            .run(command)
            .exits(2)
            .complains("error[lock-version]")
            .complains("format version 2");
    }
    assert_eq!(case.sandbox.read("images.lock"), newer);
    case.sandbox.write(
        "images.lock",
        case.lock.replace("tag = \"1.1.0\"", "tag = "),
    );
    case.sandbox
        .run(["lock"])
        .exits(2)
        .complains("error[lock-syntax]")
        .complains("images.lock:");
    case.sandbox.write("images.lock", &case.lock);
    case.sandbox.run(["diff"]).exits(2).complains("error[git]");
}

/// Root writes where it likes, so that the folder is one where nobody can: below a file's name.
#[test]
fn a_folder_that_cannot_be_written() {
    let case = Case::new();
    case.sandbox.write("a-file", "");
    let output = case
        .sandbox
        .run(["lock", "--lockfile", "a-file/images.lock"])
        .exits(2);
    case.untouched(output, "io").complains("a-file");
    let output = case
        .sandbox
        .run(["lock", "--lockfile", "no-folder/images.lock"])
        .exits(2);
    case.untouched(output, "lock-write").complains("no-folder");
}

/// A folder without the permission to write refuses ordinary users; root runs the program as one.
#[cfg(unix)]
#[test]
fn a_read_only_folder() {
    use std::os::unix::fs::PermissionsExt as _;

    let case = Case::new();
    case.config("constraint = \"^2\"");
    let folder = case.sandbox.path();
    let allow = |path: &std::path::Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    // It stands where every user may run it, wherever it was built.
    let program = case.sandbox.home().join("imagelock");
    let built = env!("CARGO_BIN_EXE_imagelock");
    std::fs::hard_link(built, &program)
        .or_else(|_| std::fs::copy(built, &program).map(drop))
        .unwrap();
    for path in [folder.parent().unwrap(), &case.sandbox.home(), &program] {
        allow(path, 0o755);
    }
    allow(&folder, 0o555);
    let root_writes_anyway = std::fs::write(folder.join("probe"), "").is_ok();
    let program = program.to_str().unwrap();
    let output = if root_writes_anyway {
        let user = [
            "--reuid=65534",
            "--regid=65534",
            "--clear-groups",
            program,
            "lock",
        ];
        case.sandbox.program("setpriv", user).run()
    } else {
        case.sandbox.program(program, ["lock"]).run()
    };
    allow(&folder, 0o755);
    let output = output.exits(2);
    case.untouched(output, "lock-write").complains("writable");
}

//! What the tests of bad input share.

use imagelock::embedded::{Background, TestImage};

use crate::support::sandbox::{Output, Sandbox};

/// A locked image at a registry that then turns bad.
pub(super) struct Case {
    pub(super) registry: Background,
    pub(super) sandbox: Sandbox,
    pub(super) lock: String,
}

impl Case {
    pub(super) fn new() -> Self {
        let registry = Background::start().unwrap();
        for version in ["1.0.0", "1.1.0", "2.0.0"] {
            let image =
                TestImage::new(format!("app {version}")).platforms(["linux/amd64", "linux/arm64"]);
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
    pub(super) fn config(&self, options: &str) {
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
    pub(super) fn fails(&self, code: i32, error: &str) -> Output {
        let output = self
            .sandbox
            .run(["update", "--retries", "0", "--timeout", "2s"])
            .exits(code);
        self.untouched(output, error)
    }

    #[track_caller]
    pub(super) fn untouched(&self, output: Output, error: &str) -> Output {
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

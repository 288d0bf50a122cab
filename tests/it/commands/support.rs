//! What the tests of the commands share.

use imagelock::embedded::{Background, sample};
use serde_json::Value;

use crate::support::sandbox::{Output, Sandbox};

/// A locked project with the images of the embedded hub.
pub(super) fn project() -> (Background, Sandbox) {
    let registry = Background::start().unwrap();
    sample::hub(registry.store());
    let sandbox = Sandbox::new();
    let address = registry.address();
    sandbox.write(
        "images.toml",
        format!(
            "version = 1\n\n[images]\n\
             nginx = {{ image = \"{address}/library/nginx\", constraint = \"^1.27\" }}\n\
             redis = {{ image = \"{address}/library/redis\", constraint = \"7.x\", suffix = \"-alpine\" }}\n\
             debian = {{ image = \"{address}/library/debian\", tag = \"12-slim\" }}\n"
        ),
    );
    sandbox.run(["lock"]).exits(0);
    (registry, sandbox)
}

/// Parses what a command printed, and holds it to the schema that the program ships for it.
#[track_caller]
pub(super) fn follows(sandbox: &Sandbox, output: &Output, schema: &str) -> Value {
    let value: Value = serde_json::from_str(&output.stdout).unwrap();
    let schema = sandbox.run(["schema", schema]).exits(0).stdout;
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&value)
        .map(|error| error.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:?}: {output}");
    value
}

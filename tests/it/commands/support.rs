//! What the tests of the commands share.

use crate::support::sandbox::Sandbox;
use imagelock::embedded::{Background, sample};

pub(super) use crate::support::schemas::follows;

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

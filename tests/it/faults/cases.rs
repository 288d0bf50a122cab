//! The commands that write files of a project, each with a project.

use std::fs;

use imagelock::embedded::{Background, TestImage};

use super::launcher::{Call, Ended, Fault, Launcher};
use super::project::{Change, Files, STATE, Stored, files_of, sandbox_of};
use crate::support::sandbox::Sandbox;

/// A command and its project.
pub(super) struct Case {
    pub(super) name: &'static str,
    /// The file that it is all about.
    pub(super) target: &'static str,
    pub(super) arguments: Vec<String>,
    pub(super) after: Files,
    before: Files,
    removed: &'static [&'static str],
    _registry: Background,
}

/// One call in a run of a case.
#[derive(Clone)]
pub(super) struct Point {
    /// Whether runs that were killed earlier left something behind.
    pub(super) has_litter: bool,
    /// From 1.
    pub(super) number: usize,
    pub(super) call: Call,
}

const COMPOSE: &str =
    "services:\n  web:\n    image: nginx:1.27\n  db:\n    image: postgres:17-alpine\n";

const FLUX: &str = "apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageRepository
metadata: { name: podinfo, namespace: flux-system }
spec: { image: ghcr.io/stefanprodan/podinfo }
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: { name: podinfo, namespace: flux-system }
spec:
  imageRepositoryRef: { name: podinfo }
  policy: { semver: { range: 6.x } }
";

/// The part that an earlier run left.
const PART: &str = "images.lock.1-of-2";

/// Names of what killed runs leave.
const LITTER: [&str; 4] = [
    ".images.toml.imagelock.a1B2c3",
    ".images.lock.imagelock.a1B2c3",
    ".images.lock.1-of-2.imagelock.a1B2c3",
    ".observed.json.imagelock.a1B2c3",
];

/// Makes all of them.
pub(super) fn cases() -> Vec<Case> {
    vec![
        case(
            "init",
            "images.toml",
            &["init", "--from", "deploy"],
            |world| {
                world.sandbox.write("deploy/shop/compose.yaml", COMPOSE);
            },
        ),
        case(
            "import",
            "images.toml",
            &["import", "flux", "deploy"],
            |world| {
                let config = "# Ours.\nversion = 1\n\n[images]\nweb = \"^9\" # not theirs\n";
                world.sandbox.write("images.toml", config);
                world.sandbox.write("deploy/flux.yaml", FLUX);
            },
        ),
        case("lock", "images.lock", &["lock"], World::configure),
        case(
            "update",
            "images.lock",
            &["update", "--state", STATE],
            |world| {
                world.configure();
                world.sandbox.run(["lock", "--state", STATE]).exits(0);
                world.publish("1.1.0");
            },
        ),
        case("shard", PART, &["update", "--shard", "1/2"], |world| {
            world.configure();
            world.sandbox.run(["lock"]).exits(0);
            world.sandbox.run(["lock", "--shard", "1/2"]).exits(0);
            world.publish("1.1.0");
        }),
        case("merge-shards", "images.lock", &["merge-shards"], |world| {
            world.configure();
            world.sandbox.run(["lock"]).exits(0);
            world.publish("1.1.0");
            for shard in ["1/2", "2/2"] {
                world.sandbox.run(["update", "--shard", shard]).exits(0);
            }
        }),
    ]
}

/// A registry and the place where a project is made.
struct World {
    registry: Background,
    sandbox: Sandbox,
}

impl World {
    fn publish(&self, tag: &str) {
        for name in ["api", "web", "worker"] {
            let image = TestImage::new(format!("{name} {tag}"));
            let image = image.platforms(["linux/amd64", "linux/arm64"]);
            let path = format!("team/{name}");
            self.registry.store().publish(&path, tag, &image);
        }
    }

    fn configure(&self) {
        self.publish("1.0.0");
        let address = self.registry.address();
        let image = |name| {
            format!("{name} = {{ image = \"{address}/team/{name}\", constraint = \"^1\" }}\n")
        };
        let images: String = ["api", "web", "worker"].map(image).concat();
        let config = format!("version = 1\n\n[images]\n{images}");
        self.sandbox.write("images.toml", config);
    }
}

fn case(
    name: &'static str,
    target: &'static str,
    arguments: &[&str],
    prepare: impl FnOnce(&World),
) -> Case {
    let world = World {
        registry: Background::start().unwrap(),
        sandbox: Sandbox::new(),
    };
    prepare(&world);
    let mut before = files_of(&world.sandbox.path());
    // Permissions that no new file would have, so that it shows if they are kept.
    for (path, file) in &mut before {
        file.mode = if path == "images.lock" { 0o664 } else { 0o640 };
    }
    let sandbox = sandbox_of(&before);
    sandbox.run(arguments.iter().copied()).exits(0);
    Case {
        name,
        target,
        arguments: arguments.iter().map(ToString::to_string).collect(),
        after: files_of(&sandbox.path()),
        before,
        removed: if target == PART { &[PART] } else { &[] },
        _registry: world.registry,
    }
}

impl Case {
    /// Makes a fresh project, with or without what killed runs left.
    pub(super) fn project(&self, has_litter: bool) -> Sandbox {
        let mut files = self.before.clone();
        if has_litter {
            let half = Stored {
                bytes: b"half".to_vec(),
                mode: 0o600,
            };
            let litter = LITTER.iter().filter(|name| self.writes(name));
            files.extend(litter.map(|name| (name.to_string(), half.clone())));
        }
        let sandbox = sandbox_of(&files);
        // Else several threads make it at once, and the calls have another order each time.
        fs::create_dir(sandbox.cache()).unwrap();
        sandbox
    }

    /// Returns the temporary files that are no planted ones.
    pub(super) fn new_litter(left: &[String]) -> Vec<&String> {
        let is_planted = |path: &&String| LITTER.iter().any(|name| path.ends_with(name));
        left.iter().filter(|path| !is_planted(path)).collect()
    }

    /// Says whether a text names a file of the project.
    pub(super) fn names_a_file(&self, text: &str) -> bool {
        let mut files = self.before.keys().chain(self.after.keys());
        files.any(|file| text.contains(file))
    }

    /// Says whether the command writes the file that a temporary one stands for.
    fn writes(&self, temporary: &str) -> bool {
        let mut changed = self
            .after
            .iter()
            .filter(|(path, new)| self.before.get(*path) != Some(new));
        changed.any(|(path, _)| temporary.starts_with(&format!(".{path}.imagelock.")))
    }

    pub(super) fn change(&self) -> Change<'_> {
        Change {
            before: &self.before,
            after: &self.after,
            removed: self.removed,
        }
    }

    /// Counts the calls of its runs.
    pub(super) fn points(&self, launcher: &Launcher) -> Vec<Point> {
        let points = [false, true].map(|has_litter| {
            let sandbox = self.project(has_litter);
            let ended = launcher.run(&sandbox, &self.arguments, Fault::Nothing);
            assert_eq!(ended.code, 0, "{}: {}", self.name, ended.stderr);
            let calls = ended.calls.into_iter().zip(1..);
            calls.map(move |(call, number)| Point {
                has_litter,
                number,
                call,
            })
        });
        points.into_iter().flatten().collect()
    }

    /// Runs it once more after a run that was killed: it ends the work and tidies up.
    pub(super) fn run_again(&self, sandbox: &Sandbox, killed: &Ended) -> Result<(), String> {
        let is_there = self.name == "init" && sandbox.exists(self.target);
        let again = sandbox.run(&self.arguments);
        let problem = |what: &str| Err(format!("{what}: {again}\nafter {killed:?}"));
        if is_there && again.code == 2 && again.stderr.contains("is there already") {
            // The work was done.
        } else if again.code != 0 {
            return problem("the next run fails");
        }
        let change = self.change();
        if let Err(what) = change.check_done(sandbox) {
            return problem(&what);
        }
        match change.check_whole(sandbox, false)?.as_slice() {
            [] => Ok(()),
            left => problem(&format!("the next run leaves {left:?}")),
        }
    }
}

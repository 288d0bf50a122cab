//! The examples, run line by line.

use std::fs;

use super::support::{project, remove_parts};
use crate::support::sandbox::Sandbox;

/// Returns the text of an example, and its line that holds this, without what stands before the program's name.
fn line_of(example: &str, part: &str) -> String {
    let path = format!("{}/examples/shards/{example}", env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(path).unwrap();
    let line = text.lines().find(|line| line.contains(part)).unwrap();
    line[line.find("imagelock").unwrap()..].into()
}

/// Runs a line of a script as an engine does, with these variables.
fn run_line(sandbox: &Sandbox, line: &str, variables: &[(&str, String)]) {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_imagelock"));
    let path = format!("{}:/usr/bin:/bin", program.parent().unwrap().display());
    let mut run = sandbox.program("sh", ["-ec", line]).env("PATH", path);
    for (name, value) in variables {
        run = run.env(name, value);
    }
    run.run().exits(0);
}

/// An engine's example, its example for merging, and the variables that it sets for a shard.
type Engine<'e> = (
    &'e str,
    &'e str,
    &'e dyn Fn(usize) -> Vec<(&'static str, String)>,
);

#[test]
fn the_examples_divide_a_run() {
    let number = |name: &'static str, first: usize| {
        move |number: usize| vec![(name, (number - 1 + first).to_string())]
    };
    let with_count = |name, count| {
        move |place: usize| {
            let mut variables = number(name, 1)(place);
            variables.push((count, "8".to_string()));
            variables
        }
    };
    let matrix = with_count("NUMBER", "COUNT");
    let parallel = with_count("CI_NODE_INDEX", "CI_NODE_TOTAL");
    let indexed = number("JOB_COMPLETION_INDEX", 0);
    let engines: [Engine<'_>; 3] = [
        ("github-actions.yml", "github-actions.yml", &matrix),
        ("gitlab-ci.yml", "gitlab-ci.yml", &parallel),
        ("kubernetes/shards.yaml", "kubernetes/merge.yaml", &indexed),
    ];
    let (_registry, sandbox) = project();
    sandbox.run(["lock"]).exits(0);
    let lock = sandbox.read("images.lock");
    for (shards, merge, variables) in engines {
        fs::remove_file(sandbox.path().join("images.lock")).unwrap();
        for place in 1..=8 {
            run_line(
                &sandbox,
                &line_of(shards, "imagelock update --shard"),
                &variables(place),
            );
        }
        assert!(!sandbox.exists("images.lock"), "{shards}");
        let here = sandbox.path();
        let parts = here.join("parts");
        fs::create_dir(&parts).unwrap();
        let temporary = [("RUNNER_TEMP", here.display().to_string())];
        if merge == "github-actions.yml" {
            run_line(&sandbox, "mv images.lock.*-of-* parts", &[]);
        }
        run_line(
            &sandbox,
            &line_of(merge, "imagelock merge-shards"),
            &temporary,
        );
        assert_eq!(sandbox.read("images.lock"), lock, "{shards}");
        fs::remove_dir_all(parts).unwrap();
        remove_parts(&sandbox);
    }
}

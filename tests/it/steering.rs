//! Words from a pull request: whatever they are, what people are shown steers no terminal and no CI log.

use crate::support::sandbox::Sandbox;

/// What each name, path, label and policy begins or ends with.
const HOSTILE: &str = "\u{1b}]0;pwned\u{7}\u{1b}[31m\n::error::pwned\n##vso[task.complete]\u{202e}";

/// Every command that reads what is in a repository, without a network.
const COMMANDS: [&[&str]; 21] = [
    &["check"],
    &["list"],
    &["list", "--refs"],
    &["diff", "old.lock", "images.lock"],
    &["diff", "images.lock", "old.lock"],
    &["lock", "--locked"],
    &["lock", "--offline"],
    &["lock", "--plan"],
    &["update", "--offline"],
    &[
        "update",
        "--offline",
        "--keep-going",
        "--report",
        "text=report.txt",
    ],
    &["outdated", "--offline"],
    &["why", "nginx", "--offline"],
    &["import", "flux", "deploy"],
    &["import", "argocd-image-updater", "deploy", "--dry-run"],
    &["init", "--from", "deploy"],
    &["auth", "status"],
    &["merge-shards", "deploy"],
    &["inspect", "\n::error::x", "--offline"],
    &["tags", "127.0.0.1:1/a\u{1b}[2J", "--offline"],
    &["explain", "\n::error::x"],
    &["registry", "doctor", "127.0.0.1:1/a", "--offline"],
];

/// Returns the text in the form of a string of TOML and JSON.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// Configs, each with a hostile text where a reader looks at another part of it.
fn configs() -> Vec<String> {
    let text = quoted(HOSTILE);
    let images = [
        format!("{text} = \"^1\""),
        format!("{text} = 1"),
        format!("nginx = {text}"),
        format!("nginx = {{ constraint = \"^1\", {text} = 1 }}"),
        format!("nginx = {{ image = {text} }}"),
        format!("nginx = {{ tag = {text} }}"),
        format!("nginx = {{ suffix = {text} }}"),
        format!("nginx = {{ constraint = \"^1\", group = {text} }}"),
        format!("nginx = {{ constraint = \"^1\", allow-tags = {text} }}"),
        "nginx = \"^1\"".into(),
    ];
    let mut configs: Vec<String> = images
        .iter()
        .map(|image| format!("version = 1\n[images]\n{image}\n"))
        .collect();
    configs.push(format!(
        "version = 1\n[registries.{text}]\nconcurrency = 1\n[images]\nnginx = \"^1\"\n"
    ));
    configs.push(format!(
        "version = 1\n[sources]\nkubernetes = [{text}, \"deploy/*.yaml\"]\n[images]\n"
    ));
    configs.push(format!("{text} = [\n::error::x\n"));
    configs.push(format!(
        "version = 1\n[images]\nnginx = \"^1\" # {HOSTILE}\n"
    ));
    configs
}

fn lock(name: &str, tag: &str) -> String {
    let (name, policy) = (quoted(name), quoted(&format!("semver ^1{HOSTILE}")));
    let digest = "0".repeat(64);
    format!(
        "version = 1\n\n[[image]]\nname = {name}\nimage = \"docker.io/library/nginx\"\npolicy = {policy}\n\
         tag = \"{tag}\"\ndigest = \"sha256:{digest}\"\n"
    )
}

const WORKLOAD: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: TEXT\n  annotations:\n    \
    imagelock.dev/x: TEXT\n    argocd-image-updater.argoproj.io/image-list: TEXT\nspec:\n  template:\n    spec:\n      \
    containers: [{name: TEXT, image: TEXT}]\n";

/// Returns what in a text could steer who shows it; colours may be there if they were asked for.
fn steering(text: &str, colored: bool) -> Option<String> {
    let plain = if colored {
        let colors = regex::Regex::new("\u{1b}\\[[0-9;]*m").unwrap();
        colors.replace_all(text, "").into_owned()
    } else {
        text.to_owned()
    };
    let is_command = |line: &str| {
        let line = line.trim_start();
        line.starts_with("::") || line.starts_with("##[") || line.starts_with("##vso[")
    };
    let is_hidden = |letter: char| {
        (letter.is_control() && letter != '\n')
            || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
    };
    plain
        .split('\n')
        .find(|line| is_command(line) || line.chars().any(is_hidden))
        .map(str::to_owned)
}

#[test]
fn no_command_shows_what_steers() {
    let sandbox = Sandbox::new();
    std::fs::create_dir(sandbox.path().join(".git")).unwrap();
    let workload = WORKLOAD.replace("TEXT", &quoted(HOSTILE));
    sandbox.write("deploy/a.yaml", &workload);
    sandbox.write("deploy/b\u{1b}[31m\n::error::b.yaml", "a: [\n::error::x");
    sandbox.write("old.lock", lock("nginx", "1.0.0"));
    let mut wrong = Vec::new();
    for config in configs() {
        for (name, color) in [(HOSTILE, "never"), ("nginx", "always")] {
            for command in COMMANDS {
                sandbox.write("images.toml", &config);
                sandbox.write("images.lock", lock(name, "1.0.1"));
                let mut arguments = vec!["--color", color];
                arguments.extend(command);
                let output = sandbox.run(arguments);
                for text in [&output.stdout, &output.stderr] {
                    if let Some(line) = steering(text, color == "always") {
                        wrong.push(format!("{command:?} {config:?}: {line:?}"));
                    }
                }
            }
        }
    }
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

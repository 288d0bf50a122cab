//! What `inspect` says of images in a real registry is what `skopeo inspect` says, field by field.

use imagelock::embedded::TestImage;
use serde_json::{Value, json};

use super::content::{index, single};
use crate::support::distribution::Distribution;
use crate::support::programs::installed;
use crate::support::sandbox::Sandbox;

const REPOSITORY: &str = "team/app";

struct World {
    registry: Distribution,
    sandbox: Sandbox,
}

impl World {
    /// Starts a registry with three images; nothing where a program is missing.
    fn start() -> Option<Self> {
        let is_there = installed("skopeo");
        let registry = Distribution::start()?;
        if !is_there {
            return None;
        }
        let push = async {
            registry.push_parts(REPOSITORY, "index", &index()).await;
            registry.push_parts(REPOSITORY, "oci", &single(false)).await;
            registry
                .push_parts(REPOSITORY, "docker", &single(true))
                .await;
            let epoch = TestImage::new("epoch").created(jiff::Timestamp::UNIX_EPOCH);
            registry.push(REPOSITORY, "epoch", &epoch).await;
        };
        tokio::runtime::Runtime::new().unwrap().block_on(push);
        let sandbox = Sandbox::new();
        Some(Self { registry, sandbox })
    }

    fn reference(&self, tag: &str) -> String {
        format!("{}/{REPOSITORY}:{tag}", self.registry.address())
    }

    fn ours(&self, flags: &[&str], tag: &str) -> Vec<u8> {
        let reference = self.reference(tag);
        let mut arguments = vec!["inspect"];
        arguments.extend(flags);
        arguments.push(&reference);
        self.sandbox.imagelock(arguments).bytes()
    }

    /// Runs `skopeo`; options of the platform go before the command.
    fn theirs(&self, platform: Option<&str>, flags: &[&str], tag: &str) -> Vec<u8> {
        let reference = format!("docker://{}", self.reference(tag));
        let platform = platform.unwrap_or("linux/amd64");
        let (os, architecture) = platform.split_once('/').unwrap();
        let mut arguments = vec!["--override-os", os, "--override-arch", architecture];
        arguments.extend(["inspect", "--tls-verify=false"]);
        arguments.extend(flags);
        arguments.push(&reference);
        self.sandbox.program("skopeo", arguments).bytes()
    }

    fn our_json(&self, flags: &[&str], tag: &str) -> Value {
        let flags = [&["--format", "json"], flags].concat();
        serde_json::from_slice(&self.ours(&flags, tag)).unwrap()
    }

    fn their_json(&self, platform: Option<&str>, flags: &[&str], tag: &str) -> Value {
        serde_json::from_slice(&self.theirs(platform, flags, tag)).unwrap()
    }
}

/// The images: a tag, and the platform that is asked for.
const CASES: [(&str, Option<&str>); 6] = [
    ("index", None),
    ("index", Some("linux/arm64")),
    ("index", Some("windows/amd64")),
    ("oci", None),
    ("docker", None),
    ("epoch", None),
];

#[test]
fn skopeo_says_the_same() {
    let Some(world) = World::start() else {
        return;
    };
    for tag in ["index", "oci", "docker", "epoch"] {
        let ours = world.ours(&["--raw"], tag);
        assert_eq!(
            ours,
            world.theirs(None, &["--raw"], tag),
            "{tag}: the bytes"
        );
    }
    for (tag, platform) in CASES {
        let flags: Vec<&str> = platform.map_or(vec![], |platform| vec!["--platform", platform]);
        let raw = [&["--raw-config"], &flags[..]].concat();
        assert_eq!(
            world.ours(&raw, tag),
            world.theirs(platform, &["--config", "--raw"], tag),
            "{tag} {platform:?}: the bytes of the config"
        );
        let ours = world.our_json(&flags, tag);
        let image = world.their_json(platform, &[], tag);
        same_image(&ours, &image, tag);
        let config = world.their_json(platform, &["--config"], tag);
        same_config(&ours["image"], &config, tag);
        let manifest = world.ours(&[&["--raw"], &flags[..]].concat(), tag);
        let manifest: Value = serde_json::from_slice(&manifest).unwrap();
        if platform.is_some() || manifest["manifests"].is_null() {
            same_layers(&ours["image"], &manifest, tag);
        }
    }
}

/// Holds an inspection to `skopeo inspect`.
fn same_image(ours: &Value, theirs: &Value, tag: &str) {
    let image = &ours["image"];
    let reference = format!("{}:{tag}", theirs["Name"].as_str().unwrap());
    let same = |name: &str, one: &Value, other: &Value| {
        assert_eq!(one, other, "{tag}: {name} of {theirs:#}");
    };
    same("Name", &ours["reference"], &json!(reference));
    same("Digest", &ours["digest"], &theirs["Digest"]);
    same("Created", &image["created"], &theirs["Created"]);
    same(
        "Architecture",
        &image["architecture"],
        &theirs["Architecture"],
    );
    same("Os", &image["os"], &theirs["Os"]);
    same("Labels", &image["labels"], &theirs["Labels"]);
    let env = match &image["run"]["env"] {
        Value::Array(list) if list.is_empty() => &Value::Null,
        env => env,
    };
    same("Env", env, &theirs["Env"]);
    let layers = image["layers"].as_array().unwrap();
    let of = |name: &str| {
        layers
            .iter()
            .map(|layer| layer[name].clone())
            .collect::<Value>()
    };
    same("Layers", &of("digest"), &theirs["Layers"]);
    // Newer releases of skopeo tell more of each layer.
    if let Some(data) = theirs["LayersData"].as_array() {
        let of_theirs = |name: &str| {
            data.iter()
                .map(|layer| layer[name].clone())
                .collect::<Value>()
        };
        same("LayersData.Digest", &of("digest"), &of_theirs("Digest"));
        same("LayersData.Size", &of("size-bytes"), &of_theirs("Size"));
        same(
            "LayersData.MIMEType",
            &of("media-type"),
            &of_theirs("MIMEType"),
        );
    }
}

/// Holds the layers of an image to the bytes of its manifest, which are those that skopeo prints.
fn same_layers(image: &Value, manifest: &Value, tag: &str) {
    let ours = image["layers"].as_array().unwrap().iter();
    let ours: Vec<_> = ours
        .map(|layer| (&layer["digest"], &layer["size-bytes"], &layer["media-type"]))
        .collect();
    let theirs = manifest["layers"].as_array().unwrap().iter();
    let theirs: Vec<_> = theirs
        .map(|layer| (&layer["digest"], &layer["size"], &layer["mediaType"]))
        .collect();
    assert_eq!(ours, theirs, "{tag}");
}

/// Holds an image to `skopeo inspect --config`.
fn same_config(image: &Value, theirs: &Value, tag: &str) {
    let same = |name: &str, one: &Value, other: &Value| {
        assert_eq!(one, other, "{tag}: {name} of {theirs:#}");
    };
    let of = |name: &str| &theirs["config"][name];
    same("created", &image["created"], &theirs["created"]);
    same("author", &image["author"], &theirs["author"]);
    same(
        "architecture",
        &image["architecture"],
        &theirs["architecture"],
    );
    same("os", &image["os"], &theirs["os"]);
    same("User", &image["run"]["user"], of("User"));
    same("WorkingDir", &image["run"]["working-dir"], of("WorkingDir"));
    same("StopSignal", &image["run"]["stop-signal"], of("StopSignal"));
    same("Labels", &image["labels"], of("Labels"));
    for (ours, name) in [("env", "Env"), ("entrypoint", "Entrypoint"), ("cmd", "Cmd")] {
        let list = match of(name) {
            Value::Null => json!([]),
            list => list.clone(),
        };
        same(name, &image["run"][ours], &list);
    }
    for (ours, name) in [("exposed-ports", "ExposedPorts"), ("volumes", "Volumes")] {
        let keys = of(name)
            .as_object()
            .into_iter()
            .flatten()
            .map(|(key, _)| json!(key));
        let mut keys: Vec<_> = keys.collect();
        keys.sort_by_key(ToString::to_string);
        same(name, &image["run"][ours], &Value::Array(keys));
    }
    let steps = theirs["history"].as_array().unwrap();
    let history = image["history"].as_array().unwrap();
    assert_eq!(history.len(), steps.len(), "{tag}");
    for (ours, theirs) in history.iter().zip(steps) {
        same("created", &ours["created"], &theirs["created"]);
        same("created_by", &ours["created-by"], &theirs["created_by"]);
        same("comment", &ours["comment"], &theirs["comment"]);
        let is_empty = theirs["empty_layer"].as_bool().unwrap_or(false);
        same("empty_layer", &ours["empty-layer"], &json!(is_empty));
    }
}

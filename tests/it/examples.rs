//! The examples: their configs follow the schema and lock to the files beside them.
//!
//! The registries are one embedded registry with made-up images, so that the digests are those of the
//! test. `UPDATE_GENERATED=1` writes the locks anew.

use std::path::{Path, PathBuf};

use imagelock::config;
use imagelock::embedded::{Registry, Store, TestImage};
use imagelock::lock::{self, Lock};
use imagelock::registry::Client;
use imagelock::resolve::{self, Intent, Options};
use url::Url;

#[path = "../../examples/library.rs"]
#[expect(dead_code, reason = "its `main` is for who runs it as a program")]
mod library;

const EXAMPLES: [&str; 4] = [
    "kubernetes/images.toml",
    "minimal/images.toml",
    "monorepo/images.yaml",
    "private-registry/images.toml",
];

/// What the registries hold: a repository, its suffix, and its tags.
const CONTENT: &[(&str, &[&str])] = &[
    (
        "library/nginx",
        &[
            "1.26.3",
            "1.27.4",
            "1.27.5",
            "1.27",
            "1.28.0",
            "1.29.0-rc.1",
            "2.0.0",
            "20250101",
        ],
    ),
    (
        "library/redis",
        &[
            "7.4.1",
            "7.4.1-alpine",
            "7.4.2-alpine",
            "7.4.2-bookworm",
            "8.0.0-alpine",
        ],
    ),
    ("library/debian", &["12-slim", "12.9-slim", "latest"]),
    (
        "library/golang",
        &[
            "1.24.1-alpine",
            "1.24.4-alpine",
            "1.24.4-alpine3.21",
            "1.25.0-alpine",
            "1.24.4",
        ],
    ),
    (
        "library/node",
        &[
            "22.13.1-bookworm-slim",
            "22.14.0-bookworm-slim",
            "23.1.0-bookworm-slim",
            "22.14.0",
        ],
    ),
    (
        "library/postgres",
        &["16.8", "17.4", "17.5", "17", "18beta1"],
    ),
    (
        "valkey/valkey",
        &["7.2.8", "8.0.2", "8.1.1", "8.1.1-alpine", "9.0.0-rc1"],
    ),
    (
        "acme/shop",
        &[
            "2.3.9",
            "2.4.0",
            "2.4.1",
            "2.5.0-rc.1",
            "2.5.0-beta.2",
            "2.4.2-debug",
        ],
    ),
    ("aquasec/trivy", &["0.59.1", "0.60.0", "0.62.1", "latest"]),
    ("acme/api", &["3.1.0", "3.2.0", "4.0.0"]),
    ("acme/worker", &["v3.1.0", "v3.1.1", "3.1.1-debug"]),
    ("platform/edge", &["stable", "nightly"]),
];

fn fill(store: &Store) {
    for (repository, tags) in CONTENT {
        for tag in *tags {
            let image = TestImage::new(format!("{repository} {tag}")).platforms([
                "linux/amd64",
                "linux/arm64",
                "linux/arm/v7",
            ]);
            store.publish(repository, tag, &image);
        }
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")
}

async fn locked(registry: &Registry, path: &Path) -> String {
    let config =
        config::load(path).unwrap_or_else(|problems| panic!("{}", problems[0].render(false)));
    let mut client = Client::builder();
    let hosts = config
        .images
        .iter()
        .map(|spec| spec.repository.registry().to_string());
    for host in hosts.chain(["hub.docker.com".to_string()]) {
        client = client.endpoint(host, Url::parse(&registry.url("/")).unwrap());
    }
    let plan = resolve::plan(&config, &Lock::default(), &Intent::Lock).unwrap();
    let resolution = resolve::resolve(
        plan,
        &client.build().unwrap(),
        &Options::new(jiff::Timestamp::UNIX_EPOCH),
    )
    .await;
    assert_eq!(resolution.failures, [], "{}", path.display());
    let lock = Lock {
        images: resolution.images,
        ..Lock::default()
    };
    assert!(
        lock::drift(&config, &lock).is_empty(),
        "what was locked is in line with its config"
    );
    lock::write(&lock)
}

#[tokio::test]
async fn configs_lock_to_the_files_beside_them() {
    let registry = Registry::start().await.unwrap();
    fill(registry.store());
    for example in EXAMPLES {
        let path = folder().join(example);
        let text = locked(&registry, &path).await;
        let expected = path.with_file_name("images.lock");
        #[expect(
            clippy::disallowed_methods,
            reason = "the developer's wish to rewrite generated files"
        )]
        if std::env::var_os("UPDATE_GENERATED").is_some() {
            std::fs::write(&expected, &text).unwrap();
        }
        let committed = std::fs::read_to_string(&expected)
            .unwrap_or_default()
            .replace("\r\n", "\n");
        assert_eq!(committed, text, "{example}");
    }
}

#[test]
fn configs_and_locks_follow_the_schemas() {
    let validator =
        |schema| jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    let (of_config, of_lock) = (validator(config::SCHEMA), validator(lock::SCHEMA));
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let example = root.join("images.toml.example");
    let mut configs: Vec<PathBuf> = EXAMPLES
        .iter()
        .map(|example| folder().join(example))
        .collect();
    configs.push(example);
    for path in configs {
        let text = std::fs::read_to_string(&path).unwrap();
        let value: serde_json::Value = if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            serde_saphyr::from_str(&text).unwrap()
        } else {
            toml::from_str(&text).unwrap()
        };
        assert!(of_config.is_valid(&value), "{}", path.display());
    }
    for example in EXAMPLES {
        let text =
            std::fs::read_to_string(folder().join(example).with_file_name("images.lock")).unwrap();
        let value: serde_json::Value = toml::from_str(&text).unwrap();
        assert!(of_lock.is_valid(&value), "{example}");
    }
}

#[tokio::test]
async fn the_library_alone_pins_a_tag_in_few_lines() {
    let registry = Registry::start().await.unwrap();
    fill(registry.store());
    let repository = format!("{}/library/nginx", registry.address());
    let pinned = library::pin(&repository, "^1.27").await.unwrap().unwrap();
    let digest = registry.store().digest("library/nginx", "1.28.0").unwrap();
    assert_eq!(pinned.to_string(), format!("{repository}:1.28.0@{digest}"));
    assert_eq!(library::pin(&repository, "^3").await.unwrap(), None);
    assert!(library::pin("No/Repository", "*").await.is_err());
    let text = std::fs::read_to_string(folder().join("library.rs")).unwrap();
    assert!(text.lines().count() < 40);
}

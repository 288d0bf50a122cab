//! One config in TOML, YAML and JSON, and the config that documents every option.

use std::path::Path;

use imagelock::config::{
    AuthSettings, Config, Format, ImageSpec, RegistrySettings, SCHEMA, SourceFile, parse,
};
use imagelock::error::Place;
use imagelock::policy::Guards;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn example() -> Config {
    let text = std::fs::read_to_string(root().join("images.toml.example")).unwrap();
    let source = SourceFile::new("images.toml", &text, Format::Toml);
    parse(&source).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// Returns what guards a pin and joins it with others, where that is not as without options.
fn guards(image: &ImageSpec) -> String {
    let none = Guards::default();
    let guards = &image.guards;
    let mut words = Vec::new();
    words.extend(guards.level.map(|level| format!("level {level}")));
    words.extend(
        guards
            .cooldown
            .map(|cooldown| format!("cooldown {cooldown}")),
    );
    if guards.age_evidence != none.age_evidence {
        words.push(format!("evidence {}", guards.age_evidence.len()));
    }
    if guards.on_missing_age != none.on_missing_age {
        words.push(format!("{:?}", guards.on_missing_age));
    }
    if guards.digest_updates != none.digest_updates {
        words.push(format!("{:?}", guards.digest_updates));
    }
    words.extend(guards.immutable.then(|| "immutable".to_string()));
    words.extend(guards.allow_downgrade.then(|| "downgrade".to_string()));
    if let Some(group) = &image.group {
        words.push(format!("group {} {}", group.name, group.same_version));
    }
    words.join(", ")
}

/// Returns what is set for a registry, without where it stands.
fn settings((host, settings): (&String, &RegistrySettings)) -> String {
    let mut settings = settings.clone();
    let files = [
        &mut settings.ca_file,
        &mut settings.client_cert,
        &mut settings.client_key,
    ];
    let mut files: Vec<_> = files.into_iter().flatten().collect();
    if let Some(AuthSettings::KubernetesSecret(file)) = &mut settings.auth {
        files.push(file);
    }
    for file in files {
        file.place = Place {
            file: String::new(),
            text: "".into(),
            span: 0..0,
            label: String::new(),
        };
    }
    format!("{host} {settings:?}")
}

/// Returns all that a config means, without where it stands.
fn meaning(config: &Config) -> (Vec<[String; 4]>, Vec<String>) {
    let images = config
        .images
        .iter()
        .map(|image| {
            [
                image.name.clone(),
                image.repository.to_string(),
                image.policy_text(),
                guards(image),
            ]
        })
        .collect();
    let registries = config.registries.iter();
    (images, registries.map(settings).collect())
}

#[test]
fn the_example_says_what_its_comments_say() {
    let config = example();
    let (images, _) = meaning(&config);
    let lines: Vec<_> = images
        .iter()
        .map(|[name, repository, policy, guards]| {
            format!("{name} = {repository} {policy}\n  {guards}")
        })
        .collect();
    let text = lines.join("\n");
    insta::assert_snapshot!(text, @r"
    api = ghcr.io/acme/api semver ~2.4 ignore-tags=*-debug,*-windowsservercore-* platforms=linux/amd64,linux/arm64
      level minor, cooldown PT72H, evidence 4, Hold
    base = docker.io/library/debian digest 12-slim platforms=linux/amd64,linux/arm64
      cooldown PT72H, evidence 4, Hold
    controller = ghcr.io/acme/controller semver ^3 allow-tags=regexp:^v?\d+\.\d+\.\d+(-rc\.\d+)?$,glob:3.* ignore-tags=3.1.0 prerelease=true platforms=linux/amd64
      level minor, evidence 4, Hold, RebuildOnly, downgrade
    kafka = docker.io/bitnami/kafka semver ^3.9 suffix=-debian-12-r* ignore-tags=*-debug,*-windowsservercore-* platforms=linux/amd64,linux/arm64
      level minor, cooldown PT72H, evidence 4, Hold
    nginx = docker.io/library/nginx semver ^1.27 ignore-tags=*-debug,*-windowsservercore-* platforms=linux/amd64,linux/arm64
      level minor, cooldown PT72H, evidence 4, Hold
    nightly = ghcr.io/acme/api alphabetical asc allow-tags=nightly-* ignore-tags=*-debug,*-windowsservercore-* platforms=linux/amd64,linux/arm64
      cooldown PT72H, evidence 4, Hold
    postgres = docker.io/library/postgres semver >=16.2 <17 || ^17.1 ignore-tags=*-debug,*-windowsservercore-* platforms=linux/amd64,linux/arm64
      level minor, cooldown PT72H, evidence 4, Hold
    preview = ghcr.io/acme/api newest-build allow-tags=regexp:^main-[0-9a-f]{7}$ ignore-tags=*-debug,*-windowsservercore-* platforms=linux/amd64,linux/arm64
      cooldown PT72H, evidence 4, Hold
    redis = docker.io/library/redis semver 7.x suffix=-alpine ignore-tags=*-debug,*-windowsservercore-* platforms=linux/amd64,linux/arm64
      level minor, cooldown PT72H, evidence 4, Hold
    shop = ghcr.io/acme/shop semver ^5 ignore-tags=*-debug,*-windowsservercore-* platforms=linux/amd64,linux/arm64
      level minor, cooldown PT72H, evidence 4, Hold, group shop true
    tool = ghcr.io/acme/tool semver 1.x ignore-tags=*-debug,*-windowsservercore-* prerelease=[rc] platforms=linux/amd64,linux/arm64
      level minor, cooldown PT72H, evidence 4, Hold, immutable
    ubuntu = docker.io/library/ubuntu calver YY.0M >=24.04 ignore-tags=*-debug,*-windowsservercore-* platforms=linux/amd64,linux/arm64
      level minor, cooldown PT72H, evidence 4, Hold
    web = ghcr.io/acme/web semver ^5 ignore-tags=*-debug,*-windowsservercore-* platforms=linux/amd64,linux/arm64
      level minor, cooldown PT72H, evidence 4, Hold, group shop true
    worker = ghcr.io/acme/worker numerical asc extract=^main-(?P<n>\d+)$,$n ignore-tags=*-debug,*-windowsservercore-* platforms=linux/amd64,linux/arm64
      cooldown PT72H, evidence 4, Hold
    ");
    assert_eq!(
        config.registries["ghcr.io"],
        RegistrySettings {
            auth: Some(AuthSettings::Environment {
                variable: "GHCR_TOKEN".into(),
                username: Some("acme-bot".into()),
            }),
            concurrency: Some(8),
            ..RegistrySettings::default()
        }
    );
    let internal = &config.registries["registry.internal.example:5000"];
    assert_eq!(internal.plain_http, Some(true));
}

#[test]
fn the_three_formats_mean_the_same() {
    let expected = meaning(&example());
    for name in ["example.yaml", "example.json"] {
        let path = root().join("tests/fixtures/config").join(name);
        let source = SourceFile::read(&path).unwrap();
        let config = parse(&source).unwrap_or_else(|problems| panic!("{problems:#?}"));
        assert_eq!(meaning(&config), expected, "{name}");
    }
}

#[test]
fn the_example_shows_every_option() {
    let schema: serde_json::Value = serde_json::from_str(SCHEMA).unwrap();
    let text = std::fs::read_to_string(root().join("images.toml.example")).unwrap();
    for pointer in [
        "/properties",
        "/$defs/Defaults/properties",
        "/$defs/Registry/properties",
        "/$defs/Auth/properties",
        "/$defs/Mirror/properties",
        "/$defs/Extract/properties",
        "/$defs/Sources/properties",
        "/$defs/Image/properties",
    ] {
        let properties = schema.pointer(pointer).unwrap().as_object().unwrap();
        for option in properties.keys().filter(|key| *key != "$schema") {
            assert!(
                text.contains(option.as_str()),
                "{option} is not in the example"
            );
        }
    }
}

#[test]
fn the_example_has_the_shape_of_the_schema() {
    let schema = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let text = std::fs::read_to_string(root().join("images.toml.example")).unwrap();
    let value: serde_json::Value = toml::from_str(&text).unwrap();
    assert!(validator.is_valid(&value));
}

use std::fmt::Write as _;

use imagelock::config::Group;
use imagelock::policy::{DigestUpdates, Level};

use super::support::Folder;

/// Returns a Deployment `shop` with a container `web`, and these annotations.
pub(super) fn deployment(annotations: &str) -> String {
    let mut lines = String::new();
    for line in annotations.lines() {
        let _ = writeln!(lines, "    {line}");
    }
    format!(
        "apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
  annotations:
{lines}spec:
  template:
    spec:
      containers:
        - name: web
          image: ghcr.io/acme/shop:2.4.1
        - name: log
          image: fluent/fluent-bit
"
    )
}

/// Returns a folder with that Deployment.
pub(super) fn folder(annotations: &str) -> Folder {
    Folder::new().write("deploy/shop.yaml", deployment(annotations))
}

#[test]
fn every_kind_of_workload_is_read() {
    let pod = "spec: {containers: [{name: c, image: nginx}]}";
    let mut text = String::new();
    for (index, kind) in [
        "Deployment",
        "StatefulSet",
        "DaemonSet",
        "ReplicaSet",
        "ReplicationController",
        "Job",
        "Rollout",
    ]
    .iter()
    .enumerate()
    {
        let _ = write!(
            text,
            "---\nkind: {kind}\nmetadata: {{name: w{index}, annotations: {{imagelock/c.constraint: '{index}'}}}}\nspec: {{template: {{{pod}}}}}\n"
        );
    }
    let _ = write!(
        text,
        "---\nkind: Pod\nmetadata: {{name: pod, annotations: {{imagelock/c.tag: '1'}}}}\n{pod}\n"
    );
    let _ = write!(
        text,
        "---\nkind: CronJob\nmetadata: {{name: cron}}\nspec: {{jobTemplate: {{spec: {{template: {{metadata: {{annotations: {{imagelock/c.tag: '2'}}}}, {pod}}}}}}}}}\n"
    );
    text += "---\nkind: List\nitems:\n- kind: PodList\n  items:\n  - kind: Pod\n    metadata: {name: listed, annotations: {imagelock/i.tag: '3', imagelock/e.tag: '4'}}\n    spec: {initContainers: [{name: i, image: busybox}], ephemeralContainers: [{name: e, image: busybox}]}\n";
    let folder = Folder::new().write("deploy/all.yaml", text);
    assert_eq!(
        folder.images(),
        [
            "cron-c = docker.io/library/nginx digest 2",
            "listed-e = docker.io/library/busybox digest 4",
            "listed-i = docker.io/library/busybox digest 3",
            "pod-c = docker.io/library/nginx digest 1",
            "w0-c = docker.io/library/nginx semver 0",
            "w1-c = docker.io/library/nginx semver 1",
            "w2-c = docker.io/library/nginx semver 2",
            "w3-c = docker.io/library/nginx semver 3",
            "w4-c = docker.io/library/nginx semver 4",
            "w5-c = docker.io/library/nginx semver 5",
            "w6-c = docker.io/library/nginx semver 6",
        ]
    );
    assert_eq!(folder.warnings(), "");
}

#[test]
fn every_option_can_be_an_annotation() {
    let folder = folder(
        "imagelock/web.name: api
imagelock/web.constraint: ^2
imagelock/web.suffix: -alpine
imagelock/web.allow-tags: v*,regexp:^v[0-9]{1,3}
imagelock/web.ignore-tags: '*-rc*, *-debug'
imagelock/web.prerelease: rc, beta
imagelock/web.platforms: linux/arm64, linux/amd64
imagelock/web.level: minor
imagelock/web.cooldown: 3 days
imagelock/web.age-evidence: registry
imagelock/web.digest-updates: never
imagelock/web.allow-downgrade: 'true'
imagelock/web.group: shop
imagelock/web.same-version: 'true'
imagelock/log.strategy: numerical
imagelock/log.order: desc
imagelock/log.extract.pattern: ^b(\\d+)$
imagelock/log.extract.value: $1
imagelock/log.immutable: 'true'",
    );
    assert_eq!(
        folder.images(),
        [
            "api = ghcr.io/acme/shop semver ^2 suffix=-alpine allow-tags=v*,\"regexp:^v[0-9]{1,3}\" ignore-tags=*-rc*,*-debug prerelease=[beta,rc] platforms=linux/amd64,linux/arm64",
            "shop-log = docker.io/fluent/fluent-bit numerical desc extract=^b(\\d+)$,$1",
        ]
    );
    let config = folder.config();
    let api = config.image("api").unwrap();
    assert_eq!(api.guards.level, Some(Level::Minor));
    assert_eq!(
        api.guards.cooldown.map(|length| length.as_hours()),
        Some(72)
    );
    assert_eq!(api.guards.digest_updates, DigestUpdates::Never);
    assert!(api.guards.allow_downgrade);
    let group = Group {
        name: "shop".into(),
        same_version: true,
    };
    assert_eq!(api.group, Some(group));
    assert!(config.image("shop-log").unwrap().guards.immutable);
}

#[test]
fn defaults_hold_for_workloads_and_can_be_turned_off() {
    let folder = folder(
        "imagelock/web.constraint: ^2
imagelock/log.constraint: ^3
imagelock/log.suffix: ''
imagelock/log.platforms: ''
imagelock/log.cooldown: 'false'",
    )
    .write(
        "images.toml",
        "version = 1\n[defaults]\nsuffix = '-a'\nplatforms = 'linux/amd64'\ncooldown = '1 day'\n[sources]\nkubernetes = 'deploy/*'\n",
    );
    assert_eq!(
        folder.images(),
        [
            "shop-log = docker.io/fluent/fluent-bit semver ^3",
            "shop-web = ghcr.io/acme/shop semver ^2 suffix=-a platforms=linux/amd64",
        ]
    );
    let config = folder.config();
    assert!(config.images[0].guards.cooldown.is_none());
    assert!(config.images[1].guards.cooldown.is_some());
}

#[test]
fn an_image_knows_its_place_in_the_manifest() {
    let folder = folder(
        "imagelock/web.constraint: ^2\nimagelock/log.constraint: ^3\nimagelock/log.name: fluent",
    );
    let config = folder.config();
    let places: Vec<_> = config
        .images
        .iter()
        .map(|image| {
            let place = &image.place;
            assert!(place.file.ends_with("shop.yaml"));
            (place.line_and_column(), &place.text[place.span.clone()])
        })
        .collect();
    assert_eq!(places, [((8, 25), "fluent"), ((13, 17), "web")]);
}

#[test]
fn a_group_goes_across_files() {
    let folder = folder("imagelock/web.group: shop\nimagelock/web.same-version: 'true'").write(
        "images.toml",
        "version = 1\n[sources]\nkubernetes = 'deploy/*'\n[images]\nworker = { group = 'shop' }\n",
    );
    insta::assert_snapshot!(folder.problems(), @r"
    error[bad-group]: worker: the group `shop` has `same-version` for some members only
     --> images.toml:5:1
      |
    5 | worker = { group = 'shop' }
      | ^^^^^^
      |
      = note: `shop-web` at deploy/shop.yaml:12:17 has it
      = help: write `same-version = true` for all members, or for none
    ");
}

//! `imagelock import`, from files to the config.

use crate::support::sandbox::Sandbox;

const APPLICATION: &str = r#"# The shop, as Argo CD deploys it.
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: shop
  namespace: argocd
  annotations:
    argocd-image-updater.argoproj.io/image-list: >-
      web=nginx:^1.27,
      api=ghcr.io/acme/api,
      base=debian:12-slim
    argocd-image-updater.argoproj.io/web.ignore-tags: "*-alpine*, *-perl"
    argocd-image-updater.argoproj.io/api.update-strategy: newest-build
    argocd-image-updater.argoproj.io/api.allow-tags: regexp:^main-[0-9a-f]{7}$
    argocd-image-updater.argoproj.io/api.platforms: linux/amd64,linux/arm64
    argocd-image-updater.argoproj.io/api.pull-secret: pullsecret:argocd/ghcr
    argocd-image-updater.argoproj.io/base.update-strategy: digest
    argocd-image-updater.argoproj.io/write-back-method: git:secret:argocd/git-creds
    argocd-image-updater.argoproj.io/web.alow-tags: regexp:^1
spec:
  project: default
  destination: { server: https://kubernetes.default.svc, namespace: shop }
"#;

const UPDATER: &str = "apiVersion: argocd-image-updater.argoproj.io/v1alpha1
kind: ImageUpdater
metadata:
  name: blog
  namespace: argocd
spec:
  commonUpdateSettings:
    updateStrategy: alphabetical
  applicationRefs:
    - namePattern: blog
      images:
        - alias: ghost
          imageName: ghost:5.x
          commonUpdateSettings:
            updateStrategy: semver
        - alias: cache
          imageName: registry.example.com:5000/team/cache
";

const FLUX: &str = r"apiVersion: image.toolkit.fluxcd.io/v1beta2
kind: ImagePolicy
metadata:
  name: worker
  namespace: flux-system
spec:
  imageRepositoryRef:
    name: worker
  filterTags:
    pattern: '^main-[a-f0-9]+-(?P<ts>[0-9]+)$'
    extract: '$ts'
  policy:
    numerical:
      order: asc
---
apiVersion: image.toolkit.fluxcd.io/v1beta2
kind: ImagePolicy
metadata:
  name: podinfo
  namespace: flux-system
spec:
  imageRepositoryRef:
    name: podinfo
  digestReflectionPolicy: IfNotPresent
  policy:
    semver:
      range: 6.x
";

const FLUX_REPOSITORIES: &str = r#"{
  "apiVersion": "v1",
  "kind": "List",
  "items": [
    {
      "apiVersion": "image.toolkit.fluxcd.io/v1",
      "kind": "ImageRepository",
      "metadata": { "name": "podinfo", "namespace": "flux-system" },
      "spec": { "image": "ghcr.io/stefanprodan/podinfo", "interval": "5m" }
    },
    {
      "apiVersion": "image.toolkit.fluxcd.io/v1",
      "kind": "ImageRepository",
      "metadata": { "name": "worker", "namespace": "flux-system" },
      "spec": {
        "image": "ghcr.io/acme/worker",
        "interval": "1m0s",
        "exclusionList": ["^.*\\.sig$", "-debug$"],
        "secretRef": { "name": "ghcr" }
      }
    }
  ]
}
"#;

#[test]
fn a_first_config_from_applications_and_resources() {
    let sandbox = Sandbox::new();
    sandbox
        .write("deploy/apps/shop.yaml", APPLICATION)
        .write("deploy/blog.yml", UPDATER)
        .write(
            "deploy/chart/templates/web.yaml",
            "{{ if .Values.web }}\nkind: [\n{{ end }}\n",
        )
        .write("deploy/notes.txt", "argocd-image-updater.argoproj.io");
    let run = sandbox.run(["import", "argocd-image-updater", "deploy"]);
    let run = run
        .exits(0)
        .prints("")
        .complains("added 5 images to ./images.toml, 3 warnings")
        .complains("next: look them over")
        .complains("warning[not-imported]: shop: `api.pull-secret` has no equal")
        .complains("deploy/apps/shop.yaml:16:5")
        .complains("`write-back-method` has no equal")
        .complains("warning[unknown-annotation]: shop: `web.alow-tags`")
        .complains("deploy/apps/shop.yaml:19:5")
        .complains("did you mean `web.allow-tags`?");
    assert_eq!(run.stderr.matches("warning[").count(), 3, "{run}");
    let config = sandbox.read("images.toml");
    let entries = config.split_once("[images]\n").unwrap().1;
    assert_eq!(
        entries,
        r#"web = { image = "nginx", constraint = "^1.27", ignore-tags = ["*-alpine*", "*-perl"] }
api = { image = "ghcr.io/acme/api", strategy = "newest-build", allow-tags = "regexp:^main-[0-9a-f]{7}$", platforms = ["linux/amd64", "linux/arm64"] }
base = { image = "debian", tag = "12-slim" }
ghost = "5.x"
cache = { image = "registry.example.com:5000/team/cache", strategy = "alphabetical" }
"#
    );
    assert!(config.contains("\nversion = 1\n"), "{config}");
    sandbox
        .run(["import", "argocd-image-updater", "deploy"])
        .exits(0)
        .complains("added 0 images to images.toml, 5 there already");
    assert_eq!(sandbox.read("images.toml"), config);
}

#[test]
fn flux_policies_find_their_repositories_in_any_file() {
    let sandbox = Sandbox::new();
    sandbox
        .write("a/policies.yaml", FLUX)
        .write("b/repositories.json", FLUX_REPOSITORIES);
    sandbox
        .run(["import", "flux", "--dry-run", "a", "b/repositories.json"])
        .exits(0)
        .prints(
            r#"worker = { image = "ghcr.io/acme/worker", strategy = "numerical", extract = { pattern = '^main-[a-f0-9]+-(?P<ts>[0-9]+)$', value = "$ts" }, ignore-tags = "regexp:-debug$" }
podinfo = { image = "ghcr.io/stefanprodan/podinfo", constraint = "6.x", ignore-tags = 'regexp:^[^.]*\.?[^.]*$', digest-updates = "never" }
"#
            .replace("'^main-[a-f0-9]+-(?P<ts>[0-9]+)$'", "\"^main-[a-f0-9]+-(?P<ts>[0-9]+)$\"")
            .as_str(),
        )
        .complains("would add 2 images")
        .complains("worker: `secretRef` has no equal")
        .complains("b/repositories.json:19:9");
    assert!(!sandbox.exists("images.toml"));
    sandbox
        .run(["import", "flux", "a"])
        .exits(2)
        .complains("warning[not-imported]: worker: the policy `worker` is left out: the image repository `flux-system/worker`")
        .complains("a/policies.yaml:8:11")
        .complains("warning[not-imported]: podinfo:")
        .complains("error[usage]: no policy of Flux in a");
    assert!(!sandbox.exists("images.toml"));
}

#[test]
fn a_config_that_is_there_keeps_every_byte() {
    let before = "# Ours.\r\nversion = 1\r\n\r\n[defaults] # for all\r\ncooldown = \"3 days\"\r\n\r\n[images]\r\n\
                  # the front\r\n  web    = \"^9\"   # not theirs\r\n  ghost  = \"5.x\"\r\n\r\n# the end\r\n";
    let sandbox = Sandbox::new();
    sandbox
        .write("images.toml", before)
        .write("a.yaml", UPDATER);
    sandbox.write("shop.yaml", APPLICATION);
    sandbox
        .run(["import", "argocd-image-updater", "a.yaml", "shop.yaml"])
        .exits(0)
        .complains("added 3 images to images.toml, 1 there already, 1 there with another policy, 4 warnings")
        .complains("web: there is an entry of this name with another policy")
        .complains("images.toml:9:3");
    let after = sandbox.read("images.toml");
    let added: Vec<&str> = after
        .lines()
        .filter(|line| !before.lines().any(|old| old == *line))
        .collect();
    assert_eq!(added.len(), 3, "{after}");
    assert!(added[2].starts_with("  base   = {"), "{after}");
    let kept = added.iter().fold(after.clone(), |text, line| {
        text.replacen(&format!("{line}\r\n"), "", 1)
    });
    assert_eq!(kept, before);
}

#[test]
fn defaults_that_change_an_imported_policy_are_told() {
    let sandbox = Sandbox::new();
    sandbox
        .write(
            "images.toml",
            "version = 1\n[defaults]\nignore-tags = \"*-debug\"\n",
        )
        .write("a.yaml", UPDATER);
    sandbox
        .run(["import", "argocd-image-updater", "a.yaml"])
        .exits(0)
        .complains("`[defaults]` change what imported policies choose")
        .complains("ghost: `semver 5.x` was imported, `semver 5.x ignore-tags=*-debug` holds");
}

#[test]
fn bad_input_writes_nothing_and_says_where() {
    let sandbox = Sandbox::new();
    let broken = format!("{APPLICATION}---\n{UPDATER}---\nkind: ImageUpdater\n  name: [\n");
    sandbox
        .write("broken.yaml", &broken)
        .write("good.yaml", UPDATER);
    sandbox
        .run(["import", "argocd-image-updater", "good.yaml", "broken.yaml"])
        .exits(2)
        .complains("error[import-syntax]: document 3 of broken.yaml is not YAML")
        .complains("broken.yaml:43:7");
    let template = format!("{APPLICATION}{{{{- if .x }}}}\n");
    sandbox.write("broken.yaml", &template);
    sandbox
        .run(["import", "argocd-image-updater", "broken.yaml"])
        .exits(2)
        .complains("helm template");
    sandbox.write("broken.yaml", b"# argocd-image-updater.argoproj.io \xff\n");
    sandbox
        .run(["import", "argocd-image-updater", "broken.yaml"])
        .exits(2)
        .complains("is not UTF-8");
    assert!(!sandbox.exists("images.toml"));
}

#[test]
fn nothing_to_import_is_an_error() {
    let sandbox = Sandbox::new();
    sandbox
        .write("deploy/a.yaml", UPDATER)
        .write("notes.txt", "");
    sandbox
        .run(["import", "flux", "deploy"])
        .exits(2)
        .complains("no policy of Flux in deploy")
        .complains("`ImagePolicy`");
    sandbox
        .run(["import", "flux", "nowhere"])
        .exits(2)
        .complains("error[io]: there is no nowhere");
    sandbox
        .run(["import", "flux", "notes.txt"])
        .exits(2)
        .complains("neither YAML nor JSON");
    sandbox.run(["import", "renovate", "deploy"]).exits(2);
    sandbox.run(["import", "flux"]).exits(2);
}

#[test]
fn an_expression_that_cannot_be_read_allows_no_tag() {
    let sandbox = Sandbox::new();
    let application = APPLICATION.replace("regexp:^main-[0-9a-f]{7}$", "regexp:^main-(");
    sandbox.write("shop.yaml", &application);
    sandbox
        .run(["import", "argocd-image-updater", "-n", "shop.yaml"])
        .exits(0)
        .says("api = { image = \"ghcr.io/acme/api\", strategy = \"newest-build\", ignore-tags = \"*\", platforms =")
        .complains("api: `regexp:^main-(` in `allow-tags` is not a regular expression")
        .complains("shop.yaml:14:67");
}

#[test]
fn only_toml_is_edited() {
    let sandbox = Sandbox::new();
    sandbox
        .write("images.yaml", "version: 1\nimages: { nginx: ^1 }\n")
        .write("a.yaml", UPDATER);
    sandbox
        .run(["import", "argocd-image-updater", "a.yaml"])
        .exits(2)
        .complains("only TOML is edited, and images.yaml is not")
        .complains("--dry-run");
    sandbox
        .run([
            "--config",
            "new.toml",
            "import",
            "argocd-image-updater",
            "-n",
            "a.yaml",
        ])
        .exits(0)
        .says("ghost = \"5.x\"\n");
    sandbox.write("images.toml", "version = 1\nimages = { a = \"1\" }\n");
    sandbox
        .run([
            "--config",
            "images.toml",
            "import",
            "argocd-image-updater",
            "a.yaml",
        ])
        .exits(2)
        .complains("images.toml:2:10")
        .complains("`[images]`");
    sandbox.write("images.toml", "version = 1\n[images]\na = \"one\"\n");
    sandbox
        .run([
            "--config",
            "images.toml",
            "import",
            "argocd-image-updater",
            "a.yaml",
        ])
        .exits(2)
        .complains("error[bad-constraint]");
}

#[test]
fn init_says_what_it_left_out() {
    let sandbox = Sandbox::new();
    let digest = "0".repeat(64);
    sandbox
        .write(
            "Dockerfile",
            format!("ARG V\nFROM nginx:$V\nFROM redis:7\nFROM alpine@sha256:{digest}\n"),
        )
        .write("ci.yaml", "image: ${{ matrix.image }}\n")
        .write("chart/web.yaml", "{{ if x }}\nimage: a\n");
    sandbox
        .run(["init", "--from", "."])
        .exits(0)
        .complains("with 1 image\n")
        .complains("left out 2 references: with variables\n")
        .complains("left out 1 reference: by digest alone")
        .complains("left out 1 file: not YAML");
}

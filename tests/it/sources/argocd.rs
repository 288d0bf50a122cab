use std::fmt::Write as _;

use super::support::Folder;

fn application(annotations: &str) -> Folder {
    let mut lines = String::new();
    for line in annotations.lines() {
        let _ = writeln!(lines, "    argocd-image-updater.argoproj.io/{line}");
    }
    let text = format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: shop\n  annotations:\n{lines}"
    );
    Folder::new().write("deploy/app.yaml", text)
}

#[test]
fn what_cannot_be_read_is_a_warning_at_its_place() {
    let folder = application(
        "image-list: web=nginx:latest, api=ghcr.io/acme/api:^2
web.update-strategy: semver
api.alow-tags: regexp:^v
api.pull-secret: a",
    );
    insta::assert_snapshot!(folder.warnings(), @r#"
    warning[not-imported]: shop-web: `latest` is not a constraint (`latest` is not a version): no tag is ever chosen there, nor by this entry
     --> deploy/app.yaml:6:60
      |
    6 |     argocd-image-updater.argoproj.io/image-list: web=nginx:latest, api=ghcr.io/acme/api:^2
      |                                                            ^^^^^^
      |
      = help: to follow the tag, write `tag = "latest"` in place of `ignore-tags`

    warning[unknown-annotation]: `api.alow-tags` is not an annotation that is read
     --> deploy/app.yaml:8:5
      |
    8 |     argocd-image-updater.argoproj.io/api.alow-tags: regexp:^v
      |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: did you mean `api.allow-tags`?

    warning[not-imported]: `api.pull-secret` has no equal: credentials come from Docker's config or from `[registries]`
     --> deploy/app.yaml:9:5
      |
    9 |     argocd-image-updater.argoproj.io/api.pull-secret: a
      |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    "#);
}

#[test]
fn two_images_of_one_name_are_a_problem() {
    let folder = application("image-list: nginx:^1, ghcr.io/acme/nginx:^2");
    insta::assert_snapshot!(folder.problems(), @r"
    error[duplicate-name]: two images with the name `shop-nginx`
     --> deploy/app.yaml:6:60
      |
    6 |     argocd-image-updater.argoproj.io/image-list: nginx:^1, ghcr.io/acme/nginx:^2
      |                                                            ^^^^^^^^^^^^^^^^^^
      |
      = note: the first one is at deploy/app.yaml:6:50
      = help: give it an alias in `argocd-image-updater.argoproj.io/image-list`: `alias=ghcr.io/acme/nginx`
    ");
}

#[test]
fn an_application_without_a_name() {
    let text = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  annotations:\n    argocd-image-updater.argoproj.io/image-list: nginx\n";
    let folder = Folder::new().write("deploy/app.yaml", text);
    insta::assert_snapshot!(folder.problems(), @r"
    error[missing-key]: the Application has no `metadata.name`, and its images no names
     --> deploy/app.yaml:5:5
      |
    5 |     argocd-image-updater.argoproj.io/image-list: nginx
      |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: give the Application a name
    ");
}

#[test]
fn images_have_what_their_annotations_say() {
    let folder = application(
        "image-list: web=nginx:^1.27, ghcr.io/acme/api:~2.4, base=debian:12-slim, job=ghcr.io/acme/job
update-strategy: semver
ignore-tags: '*-rc*, nightly'
base.update-strategy: digest
job.update-strategy: latest
job.allow-tags: regexp:^main-[0-9a-f]{7}$
job.platforms: linux/amd64,linux/arm64",
    );
    assert_eq!(
        folder.images(),
        [
            "shop-api = ghcr.io/acme/api semver ~2.4 ignore-tags=*-rc*,nightly",
            "shop-base = docker.io/library/debian digest 12-slim",
            "shop-job = ghcr.io/acme/job newest-build allow-tags=regexp:^main-[0-9a-f]{7}$ ignore-tags=*-rc*,nightly platforms=linux/amd64,linux/arm64",
            "shop-web = docker.io/library/nginx semver ^1.27 ignore-tags=*-rc*,nightly",
        ]
    );
    let config = folder.config();
    let place = &config.image("shop-api").unwrap().place;
    assert_eq!(place.line_and_column().0, 6);
    assert!(place.text[place.span.clone()].starts_with("ghcr.io/acme/api"));
}

#[test]
fn other_kinds_and_groups_are_passed_over() {
    for head in [
        "apiVersion: argoproj.io/v1alpha1\nkind: AppProject",
        "apiVersion: app.k8s.io/v1beta1\nkind: Application",
    ] {
        let text = format!(
            "{head}\nmetadata:\n  name: a\n  annotations:\n    argocd-image-updater.argoproj.io/image-list: nginx\n"
        );
        let folder = Folder::new().write("deploy/app.yaml", text);
        assert_eq!(folder.images(), Vec::<String>::new());
        assert_eq!(folder.warnings(), "");
    }
}

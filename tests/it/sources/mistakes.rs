//! Annotations that are wrong.

use super::support::Folder;
use super::workloads::folder;

#[test]
fn an_unknown_container_names_the_nearest() {
    insta::assert_snapshot!(folder("imagelock/wbe.constraint: ^2\nimagelock/db.constraint: ^2").problems(), @r"
    error[unknown-key]: Deployment `shop` has no container `wbe`
     --> deploy/shop.yaml:6:5
      |
    6 |     imagelock/wbe.constraint: ^2
      |     ^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: did you mean `imagelock/web.constraint`?

    error[unknown-key]: Deployment `shop` has no container `db`
     --> deploy/shop.yaml:7:5
      |
    7 |     imagelock/db.constraint: ^2
      |     ^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: its containers are `web`, `log`
    ");
}

#[test]
fn values_that_make_no_sense_are_shown_at_their_place() {
    insta::assert_snapshot!(folder(
        "imagelock/web.constraint: '>=2 <'
imagelock/web.platforms: linux/amd64,linux/amd46
imagelock/web.ignore-tags: \"*-rc*, foo:bar\"
imagelock/web.level: miner
imagelock/web.cooldown: 3 moons
imagelock/web.allow-downgrade: yes
imagelock/web.immutable: 'yes'
imagelock/web.image: ghcr.io/acme/shop
imagelock/web.scheme: YYYY.MM
imagelock/web.suffix: true
imagelock/log.name: a b
imagelock/log.strategy: digest
imagelock/log.extract.pattern: '(\\d+'"
    ).problems(), @r#"
    error[bad-constraint]: shop-web: `>=2 <` is not a constraint
     --> deploy/shop.yaml:6:36
      |
    6 |     imagelock/web.constraint: '>=2 <'
      |                                    ^ no version after `<`
      |
      = help: write a version after it, such as `1.2`

    error[bad-platform]: shop-web: `linux/amd46` is not a platform
     --> deploy/shop.yaml:7:42
      |
    7 |     imagelock/web.platforms: linux/amd64,linux/amd46
      |                                          ^^^^^^^^^^^
      |
      = help: did you mean `linux/amd64`?

    error[bad-pattern]: shop-web: `foo:bar` is not a tag pattern
     --> deploy/shop.yaml:8:40
      |
    8 |     imagelock/web.ignore-tags: "*-rc*, foo:bar"
      |                                        ^^^^ `foo:` is not a kind of pattern
      |
      = help: the kinds are `regexp:` and `glob:`; a pattern without a kind is a glob

    error[bad-value]: shop-web: `level` does not know `miner`
     --> deploy/shop.yaml:9:26
      |
    9 |     imagelock/web.level: miner
      |                          ^^^^^
      |
      = help: did you mean `minor`?

    error[bad-duration]: shop-web: `3 moons` is not a length of time
      --> deploy/shop.yaml:10:29
       |
    10 |     imagelock/web.cooldown: 3 moons
       |                             ^^^^^^^ this is no length of time
       |
       = help: write a length such as `3 days`, `36 hours` or `P3D`

    error[wrong-type]: the value of `imagelock/web.allow-downgrade` must be a string
      --> deploy/shop.yaml:11:36
       |
    11 |     imagelock/web.allow-downgrade: yes
       |                                    ^^^
       |
       = help: put it in quotes: `"yes"`

    error[bad-value]: `imagelock/web.immutable` must be "true" or "false"
      --> deploy/shop.yaml:12:30
       |
    12 |     imagelock/web.immutable: 'yes'
       |                              ^^^^^
       |
       = help: write one of the two, in quotes

    error[contradictory-options]: the container `web` says which image it is
      --> deploy/shop.yaml:13:5
       |
    13 |     imagelock/web.image: ghcr.io/acme/shop
       |     ^^^^^^^^^^^^^^^^^^^
       |
       = help: remove the annotation, or change `image` of the container

    error[contradictory-options]: shop-web: `scheme` has no effect with the strategy `semver`
      --> deploy/shop.yaml:14:5
       |
    14 |     imagelock/web.scheme: YYYY.MM
       |     ^^^^^^^^^^^^^^^^^^^^
       |
       = help: remove `scheme`, or choose the strategy `calver`

    error[wrong-type]: the value of `imagelock/web.suffix` must be a string
      --> deploy/shop.yaml:15:27
       |
    15 |     imagelock/web.suffix: true
       |                           ^^^^
       |
       = help: put it in quotes: `"true"`

    error[bad-name]: `a b` is not a name for an image
      --> deploy/shop.yaml:16:25
       |
    16 |     imagelock/log.name: a b
       |                         ^^^
       |
       = help: a name has 1 to 128 of `A-Z a-z 0-9 . _ -` and starts with a letter or a digit

    error[missing-key]: a b: `extract` needs the key `value`
      --> deploy/shop.yaml:18:5
       |
    18 |     imagelock/log.extract.pattern: '(\d+'
       |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: say which part of the tag counts, such as `$1`

    error[contradictory-options]: a b: `extract` has no effect on an image that follows one tag
      --> deploy/shop.yaml:18:5
       |
    18 |     imagelock/log.extract.pattern: '(\d+'
       |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: remove `extract`, or write `constraint` in place of `tag`
    "#);
}

#[test]
fn unknown_options_are_warnings() {
    let folder = folder(
        "imagelock/web.constraint: ^2
imagelock/web.sufix: -alpine
imagelock/constraint: ^2
imagelock/web.extract: a
imagelock/owner: me
prometheus.io/scrape: 'true'",
    );
    insta::assert_snapshot!(folder.warnings(), @r"
    warning[unknown-annotation]: `imagelock/web.sufix` is not known
     --> deploy/shop.yaml:7:5
      |
    7 |     imagelock/web.sufix: -alpine
      |     ^^^^^^^^^^^^^^^^^^^
      |
      = help: did you mean `imagelock/web.suffix`?

    warning[unknown-annotation]: `imagelock/constraint` is not known
     --> deploy/shop.yaml:8:5
      |
    8 |     imagelock/constraint: ^2
      |     ^^^^^^^^^^^^^^^^^^^^
      |
      = help: did you mean `imagelock/web.constraint`?

    warning[unknown-annotation]: `imagelock/web.extract` is not known
     --> deploy/shop.yaml:9:5
      |
    9 |     imagelock/web.extract: a
      |     ^^^^^^^^^^^^^^^^^^^^^
      |
      = help: write `imagelock/web.extract.pattern` and `imagelock/web.extract.value`

    warning[unknown-annotation]: `imagelock/owner` is not known
      --> deploy/shop.yaml:10:5
       |
    10 |     imagelock/owner: me
       |     ^^^^^^^^^^^^^^^
       |
       = help: write `imagelock/<container>.<option>`, with an option of the config
    ");
    assert_eq!(folder.images(), ["shop-web = ghcr.io/acme/shop semver ^2"]);
}

#[test]
fn an_unknown_option_alone_makes_no_image() {
    let folder = folder("imagelock/web.constrain: ^2");
    assert_eq!(folder.images(), Vec::<String>::new());
    assert!(folder.warnings().contains("imagelock/web.constraint"));
}

#[test]
fn what_runs_nothing_has_no_policies() {
    let map =
        "kind: ConfigMap\nmetadata:\n  name: a\n  annotations:\n    imagelock/web.constraint: ^2\n";
    let folder = Folder::new().write("deploy/a.yaml", map);
    insta::assert_snapshot!(folder.warnings(), @r"
    warning[unknown-annotation]: `imagelock/web.constraint` has no effect: ConfigMap `a` has no containers
     --> deploy/a.yaml:5:5
      |
    5 |     imagelock/web.constraint: ^2
      |     ^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: put it on the workload, or on its pod template
    ");
}

#[test]
fn names_are_given_once() {
    let pod = |annotation: &str| {
        format!(
            "kind: Pod\nmetadata:\n  name: shop\n  annotations:\n    {annotation}\n    imagelock/web.constraint: ^2\nspec:\n  containers: [{{name: web, image: nginx}}]\n"
        )
    };
    let folder = Folder::new()
        .write(
            "images.toml",
            "version = 1\n[sources]\nkubernetes = ['deploy/*.yaml']\n[images]\napi = '1'\n",
        )
        .write("deploy/a.yaml", pod("a: b"))
        .write("deploy/b.yaml", pod("imagelock/web.name: api"))
        .write("deploy/c.yaml", pod("c: d"));
    insta::assert_snapshot!(folder.problems(), @r#"
    error[duplicate-name]: two images with the name `api`
     --> deploy/b.yaml:5:25
      |
    5 |     imagelock/web.name: api
      |                         ^^^
      |
      = note: the first one is at images.toml:5:1
      = help: give it another name: `imagelock/web.name: "…"`

    error[duplicate-name]: two images with the name `shop-web`
     --> deploy/c.yaml:8:23
      |
    8 |   containers: [{name: web, image: nginx}]
      |                       ^^^
      |
      = note: the first one is at deploy/a.yaml:8:23
      = help: give it another name: `imagelock/web.name: "…"`
    "#);
}

#[test]
fn one_option_with_two_values_is_a_problem() {
    let text = "kind: Deployment
metadata:
  name: shop
  annotations:
    imagelock/web.constraint: ^2
    imagelock/web.level: minor
    imagelock/web.level: minor
spec:
  template:
    metadata:
      annotations:
        imagelock/web.constraint: ^3
        imagelock/web.level: minor
    spec:
      containers:
      - name: web
        image: nginx
";
    let folder = Folder::new().write("deploy/a.yaml", text);
    insta::assert_snapshot!(folder.problems(), @r"
    error[duplicate-key]: `imagelock/web.level` stands twice in one table
     --> deploy/a.yaml:7:5
      |
    7 |     imagelock/web.level: minor
      |     ^^^^^^^^^^^^^^^^^^^
      |
      = help: keep one of them

    error[duplicate-key]: `imagelock/web.constraint` stands twice, with another value
      --> deploy/a.yaml:12:9
       |
    12 |         imagelock/web.constraint: ^3
       |         ^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = note: the first one is at line 5, column 5
       = help: keep one of them
    ");
}

#[test]
fn workloads_that_are_not_whole() {
    let text = "kind: Deployment
metadata:
  annotations:
    imagelock/web.constraint: ^2
    imagelock/db.constraint: ^2
    imagelock/db.name: db
    imagelock/log.constraint: ^2
    imagelock/log.name: log
    imagelock/job.name: job
spec:
  template:
    spec:
      containers:
      - {name: web, image: nginx}
      - {name: db}
      - {name: log, image: 'HTTP://a b'}
      - {name: job, image: '{{ .Values.image }}'}
";
    let folder = Folder::new().write("deploy/a.yaml", text);
    insta::assert_snapshot!(folder.problems(), @r#"
    error[missing-key]: Deployment has no `metadata.name`, and its image no name
      --> deploy/a.yaml:14:16
       |
    14 |       - {name: web, image: nginx}
       |                ^^^
       |
       = help: name the image: `imagelock/web.name: "…"`

    error[missing-key]: the container `db` has no `image`
      --> deploy/a.yaml:15:16
       |
    15 |       - {name: db}
       |                ^^
       |
       = help: put the annotation beside the whole workload, not beside a patch of it

    error[bad-reference]: log: `HTTP://a b` is not an image reference: the registry is not a host with an optional port
      --> deploy/a.yaml:16:28
       |
    16 |       - {name: log, image: 'HTTP://a b'}
       |                            ^^^^^^^^^^^^

    error[source-syntax]: the image is a template
      --> deploy/a.yaml:17:28
       |
    17 |       - {name: job, image: '{{ .Values.image }}'}
       |                            ^^^^^^^^^^^^^^^^^^^^^
       |
       = help: templates are read after they are rendered: name the manifests that `helm template` writes
    "#);
}

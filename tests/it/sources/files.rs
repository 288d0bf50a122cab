use std::fmt::Write as _;

use imagelock::config::{Format, SourceFile, parse};
use imagelock::error::Code;

use super::support::Folder;

#[test]
fn globs_that_name_nothing_or_lead_out() {
    let folder = Folder::new()
        .write(
            "images.toml",
            "version = 1\n[sources]\nkubernetes = [\"no/*.yaml\", \"../*.yaml\", \"/etc/*.yaml\", \"*.{yaml,yml}\", \"deploy/*.txt\"]\n",
        )
        .write("deploy/a.txt", "");
    insta::assert_snapshot!(folder.problems(), @r#"
    error[bad-value]: `no/*.yaml` names no manifest
     --> images.toml:3:15
      |
    3 | kubernetes = ["no/*.yaml", "../*.yaml", "/etc/*.yaml", "*.{yaml,yml}", "deploy/*.txt"]
      |               ^^^^^^^^^^^
      |
      = note: manifests end with `.yaml`, `.yml` or `.json`; paths begin at the config's folder
      = help: correct it, or remove it

    error[bad-value]: `../*.yaml` is not a glob of files
     --> images.toml:3:29
      |
    3 | kubernetes = ["no/*.yaml", "../*.yaml", "/etc/*.yaml", "*.{yaml,yml}", "deploy/*.txt"]
      |                             ^^ this leads out of the config's folder
      |
      = help: put the config into a folder above the manifests

    error[bad-value]: `/etc/*.yaml` is not a glob of files
     --> images.toml:3:42
      |
    3 | kubernetes = ["no/*.yaml", "../*.yaml", "/etc/*.yaml", "*.{yaml,yml}", "deploy/*.txt"]
      |                                          ^^^^^^^^^^^ the path is absolute
      |
      = help: write a path from the config's folder, such as `deploy/*.yaml`

    error[bad-value]: `*.{yaml,yml}` is not a glob of files
     --> images.toml:3:59
      |
    3 | kubernetes = ["no/*.yaml", "../*.yaml", "/etc/*.yaml", "*.{yaml,yml}", "deploy/*.txt"]
      |                                                           ^ this has no meaning here
      |
      = help: `*`, `?` and `**` are known; write several globs in a list

    error[bad-value]: `deploy/*.txt` names no manifest
     --> images.toml:3:72
      |
    3 | kubernetes = ["no/*.yaml", "../*.yaml", "/etc/*.yaml", "*.{yaml,yml}", "deploy/*.txt"]
      |                                                                        ^^^^^^^^^^^^^^
      |
      = note: manifests end with `.yaml`, `.yml` or `.json`; paths begin at the config's folder
      = help: correct it, or remove it
    "#);
}

#[test]
fn a_broken_document_hides_no_other_problem() {
    let pod = |name: &str, constraint: &str| {
        format!(
            "---\nkind: Pod\nmetadata:\n  name: {name}\n  annotations:\n    imagelock/web.constraint: {constraint}\nspec:\n  containers: [{{name: web, image: nginx}}]\n"
        )
    };
    let text = format!(
        "# two good documents around broken ones\n{}---\nkind: [\n---\njust text\n---\n- a\n- b\n{}",
        pod("a", "1 foo"),
        pod("b", "2 foo")
    );
    let folder = Folder::new()
        .write(
            "images.toml",
            "version = 1\n[sources]\nkubernetes = 'deploy/*'\n[images]\nx = '3 foo'\n",
        )
        .write("deploy/a.yaml", text)
        .write("deploy/b.yaml", pod("c", "4 foo"));
    insta::assert_snapshot!(folder.problems(), @r#"
    error[bad-constraint]: x: `3 foo` is not a constraint
     --> images.toml:5:8
      |
    5 | x = '3 foo'
      |        ^^^ `foo` is not a version
      |
      = help: to follow one tag, use tag = "foo"

    error[bad-constraint]: a-web: `1 foo` is not a constraint
     --> deploy/a.yaml:7:33
      |
    7 |     imagelock/web.constraint: 1 foo
      |                                 ^^^ `foo` is not a version
      |
      = help: to follow one tag, use tag = "foo"

    error[source-syntax]: document 2 of `deploy/a.yaml` is not YAML: unclosed bracket '['
      --> deploy/a.yaml:11:7
       |
    11 | kind: [
       |       ^
       |
       = help: put the value in quotes: `"["`

    error[source-syntax]: document 3 of `deploy/a.yaml` is not an object
      --> deploy/a.yaml:13:1
       |
    13 | just text
       | ^^^^^^^^^
       |
       = help: name only Kubernetes manifests under `sources`

    error[source-syntax]: document 4 of `deploy/a.yaml` is not an object
      --> deploy/a.yaml:15:1
       |
    15 | - a
       | ^^^
       |
       = help: name only Kubernetes manifests under `sources`

    error[bad-constraint]: b-web: `2 foo` is not a constraint
      --> deploy/a.yaml:22:33
       |
    22 |     imagelock/web.constraint: 2 foo
       |                                 ^^^ `foo` is not a version
       |
       = help: to follow one tag, use tag = "foo"

    error[bad-constraint]: c-web: `4 foo` is not a constraint
     --> deploy/b.yaml:6:33
      |
    6 |     imagelock/web.constraint: 4 foo
      |                                 ^^^ `foo` is not a version
      |
      = help: to follow one tag, use tag = "foo"
    "#);
}

#[test]
fn templates_want_to_be_rendered() {
    let text = "kind: Pod\nmetadata:\n  name: {{ .Release.Name }}\n{{- if .Values.x }}\nspec: {}\n{{- end }}\n";
    let folder = Folder::new().write("deploy/a.yaml", text);
    insta::assert_snapshot!(folder.problems(), @r"
    error[source-syntax]: document 1 of `deploy/a.yaml` is not YAML: a key that is not a string is not supported here
     --> deploy/a.yaml:3:10
      |
    3 |   name: {{ .Release.Name }}
      |          ^
      |
      = help: templates are read after they are rendered: name the manifests that `helm template` writes
    ");
}

#[test]
fn files_that_cannot_be_read() {
    let folder = Folder::new()
        .write("deploy/a.yaml", b"kind: Pod\nname: \xff\n")
        .write("deploy/b.yaml", vec![b'#'; 16 * 1024 * 1024 + 1])
        .write("deploy/c.yaml", "kind: [");
    let problems = folder.load().unwrap_err();
    let found: Vec<_> = problems
        .iter()
        .map(|problem| (problem.code, problem.message.contains("16 MiB")))
        .collect();
    assert_eq!(
        found,
        [
            (Code::SourceSyntax, true),
            (Code::SourceSyntax, false),
            (Code::SourceSyntax, false)
        ]
    );
    assert!(
        problems[1].message.ends_with("is not UTF-8"),
        "{}",
        problems[1].message
    );
}

#[test]
fn a_file_that_two_globs_name_is_read_once() {
    let pod = "kind: Pod\nmetadata: {name: a, annotations: {imagelock/web.constraint: ^1}}\nspec: {containers: [{name: web, image: 'nginx:1@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'}]}\n";
    let folder = Folder::new()
        .write(
            "images.toml",
            "version = 1\n[sources]\nkubernetes = ['deploy/*.yaml', '**/a.yaml', 'b.json']\n",
        )
        .write("deploy/a.yaml", pod)
        .write("b.json", "{\n\t\"kind\": \"Pod\",\n\t\"metadata\": {\"name\": \"b\", \"annotations\": {\"imagelock/web.tag\": \"1\"}},\n\t\"spec\": {\"containers\": [{\"name\": \"web\", \"image\": \"localhost:5000/x:1\"}]}\n}\n");
    assert_eq!(
        folder.images(),
        [
            "a-web = docker.io/library/nginx semver ^1",
            "b-web = localhost:5000/x digest 1"
        ]
    );
    assert_eq!(folder.config().sources.len(), 2);
}

#[test]
fn a_text_alone_reads_no_files() {
    let read = |text: &str| parse(&SourceFile::new("images.toml", text, Format::Toml));
    let config = read("version = 1\n[sources]\nkubernetes = 'no/such/*.yaml'\n").unwrap();
    assert!(config.sources.is_empty() && config.images.is_empty());
    let problems =
        read("version = 1\n[sources]\nkubernetes = ['a.yaml', '../b.yaml']\n").unwrap_err();
    assert_eq!(problems[0].code, Code::BadValue);
}

#[test]
fn foreign_documents_may_hold_anything() {
    let mut deep = String::from("kind: CustomResourceDefinition\nspec:\n");
    for level in 1..150 {
        let _ = writeln!(deep, "{}a{level}:", " ".repeat(level * 2));
    }
    let other =
        "kind: Secret\ndata: !!binary aGVsbG8=\nlist: !custom [1, 2.5, no, 2024-01-01, ~]\n";
    let folder = Folder::new()
        .write("deploy/deep.yaml", deep)
        .write("deploy/empty.yaml", "# nothing\n---\n---\n")
        .write("deploy/other.yaml", other);
    assert_eq!(folder.images(), Vec::<String>::new());
    assert_eq!(folder.config().sources.len(), 3);
}

//! What a user reads about a wrong config: every line of bad input, each with its code and place.

use std::fmt::Write as _;

use imagelock::config::{Format, SourceFile, parse};
use imagelock::error::{Class, Code, Diagnostic, Place};

fn problems(text: &str, format: Format) -> Vec<Diagnostic> {
    let name = match format {
        Format::Toml => "images.toml",
        Format::Yaml => "images.yaml",
        Format::Json => "images.json",
    };
    let source = SourceFile::new(name, text, format);
    let problems = parse(&source).expect_err(text);
    for problem in &problems {
        assert_eq!(problem.code.class(), Class::Usage, "{text}");
        assert!(problem.place.is_some(), "{text}");
    }
    problems
}

/// Returns code, marked text and helps of the problems of a TOML config that has `version = 1`.
fn marked(text: &str) -> Vec<(Code, String, String)> {
    problems(&format!("version = 1\n{text}"), Format::Toml)
        .into_iter()
        .map(|problem| {
            let place = problem.place.unwrap();
            let mark = place.text[place.span].to_string();
            (problem.code, mark, problem.help.join("\n"))
        })
        .collect()
}

fn rendered(text: &str, format: Format) -> String {
    let texts: Vec<_> = problems(text, format)
        .iter()
        .map(|problem| problem.render(false))
        .collect();
    texts.join("\n\n")
}

#[test]
fn one_mistake_is_one_problem_at_its_place() {
    let records = include_str!("../fixtures/config/mistakes.txt").replace("\r\n", "\n");
    let records = records.split("\n\n== ");
    for record in records.skip(1) {
        let (head, text) = record.split_once('\n').unwrap();
        let mut parts = head.split(" |").map(str::trim);
        let mut part = || parts.next().unwrap_or_default();
        let (code, mark, help) = (part(), part(), part());
        let found = marked(text);
        assert_eq!(found.len(), 1, "{text}\n{found:#?}");
        let (found_code, found_mark, found_help) = &found[0];
        assert_eq!(
            (found_code.as_str(), found_mark.as_str()),
            (code, mark),
            "{text}"
        );
        assert!(found_help.contains(help), "{text}\n{found_help}");
    }
}

#[test]
fn syntax_errors_say_the_place_and_what_to_write() {
    for (text, format, position, help) in [
        ("[images]\nnginx = ^1.27\n", Format::Toml, (2, 9), "quotes"),
        ("[images]\nnginx \"1\"\n", Format::Toml, (2, 7), ""),
        ("version: 1\n", Format::Toml, (1, 10), "YAML"),
        ("a = \"\\d\"\n", Format::Toml, (1, 7), "'single quotes'"),
        (
            "images:\n  a: >=1.2 <2\n",
            Format::Yaml,
            (2, 6),
            "`\">=1.2 <2\"`",
        ),
        ("images:\n  a: *\n", Format::Yaml, (2, 6), "`\"*\"`"),
        ("images:\n  a: !=1.2\n", Format::Yaml, (2, 6), "quotes"),
        ("images:\n\ta: 1\n", Format::Yaml, (2, 2), "tabs"),
        ("a: 1\n---\nb: 2\n", Format::Yaml, (2, 1), "one document"),
        ("? [a]\n: 1\n", Format::Yaml, (1, 3), ""),
        ("{\n  // one\n}", Format::Json, (2, 3), "comments"),
        ("{\"a\": 1,}", Format::Json, (1, 9), "comma"),
        ("{'a': 1}", Format::Json, (1, 2), "double quotes"),
        ("{\"ä\": tru}", Format::Json, (1, 10), ""),
    ] {
        let found = problems(text, format);
        assert_eq!(found.len(), 1, "{text}\n{found:#?}");
        assert_eq!(found[0].code, Code::ConfigSyntax, "{text}");
        let place = found[0].place.as_ref().map(Place::line_and_column);
        assert_eq!(place, Some(position), "{text}\n{}", found[0].render(false));
        let helps = found[0].help.join("\n");
        assert!(helps.contains(help), "{text}\n{helps}");
    }
}

#[test]
fn a_newer_version_is_the_only_problem() {
    for (text, format) in [
        ("version = 2\nnew = 1\n", Format::Toml),
        ("version: 2\nnew: 1\n", Format::Yaml),
        ("{\"version\": 2, \"new\": 1}", Format::Json),
    ] {
        let found = problems(text, format);
        let codes: Vec<_> = found.iter().map(|problem| problem.code).collect();
        assert_eq!(codes, [Code::ConfigVersion]);
        assert!(found[0].message.contains('2') && found[0].message.contains('1'));
    }
}

#[test]
fn a_missing_version_hides_nothing() {
    let found = problems("[images]\na = \"1 foo\"\n", Format::Toml);
    let codes: Vec<_> = found.iter().map(|problem| problem.code).collect();
    assert_eq!(codes, [Code::MissingKey, Code::BadConstraint]);
}

#[test]
fn both_passes_report_in_one_run_in_the_order_of_the_text() {
    let text = r#"version = 1
imagse = 3

[defaults]
sufix = "-alpine"

[images]
nginx = "^1,27,"
redis = { constraint = 7.4, tga = "latest" }
nginx = "^1"
api = { image = "nginx:1.27-alpine", strategy = "newest" }
"#;
    insta::assert_snapshot!(rendered(text, Format::Toml), @r#"
    error[unknown-key]: unknown key `imagse`
     --> images.toml:2:1
      |
    2 | imagse = 3
      | ^^^^^^
      |
      = help: did you mean `images`?

    error[unknown-key]: unknown key `sufix` in `defaults`
     --> images.toml:5:1
      |
    5 | sufix = "-alpine"
      | ^^^^^
      |
      = help: did you mean `suffix`?

    error[bad-constraint]: nginx: `^1,27,` is not a constraint
     --> images.toml:8:15
      |
    8 | nginx = "^1,27,"
      |               ^ nothing stands after this comma
      |
      = help: a comma joins two comparators: `>=1.2, <2`

    error[wrong-type]: redis: `constraint` must be a string, not the number 7.4
     --> images.toml:9:24
      |
    9 | redis = { constraint = 7.4, tga = "latest" }
      |                        ^^^
      |
      = help: put it in quotes: `"7.4"`

    error[unknown-key]: redis: unknown key `tga` for an image
     --> images.toml:9:29
      |
    9 | redis = { constraint = 7.4, tga = "latest" }
      |                             ^^^
      |
      = help: did you mean `tag`?

    error[duplicate-name]: two images with the name `nginx`
      --> images.toml:10:1
       |
    10 | nginx = "^1"
       | ^^^^^ again here
       |
       = note: the first one is at line 8, column 1
       = help: give one of them another name, and say with `image` which image it is

    error[bad-reference]: api: `image` has no tag: the policy says which tag, the lock which digest
      --> images.toml:11:23
       |
    11 | api = { image = "nginx:1.27-alpine", strategy = "newest" }
       |                       ^^^^^^^^^^^^
       |
       = help: write `image = "nginx"` and, to follow this one tag, `tag = "1.27-alpine"`; or a `constraint`

    error[unknown-strategy]: api: unknown strategy `newest`
      --> images.toml:11:49
       |
    11 | api = { image = "nginx:1.27-alpine", strategy = "newest" }
       |                                                 ^^^^^^^^
       |
       = help: known strategies: `semver`, `calver`, `numerical`, `alphabetical`, `newest-build`, `digest`
    "#);
}

#[test]
fn yaml_scalars_that_are_no_strings_want_quotes() {
    let text = "version: 1
images:
  a: 1.10
  b: no
  c: 2024-01-01
  d:
  e: {tag: 12, prerelease: yes}
  f: {constraint: '^1', <<: {}}
";
    insta::assert_snapshot!(rendered(text, Format::Yaml), @r#"
    error[wrong-type]: a: `a` must be a string or a mapping, not the number 1.10
     --> images.yaml:3:6
      |
    3 |   a: 1.10
      |      ^^^^
      |
      = help: put it in quotes: `"1.10"`

    error[wrong-type]: b: `b` must be a string or a mapping, not `no`, a word that some YAML readers take for true or false
     --> images.yaml:4:6
      |
    4 |   b: no
      |      ^^
      |
      = help: put it in quotes: `"no"`

    error[wrong-type]: c: `c` must be a string or a mapping, not `2024-01-01`, a date to many YAML readers
     --> images.yaml:5:6
      |
    5 |   c: 2024-01-01
      |      ^^^^^^^^^^
      |
      = help: put it in quotes: `"2024-01-01"`

    error[wrong-type]: d: `d` has no value
     --> images.yaml:6:3
      |
    6 |   d:
      |   ^
      |
      = help: write a string or a mapping, or remove the key

    error[wrong-type]: e: `tag` must be a string, not the number 12
     --> images.yaml:7:12
      |
    7 |   e: {tag: 12, prerelease: yes}
      |            ^^
      |
      = help: put it in quotes: `"12"`

    error[wrong-type]: e: `prerelease` must be `true` or `false` or a list, not `yes`, a word that some YAML readers take for true or false
     --> images.yaml:7:28
      |
    7 |   e: {tag: 12, prerelease: yes}
      |                            ^^^
      |
      = help: write `true` or `false`, without quotes

    error[unknown-key]: f: unknown key `<<` for an image
     --> images.yaml:8:25
      |
    8 |   f: {constraint: '^1', <<: {}}
      |                         ^^
      |
      = help: merge keys are not read: put what images share under `defaults`
    "#);
}

#[test]
fn json_problems_stand_at_their_bytes() {
    let text = "{ \"version\": 1, \"images\": {
  \"ä\": \"1\", \"a\": \"1\", \"a\": \"2\", \"b\": null,
  \"c\": \"\\u005e1 foo\", \"d\": \"1 || \" } }";
    insta::assert_snapshot!(rendered(text, Format::Json), @r#"
    error[bad-name]: `ä` is not a name for an image
     --> images.json:2:3
      |
    2 |   "ä": "1", "a": "1", "a": "2", "b": null,
      |   ^^^
      |
      = help: a name has 1 to 128 of `A-Z a-z 0-9 . _ -` and starts with a letter or a digit

    error[duplicate-name]: two images with the name `a`
     --> images.json:2:23
      |
    2 |   "ä": "1", "a": "1", "a": "2", "b": null,
      |                       ^^^ again here
      |
      = note: the first one is at line 2, column 13
      = help: give one of them another name, and say with `image` which image it is

    error[wrong-type]: b: `b` has no value
     --> images.json:2:38
      |
    2 |   "ä": "1", "a": "1", "a": "2", "b": null,
      |                                      ^^^^
      |
      = help: write a string or an object, or remove the key

    error[bad-constraint]: c: `^1 foo` is not a constraint
     --> images.json:3:8
      |
    3 |   "c": "\u005e1 foo", "d": "1 || " } }
      |        ^^^^^^^^^^^^^ `foo` is not a version
      |
      = help: to follow one tag, use tag = "foo"

    error[bad-constraint]: d: `1 || ` is not a constraint
     --> images.json:3:31
      |
    3 |   "c": "\u005e1 foo", "d": "1 || " } }
      |                               ^^ nothing stands after `||`
      |
      = help: write a constraint on both sides, or leave out the `||`
    "#);
}

#[test]
fn secrets_put_in_by_mistake_are_not_shown() {
    for text in [
        "[registries.\"ghcr.io\"]\nauth = { env = \"ghp_canary-x\", username = \"a\" }",
        "[registries.\"ghcr.io\"]\nauth = { env = \"A\", password = \"canary\" }",
        "[registries.\"ghcr.io\"]\nauth = { env = \"A\", passwords = [\"canary\"] }",
        "[registries.\"ghcr.io\"]\nauth = \"canary\"",
        "[registries.\"ghcr.io\".auth]\nenv = \"A\"\ntoken = \"\"\"canary\"\"\"",
        "[registries.\"bot:canary@ghcr.io\"]",
    ] {
        let text = format!("version = 1\n{text}\n");
        let shown = rendered(&text, Format::Toml);
        assert!(!shown.contains("canary"), "{shown}");
    }
    let yaml = "version: 1\nregistries: {ghcr.io: {auth: {env: A, secret: canary}}}\n";
    assert!(!rendered(yaml, Format::Yaml).contains("canary"));
}

#[test]
fn aliases_cannot_blow_a_file_up() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..10 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        let _ = writeln!(text, "a{level}: &a{level} [{aliases}]");
    }
    let found = problems(&text, Format::Yaml);
    assert_eq!(found[0].code, Code::ConfigSyntax);
    assert!(found[0].message.contains("aliases"), "{}", found[0].message);
}

#[test]
fn depth_is_limited_in_every_format() {
    for (text, format) in [
        (format!("a = {}", "[".repeat(100_000)), Format::Toml),
        ("[".repeat(100_000), Format::Yaml),
        ("- ".repeat(100_000), Format::Yaml),
        ("[".repeat(100_000), Format::Json),
    ] {
        assert_eq!(problems(&text, format)[0].code, Code::ConfigSyntax);
    }
}

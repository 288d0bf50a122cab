//! `pick` with every strategy and option, as a user types it.

use proptest::prelude::*;

use crate::support::sandbox::Sandbox;

/// Runs `pick` with flags, one a word, on tags with blanks between them.
fn pick(flags: &[&str], tags: &str) -> crate::support::sandbox::Output {
    let sandbox = Sandbox::new();
    let arguments: Vec<&str> = [&["pick"], flags].concat();
    let lines = tags.replace(' ', "\n");
    sandbox.imagelock(arguments).stdin(lines.as_str()).run()
}

#[test]
fn every_strategy_can_be_named() {
    for (flags, tags, chosen) in [
        (&["--constraint", "^1"][..], "1.2 1.3 2.0", "1.3"),
        (
            &["--strategy", "calver", "--scheme", "YYYY.0M"],
            "2024.04 2024.10 2024.13 1.0",
            "2024.10",
        ),
        (
            &[
                "--strategy",
                "calver",
                "--scheme",
                "YYYY.0M",
                "--constraint",
                "<2024.10",
            ],
            "2024.04 2024.10",
            "2024.04",
        ),
        (&["--strategy", "numerical"], "9 10 latest 1e3", "10"),
        (&["--strategy", "numerical", "--order", "desc"], "9 10", "9"),
        (&["--strategy", "alphabetical"], "a9 a10", "a9"),
        (
            &["--strategy", "alphabetical", "--order", "desc"],
            "a9 a10",
            "a10",
        ),
        (&["--tag", "latest"], "latest 1.0", "latest"),
        (
            &["--strategy", "digest", "--tag", "1.0"],
            "latest 1.0",
            "1.0",
        ),
    ] {
        pick(flags, tags).exits(0).prints(&format!("{chosen}\n"));
    }
}

#[test]
fn every_option_has_its_effect() {
    for (flags, tags, chosen) in [
        (
            &["--suffix", "-debian-*-r*"][..],
            "1.2-debian-12-r3 1.2-debian-12-r10 1.2-debian-11-r99 1.2",
            "1.2-debian-12-r10",
        ),
        (
            &[
                "--strategy",
                "numerical",
                "--extract-pattern",
                r"^main-(?P<n>\d+)$",
                "--extract-value",
                "$n",
            ],
            "main-9 main-10 dev-11",
            "main-10",
        ),
        (
            &[
                "--extract-pattern",
                "^-?r([0-9.]+)",
                "--extract-value",
                "$1",
            ],
            "r1.2 r1.10",
            "r1.10",
        ),
        (
            &["--prerelease", "rc,beta"],
            "1.0 1.1-alpha.1 1.1-rc2 1.1-beta.3",
            "1.1-rc2",
        ),
        (&["--prerelease", "true"], "1.0 1.1-alpha.1", "1.1-alpha.1"),
        (
            &[
                "--strategy",
                "calver",
                "--scheme",
                "YYYY.MM-MODIFIER",
                "--prerelease",
            ],
            "2024.4 2024.5-rc1",
            "2024.5-rc1",
        ),
        (
            &["--current", "1.2.3", "--level", "patch"],
            "1.2.4 1.3.0 2.0.0",
            "1.2.4",
        ),
        (
            &["--current", "1.2.3", "--level", "minor"],
            "1.2.4 1.3.0 2.0.0",
            "1.3.0",
        ),
        (&["--current", "1.3", "--allow-downgrade"], "1.2", "1.2"),
        (
            &["--allow-tags", "v*", "--ignore-tags", "*3"],
            "v1.2 v1.3 1.4",
            "v1.2",
        ),
    ] {
        pick(flags, tags).exits(0).prints(&format!("{chosen}\n"));
    }
    pick(&["--current", "1.3"], "1.2")
        .exits(4)
        .complains("1 by downgrade")
        .complains("the current tag 1.3 is not among them");
}

#[test]
fn dates_stand_behind_the_tags() {
    let run = |input: &str, flags: &[&str]| {
        let sandbox = Sandbox::new();
        let arguments: Vec<&str> = [&["pick", "--strategy", "newest-build"], flags].concat();
        sandbox.imagelock(arguments).stdin(input).run()
    };
    let input =
        "a 2024-05-01T12:00:00Z\nb\t2024-05-02T12:00:00+02:00\nc\nd  2024-05-02T09:00:00Z\n";
    run(input, &[]).exits(0).prints("b\n");
    run(input, &["--all"]).exits(0).prints("b\nd\na\n");
    run(input, &["--ignore-tags", "[b-d]", "--current", "d"])
        .exits(0)
        .prints("a\n");
    run(input, &["--ignore-tags", "[bc]", "--current", "d"])
        .exits(0)
        .prints("d\n");
    run(input, &["--allow-tags", "[ac]", "--current", "c"])
        .exits(0)
        .prints("a\n");
    run(
        "a 2024-05-01T12:00:00Z\na 2024-06-01T12:00:00Z\nb 2024-05-15T12:00:00Z\n",
        &[],
    )
    .exits(0)
    .prints("a\n");
    run("a 2024-05-01T12:00:00Z\n\nb yesterday\n", &[])
        .exits(2)
        .complains("error[bad-time]")
        .complains("line 3 of standard input")
        .complains("RFC 3339");
    run("c\n", &[]).exits(4).complains("nobody knows its date");
    // Only this strategy reads dates.
    pick(&[], "1.0\n1.1\t2024-05-01T12:00:00Z")
        .exits(2)
        .complains("line 2 of standard input");
}

#[test]
fn flags_that_do_nothing_or_are_missing_are_errors_with_the_fix() {
    for (flags, code, help) in [
        (
            &["--strategy", "digest", "--constraint", "1"][..],
            "contradictory-options",
            "`--tag`",
        ),
        (
            &["--strategy", "semver", "--tag", "1"],
            "contradictory-options",
            "leave out the strategy",
        ),
        (&["--scheme", "YYYY"], "contradictory-options", "`calver`"),
        (
            &["--order", "desc"],
            "contradictory-options",
            "`numerical`, `alphabetical`",
        ),
        (
            &["--tag", "1", "--suffix", "-a"],
            "contradictory-options",
            "leave it out",
        ),
        (
            &["--tag", "1", "--current", "1"],
            "contradictory-options",
            "leave it out",
        ),
        (
            &["--strategy", "numerical", "--prerelease"],
            "contradictory-options",
            "`semver`, `calver`",
        ),
        (
            &[
                "--strategy",
                "numerical",
                "--current",
                "1",
                "--level",
                "minor",
            ],
            "contradictory-options",
            "`semver`",
        ),
        (
            &["--level", "minor"],
            "contradictory-options",
            "`--current`",
        ),
        (
            &["--allow-downgrade"],
            "contradictory-options",
            "`--current`",
        ),
        (
            &[
                "--strategy",
                "calver",
                "--scheme",
                "YYYY.0M",
                "--prerelease",
            ],
            "contradictory-options",
            "`--scheme YYYY.0M-MODIFIER`",
        ),
        (
            &[
                "--suffix",
                "-a",
                "--extract-pattern",
                "(a)",
                "--extract-value",
                "$1",
            ],
            "contradictory-options",
            "into the pattern",
        ),
        (
            &["--strategy", "newest-build", "--extract-pattern", "(a)"],
            "contradictory-options",
            "`numerical`",
        ),
        (&["--strategy", "calver"], "missing-key", "`--scheme YYYY"),
        (&["--strategy", "digest"], "missing-key", "`--tag latest`"),
        (
            &["--extract-pattern", "(a)"],
            "missing-key",
            "`--extract-value '$1'`",
        ),
        (
            &["--extract-value", "$1"],
            "missing-key",
            "`--extract-pattern",
        ),
        (
            &["--strategy", "calver", "--scheme", "YYYY.mm"],
            "bad-scheme",
            "`MM`",
        ),
        (
            &[
                "--strategy",
                "calver",
                "--scheme",
                "YYYY.0M",
                "--constraint",
                "24.04",
            ],
            "bad-constraint",
            "`YYYY.0M`",
        ),
        (&["--suffix", "-a$"], "bad-suffix", "glob"),
        (
            &["--extract-pattern", "(a)", "--extract-value", "$2"],
            "bad-extract",
            "`$1`",
        ),
        (&["--prerelease", "rc,beta1"], "bad-value", "`beta`"),
    ] {
        pick(flags, "1.0")
            .exits(2)
            .prints("")
            .complains(&format!("error[{code}]"))
            .complains(help);
    }
    pick(&["--strategy", "newest"], "1.0")
        .exits(2)
        .complains("newest-build");
    pick(&["--level", "mino"], "1.0")
        .exits(2)
        .complains("minor");
}

#[test]
fn what_is_odd_is_noticed_beside_the_choice() {
    pick(&["--constraint", "~0.0.0"], "1.0 2.0")
        .exits(0)
        .prints("2.0\n")
        .complains("warning[constraint-quirk]");
    pick(&["--suffix", "-alpin"], "1.0-alpine")
        .exits(4)
        .complains("warning[unused-suffix]")
        .complains("`-alpine`");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn the_first_of_all_is_the_one(
        tags in prop::collection::vec("v?[0-3]\\.[0-3](-rc[12])?|main-[0-3]{1,2}|202[34]\\.0[1-4]", 0..10),
        current in prop::sample::select(vec!["1.1", "main-2", "2024.01"]),
        flags in prop::sample::select(vec![
            "",
            "--prerelease",
            "--constraint ^1 --level patch",
            "--strategy calver --scheme YYYY.0M",
            "--strategy numerical --extract-pattern -(.) --extract-value $1",
            "--strategy alphabetical --order desc --allow-downgrade",
        ]),
    ) {
        let tags = tags.join(" ");
        let mut flags: Vec<_> = flags.split_whitespace().collect();
        flags.extend(["--current", current]);
        let one = pick(&flags, &tags);
        flags.push("--all");
        let all = pick(&flags, &tags);
        prop_assert_eq!(one.code, all.code);
        prop_assert_eq!(one.stdout.lines().next(), all.stdout.lines().next());
    }
}

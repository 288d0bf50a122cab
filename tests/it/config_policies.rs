//! What options mean: each in the policy or the guards that it becomes, and what defaults do to it.

use imagelock::config::{Config, Format, ImageSpec, SourceFile, parse};
use imagelock::policy::{DigestUpdates, Guards, Level, MissingAge};
use imagelock::tag::Evidence;

fn config(text: &str) -> Config {
    let text = format!("version = 1\n{text}");
    parse(&SourceFile::new("images.toml", &text, Format::Toml)).unwrap_or_else(|problems| {
        let problems: Vec<_> = problems
            .iter()
            .map(|problem| problem.render(false))
            .collect();
        panic!("{}", problems.join("\n"))
    })
}

fn image(defaults: &str, options: &str) -> ImageSpec {
    let text = format!("[defaults]\n{defaults}\n[images]\na = {{ {options} }}\n");
    config(&text).images.remove(0)
}

#[test]
fn options_become_a_policy() {
    for (options, policy) in [
        ("", "semver *"),
        ("constraint = '^1', suffix = '-r*'", "semver ^1 suffix=-r*"),
        ("prerelease = false", "semver * prerelease=false"),
        (
            "prerelease = ['rc', 'beta', 'rc']",
            "semver * prerelease=[beta,rc]",
        ),
        ("strategy = 'calver', scheme = 'YYYY.0M'", "calver YYYY.0M"),
        (
            "strategy = 'calver', scheme = 'YY.MM-MODIFIER', constraint = '>=24.04', prerelease = true",
            "calver YY.MM-MODIFIER >=24.04 prerelease=true",
        ),
        ("strategy = 'numerical'", "numerical asc"),
        (
            "strategy = 'numerical', order = 'desc', extract = { pattern = '^b(\\d+)$', value = '$1' }",
            "numerical desc extract=^b(\\d+)$,$1",
        ),
        (
            "strategy = 'alphabetical', suffix = '-a'",
            "alphabetical asc suffix=-a",
        ),
        (
            "strategy = 'newest-build', allow-tags = 'main-*'",
            "newest-build allow-tags=main-*",
        ),
        ("tag = '12-slim'", "digest 12-slim"),
        ("strategy = 'digest', tag = '12-slim'", "digest 12-slim"),
    ] {
        assert_eq!(image("", options).policy_text(), policy, "{options}");
    }
}

#[test]
fn defaults_without_effect_are_left_out() {
    let defaults = "suffix = '-a'\nallow-tags = 'b'\nprerelease = true\nlevel = 'patch'\nimmutable = true\nallow-downgrade = true";
    for (options, policy, guards) in [
        (
            "",
            "semver * suffix=-a allow-tags=b prerelease=true",
            (true, true, true),
        ),
        ("tag = '1'", "digest 1", (false, false, false)),
        (
            "strategy = 'calver', scheme = 'YYYY.MM'",
            "calver YYYY.MM suffix=-a allow-tags=b",
            (true, true, true),
        ),
        (
            "strategy = 'numerical', extract = { pattern = 'a', value = '$0' }",
            "numerical asc extract=a,$0 allow-tags=b",
            (false, true, true),
        ),
        (
            "strategy = 'newest-build', suffix = ''",
            "newest-build allow-tags=b",
            (false, true, true),
        ),
    ] {
        let image = image(defaults, options);
        assert_eq!(image.policy_text(), policy, "{options}");
        let found = image.guards;
        let found = (
            found.level.is_some(),
            found.immutable,
            found.allow_downgrade,
        );
        assert_eq!(found, guards, "{options}");
    }
}

#[test]
fn guards_are_those_of_the_image_and_then_the_defaults() {
    assert_eq!(image("", "").guards, Guards::default());
    let defaults = "level = 'minor'\ncooldown = '1 week'\nage-evidence = 'registry'\non-missing-age = 'hold'\ndigest-updates = 'rebuild-only'";
    let found = image(defaults, "").guards;
    assert_eq!(found.level, Some(Level::Minor));
    assert_eq!(found.cooldown.map(|length| length.as_hours()), Some(168));
    assert_eq!(found.age_evidence, [Evidence::Registry]);
    assert_eq!(found.on_missing_age, MissingAge::Hold);
    assert_eq!(found.digest_updates, DigestUpdates::RebuildOnly);
    let own = "level = 'major', cooldown = 'PT36H', age-evidence = ['publisher', 'registry', 'publisher'], on-missing-age = 'allow', digest-updates = 'never', allow-downgrade = true";
    let found = image(defaults, own).guards;
    assert_eq!(found.level, Some(Level::Major));
    assert_eq!(found.cooldown.map(|length| length.as_hours()), Some(36));
    assert_eq!(
        found.age_evidence,
        [Evidence::Publisher, Evidence::Registry]
    );
    assert_eq!(found.on_missing_age, MissingAge::Allow);
    assert_eq!(found.digest_updates, DigestUpdates::Never);
    assert!(found.allow_downgrade);
    assert_eq!(image(defaults, "cooldown = false").guards.cooldown, None);
}

#[test]
fn an_own_option_goes_before_a_default_that_contradicts_it() {
    let found = image("digest-updates = 'never'", "immutable = true").guards;
    assert_eq!(
        (found.immutable, found.digest_updates),
        (true, DigestUpdates::Always)
    );
    let found = image("immutable = true", "digest-updates = 'never'").guards;
    assert_eq!(
        (found.immutable, found.digest_updates),
        (false, DigestUpdates::Never)
    );
    assert!(
        !image("immutable = true", "immutable = false")
            .guards
            .immutable
    );
}

#[test]
fn groups_have_members_in_the_order_of_their_names() {
    let config = config(
        "[images]\nb = { group = 'g' }\na = { group = 'g' }\nc = { group = 'h', same-version = true }\nd = '1'\n",
    );
    assert_eq!(config.group_members("g").collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(config.group_members("h").collect::<Vec<_>>(), ["c"]);
    assert_eq!(config.group_members("i").count(), 0);
    let group = config
        .image("c")
        .and_then(|image| image.group.clone())
        .unwrap();
    assert!(group.same_version);
}

#[test]
fn a_group_that_does_not_agree_shows_both_places() {
    let text = "version = 1
[images]
a = { group = 'g', same-version = true }
b = { group = 'g' }
c = { group = 'h', same-version = true }
d = { group = 'h', same-version = true, strategy = 'calver', scheme = 'YYYY.MM' }
";
    let problems = parse(&SourceFile::new("images.toml", text, Format::Toml)).unwrap_err();
    let texts: Vec<_> = problems
        .iter()
        .map(|problem| problem.render(false))
        .collect();
    insta::assert_snapshot!(texts.join("\n\n"), @r"
    error[bad-group]: b: the group `g` has `same-version` for some members only
     --> images.toml:4:1
      |
    4 | b = { group = 'g' }
      | ^
      |
      = note: `a` at images.toml:3:1 has it
      = help: write `same-version = true` for all members, or for none

    error[bad-group]: d: members of the group `h` have one version, but not one strategy: this one has `calver`
     --> images.toml:6:1
      |
    6 | d = { group = 'h', same-version = true, strategy = 'calver', scheme = 'YYYY.MM' }
      | ^
      |
      = note: `c` at images.toml:5:1 has `semver`
      = help: give all members one strategy, or take this one out of the group
    ");
}

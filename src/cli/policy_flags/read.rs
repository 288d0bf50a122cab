use super::super::context::Stop;
use super::PolicyArgs;
use crate::error::{Code, Diagnostic, Fault, Place, TextError};
use crate::image::Tag;
use crate::policy::{Extract, ExtractPart, Pattern, Policy, Prerelease, Strategy, Suffix};
use crate::version::{CalverConstraint, Constraint, Scheme};

/// Creates the policy that the flags describe.
pub(super) fn policy(args: &PolicyArgs) -> Result<Policy, Stop> {
    let name = match (&args.strategy, &args.tag) {
        (Some(name), _) => name,
        (None, Some(_)) => "digest",
        (None, None) => "semver",
    };
    refuse_idle(args, name)?;
    let strategy = strategy(args, name)?;
    let patterns = |texts: &[String], flag| {
        let patterns = texts
            .iter()
            .map(|text| Pattern::parse(text).map_err(|error| marked(&error, flag, text)));
        patterns.collect::<Result<Vec<_>, _>>()
    };
    let suffix = args
        .suffix
        .as_deref()
        .map(|text| Suffix::parse(text).map_err(|error| marked(&error, "--suffix", text)));
    let policy = Policy {
        suffix: suffix.transpose()?,
        extract: extract(args)?,
        allow_tags: patterns(&args.allow_tags, "--allow-tags")?,
        ignore_tags: patterns(&args.ignore_tags, "--ignore-tags")?,
        prerelease: args.prerelease.as_deref().map(prerelease).transpose()?,
        ..Policy::of(strategy)
    };
    if let (Strategy::Calver { scheme, .. }, Some(_)) = (&policy.strategy, &policy.prerelease)
        && !scheme.has_modifier()
    {
        let message = format!("`--prerelease` has no effect: `{scheme}` has no `MODIFIER`");
        let help = format!("leave it out, or write `--scheme {scheme}-MODIFIER`");
        return Err(contradiction(message, help));
    }
    Ok(policy)
}

fn strategy(args: &PolicyArgs, name: &str) -> Result<Strategy, Stop> {
    let constraint = args.constraint.as_deref();
    let in_constraint = |text| move |error| marked(&error, "--constraint", text);
    let order = args.order.unwrap_or_default();
    Ok(match name {
        "calver" => {
            let text = args
                .scheme
                .as_deref()
                .ok_or_else(|| missing("calver", "a scheme", "--scheme YYYY.MM.MICRO"))?;
            let scheme = Scheme::parse(text).map_err(|error| marked(&error, "--scheme", text))?;
            let constraint = constraint
                .map(|text| CalverConstraint::parse(&scheme, text).map_err(in_constraint(text)));
            Strategy::Calver {
                constraint: constraint.transpose()?,
                scheme,
            }
        }
        "numerical" => Strategy::Numerical { order },
        "alphabetical" => Strategy::Alphabetical { order },
        "newest-build" => Strategy::NewestBuild,
        "digest" => {
            let text = args.tag.as_deref();
            let text = text.ok_or_else(|| missing("digest", "a tag to follow", "--tag latest"))?;
            let tag = Tag::parse(text).map_err(|error| Diagnostic::of(&error))?;
            Strategy::Digest { tag }
        }
        _ => {
            let text = constraint.unwrap_or("*");
            let constraint = Constraint::parse(text).map_err(in_constraint(text))?;
            Strategy::Semver { constraint }
        }
    })
}

/// Refuses flags that would do nothing.
fn refuse_idle(args: &PolicyArgs, strategy: &str) -> Result<(), Stop> {
    let all_but_digest = "semver calver numerical alphabetical newest-build";
    let flags = [
        ("--constraint", args.constraint.is_some(), "semver calver"),
        ("--tag", args.tag.is_some(), "digest"),
        ("--scheme", args.scheme.is_some(), "calver"),
        ("--order", args.order.is_some(), "numerical alphabetical"),
        ("--suffix", args.suffix.is_some(), all_but_digest),
        (
            "--extract-pattern",
            args.extract_pattern.is_some(),
            "semver calver numerical alphabetical",
        ),
        (
            "--extract-value",
            args.extract_value.is_some(),
            "semver calver numerical alphabetical",
        ),
        ("--allow-tags", !args.allow_tags.is_empty(), all_but_digest),
        (
            "--ignore-tags",
            !args.ignore_tags.is_empty(),
            all_but_digest,
        ),
        ("--prerelease", args.prerelease.is_some(), "semver calver"),
        ("--current", args.current.is_some(), all_but_digest),
        ("--level", args.level.is_some(), "semver calver"),
        ("--allow-downgrade", args.allow_downgrade, all_but_digest),
    ];
    for (flag, is_given, strategies) in flags {
        let mut known = strategies.split(' ');
        if is_given && !known.any(|known| known == strategy) {
            let message = format!("`{flag}` has no effect with the strategy `{strategy}`");
            let help = match (flag, strategy) {
                ("--constraint", "digest") => "name the tag to follow with `--tag`".into(),
                ("--tag", _) => "leave out the strategy to follow the tag".into(),
                _ => format!("leave it out; it is for {}", listed(strategies)),
            };
            return Err(contradiction(message, help));
        }
    }
    for (flag, is_given) in [
        ("--level", args.level.is_some()),
        ("--allow-downgrade", args.allow_downgrade),
    ] {
        if is_given && args.current.is_none() {
            let message = format!("`{flag}` has no effect without `--current`");
            let help = "name the tag in use now with `--current`".into();
            return Err(contradiction(message, help));
        }
    }
    if args.suffix.is_some() && args.extract_pattern.is_some() {
        let message = "`--suffix` does not go with `--extract-pattern`".into();
        let help = "put the suffix into the pattern, behind the group".into();
        return Err(contradiction(message, help));
    }
    Ok(())
}

fn listed(strategies: &str) -> String {
    let names: Vec<_> = strategies
        .split(' ')
        .map(|name| format!("`{name}`"))
        .collect();
    names.join(", ")
}

fn extract(args: &PolicyArgs) -> Result<Option<Extract>, Stop> {
    let (pattern, value) = match (&args.extract_pattern, &args.extract_value) {
        (Some(pattern), Some(value)) => (pattern, value),
        (None, None) => return Ok(None),
        (Some(_), None) => {
            return Err(missing(
                "--extract-pattern",
                "a value",
                "--extract-value '$1'",
            ));
        }
        (None, Some(_)) => {
            return Err(missing(
                "--extract-value",
                "a pattern",
                r"--extract-pattern '^main-(\d+)$'",
            ));
        }
    };
    match Extract::parse(pattern, value) {
        Ok(extract) => Ok(Some(extract)),
        Err(error) => Err(match error.part {
            ExtractPart::Pattern => marked(&error.error, "--extract-pattern", pattern),
            ExtractPart::Value => marked(&error.error, "--extract-value", value),
        }),
    }
}

fn prerelease(text: &str) -> Result<Prerelease, Stop> {
    match text {
        "true" => return Ok(Prerelease::Always),
        "false" => return Ok(Prerelease::Never),
        _ => {}
    }
    let mut offset = 0;
    let mut identifiers = Vec::new();
    for word in text.split(',') {
        let identifier = Prerelease::identifier(word).map_err(|error| {
            let offset = offset + error.offset;
            marked(&TextError { offset, ..error }, "--prerelease", text)
        })?;
        identifiers.push(identifier);
        offset += word.len() + 1;
    }
    Ok(Prerelease::Only(identifiers))
}

fn contradiction(message: String, help: String) -> Stop {
    Diagnostic::new(Code::ContradictoryOptions, message)
        .help(help)
        .into()
}

fn missing(subject: &str, what: &str, example: &str) -> Stop {
    let message = if subject.starts_with('-') {
        format!("`{subject}` needs {what}")
    } else {
        format!("the strategy `{subject}` needs {what}")
    };
    Diagnostic::new(Code::MissingKey, message)
        .help(format!("add it, such as `{example}`"))
        .into()
}

/// Returns the problem of a flag's value, with the place in the value marked.
fn marked(error: &TextError, flag: &str, text: &str) -> Stop {
    let place = Place {
        file: flag.into(),
        text: text.into(),
        span: error.offset..error.offset + error.length,
        label: String::new(),
    };
    Diagnostic::of(error as &dyn Fault).at(place).into()
}

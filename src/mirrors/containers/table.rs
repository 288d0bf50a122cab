use std::ops::Range;

use crate::error::Diagnostic;
use crate::image::Reference;
use crate::mirrors::model::{AccessRules, MirrorConfig, MirrorLocation, MirrorSource, PrefixRule};
use crate::mirrors::place::{is_domain, is_location};
use crate::mirrors::table::{TableWord, Text, TomlTable};

/// Reads a table `[[registry]]`; `span` is its place.
pub(super) fn registry(
    table: &TomlTable<'_>,
    span: Range<usize>,
    found: &mut MirrorConfig,
) -> Result<(), Diagnostic> {
    let prefix = table.word("prefix")?.filter(|word| !word.text.is_empty());
    let location = table.word("location")?.filter(|word| !word.text.is_empty());
    let Some(word) = prefix.as_ref().or(location.as_ref()) else {
        let message = "a registry has neither `prefix` nor `location`";
        return Err(table.text.error(first_line(&span), message));
    };
    let beginning = word.text.trim_end_matches('/').to_string();
    let domain = beginning.strip_prefix("*.");
    if !domain.map_or_else(|| is_location(&beginning), is_domain) {
        if is_of_one_image(&beginning) {
            let message = "a table for one tag or digest has no effect here";
            let notice = table.text.notice(word.span.clone(), message);
            found.notices.push(notice);
            return Ok(());
        }
        return Err(not_a_location(table.text, word));
    }
    let mut rule = PrefixRule {
        beginning: beginning.clone(),
        is_blocked: table.switch("blocked")?.unwrap_or_default(),
        ..PrefixRule::default()
    };
    let origin = match &location {
        Some(location) => Some(place(table.text, location)?),
        None => None,
    };
    let is_insecure = table.switch("insecure")?.unwrap_or_default();
    let reached = origin.as_deref().unwrap_or(&beginning);
    if domain.is_none() || origin.is_some() {
        reach(reached, is_insecure, found);
    } else if is_insecure {
        let message = "`insecure` has no effect here on all hosts of a domain";
        let help = "write a table for each of the hosts";
        found
            .notices
            .push(table.text.notice(word.span.clone(), message).help(help));
    }
    rule.origin = origin
        .filter(|origin| *origin != beginning)
        .map(|location| MirrorSource {
            place: MirrorLocation::Location(location),
            resolves: true,
            has_content: true,
            is_told_registry: false,
        });
    let by_digest = table.switch("mirror-by-digest-only")?.unwrap_or_default();
    for (span, mirror) in table.tables("mirror")? {
        let source = mirror_of(&mirror, &span, by_digest, found)?;
        rule.mirrors.push(source);
    }
    if rule.is_blocked || rule.origin.is_some() || !rule.mirrors.is_empty() {
        found
            .rules
            .retain(|known| known.beginning != rule.beginning);
        found.rules.push(rule);
    }
    Ok(())
}

fn mirror_of(
    table: &TomlTable<'_>,
    span: &Range<usize>,
    by_digest: bool,
    found: &mut MirrorConfig,
) -> Result<MirrorSource, Diagnostic> {
    let Some(word) = table.word("location")?.filter(|word| !word.text.is_empty()) else {
        let message = "a mirror has no `location`";
        return Err(table.text.error(first_line(span), message));
    };
    let location = place(table.text, &word)?;
    reach(
        &location,
        table.switch("insecure")?.unwrap_or_default(),
        found,
    );
    let (resolves, has_content) = match table.word("pull-from-mirror")? {
        None => (false, true),
        Some(word) if by_digest => {
            let message = "`pull-from-mirror` contradicts `mirror-by-digest-only`";
            return Err(table
                .text
                .error(word.span, message)
                .help("keep one of them"));
        }
        Some(word) => match word.text.as_str() {
            "all" => (true, true),
            "digest-only" => (false, true),
            "tag-only" => (true, false),
            _ => {
                let message = "`pull-from-mirror` is not known so";
                let help = "write `all`, `digest-only` or `tag-only`";
                return Err(table.text.error(word.span, message).help(help));
            }
        },
    };
    Ok(MirrorSource {
        place: MirrorLocation::Location(location),
        resolves,
        has_content,
        is_told_registry: false,
    })
}

fn reach(location: &str, is_insecure: bool, found: &mut MirrorConfig) {
    let host = location.split('/').next().unwrap_or_default();
    let access = AccessRules {
        skip_verify: is_insecure,
        ..AccessRules::default()
    };
    found.reach(host.into(), access);
}

/// Reads a location, a host with a path if need be.
fn place(text: &Text, word: &TableWord) -> Result<String, Diagnostic> {
    let location = word.text.trim_end_matches('/');
    if is_location(location) {
        Ok(location.into())
    } else {
        Err(not_a_location(text, word))
    }
}

fn not_a_location(text: &Text, word: &TableWord) -> Diagnostic {
    // The text is left out: a password may stand in it.
    let error = text.error(word.span.clone(), "it is not the place of a registry");
    error.help("write a host, with a port and a path if need be, and without a scheme: `registry.example.com:5000/path`")
}

/// Returns `true` if a text names one image: `registry.example.com/app:1.2`, or with a digest.
fn is_of_one_image(text: &str) -> bool {
    Reference::parse(text)
        .is_ok_and(|reference| reference.tag().is_some() || reference.digest().is_some())
}

fn first_line(span: &Range<usize>) -> Range<usize> {
    span.start..span.start
}

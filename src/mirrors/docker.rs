//! `daemon.json` of Docker: `registry-mirrors` and `insecure-registries`.
//!
//! The mirrors are for Docker Hub alone, and are asked for content by digest.

use serde::Deserialize;

use super::model::{AccessRules, MirrorConfig, MirrorLocation, MirrorSource, PrefixRule};
use super::place::{is_location, server};
use super::table::Text;
use crate::error::Diagnostic;

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct File {
    registry_mirrors: Option<Vec<String>>,
    insecure_registries: Option<Vec<String>>,
}

/// Reads the file.
///
/// # Errors
///
/// A [`Diagnostic`] with the place, if it is not JSON or Docker would not start with it.
pub fn read(name: &str, text: &str) -> Result<MirrorConfig, Diagnostic> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let source = Text::new(name, text);
    let file: File = serde_json::from_str(text).map_err(|error| {
        let span = offset(text, error.line(), error.column());
        source.error(span, what_is_wrong(&error))
    })?;
    let mut found = MirrorConfig::default();
    let insecure = file.insecure_registries.unwrap_or_default();
    let insecure = self::insecure(&source, text, &insecure, &mut found)?;
    let mut mirrors: Vec<MirrorSource> = Vec::new();
    for mirror in &file.registry_mirrors.unwrap_or_default() {
        let url = server(mirror).filter(|_| mirror.contains("://"));
        let Some(mut url) = url else {
            // The text is left out: a password may stand in it.
            let message = "a mirror is not a URL of a host, with a path if need be";
            let span = place_of(text, mirror);
            return Err(source
                .error(span, message)
                .help("write one such as `https://mirror.example.com`"));
        };
        url.set_path(&format!("{}/v2/", url.path().trim_end_matches('/')));
        let source = MirrorSource {
            place: MirrorLocation::Api(url),
            resolves: false,
            has_content: true,
            is_told_registry: false,
        };
        if !mirrors.contains(&source) {
            mirrors.push(source);
        }
    }
    if !mirrors.is_empty() {
        found.rules.push(PrefixRule {
            beginning: "docker.io".into(),
            mirrors,
            ..PrefixRule::default()
        });
    }
    for host in insecure {
        let access = AccessRules {
            skip_verify: true,
            ..AccessRules::default()
        };
        found.reach(host, access);
    }
    Ok(found)
}

/// Returns the insecure registries that are hosts.
///
/// A scheme in front of a host is dropped, as Docker does with a warning.
fn insecure(
    source: &Text,
    text: &str,
    registries: &[String],
    found: &mut MirrorConfig,
) -> Result<Vec<String>, Diagnostic> {
    let mut hosts = Vec::new();
    for registry in registries {
        let span = place_of(text, registry);
        let host = match registry.split_once("://") {
            Some((scheme, host)) if is_web(scheme) => host,
            _ => registry.as_str(),
        };
        if is_network(host) {
            let message = "a network of insecure registries has no effect here";
            let help = "write a table `[registries.\"host\"]` for each of the hosts";
            found.notices.push(source.notice(span, message).help(help));
        } else if is_location(host) && !host.contains('/') && has_good_port(host) {
            hosts.push(host.into());
        } else {
            let message = "an insecure registry is neither a host nor a network";
            let help = "write a host, with a port if need be: `registry.example.com:5000`";
            return Err(source.error(span, message).help(help));
        }
    }
    Ok(hosts)
}

/// Says what is wrong, without the value that is: a password may stand in it.
fn what_is_wrong(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    match message.rsplit_once(", expected ") {
        Some((_, wanted)) if error.is_data() => {
            format!("something else is here, expected {wanted}")
        }
        _ => message.into(),
    }
}

fn is_web(scheme: &str) -> bool {
    ["http", "https"]
        .iter()
        .any(|web| scheme.eq_ignore_ascii_case(web))
}

/// Returns `true` if a port, if there is one, is a number that a port can have.
fn has_good_port(host: &str) -> bool {
    let after_address = host.rsplit(']').next().unwrap_or_default();
    after_address
        .rsplit_once(':')
        .is_none_or(|(_, port)| port.parse::<u16>().is_ok())
}

fn is_network(text: &str) -> bool {
    let parts = text.split_once('/');
    parts.is_some_and(|(address, length)| {
        let address = address.trim_start_matches('[').trim_end_matches(']');
        address.parse::<std::net::IpAddr>().is_ok() && length.parse::<u8>().is_ok()
    })
}

fn offset(text: &str, line: usize, column: usize) -> std::ops::Range<usize> {
    let before: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    let start = (before + column.saturating_sub(1)).min(text.len());
    start..start
}

/// Returns where a text stands, as it is written; nothing if it is written in another way.
fn place_of(text: &str, value: &str) -> std::ops::Range<usize> {
    let start = text.find(value).unwrap_or(0);
    let end = text.get(start..).map_or(start, |rest| {
        if rest.starts_with(value) {
            start + value.len()
        } else {
            start
        }
    });
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn mirrors_are_for_docker_hub() {
        let text = r#"{
            "registry-mirrors": ["https://one.example.com", "http://two.example.com:5000/"],
            "insecure-registries": ["r.example.com:5000", "one.example.com", "10.0.0.0/8", "fd00::/8"],
            "log-level": "warn"
        }"#;
        let found = read("daemon.json", text).unwrap();
        let [rule] = &found.rules[..] else {
            panic!("{found:?}");
        };
        assert_eq!(rule.beginning, "docker.io");
        let places: Vec<_> = rule.mirrors.iter().map(|mirror| &mirror.place).collect();
        let api = |url: &str| MirrorLocation::Api(url.parse().unwrap());
        assert_eq!(
            places,
            [
                &api("https://one.example.com/v2/"),
                &api("http://two.example.com:5000/v2/")
            ]
        );
        assert!(
            rule.mirrors
                .iter()
                .all(|mirror| !mirror.resolves && mirror.has_content)
        );
        let hosts: Vec<_> = found
            .hosts
            .iter()
            .map(|known| known.host.as_str())
            .collect();
        assert_eq!(hosts, ["r.example.com:5000", "one.example.com"]);
        assert!(found.hosts.iter().all(|known| known.access.skip_verify));
        assert_eq!(found.notices.len(), 2);
        assert_eq!(read("daemon.json", "{}").unwrap(), MirrorConfig::default());
    }

    #[test]
    fn what_docker_starts_with_is_read() {
        for text in [
            "\u{feff}{}",
            r#"{"registry-mirrors": null, "insecure-registries": null}"#,
            r#"{"registry-mirrors": [], "insecure-registries": []}"#,
        ] {
            assert_eq!(
                read("daemon.json", text).unwrap(),
                MirrorConfig::default(),
                "{text}"
            );
        }
        let text = r#"{
            "registry-mirrors": ["HTTPS://m.example.com/hub/", "https://m.example.com/hub"],
            "insecure-registries": ["http://r.example.com:5000", "HTTPS://q.example.com", "[::1]:5000", "r.io:65535"]
        }"#;
        let found = read("daemon.json", text).unwrap();
        let places: Vec<_> = found.rules[0]
            .mirrors
            .iter()
            .map(|mirror| &mirror.place)
            .collect();
        let api = MirrorLocation::Api("https://m.example.com/hub/v2/".parse().unwrap());
        assert_eq!(places, [&api]);
        let hosts: Vec<_> = found
            .hosts
            .iter()
            .map(|known| known.host.as_str())
            .collect();
        assert_eq!(
            hosts,
            [
                "r.example.com:5000",
                "q.example.com",
                "[::1]:5000",
                "r.io:65535"
            ]
        );
    }

    #[test]
    fn mistakes_are_shown_at_their_place() {
        for (text, line, words) in [
            ("{\n  \"registry-mirrors\": [}", 2, "expected value"),
            (
                "{\n\n  \"registry-mirrors\": [\"m.example.com\"]}",
                3,
                "not a URL",
            ),
            (
                "{\n  \"registry-mirrors\": [\"https://m.example.com/path?q\"]}",
                2,
                "not a URL",
            ),
            (
                "{\n  \"registry-mirrors\": [\"ftp://m.example.com\"]}",
                2,
                "not a URL",
            ),
            (
                "{\n  \"registry-mirrors\": [\"https://me:canary@m.example.com\"]}",
                2,
                "not a URL",
            ),
            (
                "{\n  \"registry-mirrors\": \"https://me:canary@m.example.com\"}",
                2,
                "expected a sequence",
            ),
            (
                "{\n  \"insecure-registries\": [\"https://r.io/\"]}",
                2,
                "neither a host",
            ),
            (
                "{\n  \"insecure-registries\": [\"r.io/path\"]}",
                2,
                "neither a host",
            ),
            (
                "{\n  \"insecure-registries\": [\"ftp://r.io\"]}",
                2,
                "neither a host",
            ),
            (
                "{\n  \"insecure-registries\": [\"r.io:65536\"]}",
                2,
                "neither a host",
            ),
        ] {
            let error = read("daemon.json", text).unwrap_err();
            let place = error.place.as_ref().unwrap();
            assert_eq!(place.line_and_column().0, line, "{error:?}");
            assert!(error.message.contains(words), "{error:?}");
            assert!(!error.render(false).contains("canary"), "{error:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in any::<String>(), word in "[a-z:/.@0-9]{0,20}") {
            let _ = read("daemon.json", &text);
            let _ = read("daemon.json", &format!(r#"{{"registry-mirrors": ["{word}"]}}"#));
            let _ = read("daemon.json", &format!(r#"{{"insecure-registries": ["{word}"]}}"#));
        }
    }
}

use http::HeaderMap;
use http::header::WWW_AUTHENTICATE;

use crate::registry::transport::addresses::AddressPolicy;

/// What a server wants to see in `Authorization` (RFC 9110, 11.6.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::registry) struct Challenge {
    /// In lower case.
    pub(in crate::registry) scheme: String,
    /// Names in lower case.
    params: Vec<(String, String)>,
    /// Where its realm may be.
    pub(in crate::registry) address_policy: AddressPolicy,
}

impl Challenge {
    /// Returns a parameter that is there and not empty.
    pub(in crate::registry) fn param(&self, name: &str) -> Option<&str> {
        let found = self.params.iter().find(|(key, _)| key == name)?;
        Some(found.1.as_str()).filter(|value| !value.is_empty())
    }

    /// Returns `true` if both want the same authorization, whatever it is for.
    pub(in crate::registry) fn is_like(&self, other: &Self) -> bool {
        let same = |name| self.param(name) == other.param(name);
        self.scheme == other.scheme && same("realm") && same("service")
    }

    /// Reads all challenges of an answer, from however many header lines. `address_policy` is where it may lead.
    pub(in crate::registry) fn all(
        headers: &HeaderMap,
        address_policy: AddressPolicy,
    ) -> Vec<Self> {
        let lines = headers.get_all(WWW_AUTHENTICATE).iter();
        let read = lines.flat_map(|line| parse(&String::from_utf8_lossy(line.as_bytes())));
        read.map(|challenge| Self {
            address_policy,
            ..challenge
        })
        .collect()
    }

    /// Returns the challenge to answer: Bearer with a realm before Basic, the others are not spoken here.
    pub(in crate::registry) fn best(all: Vec<Self>) -> Option<Self> {
        let bearer =
            |challenge: &Self| challenge.scheme == "bearer" && challenge.param("realm").is_some();
        let basic = |challenge: &Self| challenge.scheme == "basic";
        let found = all.iter().position(bearer);
        let found = found.or_else(|| all.iter().position(basic))?;
        all.into_iter().nth(found)
    }
}

/// Reads the challenges of one line, and makes the best of lines that do not follow the grammar.
///
/// Real lines have unquoted URLs, blanks or semicolons for commas, blanks around `=`, empty members
/// and challenges of other schemes with a bare token.
fn parse(line: &str) -> Vec<Challenge> {
    let mut challenges: Vec<Challenge> = Vec::new();
    let mut rest = line;
    // Whether a bare token may still belong to the challenge before it (`Negotiate YII=`).
    let mut fresh = false;
    // Whether the last value had no quotes, so that it may go on behind a comma.
    let mut open = false;
    loop {
        let trimmed = rest.trim_start_matches([' ', '\t']);
        let skipped = trimmed.trim_start_matches([' ', '\t', ',', ';']);
        fresh &= trimmed.len() == skipped.len();
        let end = skipped
            .find([' ', '\t', ',', ';', '=', '"'])
            .unwrap_or(skipped.len());
        let (word, after) = skipped.split_at(end);
        if word.is_empty() {
            // A stray `=` or `"`.
            let Some(character) = after.chars().next() else {
                return challenges;
            };
            rest = &after[character.len_utf8()..];
            continue;
        }
        let value = after.trim_start_matches([' ', '\t']).strip_prefix('=');
        if let Some(value) = value {
            let value = value.trim_start_matches([' ', '\t']);
            let is_open = !value.starts_with('"');
            let (value, after) = read_value(value);
            if let Some(challenge) = challenges.last_mut() {
                challenge.params.push((word.to_ascii_lowercase(), value));
            }
            rest = after;
            (fresh, open) = (false, is_open);
        } else if let Some(value) = open.then(|| last_value(&mut challenges)).flatten()
            && !SCHEMES.contains(&word.to_ascii_lowercase().as_str())
        {
            // `scope=repository:a:pull,push` without quotes.
            value.push(',');
            value.push_str(word);
            rest = after;
        } else {
            if !fresh {
                challenges.push(Challenge {
                    scheme: word.to_ascii_lowercase(),
                    params: Vec::new(),
                    address_policy: AddressPolicy::FromWorld,
                });
            }
            (fresh, open) = (!fresh, false);
            rest = after;
        }
    }
}

/// Schemes that are in use (the registry of RFC 9110, 16.4.1), to tell one from a piece of a value.
const SCHEMES: [&str; 12] = [
    "basic",
    "bearer",
    "digest",
    "dpop",
    "gnap",
    "hoba",
    "kerberos",
    "mutual",
    "negotiate",
    "ntlm",
    "oauth",
    "vapid",
];

fn last_value(challenges: &mut [Challenge]) -> Option<&mut String> {
    let (_, value) = challenges.last_mut()?.params.last_mut()?;
    Some(value)
}

/// Reads a quoted string, or what stands there up to the next separator.
fn read_value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([' ', '\t', ',', ';']).unwrap_or(text.len());
        let (value, rest) = text.split_at(end);
        return (value.into(), rest);
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((index, character)) = characters.next() {
        match character {
            '"' => return (value, &quoted[index + 1..]),
            '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
            other => value.push(other),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(line: &str) -> String {
        let challenges = parse(line);
        let texts = challenges.iter().map(|challenge| {
            let params = challenge
                .params
                .iter()
                .map(|(name, value)| format!(" {name}={value}"));
            format!("{}{}", challenge.scheme, params.collect::<String>())
        });
        texts.collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn reads_what_registries_send() {
        for (line, expected) in [
            (
                r#"Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push""#,
                "bearer realm=https://auth.docker.io/token service=registry.docker.io scope=repository:a/b:pull,push",
            ),
            (
                r#"Bearer realm="https://codeberg.org/v2/token",service="container_registry",scope="*",Basic realm="Gitea Container Registry""#,
                "bearer realm=https://codeberg.org/v2/token service=container_registry scope=* | basic realm=Gitea Container Registry",
            ),
            (
                r#"Basic realm="https://1.dkr.ecr.eu-west-1.amazonaws.com/",service="ecr.amazonaws.com""#,
                "basic realm=https://1.dkr.ecr.eu-west-1.amazonaws.com/ service=ecr.amazonaws.com",
            ),
            (
                "Bearer realm=https://r.io/token,service=r.io,scope=repository:a/b:pull,push",
                "bearer realm=https://r.io/token service=r.io scope=repository:a/b:pull,push",
            ),
            (
                r#"Bearer realm="https://r.io/token",scope=repository:a:pull,push,service="x", Basic realm="y""#,
                "bearer realm=https://r.io/token scope=repository:a:pull,push service=x | basic realm=y",
            ),
            (r#"Negotiate, Basic realm="x""#, "negotiate | basic realm=x"),
            (
                r#"NTLM TlRMTVNTUAAB, Basic realm="x""#,
                "ntlm | basic realm=x",
            ),
            (
                r#"Negotiate YIIabc==, Basic realm="x""#,
                "negotiate yiiabc== | basic realm=x",
            ),
            (
                "bearer realm=https://x/token?a=b,service=y",
                "bearer realm=https://x/token?a=b service=y",
            ),
            (
                r#"BEARER Realm = "https://x/t" , , service="" ;scope="a b""#,
                "bearer realm=https://x/t service= scope=a b",
            ),
            (
                r#"Bearer realm="https://x/t" service="y""#,
                "bearer realm=https://x/t service=y",
            ),
            (r#"Bearer realm="a\"b\\c""#, r#"bearer realm=a"b\c"#),
            (r#"Bearer realm="unfinished"#, "bearer realm=unfinished"),
            ("Bearer", "bearer"),
            ("", ""),
            (r#"="", x"#, "x"),
        ] {
            let shown = shown(line);
            assert_eq!(shown, expected, "{line}");
        }
    }

    #[test]
    fn bearer_with_a_realm_is_best() {
        let best = |lines: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(WWW_AUTHENTICATE, line.parse().unwrap());
            }
            Challenge::best(Challenge::all(&headers, AddressPolicy::FromSite))
                .map(|challenge| challenge.scheme)
        };
        assert_eq!(
            best(&[r#"Basic realm="x""#, r#"Bearer realm="https://x""#]).as_deref(),
            Some("bearer")
        );
        assert_eq!(
            best(&["Bearer", r#"Basic realm="x""#]).as_deref(),
            Some("basic")
        );
        assert_eq!(best(&["Negotiate"]), None);
        assert_eq!(best(&[]), None);
    }

    proptest! {
        #[test]
        fn any_line_is_read(line in any::<String>()) {
            parse(&line);
        }

        #[test]
        fn any_line_of_its_characters_is_read(line in r#"[Ba =",;\\\t\u{e9}]{0,40}"#) {
            parse(&line);
        }

        #[test]
        fn quoted_values_come_back(value in any::<String>()) {
            let quoted = value.replace('\\', r"\\").replace('"', "\\\"");
            let challenges = parse(&format!("Bearer realm=\"{quoted}\", Basic realm=\"y\""));
            prop_assert_eq!(challenges.len(), 2);
            prop_assert_eq!(&challenges[0].params[0].1, &value);
        }
    }
}

use super::table::registry;
use crate::error::Diagnostic;
use crate::mirrors::model::MirrorConfig;
use crate::mirrors::table::{Text, TomlTable};

/// The name among credential helpers that stands for the files of Podman and Docker
/// (containers-registries.conf(5), `credential-helpers`).
pub const AUTH_FILES: &str = "containers-auth.json";

/// Reads files in the order in which they are to be read: the main one, and then those of
/// `registries.conf.d` by their names. A registry of a later one takes the place of the same one before.
///
/// # Errors
///
/// A [`Diagnostic`] with the place, if one is not TOML, is in format 1, or contradicts itself.
pub fn read<'f>(
    files: impl IntoIterator<Item = (&'f str, &'f str)>,
) -> Result<MirrorConfig, Diagnostic> {
    let mut found = MirrorConfig::default();
    for (name, text) in files {
        let text = Text::new(name, text);
        let one = read_one(&text)?;
        for rule in one.rules {
            found
                .rules
                .retain(|known| known.beginning != rule.beginning);
            found.rules.push(rule);
        }
        for host in one.hosts {
            found.hosts.retain(|known| known.host != host.host);
            found.hosts.push(host);
        }
        found.credential_helpers = one.credential_helpers.or(found.credential_helpers);
        found.notices.extend(one.notices);
    }
    found
        .rules
        .sort_by(|one, other| one.beginning.cmp(&other.beginning));
    Ok(found)
}

fn read_one(text: &Text) -> Result<MirrorConfig, Diagnostic> {
    let parsed = text.toml()?;
    let root = TomlTable {
        text,
        table: parsed.get_ref(),
    };
    if let Some((span, _)) = root.get("registries") {
        let message = "this is format 1 of registries.conf, which is read no more";
        return Err(text.error(span, message).help(
            "write a table `[[registry]]` for each registry: containers-registries.conf(5)",
        ));
    }
    let mut found = MirrorConfig::default();
    for (span, table) in root.tables("registry")? {
        registry(&table, span, &mut found)?;
    }
    // An empty list is as good as none.
    let helpers = root.words("credential-helpers")?;
    found.credential_helpers = helpers
        .filter(|helpers| !helpers.is_empty())
        .map(|helpers| {
            let names = helpers.into_iter().map(|helper| helper.text);
            names.collect()
        });
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;
    use crate::mirrors::model::{MirrorLocation, MirrorSource};
    use proptest::prelude::*;

    fn of(text: &str) -> MirrorConfig {
        read([("registries.conf", text)]).unwrap()
    }

    fn shown(found: &MirrorConfig) -> Vec<String> {
        let source = |one: &MirrorSource| match &one.place {
            MirrorLocation::Location(location) => match (one.resolves, one.has_content) {
                (true, true) => format!("{location} all"),
                (true, false) => format!("{location} tags"),
                (false, _) => format!("{location} digests"),
            },
            MirrorLocation::Api(url) => url.to_string(),
        };
        let rules = found.rules.iter().map(|rule| {
            let mirrors: Vec<_> = rule.mirrors.iter().map(source).collect();
            let origin = rule.origin.as_ref().map(source);
            let blocked = if rule.is_blocked { " blocked" } else { "" };
            let origin = origin.map_or(String::new(), |origin| format!(" at {origin}"));
            format!(
                "{}{blocked}{origin}: {}",
                rule.beginning,
                mirrors.join(", ")
            )
        });
        rules.collect()
    }

    #[test]
    fn registries_have_prefixes_locations_and_mirrors() {
        let found = of(r#"
            unqualified-search-registries = ["docker.io"]
            short-name-mode = "enforcing"
            [[registry]]
            prefix = "example.com/foo"
            location = "internal.example.com/bar"
            insecure = true
            [[registry.mirror]]
            location = "mirror.example.com/bar/"
            pull-from-mirror = "all"
            [[registry.mirror]]
            location = "second.example.com"
            insecure = true
            pull-from-mirror = "tag-only"
            [[registry]]
            location = "docker.io"
            mirror-by-digest-only = true
            [[registry.mirror]]
            location = "m.example.com:5000/hub"
            [[registry.mirror]]
            location = "n.example.com"
            [[registry]]
            prefix = "*.evil.test"
            blocked = true
            [[registry]]
            prefix = "*.example.org"
            location = "cache.example.org/all"
            [[registry]]
            location = "plain.example.com"
            insecure = true
            [aliases]
            "nginx" = "docker.io/library/nginx"
        "#);
        assert_eq!(
            shown(&found),
            [
                "*.evil.test blocked: ",
                "*.example.org at cache.example.org/all all: ",
                "docker.io: m.example.com:5000/hub digests, n.example.com digests",
                "example.com/foo at internal.example.com/bar all: mirror.example.com/bar all, second.example.com tags",
            ]
        );
        let hosts: Vec<_> = found
            .hosts
            .iter()
            .map(|known| known.host.as_str())
            .collect();
        assert_eq!(
            hosts,
            [
                "internal.example.com",
                "second.example.com",
                "plain.example.com"
            ]
        );
        assert!(found.notices.is_empty());
    }

    #[test]
    fn wildcards_have_one_label_or_more_and_ports() {
        let found = of(
            "[[registry]]\nprefix = \"*.internal\"\nlocation = \"cache.example.com/x\"\n\
             [[registry]]\nprefix = \"*.example.com:5000\"\nblocked = true\n",
        );
        assert_eq!(
            shown(&found),
            [
                "*.example.com:5000 blocked: ",
                "*.internal at cache.example.com/x all: "
            ]
        );
        for prefix in ["*.", "*", "*.*.io", "*.-", "*.io/x", "a.*.io"] {
            let text = format!("[[registry]]\nprefix = \"{prefix}\"\nlocation = \"m.io\"\n");
            assert!(
                read([("registries.conf", text.as_str())]).is_err(),
                "{prefix}"
            );
        }
    }

    #[test]
    fn credential_helpers_of_the_last_file_that_has_some_hold() {
        let one = "credential-helpers = [\"containers-auth.json\", \"ecr-login\"]\n";
        let two = "credential-helpers = [\"pass\"]\n";
        for (texts, helpers) in [
            ([one, two], Some(vec!["pass"])),
            (
                [one, "credential-helpers = []\n"],
                Some(vec![AUTH_FILES, "ecr-login"]),
            ),
            (["", ""], None),
        ] {
            let found = read(texts.map(|text| ("registries.conf", text))).unwrap();
            let found = found.credential_helpers;
            assert_eq!(
                found,
                helpers.map(|names| names.into_iter().map(String::from).collect())
            );
        }
        assert!(read([("registries.conf", "credential-helpers = 1\n")]).is_err());
    }

    #[test]
    fn what_the_file_leaves_open_is_no_word_on_tags() {
        let found =
            of("[[registry]]\nlocation = \"r.io\"\n[[registry.mirror]]\nlocation = \"m.io\"\n");
        assert_eq!(shown(&found), ["r.io: m.io digests"]);
    }

    #[test]
    fn later_files_replace_registries_of_earlier_ones() {
        let one = "[[registry]]\nlocation = \"r.io\"\n[[registry.mirror]]\nlocation = \"one.io\"\n\
                   [[registry]]\nlocation = \"q.io\"\nblocked = true\n";
        let two = "[[registry]]\nprefix = \"r.io\"\n[[registry.mirror]]\nlocation = \"two.io\"\n";
        let found = read([("registries.conf", one), ("registries.conf.d/a.conf", two)]).unwrap();
        assert_eq!(shown(&found), ["q.io blocked: ", "r.io: two.io digests"]);
    }

    #[test]
    fn mistakes_are_shown_at_their_place() {
        let registry = "[[registry]]\nlocation = \"r.io\"\n";
        for (text, line, words) in [
            (
                "[registries.search]\nregistries = [\"docker.io\"]\n".into(),
                1,
                "format 1",
            ),
            ("[[registry]]\nblocked = true\n".into(), 1, "neither"),
            (
                "[[registry]]\nlocation = \"https://r.io\"\n".into(),
                2,
                "not the place",
            ),
            (
                "[[registry]]\nlocation = \"me:canary@r.io/x/\"\n".into(),
                2,
                "not the place",
            ),
            (
                "[[registry]]\nprefix = \"*.r.io/x\"\n".into(),
                2,
                "not the place",
            ),
            (
                "[registry]\nlocation = \"r.io\"\n".into(),
                1,
                "list of tables",
            ),
            (
                format!("{registry}blocked = \"yes\"\n"),
                3,
                "`true` or `false`",
            ),
            (
                format!("{registry}[[registry.mirror]]\ninsecure = true\n"),
                3,
                "no `location`",
            ),
            (
                format!(
                    "{registry}[[registry.mirror]]\nlocation = \"m.io\"\npull-from-mirror = \"some\"\n"
                ),
                5,
                "not known",
            ),
            (
                format!(
                    "{registry}mirror-by-digest-only = true\n[[registry.mirror]]\nlocation = \"m.io\"\npull-from-mirror = \"all\"\n"
                ),
                6,
                "contradicts",
            ),
            ("[[registry\n".into(), 1, ""),
        ] {
            let text: String = text;
            let error = read([("registries.conf", text.as_str())]).unwrap_err();
            assert_eq!(error.code, Code::MirrorsSyntax, "{text}");
            let place = error.place.as_ref().unwrap();
            assert_eq!(place.line_and_column().0, line, "{error:?}");
            assert!(error.message.contains(words), "{error:?}");
            assert!(!error.render(false).contains("canary"), "{error:?}");
        }
    }

    #[test]
    fn single_tags_and_digests_are_told_to_have_no_effect() {
        for prefix in [
            "r.io/app:1.2",
            &format!("r.io/app@sha256:{}", "0".repeat(64)),
        ] {
            let found = of(&format!(
                "[[registry]]\nprefix = \"{prefix}\"\nblocked = true\n"
            ));
            assert_eq!(found.rules, []);
            assert_eq!(found.notices[0].code, Code::MirrorSetting, "{prefix}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(
            text in any::<String>(),
            lines in "((\\[\\[registry(\\.mirror)?\\]\\]\n|(prefix|location|pull-from-mirror) = \"[a-z.*:/@0-9]{0,9}\"\n|(blocked|insecure) = (true|1)\n){0,8})",
        ) {
            let _ = read([("registries.conf", text.as_str())]);
            let _ = read([("registries.conf", lines.as_str())]);
        }
    }
}

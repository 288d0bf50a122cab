//! `hosts.toml` of containerd: one file a registry, in a folder of the registry's name.
//!
//! See containerd's `docs/hosts.md`. The hosts of a file are asked in its order, `server` at last.

use toml::de::DeValue;
use url::Url;

use super::folder::registry_of;
pub use super::folder::{certificates, is_encoded, unreadable};
use super::model::{AccessRules, MirrorConfig, MirrorLocation, MirrorSource, PrefixRule};
use super::place::{name_of, server};
use super::table::{TableWord, Text, TomlTable};
use crate::error::Diagnostic;

/// Reads one file. `folder` is the name of its folder, which says for which registry it is.
///
/// # Errors
///
/// A [`Diagnostic`] with the place, if it is not TOML or not what containerd would read.
pub fn read(folder: &str, name: &str, text: &str) -> Result<MirrorConfig, Diagnostic> {
    let text = Text::new(name, text);
    let parsed = text.toml()?;
    let root = TomlTable {
        text: &text,
        table: parsed.get_ref(),
    };
    let mut found = MirrorConfig::default();
    let Some(beginning) = registry_of(folder) else {
        let message = format!("the folder `{folder}` is not named after a registry");
        found.notices.push(text.notice(0..0, message));
        return Ok(found);
    };
    let mut rule = PrefixRule {
        beginning,
        ..PrefixRule::default()
    };
    if let Some(hosts) = root.table("host")? {
        for (url, value) in hosts.entries() {
            let DeValue::Table(table) = value.get_ref() else {
                return Err(text.wrong("host", value, "a table"));
            };
            let table = TomlTable { text: &text, table };
            let source = host(&table, &url, &mut found)?;
            // Without the right to pull it is for pushing alone.
            if source.has_content || source.resolves {
                rule.mirrors.push(source);
            }
        }
    }
    origin(&root, &mut rule, &mut found)?;
    // An empty one counts: what is in `_default` is not for a registry that has a folder of its own.
    found.rules.push(rule);
    Ok(found)
}

/// Reads the table of one host.
fn host(
    table: &TomlTable<'_>,
    url: &TableWord,
    found: &mut MirrorConfig,
) -> Result<MirrorSource, Diagnostic> {
    let Some(base) = server(&url.text) else {
        return Err(not_a_server(table.text, url));
    };
    let root = api_root(&base, table.switch("override_path")?.unwrap_or_default());
    let access = access(table, found)?;
    found.reach(name_of(&base), access);
    let (resolves, has_content) = match table.words("capabilities")? {
        Some(words) if !words.is_empty() => {
            let has = |wanted: &str| {
                words
                    .iter()
                    .any(|word| word.text.eq_ignore_ascii_case(wanted))
            };
            (has("resolve"), has("pull"))
        }
        _ => (false, true),
    };
    Ok(MirrorSource {
        place: MirrorLocation::Api(root),
        resolves,
        has_content,
        is_told_registry: true,
    })
}

/// Reads what the file says of the registry itself, at its top.
fn origin(
    root: &TomlTable<'_>,
    rule: &mut PrefixRule,
    found: &mut MirrorConfig,
) -> Result<(), Diagnostic> {
    let Some(word) = root.word("server")? else {
        return Ok(());
    };
    let Some(base) = server(&word.text) else {
        return Err(not_a_server(root.text, &word));
    };
    let overrides = root.switch("override_path")?.unwrap_or_default();
    let mut access = access(root, found)?;
    let name = name_of(&base);
    let is_itself =
        name == rule.beginning || (rule.beginning == "docker.io" && name == "registry-1.docker.io");
    if is_itself && base.path() == "/" {
        access.plain_http = Some(base.scheme() == "http");
        found.reach(rule.beginning.clone(), access);
        return Ok(());
    }
    found.reach(name, access);
    rule.origin = Some(MirrorSource {
        place: MirrorLocation::Api(api_root(&base, overrides)),
        resolves: true,
        has_content: true,
        is_told_registry: true,
    });
    Ok(())
}

fn not_a_server(text: &Text, word: &TableWord) -> Diagnostic {
    // The text is left out: a password may stand in it.
    text.error(word.span.clone(), "it is not the URL of a server")
        .help("write one such as `https://mirror.example.com:5000`")
}

/// Returns where repositories are: below `/v2` of the URL, or below the URL as it is.
fn api_root(base: &Url, overrides: bool) -> Url {
    let mut root = base.clone();
    let path = base.path().trim_end_matches('/');
    let path = if overrides || path.ends_with("/v2") {
        format!("{path}/")
    } else {
        format!("{path}/v2/")
    };
    root.set_path(&path);
    root
}

fn access(table: &TomlTable<'_>, found: &mut MirrorConfig) -> Result<AccessRules, Diagnostic> {
    if let Some((span, _)) = table.get("header") {
        let message = "headers of hosts.toml are not sent";
        let help = "credentials come from the config, or from the files of Docker and Podman";
        found
            .notices
            .push(table.text.notice(span, message).help(help));
    }
    let authorities = if let Some((_, value)) = table.get("ca")
        && let DeValue::String(file) = value.get_ref()
    {
        vec![file.to_string()]
    } else {
        let words = table.words("ca")?.unwrap_or_default();
        words.into_iter().map(|word| word.text).collect()
    };
    Ok(AccessRules {
        plain_http: None,
        skip_verify: table.switch("skip_verify")?.unwrap_or_default(),
        authorities,
        identity: identity(table, found)?,
    })
}

/// Reads `client`: a file with a certificate and its key, a list of such files, or of pairs of files.
fn identity(
    table: &TomlTable<'_>,
    found: &mut MirrorConfig,
) -> Result<Option<(String, String)>, Diagnostic> {
    use DeValue::{Array, String as Text};

    let Some((span, value)) = table.get("client") else {
        return Ok(None);
    };
    let wrong = || {
        table.text.wrong(
            "client",
            value,
            "a file, a list of files, or of pairs of files",
        )
    };
    let file = |value: &DeValue<'_>| match value {
        Text(file) => Ok(file.to_string()),
        _ => Err(wrong()),
    };
    let items = match value.get_ref() {
        Text(one) => return Ok(Some((one.to_string(), one.to_string()))),
        Array(items) => items,
        _ => return Err(wrong()),
    };
    if items.len() > 1 {
        let message = "only the first of several certificates of a client is shown";
        found.notices.push(table.text.notice(span, message));
    }
    let Some(first) = items.iter().next() else {
        return Ok(None);
    };
    let Array(pair) = first.get_ref() else {
        let one = file(first.get_ref())?;
        return Ok(Some((one.clone(), one)));
    };
    let files: Result<Vec<_>, _> = pair.iter().map(|item| file(item.get_ref())).collect();
    match &files?[..] {
        [one] => Ok(Some((one.clone(), one.clone()))),
        [certificate, key] if key.is_empty() => {
            Ok(Some((certificate.clone(), certificate.clone())))
        }
        [certificate, key] => Ok(Some((certificate.clone(), key.clone()))),
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;
    use proptest::prelude::*;

    fn rule(folder: &str, text: &str) -> PrefixRule {
        let mut found = read(folder, "hosts.toml", text).unwrap();
        assert_eq!(found.rules.len(), 1, "{found:?}");
        found.rules.remove(0)
    }

    fn root(source: &MirrorSource) -> &str {
        match &source.place {
            MirrorLocation::Api(url) => url.as_str(),
            MirrorLocation::Location(location) => location,
        }
    }

    #[test]
    fn hosts_are_mirrors_in_the_order_of_the_file() {
        let text = r#"
            server = "https://registry-1.docker.io"
            [host."https://z.example.com:5000"]
              capabilities = ["pull", "resolve"]
              ca = "/etc/ca.pem"
              skip_verify = true
            [host."http://a.example.com/hub"]
              client = [["client.cert", "client.key"]]
              dial_timeout = "5s"
            [host."https://harbor.example.com/v2/hub"]
              capabilities = ["pull"]
              override_path = true
              ca = ["one.pem", "two.pem"]
            [host."m.example.com"]
              client = "both.pem"
            [host."https://push.example.com"]
              capabilities = ["push"]
        "#;
        let rule = rule("docker.io", text);
        assert_eq!(
            (rule.beginning.as_str(), &rule.origin),
            ("docker.io", &None)
        );
        let seen: Vec<_> = rule
            .mirrors
            .iter()
            .map(|one| (root(one), one.resolves))
            .collect();
        assert_eq!(
            seen,
            [
                ("https://z.example.com:5000/v2/", true),
                ("http://a.example.com/hub/v2/", false),
                ("https://harbor.example.com/v2/hub/", false),
                ("https://m.example.com/v2/", false),
            ]
        );
        assert!(
            rule.mirrors
                .iter()
                .all(|one| one.has_content && one.is_told_registry)
        );
        let found = read("docker.io", "hosts.toml", text).unwrap();
        let of = |host: &str| {
            let known = found.hosts.iter().find(|known| known.host == host);
            known.unwrap_or_else(|| panic!("{host}")).access.clone()
        };
        assert_eq!(of("z.example.com:5000").authorities, ["/etc/ca.pem"]);
        assert!(of("z.example.com:5000").skip_verify);
        assert_eq!(of("a.example.com").plain_http, None);
        let pair = Some(("client.cert".to_string(), "client.key".to_string()));
        assert_eq!(of("a.example.com").identity, pair);
        assert_eq!(of("harbor.example.com").authorities.len(), 2);
        let both = Some(("both.pem".to_string(), "both.pem".to_string()));
        assert_eq!(of("m.example.com").identity, both);
    }

    #[test]
    fn the_server_takes_the_place_of_the_registry() {
        let moved = rule("r.io", "server = \"https://other.example.com/x\"\n");
        assert_eq!(
            root(moved.origin.as_ref().unwrap()),
            "https://other.example.com/x/v2/"
        );
        let found = read(
            "r.io",
            "hosts.toml",
            "server = \"http://r.io\"\nskip_verify = true\n",
        )
        .unwrap();
        assert_eq!(
            (found.rules[0].mirrors.len(), &found.rules[0].origin),
            (0, &None)
        );
        assert_eq!(found.hosts[0].host, "r.io");
        assert_eq!(found.hosts[0].access.plain_http, Some(true));
    }

    #[test]
    fn a_folder_is_a_rule_whatever_is_in_it() {
        let empty = |beginning: &str| PrefixRule {
            beginning: beginning.into(),
            ..PrefixRule::default()
        };
        for text in ["", "# nothing\n", "server = \"https://r.io\"\n"] {
            assert_eq!(
                read("r.io", "hosts.toml", text).unwrap().rules,
                [empty("r.io")]
            );
        }
    }

    #[test]
    fn capabilities_are_of_any_case_and_none_is_no_word_on_tags() {
        for (written, resolves, has_content) in [
            ("[]", false, true),
            ("[\"Pull\", \"Resolve\"]", true, true),
            ("[\"RESOLVE\"]", true, false),
        ] {
            let text = format!("[host.\"https://m.io\"]\ncapabilities = {written}\n");
            let mirror = &rule("r.io", &text).mirrors[0];
            assert_eq!(
                (mirror.resolves, mirror.has_content),
                (resolves, has_content),
                "{written}"
            );
        }
    }

    #[test]
    fn what_has_no_effect_is_told_and_mistakes_are_shown() {
        let text = "[host.\"https://m.io\"]\nheader = { authorization = \"Basic canary\" }\n";
        let found = read("r.io", "hosts.toml", text).unwrap();
        assert_eq!(found.notices[0].code, Code::MirrorSetting);
        assert!(!found.notices[0].render(false).contains("canary"));
        for (text, line) in [
            ("server = 5\n", 1),
            ("\n[host.\"ftp://m.io\"]\n", 2),
            ("\n[host.\"https://me:canary@m.io\"]\n", 2),
            ("[host.\"https://m.io\"]\ncapabilities = \"pull\"\n", 2),
            ("[host.\"https://m.io\"]\nclient = [[1]]\n", 2),
            ("[host.\"https://m.io\"]\nca = [1]\n", 2),
            ("[host]\n\"https://m.io\" = 1\n", 2),
            ("host = 1\n", 1),
            ("server = \n", 1),
        ] {
            let error = read("r.io", "hosts.toml", text).unwrap_err();
            assert_eq!(error.code, Code::MirrorsSyntax, "{text}");
            assert_eq!(
                error.place.as_ref().unwrap().line_and_column().0,
                line,
                "{error:?}"
            );
            assert!(!error.render(false).contains("canary"), "{error:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(
            text in any::<String>(),
            lines in "((host|server|ca|client|header|capabilities|[\\[\\]=\"{}., \n]|https?://|a\\.io){0,24})",
            folder in "[a-z_:.0-9]{0,12}",
        ) {
            let _ = read(&folder, "hosts.toml", &text);
            let _ = read(&folder, "hosts.toml", &lines);
        }
    }
}

use super::model::{AccessRules, MirrorConfig, PrefixRule};
use super::place::is_location;
use crate::error::Diagnostic;

/// Reads a folder without a `hosts.toml`, or with an empty one: its names are what Docker puts into such a
/// folder, `*.crt` of authorities, and `*.cert` with `*.key` of this client.
///
/// Without certificates it says that the registry has no mirrors.
pub fn certificates(folder: &str, names: &[String]) -> MirrorConfig {
    let mut found = MirrorConfig::default();
    let Some(beginning) = registry_of(folder) else {
        return found;
    };
    let ending = |ending: &'static str| names.iter().filter(move |name| name.ends_with(ending));
    let identity = ending(".cert").next().map(|certificate| {
        let key = format!("{}.key", certificate.trim_end_matches(".cert"));
        let key = names
            .iter()
            .find(|name| **name == key)
            .unwrap_or(certificate);
        (certificate.clone(), key.clone())
    });
    let access = AccessRules {
        authorities: ending(".crt").cloned().collect(),
        identity,
        ..AccessRules::default()
    };
    // There is no host of the name `*`: certificates for all registries have no effect.
    if beginning != "*" {
        found.reach(beginning.clone(), access);
    }
    found.rules.push(PrefixRule {
        beginning,
        ..PrefixRule::default()
    });
    found
}

/// Returns the rule of a folder whose file cannot be read: its registry is not asked.
pub fn unreadable(folder: &str, problem: Diagnostic) -> MirrorConfig {
    let rules = registry_of(folder).map(|beginning| PrefixRule {
        beginning,
        problem: Some(problem),
        ..PrefixRule::default()
    });
    MirrorConfig {
        rules: rules.into_iter().collect(),
        ..MirrorConfig::default()
    }
}

/// Returns `true` if a folder's name has its port as containerd writes it, `_5000_`: that one goes before `:5000`.
pub fn is_encoded(folder: &str) -> bool {
    registry_of(folder).is_some_and(|registry| registry != folder && registry != "*")
}

/// Returns the registry that a folder is named after: `registry.example.com_5000_` is one with a port,
/// `_default` stands for all that have no folder of their own.
pub(super) fn registry_of(folder: &str) -> Option<String> {
    if folder == "_default" {
        return Some("*".into());
    }
    let with_port = folder.strip_suffix('_').and_then(|folder| {
        let (host, port) = folder.rsplit_once('_')?;
        port.parse::<u16>().ok()?;
        Some(format!("{host}:{port}"))
    });
    let name = with_port.unwrap_or_else(|| folder.into());
    (is_location(&name) && !name.contains('/')).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_named_after_registries() {
        for (folder, registry) in [
            ("docker.io", Some("docker.io")),
            ("r.example.com_5000_", Some("r.example.com:5000")),
            ("r.example.com:5000", Some("r.example.com:5000")),
            ("localhost_5000_", Some("localhost:5000")),
            ("_default", Some("*")),
            ("lost+found", None),
            ("r.example.com_x_", None),
        ] {
            assert_eq!(registry_of(folder).as_deref(), registry, "{folder}");
        }
    }

    #[test]
    fn certificates_are_those_of_the_folders_registry() {
        let empty = |beginning: &str| PrefixRule {
            beginning: beginning.into(),
            ..PrefixRule::default()
        };
        let names = ["a.crt", "b.cert", "b.key", "c.cert", "hosts.toml"].map(String::from);
        let found = certificates("r.io_5000_", &names);
        assert_eq!(found.rules, [empty("r.io:5000")]);
        let access = &found.hosts[0].access;
        assert_eq!(found.hosts[0].host, "r.io:5000");
        assert_eq!(access.authorities, ["a.crt"]);
        assert_eq!(access.identity, Some(("b.cert".into(), "b.key".into())));
        let found = certificates("r.io", &["both.cert".into()]);
        let identity = Some(("both.cert".into(), "both.cert".into()));
        assert_eq!(found.hosts[0].access.identity, identity);
        assert_eq!(certificates("lost+found", &names), MirrorConfig::default());
        assert_eq!(certificates("_default", &names).hosts, []);
    }

    #[test]
    fn the_encoded_name_of_a_folder_is_known() {
        assert!(is_encoded("r.io_5000_"));
        for folder in ["r.io:5000", "r.io", "_default", "lost+found"] {
            assert!(!is_encoded(folder), "{folder}");
        }
    }
}

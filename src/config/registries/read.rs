use std::collections::BTreeMap;

use super::model::Registry;
use super::places::{canonical, wrong_place};
use super::settings::RegistrySettings;
use super::{access, auth};
use crate::config::diagnostics::Diagnostics;
use crate::error::{Code, Diagnostic};
use crate::syntax::{MapEntry, Node};

/// What may stand in a table for one path of a registry.
const OF_A_PATH: [&str; 2] = ["auth", "mirrors"];

/// Reads the settings of registries, by their hosts, or by hosts and paths.
pub(in crate::config) fn read(
    registries: BTreeMap<String, Registry>,
    table: Option<&Node>,
    diagnostics: &mut Diagnostics<'_>,
) -> BTreeMap<String, RegistrySettings> {
    let mut settings = BTreeMap::new();
    for (name, registry) in registries {
        let Some(entry) = table.and_then(|table| table.entry(&[&name])) else {
            continue;
        };
        let place = canonical(&name);
        if let Some(diagnostic) = wrong_place(&place) {
            diagnostics.add(diagnostic, entry.key_span.clone(), "");
        } else if let Some((host, _)) = place.split_once('/') {
            check_path(host, entry, diagnostics);
        }
        let registry = read_one(registry, &entry.value, diagnostics);
        if settings.insert(place.clone(), registry).is_some() {
            let message = format!("`{name}` and `{place}` are the same registry");
            let diagnostic = Diagnostic::new(Code::DuplicateKey, message).help("keep one of them");
            diagnostics.add(diagnostic, entry.key_span.clone(), "");
        }
    }
    settings
}

fn read_one(
    registry: Registry,
    node: &Node,
    diagnostics: &mut Diagnostics<'_>,
) -> RegistrySettings {
    let access = access::read(&registry, node, diagnostics);
    RegistrySettings {
        auth: registry
            .auth
            .and_then(|entry| auth::read(entry, node, diagnostics)),
        concurrency: registry.concurrency.map(usize::from),
        plain_http: registry.plain_http,
        tls_skip_verify: registry.tls_skip_verify.unwrap_or_default(),
        ..access
    }
}

/// Reports what is a matter of the whole host.
fn check_path(host: &str, entry: &MapEntry, diagnostics: &mut Diagnostics<'_>) {
    for option in entry.value.entries() {
        if !OF_A_PATH.contains(&option.key.as_str()) {
            let message = format!("`{}` is a matter of the whole registry", option.key);
            let diagnostic = Diagnostic::new(Code::ContradictoryOptions, message)
                .help(format!("write it in the table of `{host}`"));
            diagnostics.add(diagnostic, option.key_span.clone(), "");
        }
    }
}

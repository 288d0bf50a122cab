use std::ops::Range;

use url::Url;

use super::auth::read_file;
use super::model::Registry;
use super::places::{is_host, wrong_place};
use super::settings::{ApiSetting, FileSetting, MirrorSettings, ProxySettings, RegistrySettings};
use super::values::{MirrorEntry, ProxyEntry};
use crate::config::diagnostics::Diagnostics;
use crate::config::messages::nearest;
use crate::config::options::shortened;
use crate::error::{Code, Diagnostic};
use crate::syntax::Node;

/// Reads how a registry is reached: mirrors, certificates, proxy, token realms.
pub(super) fn read(
    registry: &Registry,
    node: &Node,
    diagnostics: &mut Diagnostics<'_>,
) -> RegistrySettings {
    check_tls(registry, node, diagnostics);
    let mut file = |key: &str, path: &Option<String>| -> Option<FileSetting> {
        let path = path.clone()?;
        Some(read_file(key, path, span_of(node, &[key]), diagnostics))
    };
    let ca_file = file("ca-file", &registry.ca_file);
    let client_cert = file("client-cert", &registry.client_cert);
    let client_key = file("client-key", &registry.client_key);
    RegistrySettings {
        token_realms: realms(registry, node, diagnostics),
        mirrors: mirrors(registry, node, diagnostics),
        ca_file,
        client_cert,
        client_key,
        proxy: proxy(registry, node, diagnostics),
        api: api(registry, node, diagnostics),
        ..RegistrySettings::default()
    }
}

fn check_tls(registry: &Registry, node: &Node, diagnostics: &mut Diagnostics<'_>) {
    for (present, missing, has_other) in [
        (
            "client-cert",
            "client-key",
            registry.client_cert.is_some() && registry.client_key.is_none(),
        ),
        (
            "client-key",
            "client-cert",
            registry.client_key.is_some() && registry.client_cert.is_none(),
        ),
    ] {
        if has_other {
            let message = format!("`{present}` needs the key `{missing}`");
            let diagnostic = Diagnostic::new(Code::MissingKey, message);
            diagnostics.add(diagnostic, key_span(node, present), "");
        }
    }
    if registry.plain_http != Some(true) {
        return;
    }
    let skips = registry.tls_skip_verify == Some(true);
    for (key, is_set) in [
        ("ca-file", registry.ca_file.is_some()),
        ("client-cert", registry.client_cert.is_some()),
        ("tls-skip-verify", skips),
    ] {
        if is_set {
            let message = format!("`{key}` has no effect with `plain-http = true`");
            let diagnostic = Diagnostic::new(Code::ContradictoryOptions, message)
                .help("keep one of them: plain HTTP has no certificates");
            diagnostics.add(diagnostic, key_span(node, key), "");
        }
    }
}

fn realms(registry: &Registry, node: &Node, diagnostics: &mut Diagnostics<'_>) -> Vec<String> {
    let realms = registry.token_realms.clone().unwrap_or_default();
    for (index, realm) in realms.iter().enumerate() {
        if !is_host(realm) {
            let message = format!("`{}` is not a host", shortened(realm));
            let diagnostic = Diagnostic::new(Code::BadValue, message)
                .help("write the host alone, such as `gitlab.example.com`");
            let span = span_of(node, &["token-realms", &index.to_string()]);
            diagnostics.add(diagnostic, span, "");
        }
    }
    realms
}

fn mirrors(
    registry: &Registry,
    node: &Node,
    diagnostics: &mut Diagnostics<'_>,
) -> Vec<MirrorSettings> {
    let mut read = Vec::new();
    for (index, mirror) in registry.mirrors.iter().flatten().enumerate() {
        let index = index.to_string();
        let (location, resolve, span) = match mirror {
            MirrorEntry::Location(location) => {
                (location, false, span_of(node, &["mirrors", &index]))
            }
            MirrorEntry::Table(table) => {
                let span = span_of(node, &["mirrors", &index, "location"]);
                (&table.location, table.resolve.unwrap_or_default(), span)
            }
        };
        let location = location.trim_end_matches('/').to_string();
        if let Some(diagnostic) = wrong_place(&location) {
            diagnostics.add(diagnostic, span, "");
        }
        read.push(MirrorSettings { location, resolve });
    }
    read
}

fn proxy(
    registry: &Registry,
    node: &Node,
    diagnostics: &mut Diagnostics<'_>,
) -> Option<ProxySettings> {
    let (message, help) = match registry.proxy.as_ref()? {
        ProxyEntry::Switch(false) => return Some(ProxySettings::Direct),
        ProxyEntry::Switch(true) => (
            "`proxy` says nothing with `true`".to_string(),
            "leave it out to use the environment's proxy, or name one",
        ),
        ProxyEntry::Url(text) => match Url::parse(text) {
            // The message leaves the text out: a password stands in it.
            Ok(url) if !url.username().is_empty() || url.password().is_some() => (
                "a proxy's URL in the config has no user and no password".to_string(),
                "set the variable HTTPS_PROXY for a proxy that wants them",
            ),
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => {
                return Some(ProxySettings::Url(text.clone()));
            }
            _ => (
                "`proxy` is not a proxy's URL".to_string(),
                "write one such as `http://proxy.example.com:3128`, or `false` for none",
            ),
        },
    };
    let diagnostic = Diagnostic::new(Code::BadValue, message).help(help);
    diagnostics.add(diagnostic, span_of(node, &["proxy"]), "");
    None
}

/// The words for interfaces.
const APIS: [(&str, ApiSetting); 7] = [
    ("azure-acr", ApiSetting::AzureAcr),
    ("gitlab", ApiSetting::Gitlab),
    ("google", ApiSetting::Google),
    ("harbor", ApiSetting::Harbor),
    ("none", ApiSetting::None),
    ("quay", ApiSetting::Quay),
    ("zot", ApiSetting::Zot),
];

fn api(registry: &Registry, node: &Node, diagnostics: &mut Diagnostics<'_>) -> Option<ApiSetting> {
    let text = registry.api.as_deref()?;
    let found = APIS.into_iter().find(|(word, _)| *word == text);
    if found.is_none() {
        let message = format!("`api` does not know `{}`", shortened(text));
        let words = APIS.map(|(word, _)| word);
        let help = match nearest(text, &words) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write `{}`", words.join("`, `")),
        };
        let diagnostic = Diagnostic::new(Code::BadValue, message).help(help);
        diagnostics.add(diagnostic, span_of(node, &["api"]), "");
    }
    found.map(|(_, setting)| setting)
}

fn span_of(node: &Node, path: &[&str]) -> Range<usize> {
    node.node(path).map_or(0..0, |value| value.span.clone())
}

fn key_span(node: &Node, key: &str) -> Range<usize> {
    node.entry(&[key])
        .map_or(0..0, |entry| entry.key_span.clone())
}

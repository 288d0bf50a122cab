use std::collections::BTreeMap;

use super::findings::{Findings, is_variable_name};
use super::model::{Auth, Registry};
use super::options::shortened;
use super::settings::{AuthSettings, RegistrySettings};
use super::tree::Node;
use crate::error::{Code, Diagnostic};
use crate::image::Repository;

/// Reads the settings of registries, by their hosts.
pub(super) fn read(
    registries: BTreeMap<String, Registry>,
    table: Option<&Node>,
    findings: &mut Findings<'_>,
) -> BTreeMap<String, RegistrySettings> {
    let mut settings = BTreeMap::new();
    for (name, registry) in registries {
        let Some(entry) = table.and_then(|table| table.entry(&[&name])) else {
            continue;
        };
        let host = match name.as_str() {
            "index.docker.io" => "docker.io".to_string(),
            _ => name.clone(),
        };
        if let Some(diagnostic) = wrong_host(&host) {
            findings.add(diagnostic, entry.key_span.clone(), "");
        }
        let auth = registry
            .auth
            .map(|auth| read_auth(auth, &entry.value, findings));
        let registry = RegistrySettings {
            auth,
            concurrency: registry.concurrency.map(usize::from),
            plain_http: registry.plain_http,
        };
        if settings.insert(host.clone(), registry).is_some() {
            let message = format!("`{name}` and `{host}` are the same registry");
            let diagnostic = Diagnostic::new(Code::DuplicateKey, message).help("keep one of them");
            findings.add(diagnostic, entry.key_span.clone(), "");
        }
    }
    settings
}

fn wrong_host(host: &str) -> Option<Diagnostic> {
    if Repository::new(host, "a/a").is_ok() {
        return None;
    }
    let diagnostic = |message: String| Diagnostic::new(Code::BadValue, message);
    if host.contains('@') {
        // The message leaves the text out: a password may stand in it.
        return Some(
            diagnostic("a registry's host has no user and no password".into())
                .help("write the host alone, and the credentials with `auth`"),
        );
    }
    let bare = host.split_once("://").map_or(host, |(_, rest)| rest);
    let bare = bare.split('/').next().unwrap_or_default();
    let refused = diagnostic(format!("`{}` is not a registry's host", shortened(host)));
    Some(if bare != host && Repository::new(bare, "a/a").is_ok() {
        refused.help(format!("write the host alone: `{bare}`"))
    } else {
        refused.help("write a host with an optional port, such as `ghcr.io` or `localhost:5000`")
    })
}

fn read_auth(auth: Auth, registry: &Node, findings: &mut Findings<'_>) -> AuthSettings {
    let span = |key: &str| {
        registry
            .node(&["auth", key])
            .map_or(0..0, |node| node.span.clone())
    };
    if !is_variable_name(&auth.env) {
        // The message leaves the text out: it may be the secret itself.
        let message = "`env` is not the name of an environment variable";
        let diagnostic = Diagnostic::new(Code::BadValue, message)
            .help("name the variable that holds the secret, such as `REGISTRY_TOKEN`");
        findings.add(diagnostic, span("env"), "");
    }
    if let Some(username) = &auth.username
        && (username.is_empty() || username.contains(':') || username.contains(char::is_control))
    {
        let message = "`username` cannot be sent to a registry";
        let diagnostic = Diagnostic::new(Code::BadValue, message)
            .help("a user name is not empty and has no `:` (RFC 7617); leave it out for a token");
        findings.add(diagnostic, span("username"), "");
    }
    AuthSettings {
        env: auth.env,
        username: auth.username,
    }
}

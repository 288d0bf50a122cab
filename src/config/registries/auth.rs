use std::ops::Range;

use super::model::AuthTable;
use super::settings::{AuthSettings, FileSetting};
use super::values::AuthEntry;
use crate::config::auth_word::{AuthWord, is_variable_name};
use crate::config::diagnostics::Diagnostics;
use crate::error::{Code, Diagnostic};
use crate::syntax::Node;

/// Reads `auth` of a registry's table.
pub(super) fn read(
    entry: AuthEntry,
    registry: &Node,
    diagnostics: &mut Diagnostics<'_>,
) -> Option<AuthSettings> {
    let span = |key: &str| {
        registry
            .node(&["auth", key])
            .map_or(0..0, |node| node.span.clone())
    };
    let whole = registry
        .node(&["auth"])
        .map_or(0..0, |node| node.span.clone());
    match entry {
        AuthEntry::Word(word) => {
            let found = AuthWord::named(&word);
            if found.is_none() {
                // The message leaves the text out: it may be the secret itself.
                let words = AuthWord::ALL.map(|(known, _)| format!("`{known}`"));
                let words = words.join(", ");
                let message = "`auth` is no word for a source of credentials";
                let diagnostic = Diagnostic::new(Code::BadValue, message).help(format!(
                    "write one of {words}, or a table such as `{{ env = \"REGISTRY_TOKEN\" }}`"
                ));
                diagnostics.add(diagnostic, whole, "");
            }
            found.map(source)
        }
        AuthEntry::Table(table) => {
            if let Some(diagnostic) = wrong_count(&table) {
                diagnostics.add(diagnostic, first_line(diagnostics, &whole), "");
                return None;
            }
            read_table(*table, &span, diagnostics)
        }
    }
}

/// Returns the source that a word stands for.
fn source(word: AuthWord) -> AuthSettings {
    match word {
        AuthWord::Anonymous => AuthSettings::Anonymous,
        AuthWord::AwsEcr => AuthSettings::AwsEcr { profile: None },
        AuthWord::Azure => AuthSettings::Azure,
        AuthWord::Docker => AuthSettings::Docker,
        AuthWord::Google => AuthSettings::Google,
    }
}

/// Reports a table that names no source, or more than one.
fn wrong_count(table: &AuthTable) -> Option<Diagnostic> {
    let sources = [
        ("env", table.env.is_some()),
        ("helper", table.helper.is_some()),
        (
            "kubernetes-secret-file",
            table.kubernetes_secret_file.is_some(),
        ),
        ("aws-profile", table.aws_profile.is_some()),
    ];
    let named: Vec<_> = sources
        .iter()
        .filter(|(_, is_named)| *is_named)
        .map(|(name, _)| format!("`{name}`"))
        .collect();
    let all = sources.map(|(name, _)| format!("`{name}`")).join(", ");
    match &named[..] {
        [] => Some(
            Diagnostic::new(Code::MissingKey, "`auth` names no source of credentials")
                .help(format!("write one of {all}")),
        ),
        [only] if table.username.is_some() && only != "`env`" => {
            let message = format!("`username` does not go with {only}");
            Some(
                Diagnostic::new(Code::ContradictoryOptions, message)
                    .help("take it away: the user's name comes from there too"),
            )
        }
        [_] => None,
        _ => {
            let message = format!(
                "`auth` names more than one source of credentials: {}",
                named.join(", ")
            );
            Some(Diagnostic::new(Code::ContradictoryOptions, message).help("keep one of them"))
        }
    }
}

fn read_table(
    table: AuthTable,
    span: &impl Fn(&str) -> Range<usize>,
    diagnostics: &mut Diagnostics<'_>,
) -> Option<AuthSettings> {
    if let Some(variable) = table.env {
        check_variable(&variable, span("env"), diagnostics);
        if let Some(username) = &table.username {
            check_username(username, span("username"), diagnostics);
        }
        let username = table.username;
        return Some(AuthSettings::Environment { variable, username });
    }
    if let Some(name) = table.helper {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        let bare = name.strip_prefix("docker-credential-");
        if name.is_empty() || !name.bytes().all(plain) || bare.is_some() {
            let message = "`helper` is not the name of a credential helper";
            let example = bare.filter(|bare| !bare.is_empty()).unwrap_or("pass");
            let diagnostic = Diagnostic::new(Code::BadValue, message).help(format!(
                "write what stands behind `docker-credential-`, such as `{example}`"
            ));
            diagnostics.add(diagnostic, span("helper"), "");
        }
        return Some(AuthSettings::Helper { name });
    }
    if let Some(path) = table.kubernetes_secret_file {
        let key = "kubernetes-secret-file";
        let file = read_file(key, path, span(key), diagnostics);
        return Some(AuthSettings::KubernetesSecret(file));
    }
    let profile = table.aws_profile?;
    if profile.is_empty() || profile.contains(char::is_control) {
        let diagnostic = Diagnostic::new(Code::BadValue, "`aws-profile` is not a profile's name");
        let help =
            "write a name of your AWS configuration, or `auth = \"aws-ecr\"` for the default one";
        diagnostics.add(diagnostic.help(help), span("aws-profile"), "");
    }
    let profile = Some(profile);
    Some(AuthSettings::AwsEcr { profile })
}

/// Reads a file's path, which is not empty.
pub(super) fn read_file(
    key: &str,
    path: String,
    span: Range<usize>,
    diagnostics: &mut Diagnostics<'_>,
) -> FileSetting {
    let place = diagnostics.place(span.clone());
    if path.is_empty() || path.contains('\0') {
        let message = format!("`{key}` is not a file's path");
        let diagnostic = Diagnostic::new(Code::BadValue, message)
            .help("write a path, absolute or from the config's folder");
        diagnostics.add(diagnostic, span, "");
    }
    FileSetting { path, place }
}

fn check_variable(name: &str, span: Range<usize>, diagnostics: &mut Diagnostics<'_>) {
    if !is_variable_name(name) {
        // The message leaves the text out: it may be the secret itself.
        let message = "`env` is not the name of an environment variable";
        let diagnostic = Diagnostic::new(Code::BadValue, message)
            .help("name the variable that holds the secret, such as `REGISTRY_TOKEN`");
        diagnostics.add(diagnostic, span, "");
    }
}

fn check_username(name: &str, span: Range<usize>, diagnostics: &mut Diagnostics<'_>) {
    if name.is_empty() || name.contains(':') || name.contains(char::is_control) {
        let message = "`username` cannot be sent to a registry";
        let diagnostic = Diagnostic::new(Code::BadValue, message)
            .help("a user name is not empty and has no `:` (RFC 7617); leave it out for a token");
        diagnostics.add(diagnostic, span, "");
    }
}

/// Cuts a span at the end of its first line.
fn first_line(diagnostics: &Diagnostics<'_>, span: &Range<usize>) -> Range<usize> {
    let text = diagnostics
        .source
        .text
        .get(span.clone())
        .unwrap_or_default();
    span.start..span.start + text.find(['\r', '\n']).unwrap_or(text.len())
}

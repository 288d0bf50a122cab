use crate::config::options::shortened;
use crate::error::{Code, Diagnostic};
use crate::image::Repository;

/// Returns a key of `[registries]` as the client knows it: Docker Hub goes by one name.
pub(super) fn canonical(key: &str) -> String {
    match key.strip_prefix("index.docker.io") {
        Some("") => "docker.io".into(),
        Some(path) if path.starts_with('/') => format!("docker.io{path}"),
        _ => key.into(),
    }
}

/// Returns what is wrong with a host, or with a host and a path, if anything is.
pub(super) fn wrong_place(place: &str) -> Option<Diagnostic> {
    if is_place(place) {
        return None;
    }
    let diagnostic = |message: String| Diagnostic::new(Code::BadValue, message);
    if place.contains('@') {
        // The message leaves the text out: a password may stand in it.
        return Some(
            diagnostic("a registry's host has no user and no password".into())
                .help("write the host alone, and the credentials with `auth`"),
        );
    }
    let refused = diagnostic(format!("`{}` is not a registry's host", shortened(place)));
    let bare = place.split_once("://").map_or(place, |(_, rest)| rest);
    let bare = bare.trim_end_matches('/');
    Some(if bare != place && is_place(bare) {
        refused.help(format!("write the host without a scheme: `{bare}`"))
    } else {
        refused.help("write a host with an optional port, such as `ghcr.io` or `localhost:5000`, and a path if it is for that alone: `ghcr.io/acme`")
    })
}

/// Says whether a text is a host with an optional port.
pub(super) fn is_host(text: &str) -> bool {
    Repository::new(text, "a/a").is_ok()
}

fn is_place(text: &str) -> bool {
    match text.split_once('/') {
        None => is_host(text),
        // On Docker Hub a path of one part is a namespace, which no repository is.
        Some((host, path)) => Repository::new(host, &format!("{path}/a")).is_ok(),
    }
}

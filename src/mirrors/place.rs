use url::Url;

use crate::image::Repository;

/// Returns `true` if a text is a host with an optional port, and a path below it if need be.
pub(super) fn is_location(text: &str) -> bool {
    match text.split_once('/') {
        None => Repository::new(text, "a/a").is_ok(),
        Some((host, path)) => Repository::new(host, &format!("{path}/a")).is_ok(),
    }
}

/// Returns `true` if a text is what stands behind `*.`: one label or more, with a port if need be.
pub(super) fn is_domain(text: &str) -> bool {
    !text.contains('/') && is_location(&format!("host.{text}"))
}

/// Returns the name of a URL's host, with the port where it is not the usual one.
pub(super) fn name_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.into(),
    }
}

/// Reads the URL of a server; without a scheme it has TLS.
pub(super) fn server(text: &str) -> Option<Url> {
    let whole = if text.contains("://") {
        text.to_string()
    } else {
        format!("https://{text}")
    };
    let url = Url::parse(&whole).ok()?;
    let is_plain = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    let is_server = matches!(url.scheme(), "http" | "https") && url.has_host();
    let is_host = Repository::new(&name_of(&url), "a/a").is_ok();
    (is_plain && is_server && is_host).then_some(url)
}

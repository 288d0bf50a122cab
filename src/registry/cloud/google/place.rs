use url::Url;

use crate::registry::transport::endpoint::{host_of, is_loopback};

/// Says whether a URL of a credentials file may be sent what such files hold.
///
/// Google's own interfaces may, over TLS; this machine may as well, over plain HTTP, for emulators and
/// tests. A file that names another place is not followed: whoever made it would get the key.
pub(super) fn checked(name: &str, text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|_| format!("its `{name}` is not a URL"))?;
    let host = url.host_str().unwrap_or_default();
    let google = host == "googleapis.com" || host.ends_with(".googleapis.com");
    let here = url.scheme() == "http" && is_loopback(&url);
    let own = url.scheme() == "https" && google && url.port().is_none();
    let plain = url.username().is_empty() && url.password().is_none();
    if plain && (own || here) {
        return Ok(url);
    }
    let host = host_of(&url);
    Err(format!(
        "its `{name}` leads to {host}, and only `https` at googleapis.com is sent credentials"
    ))
}

/// Says whether a token of another identity provider may be asked for at a URL of a credentials file.
///
/// Nothing but the headers of that file goes there. Plain HTTP is for this machine and for the metadata
/// server of a virtual machine.
pub(super) fn checked_provider(text: &str) -> Result<Url, String> {
    let name = "credential_source.url";
    let url = Url::parse(text).map_err(|_| format!("its `{name}` is not a URL"))?;
    let metadata = url.host_str() == Some("169.254.169.254");
    let allowed = match url.scheme() {
        "https" => url.has_host(),
        "http" => metadata || is_loopback(&url),
        _ => false,
    };
    if allowed && url.username().is_empty() && url.password().is_none() {
        return Ok(url);
    }
    let host = host_of(&url);
    Err(format!("its `{name}` leads to {host} without TLS"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_tokens_go_to_google_and_nowhere_else() {
        for url in [
            "https://oauth2.googleapis.com/token",
            "https://sts.googleapis.com/v1/token",
            "https://www.googleapis.com/oauth2/v4/token",
            "http://127.0.0.1:1234/token",
            "http://localhost:1234/token",
        ] {
            assert_eq!(
                checked("token_uri", url).map(String::from).as_deref(),
                Ok(url)
            );
        }
        for url in [
            "http://oauth2.googleapis.com/token",
            "https://oauth2.googleapis.com.evil.example/token",
            "https://evilgoogleapis.com/token",
            "https://oauth2.googleapis.com@evil.example/token",
            "https://user:pass@oauth2.googleapis.com/token",
            "https://oauth2.googleapis.com:8443/token",
            "https://127.0.0.1/token",
            "http://10.0.0.1/token",
            "http://169.254.169.254/token",
            "ftp://127.0.0.1/token",
            "token",
        ] {
            assert!(checked("token_uri", url).is_err(), "{url}");
        }
    }

    #[test]
    fn other_providers_are_asked_over_tls() {
        for url in [
            "https://pipelines.example.com/token?audience=x",
            "http://169.254.169.254/metadata/identity/oauth2/token",
            "http://localhost:1/x",
        ] {
            assert!(checked_provider(url).is_ok(), "{url}");
        }
        for url in ["http://example.com/x", "file:///x", "https://u:p@x/", "x"] {
            assert!(checked_provider(url).is_err(), "{url}");
        }
    }
}

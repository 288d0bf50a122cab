use aws_lc_rs::hmac;
use http::HeaderValue;
use http::header::HeaderName;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

use super::hex::hex;
use super::keys::Keys;
use crate::registry::auth::Secret;
use crate::registry::cloud::wire::add_secret;
use crate::registry::transport::endpoint::host_of;
use crate::registry::transport::request::{HttpRequest, sensitive};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// Signs a request without a query, as AWS's Signature Version 4 says.
///
/// Everything in the request is signed: method, path, all headers that are there so far, and the body.
/// See "Create a signed AWS API request" in the IAM user guide.
pub(super) fn sign(
    request: &mut HttpRequest,
    service: &str,
    region: &str,
    keys: &Keys,
    now: Timestamp,
) -> Result<(), String> {
    let time = now.strftime("%Y%m%dT%H%M%SZ").to_string();
    let date = now.strftime("%Y%m%d").to_string();
    let stamp = HeaderValue::from_str(&time).map_err(|_| "the time cannot be written")?;
    let name = HeaderName::from_static;
    request.headers.push((name("x-amz-date"), stamp));
    if let Some(session) = &keys.session {
        add_secret(request, name("x-amz-security-token"), session)?;
    }
    let (headers, names) = canonical_headers(request)?;
    let body = request.body.as_ref().map_or("", |body| body.text.reveal());
    let canonical = Secret::new(format!(
        "{}\n{}\n\n{}\n{names}\n{}",
        request.method,
        canonical_path(request.url.path()),
        headers.reveal(),
        hex(&Sha256::digest(body)),
    ));
    let scope = format!("{date}/{region}/{service}/aws4_request");
    let hash = hex(&Sha256::digest(canonical.reveal()));
    let text = format!("{ALGORITHM}\n{time}\n{scope}\n{hash}");
    let first = Secret::new(format!("AWS4{}", keys.secret.reveal()));
    let mut key = hmac_of(first.reveal().as_bytes(), &date);
    for part in [region, service, "aws4_request"] {
        key = hmac_of(key.as_ref(), part);
    }
    let signature = hex(hmac_of(key.as_ref(), &text).as_ref());
    let header = Secret::new(format!(
        "{ALGORITHM} Credential={}/{scope}, SignedHeaders={names}, Signature={signature}",
        keys.id
    ));
    let header = sensitive(&header).map_err(|_| "its access key cannot stand in a header")?;
    request.authorization = Some(header);
    Ok(())
}

/// Returns the headers that are signed, sorted, a line each, and their names.
fn canonical_headers(request: &HttpRequest) -> Result<(Secret, String), String> {
    let mut headers = vec![("host", host_of(&request.url))];
    if let Some(body) = &request.body {
        headers.push(("content-type", body.content_type.into()));
    }
    for (name, value) in &request.headers {
        let value = value
            .to_str()
            .map_err(|_| "a header is not text".to_string())?;
        headers.push((name.as_str(), value.trim().into()));
    }
    headers.sort();
    let names: Vec<_> = headers.iter().map(|(name, _)| *name).collect();
    let mut lines = String::new();
    for (name, value) in &headers {
        let _ = writeln!(lines, "{name}:{value}");
    }
    Ok((Secret::new(lines), names.join(";")))
}

/// Encodes a path that is already encoded once more, as every service but S3 wants it.
fn canonical_path(path: &str) -> String {
    path.replace('%', "%25")
}

fn hmac_of(key: &[u8], text: &str) -> hmac::Tag {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::cloud::wire::post;

    /// The signatures are those of botocore 1.43 for the same requests.
    #[test]
    fn signatures_are_those_of_the_sdk() {
        let now: Timestamp = "2026-11-25T12:00:00Z".parse().unwrap();
        let json = "application/x-amz-json-1.1";
        let form = "application/x-www-form-urlencoded";
        let target = "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken";
        let ecr = "https://api.ecr.eu-west-1.amazonaws.com/";
        for (url, place, session, target, (kind, body), names, signature) in [
            (
                ecr,
                ("eu-west-1", "ecr"),
                None,
                Some(target),
                (json, "{}"),
                "content-type;host;x-amz-date;x-amz-target",
                "55cc3a233667d2d548fe033aaed331a798f750d71225100b7e4aab430de9184c",
            ),
            (
                ecr,
                ("eu-west-1", "ecr"),
                Some("a-session/token=="),
                Some(target),
                (json, "{}"),
                "content-type;host;x-amz-date;x-amz-security-token;x-amz-target",
                "804c1b9daf236d3eb6a45f4f20ee05d952a0772be9e952a083536ab4475d702a",
            ),
            (
                "http://localhost:4566/a%20b/",
                ("us-east-1", "sts"),
                None,
                None,
                (form, "Action=AssumeRole&Version=2011-06-15"),
                "content-type;host;x-amz-date",
                "0cabff08644bb644a01e49e4bdbf44bb0a699a2293f2f7a85db67198abb7b179",
            ),
        ] {
            let keys = Keys {
                id: "AKIDEXAMPLE".into(),
                secret: Secret::new("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
                session: session.map(Secret::new),
                expires: None,
            };
            let mut request = post(url.parse().unwrap(), kind, Secret::new(body));
            if let Some(target) = target {
                let name = HeaderName::from_static("x-amz-target");
                request
                    .headers
                    .push((name, HeaderValue::from_static(target)));
            }
            let (region, service) = place;
            sign(&mut request, service, region, &keys, now).unwrap();
            let header = request.authorization.unwrap();
            assert!(header.is_sensitive());
            assert_eq!(
                header.to_str().unwrap(),
                format!(
                    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261125/{region}/{service}/aws4_request, SignedHeaders={names}, Signature={signature}"
                )
            );
        }
    }
}

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use http::header::AUTHORIZATION;
use http::request::Parts;
use serde_json::{Value, json};

use super::answer::Ask;
use super::rows::{page, rows, wanted};
use crate::embedded::answer::Answer;

/// What ECR's logins are: anybody who signs gets this one.
const LOGIN: &str = "AWS:embedded-ecr-password";

/// Returns `true` if a request is for a login.
pub(in crate::embedded) fn is_login(parts: &Parts) -> bool {
    let target = parts.headers.get("x-amz-target");
    let target = target.and_then(|target| target.to_str().ok());
    target.is_some_and(|target| target.ends_with(".GetAuthorizationToken"))
}

/// Answers `GetAuthorizationToken` and `DescribeImages` to whoever signs (ECR API).
pub(super) fn answer(ask: &Ask<'_>) -> Answer {
    let header = |name: &str| ask.parts.headers.get(name)?.to_str().ok();
    let signature = header(AUTHORIZATION.as_str()).unwrap_or_default();
    if !signature.starts_with("AWS4-HMAC-SHA256 ") {
        return refusal(
            "MissingAuthenticationTokenException",
            "Missing Authentication Token",
        );
    }
    let target = header("x-amz-target").unwrap_or_default();
    let asked: Value = serde_json::from_slice(ask.body).unwrap_or_default();
    match target.split_once('.').map(|(_, name)| name) {
        Some("GetAuthorizationToken") => {
            let token = STANDARD.encode(LOGIN);
            let data = json!({"authorizationToken": token, "proxyEndpoint": "https://embedded"});
            Answer::json(StatusCode::OK, &json!({"authorizationData": [data]}))
        }
        Some("DescribeImages") => describe(ask, &asked),
        _ => refusal("UnknownOperationException", "no such operation"),
    }
}

fn describe(ask: &Ask<'_>, asked: &Value) -> Answer {
    let name = asked["repositoryName"].as_str().unwrap_or_default();
    let Some(rows) = rows(ask.store, name) else {
        return refusal(
            "RepositoryNotFoundException",
            "The repository does not exist",
        );
    };
    let one = asked["imageIds"][0]["imageTag"]
        .as_str()
        .unwrap_or_default();
    let most = asked["maxResults"]
        .as_u64()
        .and_then(|most| usize::try_from(most).ok());
    let number = asked["nextToken"]
        .as_str()
        .and_then(|token| token.parse().ok());
    let number = number.unwrap_or(1);
    let size = ask.size(most, 100, 1000);
    let (rows, more) = page(wanted(rows, one), number, size);
    if rows.is_empty() && !one.is_empty() {
        return refusal("ImageNotFoundException", "The image does not exist");
    }
    let mut images: BTreeMap<String, Value> = BTreeMap::new();
    for row in rows {
        let pushed = row.pushed.map(|time| time.as_duration().as_secs_f64());
        let image = images.entry(row.digest.clone()).or_insert_with(|| {
            json!({
                "registryId": asked["registryId"],
                "repositoryName": name,
                "imageDigest": row.digest,
                "imageTags": [],
                "imageSizeInBytes": 1,
                "imagePushedAt": pushed,
                "imageStatus": "ACTIVE",
            })
        });
        if let Some(tags) = image["imageTags"].as_array_mut() {
            tags.push(row.tag.into());
        }
    }
    let images: Vec<Value> = images.into_values().collect();
    let mut body = json!({"imageDetails": images});
    if more {
        body["nextToken"] = (number + 1).to_string().into();
    }
    Answer::json(StatusCode::OK, &body)
}

fn refusal(kind: &str, message: &str) -> Answer {
    let body = json!({"__type": kind, "message": message});
    Answer::json(StatusCode::BAD_REQUEST, &body)
}

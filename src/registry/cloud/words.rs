use serde_json::Value;

use crate::registry::auth::{Redactor, Secret};
use crate::registry::request_error::clean;

/// What a cloud says of its refusal: a code and a message, without any of the secrets that it was sent.
///
/// It reads AWS's JSON and XML, Google's and Microsoft's documents, `OAuth2`'s (RFC 6749, 5.2) and the
/// registries' own. Secrets are taken out before the text is cut, so that no part of one is left over.
pub(super) fn words(body: &[u8], secrets: &[&Secret]) -> (Option<String>, Option<String>) {
    let text = String::from_utf8_lossy(body);
    let (code, message) = read(text.trim());
    let mut redactor = Redactor::default();
    for secret in secrets {
        redactor.add(secret);
    }
    let shown = |text: String, length| {
        let text = clean(&redactor.redacted(&text), length);
        Some(text).filter(|text| !text.is_empty())
    };
    (
        code.and_then(|code| shown(code, 60)),
        message.and_then(|message| shown(message, 300)),
    )
}

fn read(text: &str) -> (Option<String>, Option<String>) {
    if let Ok(value) = serde_json::from_str::<Value>(text) {
        return of_json(&value);
    }
    let code = element(text, "Code");
    if code.is_some() {
        return (code, element(text, "Message"));
    }
    let plain = !text.is_empty() && text.len() <= 300 && !text.contains('<');
    (None, plain.then(|| text.to_string()))
}

fn of_json(value: &Value) -> (Option<String>, Option<String>) {
    let inner = match (value.get("error"), value.get("errors")) {
        (Some(error @ Value::Object(_)), _) => error,
        (_, Some(Value::Array(errors))) => errors.first().unwrap_or(value),
        _ => value,
    };
    let text = |names: &[&str]| {
        let found = names.iter().find_map(|name| inner.get(name)?.as_str());
        found.filter(|text| !text.is_empty()).map(ToOwned::to_owned)
    };
    // AWS writes `com.amazonaws.ecr#ServerException`.
    let code = text(&["__type", "code", "Code", "status", "error"])
        .map(|code| code.rsplit('#').next().unwrap_or_default().to_string());
    let message = text(&[
        "message",
        "Message",
        "error_description",
        "details",
        "detail",
    ]);
    (code, message)
}

/// Returns the text of the first XML element of a name, as far as clouds' answers need XML to be read.
pub(super) fn element(xml: &str, name: &str) -> Option<String> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    let (text, _) = rest.split_once(&format!("</{name}>"))?;
    let text = text.trim();
    if text.is_empty() || text.contains('<') {
        return None;
    }
    let entities = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&amp;", "&"),
    ];
    let plain = entities
        .iter()
        .fold(text.to_string(), |text, (entity, plain)| {
            text.replace(entity, plain)
        });
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(body: &str) -> String {
        let secret = Secret::new("can/ary+secret");
        let (code, message) = words(body.as_bytes(), &[&secret]);
        format!(
            "{}|{}",
            code.unwrap_or_default(),
            message.unwrap_or_default()
        )
    }

    #[test]
    fn every_clouds_errors_are_read() {
        for (body, expected) in [
            (
                r#"{"__type":"com.amazonaws.ecr#UnrecognizedClientException","message":"The security token is invalid."}"#,
                "UnrecognizedClientException|The security token is invalid.",
            ),
            (
                "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n<Error>\n <Type>Sender</Type>\n <Code>InvalidIdentityToken</Code>\n <Message>No &quot;x&quot; &amp; y</Message>\n</Error></ErrorResponse>",
                "InvalidIdentityToken|No \"x\" & y",
            ),
            (
                r#"{"code":"NoAccess","message":"go away"}"#,
                "NoAccess|go away",
            ),
            (
                r#"{"error":"invalid_grant","error_description":"Bad\nRequest"}"#,
                "invalid_grant|Bad Request",
            ),
            (
                r#"{"error":{"code":403,"message":"Permission denied","status":"PERMISSION_DENIED"}}"#,
                "PERMISSION_DENIED|Permission denied",
            ),
            (
                r#"{"errors":[{"code":"UNAUTHORIZED","message":"no"}]}"#,
                "UNAUTHORIZED|no",
            ),
            (r#"{"statusCode":500,"message":null}"#, "|"),
            ("Bad Request", "|Bad Request"),
            ("<html>x</html>", "|"),
            ("", "|"),
        ] {
            assert_eq!(shown(body), expected, "{body}");
        }
    }

    #[test]
    fn secrets_are_taken_out_before_the_text_is_cut() {
        let far = format!(r#"{{"message":"{} can\/ary+secret"}}"#, "x".repeat(290));
        assert!(!shown(&far).contains("can"), "{}", shown(&far));
        let form = r#"{"message":"token=can%2Fary%2Bsecret"}"#;
        assert_eq!(shown(form), "|token=…");
    }
}

use std::time::{Duration, Instant};

use ::base64::Engine as _;
use ::base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;
use url::form_urlencoded;

use super::Redactor;
use crate::registry::auth::{Login, Secret};

const PASSWORD: &str = "pa&s5<w0rd>/\\\"1? \u{e4}%+";
const TOKEN: &str = "eyJhbGciOi.T0k3n-T0k3n_T0k3n~T0k3n.s1g";

fn redactor() -> Redactor {
    let mut redactor = Redactor::default();
    redactor.add_login(&Login::Basic {
        username: "bot".into(),
        password: Secret::new(PASSWORD),
    });
    redactor.add(&Secret::new(TOKEN));
    redactor
}

/// Returns a secret in the forms in which a server may say it.
fn forms(secret: &str) -> Vec<String> {
    let html = |character: char| match character {
        '&' => "&amp;".to_string(),
        '<' => "&lt;".to_string(),
        '>' => "&gt;".to_string(),
        '"' => "&quot;".to_string(),
        character if character.is_alphanumeric() => character.into(),
        character => format!("&#x{:x};", u32::from(character)),
    };
    let json = serde_json::Value::from(secret).to_string();
    let units = secret.encode_utf16();
    let percent = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
    let form: String = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let mut forms = vec![
        secret.to_string(),
        secret.chars().map(html).collect(),
        json[1..json.len() - 1].replace('/', "\\/"),
        units.fold(String::new(), |text, unit| format!("{text}\\u{unit:04X}")),
        form.replace('+', "%20"),
        form,
        percent.replace('%', "%25"),
        percent,
    ];
    for before in ["", "x", "xy", "bot:"] {
        let whole = format!("{before}{secret}");
        forms.extend([
            STANDARD.encode(&whole),
            STANDARD_NO_PAD.encode(&whole),
            URL_SAFE.encode(&whole),
            URL_SAFE_NO_PAD.encode(&whole),
            form_urlencoded::byte_serialize(STANDARD.encode(&whole).as_bytes()).collect(),
        ]);
    }
    forms
}

#[test]
fn a_secret_is_covered_in_every_form() {
    let redactor = redactor();
    for secret in [PASSWORD, TOKEN] {
        for form in forms(secret) {
            let shown = redactor.redacted(&format!("you sent <{form}>, which is wrong"));
            let rest = shown
                .strip_prefix("you sent <")
                .and_then(|rest| rest.strip_suffix(">, which is wrong"));
            // The cover, what fills base64 up, and what is before the secret in it.
            let is_covered = rest.is_some_and(|rest| rest.chars().count() <= 10);
            assert!(is_covered, "{form} became {shown}");
        }
    }
}

#[test]
fn hexadecimal_digits_are_of_either_case() {
    let redactor = redactor();
    for form in ["pa%26s5%3cw0rd%3e%2f", "pa%26s5%3Cw0rd%3E%2F"] {
        assert_eq!(redactor.redacted(form), "…");
    }
}

#[test]
fn a_part_of_a_secret_is_covered() {
    let redactor = redactor();
    for start in 0..=TOKEN.len() - 12 {
        for end in start + 12..=TOKEN.len() {
            let shown = redactor.redacted(&format!("bad token {} ...", &TOKEN[start..end]));
            assert_eq!(shown, "bad token … ...", "{start}..{end}");
        }
    }
    // The beginning of base64, from twelve characters on.
    let header = STANDARD.encode(format!("bot:{PASSWORD}"));
    for end in 12..=header.len() {
        let shown = redactor.redacted(&format!("Basic {}|...", &header[..end]));
        assert_eq!(shown, "Basic …|...", "{end}");
    }
    let within = STANDARD.encode(format!("authorization: Bearer {TOKEN}"));
    for start in 32..48 {
        let shown = redactor.redacted(&format!("{}!", &within[start..start + 22]));
        // Characters at the ends hold no whole byte.
        assert!(shown.chars().count() <= 6, "{start}: {shown}");
    }
    let host = "eyjhbgcioi.t0k3n-t0k3n.example.com";
    assert_eq!(redactor.redacted(host), "….example.com");
}

#[test]
fn nothing_else_is_covered() {
    let redactor = redactor();
    for text in [
        "",
        "bot:",
        "the user bot:other is not known, eyJhbGciOi is",
        "Basic Ym90O…",
        "GET /v2/team/app/manifests/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b",
        "100 % of \\ and &amp; stay as they are",
    ] {
        assert_eq!(redactor.redacted(text), text);
    }
    let mut redactor = Redactor::default();
    redactor.add(&Secret::new("abc"));
    redactor.add(&Secret::new(""));
    assert_eq!(redactor.redacted("abc"), "abc", "too short");
    redactor.add(&Secret::new("hunter2"));
    assert_eq!(redactor.redacted("a hunter2, a hunter"), "a …, a hunter");
    // A long name of a user is no secret, and parts of it stay.
    redactor.add_login(&Login::Basic {
        username: "oauth2accesstoken".into(),
        password: Secret::new("ya29.secret-access-token"),
    });
    let text = "oauth2accesstoken: b2F1dGgyYWNjZXNzdG9rZW4";
    assert_eq!(redactor.redacted(text), text);
}

#[test]
fn a_long_text_takes_no_long_time() {
    let mut redactor = redactor();
    for number in 0..20 {
        redactor.add(&Secret::new(format!("{number}-{}", "token".repeat(400))));
        redactor.add(&Secret::new(format!("short{number}")));
    }
    redactor.add(&Secret::new("a".repeat(3000)));
    for part in ["a", "token", "%25", "&amp;", "aaaaaaaaaaaaaaab", "Ym90OnBh"] {
        let text = part.repeat((1 << 18) / part.len());
        let start = Instant::now();
        let shown = redactor.redacted(&text);
        assert!(shown.len() <= text.len());
        // A quadratic search takes hours.
        assert!(start.elapsed() < Duration::from_secs(20), "{part}");
    }
}

proptest! {
    #[test]
    fn any_text_is_taken_and_no_secret_left(before in any::<String>(), after in any::<String>()) {
        let shown = redactor().redacted(&format!("{before}{TOKEN}{after}"));
        prop_assert!(!shown.contains(&TOKEN[..12]) && !shown.contains(&TOKEN[12..]));
    }
}

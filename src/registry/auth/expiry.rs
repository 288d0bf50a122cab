use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use jiff::Timestamp;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::credential::Login;

const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);

/// The claim of a JSON Web Token (RFC 7519, 4.1.4).
#[derive(Deserialize)]
struct ExpiryClaims {
    exp: Option<f64>,
}

/// What Amazon ECR's passwords are made of.
#[derive(Deserialize)]
struct EcrPassword {
    expiration: Option<f64>,
}

/// Returns when a login ends to be good, where it says so itself.
///
/// JSON Web Tokens do, and the passwords that Amazon ECR gives out.
pub(super) fn of(login: &Login) -> Option<Timestamp> {
    let seconds = match login {
        Login::Identity { token } | Login::Bearer { token } => of_jwt(token.reveal()),
        Login::Basic { username, password } if username == "AWS" => of_ecr(password.reveal()),
        Login::Basic { password, .. } => of_jwt(password.reveal()),
    }?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "it is within the range of times"
    )]
    (1.0..1e11)
        .contains(&seconds)
        .then(|| Timestamp::from_second(seconds as i64).ok())?
}

fn of_jwt(token: &str) -> Option<f64> {
    let mut parts = token.split('.');
    let (_, claims, _) = (parts.next()?, parts.next()?, parts.next()?);
    let engine = GeneralPurpose::new(&URL_SAFE, LENIENT);
    let claims = Zeroizing::new(engine.decode(claims).ok()?);
    serde_json::from_slice::<ExpiryClaims>(&claims).ok()?.exp
}

fn of_ecr(password: &str) -> Option<f64> {
    let engine = GeneralPurpose::new(&STANDARD, LENIENT);
    let document = Zeroizing::new(engine.decode(password).ok()?);
    serde_json::from_slice::<EcrPassword>(&document)
        .ok()?
        .expiration
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::auth::Secret;

    #[test]
    fn tokens_and_passwords_that_say_so_have_an_end() {
        let jwt = Secret::new("eyJhbGciOiJub25lIn0.eyJleHAiOjE3OTU0MjgwODB9.x");
        let ecr = Secret::new("eyJwYXlsb2FkIjoieCIsImV4cGlyYXRpb24iOjE3OTU0MjgwODB9");
        let basic = |username: &str, password: &Secret| Login::Basic {
            username: username.into(),
            password: password.clone(),
        };
        let expected = Some(Timestamp::from_second(1_795_428_080).unwrap());
        let token = jwt.clone();
        assert_eq!(of(&Login::Identity { token }), expected);
        assert_eq!(of(&basic("AWS", &ecr)), expected);
        assert_eq!(
            of(&basic("00000000-0000-0000-0000-000000000000", &jwt)),
            expected
        );
        for other in ["hunter2", "a.b.c", "a..c", "", "a.eyJleHAiOi0xfQ.c"] {
            assert_eq!(of(&basic("bot", &Secret::new(other))), None, "{other}");
            assert_eq!(of(&basic("AWS", &Secret::new(other))), None, "{other}");
        }
    }
}

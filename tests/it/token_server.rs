//! A real registry that takes signed tokens, and a token server that signs them.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use imagelock::embedded::{Answers, Behaviour, TestImage};
use imagelock::error::{Code, Fault};
use imagelock::image::{Repository, Tag};
use imagelock::registry::{Auth, Client, Credential, RegistryError, Secret, Target};
use rcgen::{CertificateParams, KeyPair};
use serde_json::{Value, json};

use crate::support::distribution::Distribution;

const PASSWORD: &str = "canary-password";

/// Signs tokens (RFC 7519), with the certificate that vouches for the key in each of them.
struct Signer {
    key: EcdsaKeyPair,
    certificate: rcgen::Certificate,
}

impl Signer {
    fn new() -> Self {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        let pair = KeyPair::try_from(document.as_ref()).unwrap();
        let params = CertificateParams::new(vec!["tokens.test".into()]).unwrap();
        Self {
            key: EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref()).unwrap(),
            certificate: params.self_signed(&pair).unwrap(),
        }
    }

    /// Signs a token for a repository that begins and ends so many seconds from now.
    fn token(&self, path: &str, actions: &[&str], begins: i64, ends: i64) -> String {
        #[expect(
            clippy::disallowed_methods,
            reason = "the real registry has a clock too"
        )]
        let now = jiff::Timestamp::now().as_second();
        let header = json!({
            "typ": "JWT", "alg": "ES256", "x5c": [STANDARD.encode(self.certificate.der())],
        });
        let claims = json!({
            "iss": "tests", "sub": "bot", "aud": "tests", "jti": path,
            "iat": now + begins, "nbf": now + begins, "exp": now + ends,
            "access": [{"type": "repository", "name": path, "actions": actions}],
        });
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}", part(&header), part(&claims));
        let signature = self.key.sign(&SystemRandom::new(), text.as_bytes());
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature.unwrap()))
    }
}

struct Case {
    signer: Signer,
    realm: Answers,
    registry: Distribution,
}

impl Case {
    /// Starts both, with an image in the registry; nothing where the registry is not installed.
    async fn new() -> Option<Self> {
        let signer = Signer::new();
        let realm = Answers::start().await.unwrap();
        let token = signer.token("team/app", &["pull", "push"], -60, 600);
        let registry =
            Distribution::start_for_tokens(&realm.url("/token"), &signer.certificate.pem(), token)?;
        registry
            .push("team/app", "1.0.0", &TestImage::new("app"))
            .await;
        Some(Self {
            signer,
            realm,
            registry,
        })
    }

    /// Lets the token server give out a token, once or from then on.
    fn gives(&self, token: &str, once: bool) {
        let body = json!({"token": token, "expires_in": 300}).to_string();
        let behaviour = Behaviour::always().json(&body);
        let behaviour = if once { behaviour.times(1) } else { behaviour };
        self.realm.on("GET", "/token", behaviour);
    }

    fn app(&self) -> Repository {
        Repository::new(self.registry.address(), "team/app").unwrap()
    }

    async fn tags(&self) -> Result<usize, RegistryError> {
        let credential = Credential::basic("bot", Secret::new(PASSWORD), "a test");
        let builder = Client::builder();
        let builder = builder.auth(self.registry.address(), Auth::Credential(credential));
        let client = builder.build().unwrap();
        let tag = Target::Tag(Tag::parse("1.0.0").unwrap());
        let tags = client.tags(&self.app()).await?;
        client.head(&self.app(), &tag).await?;
        client.manifest(&self.app(), &tag).await?;
        Ok(tags.len())
    }
}

#[tokio::test]
async fn a_signed_token_opens_a_real_registry() {
    let Some(case) = Case::new().await else {
        return;
    };
    case.gives(&case.signer.token("team/app", &["pull"], -5, 300), false);
    assert_eq!(case.tags().await.unwrap(), 1);
    let requests = case.realm.requests();
    assert_eq!(requests.len(), 1);
    let query = requests[0].path.split_once('?').unwrap().1;
    assert!(query.contains("service=tests"), "{query}");
    assert!(
        query.contains("scope=repository%3Ateam%2Fapp%3Apull"),
        "{query}"
    );
    let login = STANDARD.encode(format!("bot:{PASSWORD}"));
    let expected = format!("Basic {login}");
    assert_eq!(requests[0].authorization(), Some(expected.as_str()));
}

#[tokio::test]
async fn a_token_that_is_no_good_is_replaced_once() {
    let Some(case) = Case::new().await else {
        return;
    };
    let good = case.signer.token("team/app", &["pull"], -5, 300);
    let mut tampered = good.clone();
    tampered.truncate(good.len() - 8);
    for bad in [
        // A server whose clock is behind gives out what has already ended, one that is ahead what has not begun.
        case.signer.token("team/app", &["pull"], -7200, -3600),
        case.signer.token("team/app", &["pull"], 3600, 7200),
        case.signer.token("team/other", &["pull"], -5, 300),
        Signer::new().token("team/app", &["pull"], -5, 300),
        tampered,
    ] {
        case.realm.forget_answers();
        case.realm.forget_requests();
        case.gives(&bad, true);
        case.gives(&good, false);
        assert_eq!(case.tags().await.unwrap(), 1);
        assert_eq!(case.realm.requests().len(), 2);

        case.realm.forget_answers();
        case.realm.forget_requests();
        case.gives(&bad, false);
        let error = case.tags().await.unwrap_err();
        assert_eq!(error.code(), Code::Denied, "{error}");
        let shown = format!("{error} {:?} {:?} {error:?}", error.notes(), error.help());
        assert!(shown.contains("came from a test"), "{shown}");
        assert!(
            !shown.contains(PASSWORD) && !shown.contains(&bad),
            "{shown}"
        );
    }
}
